import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DecodedFields, isFields } from '../../src/wire/decoded-fields.ts';
import { decodeRecord, encodeRecord, equalValues, type Fields, type Value } from '../../src/wire/index.ts';
import { fields } from '../support/arbitrary.ts';

const decoded = (entries: Fields): Fields => decodeRecord(encodeRecord(entries));

describe('decoded fields', () => {
  it('read like the Map with the same entries', () => {
    fc.assert(
      fc.property(fields, (original) => {
        const found = decoded(original);
        const map = new Map(found);
        expect(found.size).toBe(map.size);
        expect([...found]).toEqual([...map]);
        expect([...found.entries()]).toEqual([...map.entries()]);
        expect([...found.keys()]).toEqual([...map.keys()]);
        expect([...found.values()]).toEqual([...map.values()]);
        for (const [name, value] of original) expect(equalValues(found.get(name)!, value)).toBe(true);
        const visited: [string, Value][] = [];
        found.forEach((value, name, all) => {
          expect(all).toBe(found);
          visited.push([name, value]);
        });
        expect(visited).toEqual([...map]);
      }),
    );
  });

  it('are found by name among many', () => {
    const found = decoded(new Map(Array.from({ length: 1000 }, (_, i) => [`n${i}`, i])));
    for (let i = 0; i < 1000; i++) expect(found.get(`n${i}`)).toBe(i);
    for (const name of ['', 'n', 'n1000', 'm', 'o', '🔥']) {
      expect(found.has(name)).toBe(false);
      expect(found.get(name)).toBeUndefined();
    }
  });

  it('have an empty name where there is one', () => {
    expect(decoded(new Map([['', 1]])).get('')).toBe(1);
    expect(decoded(new Map([['a', 1]])).has('')).toBe(false);
  });

  it('keep null apart from what is not there', () => {
    const found = decoded(new Map([['a', null]]));
    expect(found.get('a')).toBeNull();
    expect(found.has('a')).toBe(true);
  });

  it('can stand in a record as a dictionary', () => {
    const inner = decoded(
      new Map([
        ['b', 1],
        ['a', 2],
      ]),
    );
    const outer = decoded(new Map<string, Value>([['inner', inner]]));
    expect(equalValues(outer.get('inner')!, inner)).toBe(true);
  });

  it('and Maps are what a dictionary can be', () => {
    expect(isFields(decoded(new Map()))).toBe(true);
    expect(decoded(new Map())).toBeInstanceOf(DecodedFields);
    expect(isFields(new Map())).toBe(true);
    for (const other of [null, [], {}, 'x', new Uint8Array(1), new Set()]) expect(isFields(other)).toBe(false);
  });
});
