import fc from 'fast-check';
import { CaseFailure, HarnessFault, Inconclusive } from '../failure.ts';

export interface CheckSettings {
  readonly runs: number;
  readonly seed: number;
  /** Milliseconds for all runs and all shrinking together. */
  readonly limit: number;
  /** Told of the smallest counterexample before it is played once more. */
  readonly onCounterexample?: (example: string) => void;
}

/** Runs a property; the failure that is thrown carries the smallest counterexample. */
export async function checkProperty<T>(property: fc.IAsyncProperty<T>, settings: CheckSettings): Promise<void> {
  const checked = property as fc.IAsyncProperty<unknown>;
  const details = await fc.check(checked, {
    numRuns: settings.runs,
    seed: settings.seed,
    interruptAfterTimeLimit: settings.limit,
    markInterruptAsFailure: false,
  });
  const cause = details.errorInstance;
  if (cause instanceof HarnessFault || cause instanceof Inconclusive) throw cause;
  if (details.failed) {
    // once more, so that the exchange ends with the smallest one
    settings.onCounterexample?.(shown(details.counterexample));
    const path = details.counterexamplePath;
    if (path !== null) await fc.check(checked, { seed: settings.seed, path, numRuns: 1, endOnFailure: true });
    const example = `counterexample ${shown(details.counterexample)} after ${details.numRuns} runs and ${details.numShrinks} shrinks`;
    if (cause instanceof CaseFailure) {
      throw new CaseFailure(cause.expected, `${cause.got}; ${example}`, cause.requirement);
    }
    throw new HarnessFault(`${cause instanceof Error ? cause.message : String(cause)}; ${example}`, { cause });
  }
  if (details.interrupted && details.numRuns < settings.runs) {
    throw new Inconclusive(`only ${details.numRuns} of ${settings.runs} runs in ${settings.limit} ms`);
  }
}

/** Characters of a counterexample that a message carries. */
const SHOWN = 400;

function shown(example: unknown): string {
  const text = fc.stringify(example);
  return text.length <= SHOWN ? text : `${text.slice(0, SHOWN)}... (${text.length} characters)`;
}
