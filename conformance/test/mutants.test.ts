import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Case } from '../../harness/src/catalogue/case.ts';
import { loadCatalogue, requirements } from '../../harness/src/index.ts';
import { bindsServer, coverageOf } from '../coverage.ts';
import { PAGE, readKills } from '../kill-matrix/kill-file.ts';
import { isNamed } from '../kill-matrix/matrix.ts';
import { page } from '../kill-matrix/page.ts';
import { sources } from '../kill-matrix/sources.ts';
import { mutants } from '../mutants/index.ts';
import { nullNodes } from '../null-nodes/index.ts';

const kills = readKills().mutants;
let cases: readonly Case[] = [];

beforeAll(async () => {
  cases = await loadCatalogue();
});

function doubled(values: readonly string[]): readonly string[] {
  return values.filter((value, i) => values.indexOf(value) !== i);
}

describe('the mutants', () => {
  it('have a name and a title of their own', () => {
    expect(doubled(mutants.map(({ name }) => name))).toEqual([]);
    expect(doubled(mutants.map(({ title }) => title))).toEqual([]);
    expect(mutants.filter(({ name }) => !/^[a-z][a-z0-9]*(-[a-z0-9]+)+$/.test(name)).map(({ name }) => name)).toEqual(
      [],
    );
  });

  it('break requirements that the spec has', () => {
    const unknown = mutants.flatMap(({ name, breaks }) =>
      breaks.filter((id) => !requirements().has(id)).map((id) => `${name}: ${id}`),
    );
    expect(unknown).toEqual([]);
    expect(mutants.filter(({ breaks }) => breaks.length === 0).map(({ name }) => name)).toEqual([]);
  });

  it('declare as dependents only cases that there are and that name nothing of what is broken', () => {
    const byId = new Map(cases.map((of) => [of.id, of]));
    const wrong = mutants.flatMap((mutant) =>
      (mutant.dependents ?? [])
        .filter((id) => !byId.has(id) || isNamed(byId.get(id)!, mutant))
        .map((id) => `${mutant.name}: ${id}`),
    );
    expect(wrong).toEqual([]);
  });
});

describe('the published kills', () => {
  it('are those of the mutants and cases that there are', () => {
    expect(Object.keys(kills)).toEqual(mutants.map(({ name }) => name));
    const ids = new Set(cases.map(({ id }) => id));
    expect(
      Object.values(kills)
        .flat()
        .filter((id) => !ids.has(id)),
    ).toEqual([]);
  });

  it('leave no mutant alive', () => {
    expect(mutants.filter(({ name }) => kills[name]?.length === 0).map(({ name }) => name)).toEqual([]);
  });

  it('leave no case without a mutant that it kills', () => {
    const killing = new Set(Object.values(kills).flat());
    expect(cases.filter(({ id }) => !killing.has(id)).map(({ id }) => id)).toEqual([]);
  });

  it('have for each duty that is covered a mutant that breaks it and a case that names it and fails', () => {
    const byId = new Map(cases.map((of) => [of.id, of]));
    const coverage = coverageOf(requirements().values(), cases);
    const covered = [...requirements().values()].filter(
      (duty) => bindsServer(duty) && coverage.get(duty.id)?.kind === 'covered',
    );
    const shown = new Set([
      ...mutants.flatMap(({ name, breaks }) =>
        breaks.filter((id) => kills[name]?.some((of) => byId.get(of)?.requirements.includes(id))),
      ),
      ...nullNodes.flatMap(({ breaks }) => breaks),
    ]);
    expect(covered.map(({ id }) => id).filter((id) => !shown.has(id))).toEqual([]);
  });

  it('are what KILL-MATRIX.md shows (npm run kill-matrix)', async () => {
    expect(readFileSync(PAGE, 'utf8')).toBe(page(await sources(readKills())));
  });
});
