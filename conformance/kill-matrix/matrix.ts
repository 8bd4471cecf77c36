import type { Case } from '../../harness/src/catalogue/case.ts';
import { type CaseResult, requirements } from '../../harness/src/index.ts';
import type { Mutant } from '../mutants/mutant.ts';
import { playMutant, playShadowed } from './play.ts';
import { isLeftOut } from './setup.ts';

/** Which mutant fails which cases: names to ids, both in their order. */
export type Kills = ReadonlyMap<string, readonly string[]>;

export interface MatrixOptions {
  /** Pairs at once. They mostly wait for the system, and each has a node of its own. */
  readonly workers?: number;
  /** Of a mutant that lets nobody past its fault, this many of the cases are tried that do not name what it breaks. */
  readonly sample?: number;
  /** Told of every pair that was run. */
  readonly onPair?: (mutant: Mutant, of: Case, result: CaseResult) => void;
}

export interface Matrix {
  /** Of the reference, in the order of the catalogue. */
  readonly reference: readonly CaseResult[];
  readonly kills: Kills;
  /** Pairs of case and mutant that were run; of the others the shadows told that they are the reference. */
  readonly pairs: number;
}

const WORKERS = 16;
const SAMPLE = 12;

/** Runs the cases against the reference, and against each of `mutants` those that can come out otherwise. */
export async function runMatrix(
  cases: readonly Case[],
  mutants: readonly Mutant[],
  { workers = WORKERS, sample = SAMPLE, onPair }: MatrixOptions = {},
): Promise<Matrix> {
  const played = cases.filter((of) => !isLeftOut(of));
  const reference: CaseResult[] = [];
  const touched = new Map<Case, ReadonlySet<Mutant>>();
  await pool(played, workers, async (of, i) => {
    const shadowed = await playShadowed(of, mutants);
    reference[i] = shadowed.result;
    touched.set(of, shadowed.touched);
  });
  const pairs = mutants.flatMap((mutant) => {
    const due = played.filter((of) => isDue(of, mutant) || (touched.get(of)!.has(mutant) && !isAbove(of, mutant)));
    return (mutant.blocks ? sampled(due, mutant, sample) : due).map((of) => ({ mutant, of }));
  });
  const failed = new Set<string>();
  await pool(pairs, workers, async ({ mutant, of }) => {
    const result = await playMutant(of, mutant);
    if (result.verdict !== 'pass') failed.add(keyOf(mutant, of));
    onPair?.(mutant, of, result);
  });
  const kills = mutants.map(
    (mutant) => [mutant.name, played.filter((of) => failed.has(keyOf(mutant, of))).map(({ id }) => id)] as const,
  );
  return { reference, kills: new Map(kills), pairs: pairs.length };
}

/** Whether a case is about what a mutant breaks, or is said to depend on it. */
export function isDue(of: Case, mutant: Mutant): boolean {
  return isNamed(of, mutant) || (mutant.dependents?.includes(of.id) ?? false);
}

/**
 * Whether a case is of a higher level than the requirement that a mutant is for. The levels build on each other: what such
 * a case says of a node that does not keep the lower one is of no interest, and it is not played.
 */
export function isAbove({ level }: Case, { breaks }: Mutant): boolean {
  return level > requirements().get(breaks[0]!)!.level;
}

/** Whether a case names a requirement that a mutant breaks. */
export function isNamed(of: Case, { breaks }: Mutant): boolean {
  return of.requirements.some((id) => breaks.includes(id));
}

function keyOf(mutant: Mutant, of: Case): string {
  return `${mutant.name} ${of.id}`;
}

function sampled(due: readonly Case[], mutant: Mutant, size: number): readonly Case[] {
  const others = due.filter((of) => !isDue(of, mutant));
  const step = Math.max(1, Math.floor(others.length / size));
  return due.filter((of) => isDue(of, mutant) || others.indexOf(of) % step === 0);
}

async function pool<T>(
  items: readonly T[],
  workers: number,
  run: (item: T, i: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < items.length) {
      const i = next++;
      await run(items[i]!, i);
    }
  };
  await Promise.all(Array.from({ length: workers }, work));
}
