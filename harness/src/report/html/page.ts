import { requirements } from '../../catalogue/requirements.ts';
import { LEVELS } from '../../property.ts';
import { exitStatus, type Report, type TargetIdentity } from '../../run/report.ts';
import { type CaseResult, VERDICTS, type Verdict } from '../../run/verdict.ts';
import { chapterOf, chaptersOf, chapterTitle } from '../chapter.ts';
import { caseHtml } from './case.ts';
import { html, type Markup } from './markup.ts';
import { filterRules, STYLE } from './style.ts';

/** The worst first: what a reader looks for. */
const ORDER: readonly Verdict[] = ['fail', 'error', 'inconclusive', 'warning', 'unsupported', 'pass'];

/**
 * One self-contained page: it loads nothing, runs no script, and shows whatever a node sent as text. `specBase` goes before
 * the links into the spec.
 */
export function writeHtml(report: Report, specBase = ''): string {
  const conforms = exitStatus(report) === 0;
  const title = conforms ? 'conforms to blazedb/1.0' : 'does not conform to blazedb/1.0';
  const name = report.targets.map((target) => target.name ?? target.url).join(', ');
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="blazedb-kit ${report.kit}">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${name} ${title}</title>
<style>${STYLE}${filterRules(VERDICTS)}</style>
</head>
<body><main>
<p class="quiet">blazedb-kit conformance report</p>
<h1><span class="${conforms ? 'pass' : 'fail'}">${conforms ? 'Conforms' : 'Does not conform'}</span> to ${report.spec}</h1>
${barHtml(report.cases)}
${countsHtml(report)}
${wrongHtml(report)}
<h2>Run</h2>
${factsHtml(report)}
<h2>By chapter and level</h2>
${matrixHtml(report.cases)}
<h2>Cases</h2>
${filterHtml(report)}
${chaptersOf(report.cases).map((chapter) => chapterHtml(report, chapter, specBase))}
</main></body>
</html>
`;
  return page.text;
}

function barHtml(cases: readonly CaseResult[]): Markup {
  const parts = VERDICTS.map((verdict) => ({ verdict, n: count(cases, verdict) })).filter(({ n }) => n > 0);
  const label = parts.map(({ verdict, n }) => `${n} ${verdict}`).join(', ');
  return html`<div class="bar" role="img" aria-label="${label}">${parts.map(
    ({ verdict, n }) => html`<i class="${verdict}" style="flex:${n}" title="${n} ${verdict}"></i>`,
  )}</div>`;
}

function countsHtml({ summary }: Report): Markup {
  const shown = VERDICTS.filter((verdict) => summary[verdict] > 0 || verdict === 'pass' || verdict === 'fail');
  return html`<p class="counts">${shown.map(
    (verdict) => html`<span class="${verdict}"><b>${summary[verdict]}</b>${verdict}</span>`,
  )}</p>`;
}

/** What is not as it is to be, at the top, with links to the details. */
function wrongHtml({ cases }: Report): Markup {
  const wrong = cases.filter(({ verdict }) => verdict !== 'pass' && verdict !== 'unsupported');
  if (wrong.length === 0) return html``;
  const sorted = [...wrong].sort((x, y) => ORDER.indexOf(x.verdict) - ORDER.indexOf(y.verdict));
  return html`<h2>What is wrong</h2>
<ul class="wrong">${sorted.map(
    ({ id, title, verdict, message, failure }) => html`<li><a href="#${id}">${title}</a>
<span class="verdict ${verdict}">${verdict}</span>${failure === undefined ? '' : html` <code>${failure.requirement}</code>`}
<br><span class="quiet">${(message ?? '').slice(0, 300)}</span></li>
`,
  )}</ul>`;
}

function factsHtml(report: Report): Markup {
  const tested = new Set(report.cases.filter(({ verdict }) => verdict === 'pass').flatMap((of) => of.requirements));
  const rows: readonly (readonly [string, string | Markup])[] = [
    ...report.targets.map((target) => [target.label ?? 'target', targetText(target)] as const),
    ['began', `${report.startedAt.toISOString()}, took ${(report.durationMs / 1000).toFixed(1)} s`],
    ['kit', `${report.kit}, catalogue ${report.catalogue}`],
    ['seed', String(report.seed)],
    ['requirements', `${tested.size} of ${requirements().size} are named by cases that passed`],
  ];
  return html`<table class="facts">${rows.map(([name, text]) => html`<tr><th>${name}</th><td>${text}</td></tr>`)}</table>`;
}

function targetText({ url, name, node, capabilities, auth, limits }: TargetIdentity): Markup {
  const facts = [
    name,
    node === undefined ? undefined : `node ${node}`,
    auth === 'none' ? 'open' : `asks for ${auth}`,
    capabilities.length === 0 ? 'selects no capability' : `selects ${capabilities.join(', ')}`,
    limits === undefined || url.includes('--limit')
      ? undefined
      : Object.entries(limits)
          .map(([limit, value]) => `${limit}=${value}`)
          .join(' '),
  ].filter((fact) => fact !== undefined);
  return html`<code>${url}</code><br><span class="quiet">${facts.join(' · ')}</span>`;
}

function matrixHtml(cases: readonly CaseResult[]): Markup {
  const levels = LEVELS.filter((level) => cases.some((result) => result.level === level));
  const row = (title: string | Markup, own: readonly CaseResult[]): Markup => html`<tr><td>${title}</td>${levels.map(
    (level) => cellHtml(own.filter((result) => result.level === level)),
  )}${cellHtml(own)}</tr>
`;
  return html`<table class="matrix">
<thead><tr><th>chapter</th>${levels.map((level) => html`<th>${level}</th>`)}<th>all</th></tr></thead>
<tbody>${chaptersOf(cases).map((chapter) =>
    row(
      html`<a href="#chapter-${chapter}">${chapterTitle(chapter)}</a>`,
      cases.filter((result) => chapterOf(result) === chapter),
    ),
  )}${row('all', cases)}</tbody>
</table>`;
}

function cellHtml(cases: readonly CaseResult[]): Markup {
  if (cases.length === 0) return html`<td class="quiet">·</td>`;
  const passed = count(cases, 'pass');
  const counted = cases.length - count(cases, 'unsupported');
  const wrong = count(cases, 'fail') + count(cases, 'error') + count(cases, 'inconclusive');
  const text = wrong > 0 ? html`<span class="fail">${passed} / ${counted}</span>` : html`${passed} / ${counted}`;
  return html`<td>${text}${barHtml(cases)}</td>`;
}

function filterHtml({ summary, cases }: Report): Markup {
  const choice = (value: string, text: string, checked: boolean): Markup =>
    html`<label><input type="radio" name="show" id="show-${value}"${checked ? html` checked` : ''}>${text}</label>`;
  return html`<div class="filter" role="radiogroup" aria-label="show cases">${choice('all', `all ${cases.length}`, true)}${ORDER.filter(
    (verdict) => summary[verdict] > 0,
  ).map((verdict) => choice(verdict, `${verdict} ${summary[verdict]}`, false))}</div>`;
}

function chapterHtml(report: Report, chapter: string, specBase: string): Markup {
  const own = report.cases.filter((result) => chapterOf(result) === chapter);
  const sorted = [...own].sort((x, y) => ORDER.indexOf(x.verdict) - ORDER.indexOf(y.verdict));
  return html`<section class="chapter" id="chapter-${chapter}"><h3>${chapterTitle(chapter)}</h3>
${sorted.map((result) => caseHtml(report, result, specBase))}</section>
`;
}

function count(cases: readonly CaseResult[], verdict: Verdict): number {
  return cases.filter((result) => result.verdict === verdict).length;
}
