import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { propertyFiles } from '../../src/catalogue/load.ts';
import { leftOut } from '../../src/catalogue/select.ts';
import { type Case, catalogueDigest, loadCatalogue, readCases, requirements, select } from '../../src/index.ts';
import { Rule } from '../../src/peer/oracle/rules.ts';
import { smokeCases } from '../support/node.ts';

const folder = mkdtempSync(join(tmpdir(), 'catalogue-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(text: string): string {
  const path = join(folder, 'cases.yaml');
  writeFileSync(path, text);
  return path;
}

describe('readCases', () => {
  it('tells the four kinds apart', () => {
    expect(smokeCases().map(({ kind }) => kind)).toEqual(['script', 'script', 'refusal', 'refusal']);
  });

  it.each([
    ['cases: [', 'is not YAML'],
    ['case: 1', 'has no list of cases'],
    ['cases: [{id: a-b, title: t}]', 'is no script, refusal or observation'],
  ])('says what is wrong with %j', (text, sentence) => {
    expect(() => readCases(file(text))).toThrow(sentence);
  });
});

describe('propertyFiles', () => {
  it('leaves out what a build left of a file that is gone', () => {
    const [built, sources] = [join(folder, 'built'), join(folder, 'sources')];
    for (const path of [built, sources]) mkdirSync(path);
    for (const name of ['new.js', 'new.d.ts', 'old.js']) writeFileSync(join(built, name), '');
    writeFileSync(join(sources, 'new.ts'), '');
    expect(propertyFiles(built, sources)).toEqual(['new.js']);
    expect(propertyFiles(sources, sources)).toEqual(['new.ts']);
    expect(propertyFiles(join(folder, 'nowhere'), sources)).toEqual([]);
  });
});

describe('the catalogue', () => {
  it('names requirements that exist', async () => {
    const known = requirements();
    const unknown = (await loadCatalogue()).flatMap((of) => of.requirements).filter((id) => !known.has(id));
    expect(unknown).toEqual([]);
  });

  it('has an oracle whose rules exist', () => {
    expect(Object.values(Rule).filter((id) => !requirements().has(id))).toEqual([]);
  });

  it('has a digest that depends on its cases and not on their order or files', () => {
    const cases = smokeCases();
    expect(catalogueDigest([...cases].reverse())).toBe(catalogueDigest(cases));
    expect(catalogueDigest(cases.map((of) => ({ ...of, source: 'elsewhere' })))).toBe(catalogueDigest(cases));
    expect(catalogueDigest(cases.slice(1))).not.toBe(catalogueDigest(cases));
  });
});

describe('select', () => {
  const cases = smokeCases();
  const ids = (chosen: readonly Case[]): readonly string[] => chosen.map(({ id }) => id);

  it('takes a level with those below it', () => {
    expect(ids(select(cases, { level: 'L0' }))).toEqual(['smoke-counter-form']);
    expect(select(cases, { level: 'L1' })).toHaveLength(4);
  });

  it('finds a case by its need', () => {
    const [first] = cases;
    const needing = { ...first!, id: 'needing', needs: ['limit:HALF_OPEN'] };
    expect(ids(select([...cases, needing], { grep: 'half_open' }))).toEqual(['needing']);
  });

  it('takes the levels that a statement names', () => {
    expect(ids(select(cases, { levels: ['L0'] }))).toEqual(['smoke-counter-form']);
  });

  it('says what a statement leaves out, and refuses when that is all', () => {
    expect(leftOut(cases, { levels: ['L0'] })).toBe(
      '3 cases of level L1 are left out, since the statement names L0 only',
    );
    expect(leftOut(cases, { level: 'L0', levels: ['L0'] })).toBeUndefined();
    expect(leftOut(cases, {})).toBeUndefined();
    expect(() => select(cases, { levels: ['L0'], cases: ['smoke-ping'] })).toThrow(
      'nothing is left to test: 1 case of level L1 is left out, since the statement names L0 only',
    );
    expect(() => select(cases, { levels: ['L0'], grep: 'smoke-ping', level: 'L2' })).toThrow('of level L1 is left out');
  });

  it('finds text and expressions in id, title, requirement and file', () => {
    expect(ids(select(cases, { grep: 'PUSHED' }))).toEqual(['smoke-push-and-feed']);
    expect(ids(select(cases, { grep: 'MSG-48' }))).toEqual(['smoke-ping']);
    expect(ids(select(cases, { grep: '/^smoke-t/' }))).toEqual(['smoke-tag']);
  });

  it('refuses what selects nothing, with what is near', () => {
    expect(() => select(cases, { grep: 'smoke-pign' })).toThrow('smoke-ping');
    expect(() => select(cases, { cases: ['smoke-pong'] })).toThrow('did you mean smoke-ping');
    expect(() => select(cases, { grep: '/(/' })).toThrow('no regular expression');
    expect(() => select([], {})).toThrow('no case is selected');
  });
});
