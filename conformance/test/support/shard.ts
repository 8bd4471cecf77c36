import { expect, it } from 'vitest';
import type { Case } from '../../../harness/src/catalogue/case.ts';
import { loadCatalogue } from '../../../harness/src/index.ts';
import { readKills } from '../../kill-matrix/kill-file.ts';
import { isDue, isNamed, type Matrix, runMatrix } from '../../kill-matrix/matrix.ts';
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
    expect(undeclared.map(shown)).toEqual([]);
  });

  it('every case that is declared to rest on a mutant fails with it', async () => {
    const { cases, matrix } = await shard();
    const failed = new Set(failures(cases, matrix).map(shown));
    const declared = mutants.flatMap((mutant) =>
      cases.filter(({ id }) => mutant.dependents?.includes(id)).map((of) => shown({ mutant, of })),
    );
    expect(declared.filter((pair) => !failed.has(pair))).toEqual([]);
  });

  it('the kills are those that are published (npm run kill-matrix writes them anew)', async () => {
    const { cases, matrix } = await shard();
    const data = cases.filter(({ kind }) => kind !== 'property');
    const kills = failures(data, matrix).filter(({ mutant, of }) => isNamed(of, mutant));
    expect(kills.map(shown).sort()).toEqual(published(data).sort());
  });

  // What a generator happens to make depends on the run, so not every one of them has to come again.
  it('each property fails with a mutant with which it is published to fail', async () => {
    const { cases, matrix } = await shard();
    const properties = cases.filter(({ kind }) => kind === 'property');
    const failed = new Set(failures(properties, matrix).map(shown));
    expect(properties.filter((of) => !published([of]).some((pair) => failed.has(pair))).map(({ id }) => id)).toEqual(
      [],
    );
  });
}

function published(cases: readonly Case[]): string[] {
  const ids = new Set(cases.map(({ id }) => id));
  return Object.entries(readKills().mutants).flatMap(([name, by]) =>
    by.filter((id) => ids.has(id)).map((id) => `${name} ${id}`),
  );
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
