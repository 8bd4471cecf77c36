import { type Requirement, requirementLink, requirements } from '../../catalogue/requirements.ts';
import { describeEntry, type ShownEntry } from '../../inspect/describe-entry.ts';
import { againCommand, type Report } from '../../run/report.ts';
import type { CaseResult } from '../../run/verdict.ts';
import { html, type Markup } from './markup.ts';

/** One case: a line that opens into its requirements, what was due and what came, the exchange, and how to run it again. */
export function caseHtml(report: Report, result: CaseResult, specBase: string): Markup {
  const { id, title, verdict, level, durationMs, target } = result;
  const open = verdict === 'fail' || verdict === 'error';
  const where = target === undefined ? '' : ` · ${target}`;
  return html`<details class="case v-${verdict}" id="${id}"${open ? html` open` : ''}>
<summary><span class="mark verdict ${verdict}">${verdict}</span><span class="title">${title}</span>
<span class="id mono">${id}</span></summary>
<div class="body">
<p class="quiet">${level}${where} · ${durationMs.toFixed(1)} ms</p>
${result.why === undefined ? '' : html`<p>${result.why}</p>`}
${requirementList(result).map((name) => requirementHtml(name, result, specBase))}
${outcomeHtml(result)}
${exchangeHtml(result)}
<pre>${againCommand(report, result)}</pre>
</div>
</details>
`;
}

/** The requirements of a case, the broken one first. */
function requirementList({ requirements: ids, failure }: CaseResult): readonly string[] {
  return failure === undefined ? ids : [...new Set([failure.requirement, ...ids])].filter((id) => id !== '');
}

function requirementHtml(id: string, { failure }: CaseResult, specBase: string): Markup {
  const requirement = requirements().get(id);
  const broken = failure?.requirement === id ? ' broken' : '';
  const text = requirement === undefined ? '' : requirement.text;
  return html`<p class="requirement${broken}">${nameHtml(id, requirement, specBase)}${codeHtml(text)}</p>
`;
}

/** The text of the spec, with what stands between backticks as code. */
function codeHtml(text: string): readonly (Markup | string)[] {
  return text.split('`').map((part, i) => (i % 2 === 1 ? html`<code>${part}</code>` : part));
}

function nameHtml(id: string, requirement: Requirement | undefined, specBase: string): Markup {
  if (requirement === undefined) return html`<span class="name">${id}</span>`;
  return html`<a class="name" href="${specBase}${requirementLink(requirement)}">${id}</a>`;
}

function outcomeHtml({ failure, message }: CaseResult): Markup {
  if (failure !== undefined) {
    return html`<dl class="outcome"><dt>expected</dt><dd>${failure.expected}</dd><dt>got</dt><dd>${failure.got}</dd></dl>`;
  }
  return message === undefined ? html`` : html`<p>${message}</p>`;
}

function exchangeHtml({ exchange }: CaseResult): Markup {
  if (exchange === undefined || exchange.length === 0) return html``;
  return html`<table class="exchange">
<thead><tr><th>ms</th><th></th><th></th><th>message</th><th>bytes</th><th>decrypted and decoded</th></tr></thead>
<tbody>${exchange.map((entry) => entryHtml(describeEntry(entry)))}</tbody>
</table>`;
}

const ARROWS = { kit: '→', node: '←', link: '·' } as const;

function entryHtml({ at, connection, from, name, size, note, hex, decoded }: ShownEntry): Markup {
  const told = note === undefined ? '' : html`<span class="quiet">${note}</span> `;
  const text = decoded === undefined ? '' : JSON.stringify(decoded);
  const long = text.length > 400;
  const content = long
    ? html`<details><summary>${text.slice(0, 120)}…</summary><pre>${JSON.stringify(decoded, null, 1)}</pre></details>`
    : text;
  const bytes = hex === undefined ? '' : html`<details><summary>hex</summary><pre>${hex}</pre></details>`;
  return html`<tr class="${from}"><td>${at.toFixed(1)}</td><td>${connection}</td><td>${ARROWS[from]}</td><td>${name}</td><td>${size === 0 ? '' : size}</td><td>${told}${content}${bytes}</td></tr>
`;
}
