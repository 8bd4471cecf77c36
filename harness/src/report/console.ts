import type { Progress } from '../run/progress.ts';
import { exitStatus, type Report } from '../run/report.ts';
import type { CaseResult, Verdict } from '../run/verdict.ts';
import { visible } from '../text/visible.ts';
import { chapterOf, chaptersOf, chapterTitle } from './chapter.ts';
import { failureLines } from './failure-lines.ts';
import type { Paint } from './paint.ts';

const MARKS: { readonly [verdict in Verdict]: string } = {
  pass: '✓',
  fail: '✗',
  warning: '!',
  unsupported: '-',
  inconclusive: '?',
  error: '✗',
};

function painted(paint: Paint, verdict: Verdict, text: string): string {
  if (verdict === 'pass') return paint.green(text);
  if (verdict === 'fail' || verdict === 'error') return paint.red(text);
  return verdict === 'unsupported' ? paint.dim(text) : paint.yellow(text);
}

/** What a run is about to do, in a few lines. */
export function beginLines(progress: Progress & { kind: 'begin' }, url: string, paint: Paint): readonly string[] {
  const { profile, cases, advice } = progress;
  const selected = [...profile.capabilities].join(', ') || 'no capabilities';
  const auth = profile.auth === 'none' ? 'open' : `asks for ${profile.auth}`;
  const node = profile.node?.toHex() ?? '';
  return [
    `${paint.bold(url)}  node ${node}  ${auth}, selects ${selected}`,
    ...advice.map((line) => paint.yellow(`note: ${line}`)),
    `${cases} cases`,
  ];
}

/** One line per case that has ended; of passing ones only where every case is to be seen. */
export function endLine({ id, verdict, message, durationMs }: CaseResult, paint: Paint): string {
  const head = `${painted(paint, verdict, MARKS[verdict])} ${id}`;
  const time = paint.dim(` ${Math.round(durationMs)} ms`);
  return verdict === 'pass' ? `${head}${time}` : `${head}${time}\n    ${visible(message ?? '')}`;
}

/** The end of a run: what went wrong in full, what is unsupported by its reason, a table, and the verdict. */
export function summaryLines(report: Report, paint: Paint): readonly string[] {
  const of = (...verdicts: readonly Verdict[]): readonly CaseResult[] =>
    report.cases.filter(({ verdict }) => verdicts.includes(verdict));
  return [
    ...of('error', 'inconclusive', 'warning', 'fail').flatMap((result) => blockLines(report, result, paint)),
    ...unsupportedLines(of('unsupported'), paint),
    ...tableLines(report, paint),
    '',
    verdictLine(report, paint),
  ];
}

function blockLines(report: Report, result: CaseResult, paint: Paint): readonly string[] {
  const { id, verdict, title, target } = result;
  const where = target === undefined ? '' : paint.dim(` (${target})`);
  const head = `${painted(paint, verdict, `${MARKS[verdict]} ${verdict}`)}  ${paint.bold(id)}${where}  ${visible(title)}`;
  return ['', head, ...failureLines(report, result).map((line) => `  ${line}`)];
}

function unsupportedLines(cases: readonly CaseResult[], paint: Paint): readonly string[] {
  if (cases.length === 0) return [];
  const reasons = new Map<string, number>();
  for (const { message = '' } of cases) reasons.set(message, (reasons.get(message) ?? 0) + 1);
  const lines = [...reasons].map(([reason, n]) => `  ${String(n).padStart(4)}  ${visible(reason)}`);
  return ['', paint.bold('unsupported'), ...lines.map((line) => paint.dim(line))];
}

function tableLines({ cases }: Report, paint: Paint): readonly string[] {
  const rows = chaptersOf(cases).map((chapter) => {
    const own = cases.filter((result) => chapterOf(result) === chapter);
    return { title: chapterTitle(chapter), own };
  });
  const width = Math.max(...rows.map(({ title }) => title.length));
  const line = ({ title, own }: (typeof rows)[number]): string => {
    const count = (verdict: Verdict): number => own.filter((result) => result.verdict === verdict).length;
    const parts = (['pass', 'fail', 'warning', 'unsupported', 'inconclusive', 'error'] as const)
      .filter((verdict) => count(verdict) > 0)
      .map((verdict) => painted(paint, verdict, `${String(count(verdict)).padStart(4)} ${verdict}`));
    return `  ${title.padEnd(width)}  ${parts.join('  ')}`;
  };
  return ['', ...rows.map(line)];
}

function verdictLine(report: Report, paint: Paint): string {
  const { summary, durationMs, seed, kit, spec } = report;
  const counts = Object.entries(summary)
    .filter(([verdict, n]) => n > 0 || verdict === 'pass' || verdict === 'fail')
    .map(([verdict, n]) => `${n} ${verdict}`)
    .join(', ');
  const word =
    exitStatus(report) === 0 ? paint.green(paint.bold('conforms')) : paint.red(paint.bold('does not conform'));
  return `${word}: ${counts}  ${paint.dim(`${(durationMs / 1000).toFixed(1)} s, seed ${seed}, kit ${kit}, ${spec}`)}`;
}
