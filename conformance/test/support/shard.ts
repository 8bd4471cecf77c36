import { expect, it } from 'vitest';
import type { Case } from '../../../harness/src/catalogue/case.ts';
import { loadCatalogue } from '../../../harness/src/index.ts';
import { readKills } from '../../kill-matrix/kill-file.ts';
import { isDue, isNamed, type Matrix, runMatrix } from '../../kill-matrix/matrix.ts';
import { playMutant } from '../../kill-matrix/play.ts';
import { mutants } from '../../mutants/index.ts';
import type { Mutant } from '../../mutants/mutant.ts';

/** Files that share the catalogue among themselves: `matrix-1.test.ts` and so on. */
export const SHARDS = 4;

/** Of a mutant that lets nobody past its fault, cases that do not name what it breaks, in each shard. */
const SAMPLE = 3;
const TIMEOUT = 170_000;

/** Measures the kills of every `SHARDS`th case anew, from the `first`, and holds them to what is published and declared. */
export function testShard(first: number): void {
  let measured: Promise<{ readonly cases: readonly Case[]; readonly matrix: Matrix }> | undefined;
  const measure = async () => {
    const cases = (await loadCatalogue()).filter((_, i) => i % SHARDS === first - 1);
    return { cases, matrix: await runMatrix(cases, mutants, { sample: SAMPLE }) };
  };
  const shard = () => (measured ??= measure());

  it('the reference node passes', { timeout: TIMEOUT }, async () => {
    const { matrix } = await shard();
    const wrong = matrix.reference.filter(({ verdict }) => verdict !== 'pass');
    expect(wrong.map(({ id, verdict, message }) => `${id} ${verdict}: ${message}`)).toEqual([]);
  });

  it('a mutant fails only cases that name what it breaks, or that are declared to rest on it', async () => {
    const { cases, matrix } = await shard();
    const undeclared = failures(cases, matrix).filter(({ mutant, of }) => !mutant.blocks && !isDue(of, mutant));
    expect((await again(undeclared, 'fail')).map(shown)).toEqual([]);
  });

  it('every case that is declared to rest on a mutant fails with it', async () => {
    const { cases, matrix } = await shard();
    const failed = new Set(failures(cases, matrix).map(shown));
    const declared = mutants.flatMap((mutant) =>
      cases.filter(({ id }) => mutant.dependents?.includes(id)).map((of) => ({ mutant, of })),
    );
    const left = declared.filter((pair) => !failed.has(shown(pair)));
    expect((await again(left, 'pass')).map(shown)).toEqual([]);
  });

  it('the kills are those that are published (npm run kill-matrix writes them anew)', async () => {
    const { cases, matrix } = await shard();
    const data = cases.filter(({ kind }) => kind !== 'property');
    const kills = failures(data, matrix).filter(({ mutant, of }) => isNamed(of, mutant));
    const [found, told] = [new Set(kills.map(shown)), new Set(published(data).map(shown))];
    const news = kills.filter((pair) => !told.has(shown(pair)));
    const gone = published(data).filter((pair) => !found.has(shown(pair)));
    expect((await again(news, 'fail')).map(shown)).toEqual([]);
    expect((await again(gone, 'pass')).map(shown)).toEqual([]);
  });

  // What a generator happens to make depends on the run, so not every one of them has to come again.
  it('each property fails with a mutant with which it is published to fail', async () => {
    const { cases, matrix } = await shard();
    const properties = cases.filter(({ kind }) => kind === 'property');
    const failed = new Set(failures(properties, matrix).map(shown));
    expect(
      properties.filter((of) => !published([of]).some((pair) => failed.has(shown(pair)))).map(({ id }) => id),
    ).toEqual([]);
  });
}

function published(cases: readonly Case[]): readonly Pair[] {
  const kills = readKills().mutants;
  return mutants.flatMap((mutant) =>
    cases.filter(({ id }) => kills[mutant.name]?.includes(id)).map((of) => ({ mutant, of })),
  );
}

/**
 * Those that come out the same way when they are played alone: beside fifteen others on a busy machine a wait may end too
 * early, and what was to meet may miss.
 */
async function again(pairs: readonly Pair[], verdict: 'pass' | 'fail'): Promise<readonly Pair[]> {
  const same: Pair[] = [];
  for (const pair of pairs) {
    const result = await playMutant(pair.of, pair.mutant);
    if ((result.verdict === 'pass') === (verdict === 'pass')) same.push(pair);
  }
  return same;
}

interface Pair {
  readonly mutant: Mutant;
  readonly of: Case;
}

function failures(cases: readonly Case[], { kills }: Matrix): readonly Pair[] {
  const byId = new Map(cases.map((of) => [of.id, of]));
  return mutants.flatMap((mutant) =>
    (kills.get(mutant.name) ?? []).flatMap((id) => {
      const of = byId.get(id);
      return of === undefined ? [] : [{ mutant, of }];
    }),
  );
}

function shown({ mutant, of }: Pair): string {
  return `${mutant.name} ${of.id}`;
}
