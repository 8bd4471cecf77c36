import { Markup } from './markup.ts';

/** One style sheet, for light and dark, without anything to load. */
export const STYLE = new Markup(`
:root {
  color-scheme: light dark;
  --ink: #1a1f26; --quiet: #5d6773; --line: #dfe3e8; --paper: #ffffff; --raised: #f6f7f9; --link: #0b5cad;
  --pass: #1a7f4b; --fail: #c22f2f; --warning: #a15c00; --inconclusive: #8a4bb8; --unsupported: #6b7683; --error: #c22f2f;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ink: #e6e9ed; --quiet: #98a2ae; --line: #303842; --paper: #12161b; --raised: #1a2027; --link: #6cb2f5;
    --pass: #43b97a; --fail: #f2716b; --warning: #e0a04a; --inconclusive: #c08be8; --unsupported: #8b96a3; --error: #f2716b;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, -apple-system, "Segoe UI", sans-serif; }
main { max-width: 1120px; margin: 0 auto; padding: 32px 24px 96px; }
h1 { font-size: 27px; line-height: 1.2; margin: 0 0 4px; letter-spacing: -.01em; }
h2 { font-size: 19px; margin: 44px 0 12px; letter-spacing: -.005em; }
h3 { font-size: 15px; margin: 30px 0 6px; color: var(--quiet); font-weight: 600; }
a { color: var(--link); text-decoration: none; } a:hover { text-decoration: underline; }
code, pre, .mono { font: 12.5px/1.55 ui-monospace, "SF Mono", Menlo, Consolas, monospace; }
.quiet { color: var(--quiet); }
.verdict { font-weight: 600; }
.pass { color: var(--pass); } .fail, .error { color: var(--fail); } .warning { color: var(--warning); }
.inconclusive { color: var(--inconclusive); } .unsupported { color: var(--unsupported); }
.bar { display: flex; height: 10px; border-radius: 5px; overflow: hidden; margin: 18px 0 10px; background: var(--line); gap: 2px; }
.bar i { display: block; min-width: 4px; background: currentColor; }
.counts { display: flex; flex-wrap: wrap; gap: 6px 22px; margin: 0 0 8px; }
.counts b { font-size: 20px; margin-right: 5px; font-variant-numeric: tabular-nums; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: 6px 12px 6px 0; border-bottom: 1px solid var(--line); vertical-align: top; }
th { font-weight: 600; color: var(--quiet); font-size: 13px; }
.matrix td:not(:first-child), .matrix th:not(:first-child) { text-align: right; padding-right: 18px; font-variant-numeric: tabular-nums; }
.matrix td .bar { margin: 4px 0 0; height: 5px; min-width: 90px; }
.facts { width: auto; } .facts th { padding-right: 26px; white-space: nowrap; } .facts td { overflow-wrap: anywhere; }
details.case { border-bottom: 1px solid var(--line); scroll-margin-top: 12px; }
details.case > summary { display: flex; gap: 12px; align-items: baseline; padding: 7px 0; cursor: pointer; list-style: none; }
details.case > summary::-webkit-details-marker { display: none; }
details.case > summary:hover { background: var(--raised); }
details.case > summary .mark { width: 92px; flex: none; font-size: 13px; }
details.case > summary .title { flex: 1; }
details.case > summary .id { color: var(--quiet); overflow-wrap: anywhere; max-width: 34%; }
details.case[open] > summary .title { font-weight: 600; }
.body { padding: 4px 0 22px 104px; }
.requirement { margin: 0 0 10px; padding: 8px 14px; background: var(--raised); border-left: 3px solid var(--line); border-radius: 0 6px 6px 0; }
.requirement.broken { border-left-color: var(--fail); }
.requirement .name { font-weight: 600; margin-right: 8px; white-space: nowrap; }
.outcome { display: grid; grid-template-columns: 84px 1fr; gap: 4px 12px; margin: 14px 0; overflow-wrap: anywhere; }
.outcome dt { color: var(--quiet); } .outcome dd { margin: 0; }
pre { background: var(--raised); border-radius: 6px; padding: 10px 14px; margin: 8px 0; overflow-x: auto; white-space: pre-wrap; overflow-wrap: anywhere; }
.exchange { font: 12.5px/1.5 ui-monospace, "SF Mono", Menlo, Consolas, monospace; margin-top: 6px; }
.exchange th { font: 600 12px/1.5 system-ui, sans-serif; }
.exchange td { padding: 4px 12px 4px 0; }
.exchange td:nth-child(1), .exchange td:nth-child(5) { text-align: right; white-space: nowrap; color: var(--quiet); }
.exchange td:last-child { width: 62%; overflow-wrap: anywhere; }
.exchange .node { color: var(--link); } .exchange .link { color: var(--quiet); font-style: italic; }
.exchange details summary { cursor: pointer; color: var(--quiet); }
.exchange pre { margin: 4px 0; font-size: 12px; }
.wrong { margin: 0; padding: 0; list-style: none; }
.wrong li { padding: 8px 0 8px 14px; border-left: 3px solid var(--fail); margin: 0 0 8px; background: var(--raised); border-radius: 0 6px 6px 0; overflow-wrap: anywhere; }
.wrong .verdict { margin-left: 8px; font-size: 13px; }
.filter { position: sticky; top: 0; z-index: 1; background: var(--paper); padding: 10px 0; display: flex; flex-wrap: wrap; gap: 8px; border-bottom: 1px solid var(--line); }
.filter label { padding: 3px 12px; border: 1px solid var(--line); border-radius: 14px; cursor: pointer; font-size: 13.5px; }
.filter label:has(:checked) { background: var(--ink); color: var(--paper); border-color: var(--ink); }
.filter label:has(:focus-visible) { outline: 2px solid var(--link); outline-offset: 2px; }
.filter input { position: absolute; opacity: 0; pointer-events: none; }
@media (max-width: 720px) {
  main { padding: 20px 14px 64px; } .body { padding-left: 0; }
  details.case > summary { flex-wrap: wrap; } details.case > summary .id { max-width: 100%; }
}
@media print { .filter { display: none; } details.case > .body { display: block; } }
`);

/** The rules that let the radio buttons of the filter hide cases, one per verdict; no script is needed. */
export function filterRules(verdicts: readonly string[]): Markup {
  const rules = verdicts.map(
    (verdict) =>
      `body:has(#show-${verdict}:checked) details.case:not(.v-${verdict}), body:has(#show-${verdict}:checked) .chapter:not(:has(.v-${verdict})) { display: none; }`,
  );
  return new Markup(rules.join('\n'));
}
