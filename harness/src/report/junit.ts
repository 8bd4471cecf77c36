import { create } from 'xmlbuilder2';
import type { Report } from '../run/report.ts';
import type { CaseResult } from '../run/verdict.ts';
import { visible } from '../text/visible.ts';
import { chapterOf, chaptersOf } from './chapter.ts';
import { failureLines } from './failure-lines.ts';

type Element = ReturnType<ReturnType<typeof create>['ele']>;

/** JUnit XML: a suite per chapter. Unsupported is skipped; inconclusive and error are errors; a warning is no failure. */
export function writeJunit(report: Report): string {
  const document = create({ version: '1.0', encoding: 'UTF-8' });
  const root = document.ele('testsuites', { name: 'blazedb-kit', ...counts(report.cases) });
  for (const chapter of chaptersOf(report.cases)) {
    const cases = report.cases.filter((result) => chapterOf(result) === chapter);
    const suite = root.ele('testsuite', { name: chapter, ...counts(cases), timestamp: report.startedAt.toISOString() });
    const properties = suite.ele('properties');
    for (const [name, value] of Object.entries(identity(report)))
      properties.ele('property', { name, value: visible(value) });
    for (const result of cases) writeCase(suite, report, result);
  }
  return `${document.end({ prettyPrint: true })}\n`;
}

function counts(cases: readonly CaseResult[]): { readonly [name: string]: string } {
  const of = (...verdicts: readonly string[]): string =>
    String(cases.filter(({ verdict }) => verdicts.includes(verdict)).length);
  const ms = cases.reduce((sum, { durationMs }) => sum + durationMs, 0);
  return {
    ...{ tests: String(cases.length), failures: of('fail'), errors: of('error', 'inconclusive') },
    ...{ skipped: of('unsupported'), time: seconds(ms) },
  };
}

function identity({ kit, spec, catalogue, seed, targets }: Report): { readonly [name: string]: string } {
  return { kit, spec, catalogue, seed: String(seed), target: targets.map(({ url }) => url).join(' ') };
}

function writeCase(suite: Element, report: Report, result: CaseResult): void {
  const { id, title, verdict, durationMs, message = '' } = result;
  const classname = result.target === undefined ? chapterOf(result) : `${chapterOf(result)}.${result.target}`;
  const element = suite.ele('testcase', { name: visible(`${id}: ${title}`), classname, time: seconds(durationMs) });
  if (verdict === 'pass') return;
  if (verdict === 'unsupported') {
    element.ele('skipped', { message: visible(message) });
    return;
  }
  const text = visible(failureLines(report, result).join('\n'));
  if (verdict === 'warning') element.ele('system-out').txt(text);
  else {
    const name = verdict === 'fail' ? 'failure' : 'error';
    element.ele(name, { message: visible(message), type: result.failure?.requirement || verdict }).txt(text);
  }
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(3);
}
