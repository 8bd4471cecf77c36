import type { Entry } from '../peer/exchange.ts';
import type { CaseHead } from '../property.ts';

/**
 * pass; fail: a MUST is broken; warning: only a SHOULD is; unsupported: the target lacks what the case needs, and a probe
 * agreed; inconclusive: could not be judged (never counts as pass); error: the harness's own fault.
 */
export const VERDICTS = ['pass', 'fail', 'warning', 'unsupported', 'inconclusive', 'error'] as const;
export type Verdict = (typeof VERDICTS)[number];

/** What was due and what came. */
export interface Failure {
  readonly requirement: string;
  readonly expected: string;
  readonly got: string;
}

export interface CaseResult extends CaseHead {
  readonly source: string;
  readonly verdict: Verdict;
  readonly durationMs: number;
  /** One sentence; absent when the case passed. */
  readonly message?: string | undefined;
  readonly failure?: Failure | undefined;
  /** Kept unless the case passed (or always, with trace). */
  readonly exchange?: readonly Entry[] | undefined;
  /** Where it was run, if the run has several targets. */
  readonly target?: string | undefined;
  /** Of an `error`, for --trace only. */
  readonly stack?: string | undefined;
}
