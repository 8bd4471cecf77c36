import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { Case } from '../../harness/src/catalogue/case.ts';
import { dataFiles } from '../../harness/src/catalogue/load.ts';
import { loadCatalogue, type Requirement, requirements } from '../../harness/src/index.ts';
import { bindsServer, coverageOf, readExcused } from '../coverage.ts';

const root = join(import.meta.dirname, '../..');
const known = requirements();
let cases: readonly Case[] = [];

beforeAll(async () => {
  cases = await loadCatalogue();
});

function doubled(values: readonly string[]): readonly string[] {
  return values.filter((value, i) => values.indexOf(value) !== i);
}

describe('the catalogue', () => {
  it('obeys its schema, file by file', () => {
    const schema = JSON.parse(readFileSync(join(root, 'schemas/case.schema.json'), 'utf8'));
    const validate = new Ajv2020({ allErrors: false, strict: false }).compile(schema);
    const wrong = dataFiles().flatMap((file) => {
      if (validate(parse(readFileSync(file, 'utf8')))) return [];
      return [
        `${file}: ${validate.errors?.map(({ instancePath, message }) => `${instancePath} ${message}`).join('; ')}`,
      ];
    });
    expect(wrong).toEqual([]);
  });

  it('gives each case an id and a title of its own', () => {
    expect(doubled(cases.map(({ id }) => id))).toEqual([]);
    expect(doubled(cases.map(({ title }) => title))).toEqual([]);
  });

  it('names each case in the same form, properties included', () => {
    expect(cases.filter(({ id }) => !/^[a-z][a-z0-9]*(-[a-z0-9]+)+$/.test(id)).map(({ id }) => id)).toEqual([]);
    expect(cases.filter(({ title }) => /\.$|[Ss]hould/.test(title) || title.length > 110).map(({ id }) => id)).toEqual(
      [],
    );
  });

  it('names only requirements that the spec has, each once in a case', () => {
    const unknown = cases.flatMap((of) =>
      of.requirements.filter((id) => !known.has(id)).map((id) => `${of.id}: ${id}`),
    );
    expect(unknown).toEqual([]);
    expect(cases.filter((of) => doubled(of.requirements).length > 0).map(({ id }) => id)).toEqual([]);
  });

  it('tests duties of the node at the other end', () => {
    const others = cases.flatMap((of) =>
      of.requirements.filter((id) => !isTestable(known.get(id)!, of)).map((id) => `${of.id}: ${id}`),
    );
    expect(others).toEqual([]);
  });

  it('gives a case the level of the highest requirement that it names', () => {
    const lower = cases.filter((of) => of.requirements.every((id) => known.get(id)!.level > of.level));
    expect(lower.map(({ id }) => id)).toEqual([]);
  });

  it('has at least 150 cases, two thirds of them data', () => {
    const data = cases.filter(({ kind }) => kind !== 'property').length;
    expect(cases.length).toBeGreaterThanOrEqual(150);
    expect(data / cases.length).toBeGreaterThanOrEqual(2 / 3);
  });
});

/** A server's case may name what a client sends, since the server has to take it. */
function isTestable({ role }: Requirement, of: Case): boolean {
  return role !== 'kit' && of.role === 'server';
}

describe('the coverage', () => {
  const excused = readExcused();
  const duties = [...known.values()].filter(bindsServer);

  it('leaves no duty of a server open', () => {
    const coverage = coverageOf(duties, cases, excused);
    expect(duties.filter(({ id }) => coverage.get(id)?.kind === 'open').map(({ id }) => id)).toEqual([]);
  });

  it('excuses only duties of a server, and none that a case names', () => {
    const ids = new Set(duties.map(({ id }) => id));
    expect([...excused.keys()].filter((id) => !ids.has(id))).toEqual([]);
    const named = new Set(cases.flatMap((of) => of.requirements));
    expect([...excused.keys()].filter((id) => named.has(id))).toEqual([]);
  });

  it('excuses at most a tenth of them, each with a sentence of its own', () => {
    expect(excused.size / duties.length).toBeLessThanOrEqual(0.1);
    expect([...excused].filter(([, why]) => !/^[A-Z].{30,}\.$/.test(why))).toEqual([]);
  });
});
