import { requirementLink, requirements } from '../catalogue/requirements.ts';
import { againCommand, type Report } from '../run/report.ts';
import type { CaseResult } from '../run/verdict.ts';
import { visible } from '../text/visible.ts';
import { exchangeLines } from './exchange-lines.ts';

/** Everything that a reader needs about a case that did not pass, as lines of text. */
export function failureLines(report: Report, result: CaseResult): readonly string[] {
  const { failure, message, exchange } = result;
  const lines: string[] = [];
  if (failure !== undefined) {
    lines.push(...requirementLines(failure.requirement));
    lines.push(`expected  ${failure.expected}`, `got       ${failure.got}`);
  } else lines.push(message ?? '');
  if (exchange !== undefined && exchange.length > 0) lines.push('exchange', ...exchangeLines(exchange));
  lines.push(`again     ${againCommand(report, result)}`);
  return lines.map(visible);
}

function requirementLines(id: string): readonly string[] {
  const requirement = requirements().get(id);
  if (requirement === undefined) return [id];
  return [`${id}  ${requirement.text}`, `          ${requirementLink(requirement)}`];
}
