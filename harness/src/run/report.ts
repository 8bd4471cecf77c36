import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PACKAGE_ROOT } from '../catalogue/paths.ts';
import { HarnessFault } from '../failure.ts';
import type { Profile } from './profile.ts';
import { type CaseResult, VERDICTS, type Verdict } from './verdict.ts';

/** The revision of the specification that the catalogue was written for. */
export const SPEC_REVISION = 'blazedb/1.0 revision 2';

export interface TargetIdentity {
  /** What it is called where a report has several. */
  readonly label?: string | undefined;
  /** The URL, or the command that started the node. */
  readonly url: string;
  /** The command line that runs a case again; `--case` and `--seed` are added. */
  readonly command: string;
  /** Node id, 32 hex digits. */
  readonly node?: string | undefined;
  /** What its statement calls it. */
  readonly name?: string | undefined;
  readonly capabilities: readonly string[];
  readonly auth: string;
  /** Limits that the operator told. */
  readonly limits?: { readonly [name: string]: number } | undefined;
}

/** The result of a run; `harness/src/report` turns it into text. */
export interface Report {
  readonly kit: string;
  readonly spec: string;
  readonly catalogue: string;
  readonly targets: readonly TargetIdentity[];
  readonly seed: number;
  readonly startedAt: Date;
  readonly durationMs: number;
  readonly summary: { readonly [verdict in Verdict]: number };
  readonly cases: readonly CaseResult[];
}

export function makeReport(parts: {
  readonly startedAt: Date;
  readonly durationMs: number;
  readonly seed: number;
  readonly results: readonly CaseResult[];
  readonly profile: Profile;
  readonly target: Pick<TargetIdentity, 'url' | 'command' | 'label'>;
  readonly digest: string;
}): Report {
  const { startedAt, durationMs, seed, results, profile, target, digest } = parts;
  return {
    ...{ kit: kitVersion(), spec: SPEC_REVISION, catalogue: digest, seed, startedAt, durationMs },
    targets: [identityOf(profile, target)],
    summary: summaryOf(results),
    cases: results,
  };
}

function identityOf(profile: Profile, target: Pick<TargetIdentity, 'url' | 'command' | 'label'>): TargetIdentity {
  const { node, statement, capabilities, auth, told, limits } = profile;
  const changed = [...told].map((name) => [name, (limits as { readonly [name: string]: number })[name] ?? 0] as const);
  return {
    ...{ ...target, node: node?.toHex(), name: statement?.node, capabilities: [...capabilities], auth },
    ...(changed.length === 0 ? {} : { limits: Object.fromEntries(changed) }),
  };
}

export function summaryOf(results: readonly CaseResult[]): Report['summary'] {
  const count = (verdict: Verdict): number => results.filter((result) => result.verdict === verdict).length;
  return Object.fromEntries(VERDICTS.map((verdict) => [verdict, count(verdict)])) as Report['summary'];
}

/** One report of several runs of one catalogue: each case as the target said that it was run at. */
export function mergeReports(reports: readonly Report[], digest: string): Report {
  const [first] = reports;
  if (first === undefined) throw new HarnessFault('there is no report to merge');
  const cases = reports.flatMap((report) =>
    report.cases.map((result) => ({ ...result, target: report.targets[0]?.label })),
  );
  const start = Math.min(...reports.map(({ startedAt }) => startedAt.getTime()));
  const end = Math.max(...reports.map(({ startedAt, durationMs }) => startedAt.getTime() + durationMs));
  return {
    ...first,
    ...{ catalogue: digest, startedAt: new Date(start), durationMs: end - start },
    targets: reports.flatMap(({ targets }) => targets),
    summary: summaryOf(cases),
    cases,
  };
}

/** The command line that runs one case again. */
export function againCommand({ targets, seed }: Report, { id, target }: CaseResult): string {
  const { command } = targets.find(({ label }) => label === target) ?? targets[0] ?? { command: 'blazedb-kit run URL' };
  return `${command} --case ${id} --seed ${seed}`;
}

/** 0 when nothing is wrong: warnings and what is unsupported do not count, what could not be judged does. */
export function exitStatus({ summary, cases }: Report): 0 | 1 {
  const judged = summary.fail + summary.inconclusive + summary.error === 0;
  return judged && cases.length > 0 ? 0 : 1;
}

let version: string | undefined;

export function kitVersion(): string {
  version ??= (JSON.parse(readFileSync(join(PACKAGE_ROOT, 'package.json'), 'utf8')) as { version: string }).version;
  return version;
}
