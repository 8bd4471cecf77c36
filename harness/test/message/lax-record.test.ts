import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  compareUtf8,
  DateValue,
  Double,
  encodeRecord,
  Float32Vector,
  Id,
  toHex,
  type Value,
} from '../../../reference/src/wire/index.ts';
import { encodeLaxRecord } from '../../src/message/lax-record.ts';

const word = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
const name = fc.string({ unit: 'grapheme', maxLength: 12 }).filter((text) => !text.startsWith('\ufeff'));

const scalar: fc.Arbitrary<Value> = fc.oneof(
  fc.constant(null),
  fc.boolean(),
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc.maxSafeInteger(),
  fc.bigInt({ min: 2n ** 60n, max: 2n ** 63n - 1n }),
  fc.tuple(word, word).map(([hi, lo]) => new Double(hi, lo)),
  fc.tuple(word, word).map(([hi, lo]) => new DateValue(hi, lo)),
  fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => Id.from(bytes)),
  fc.uint8Array({ maxLength: 40 }),
  fc.uint32Array({ maxLength: 5 }).map((bits) => new Float32Vector(bits)),
);

function sortedMap(entries: readonly (readonly [string, Value])[]): ReadonlyMap<string, Value> {
  return new Map([...new Map(entries)].sort(([x], [y]) => compareUtf8(x, y)));
}

const value: fc.Arbitrary<Value> = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    scalar,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.array(fc.tuple(name, tie('value')), { maxLength: 4 }).map(sortedMap),
  ),
})).value;

describe('encodeLaxRecord', () => {
  it('writes what the strict encoder writes, where that writes at all', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.oneof(name, fc.constantFrom('title', 'id', 'max')), value)), (pairs) => {
        const fields = sortedMap(pairs);
        expect(toHex(encodeLaxRecord(fields))).toBe(toHex(encodeRecord(fields)));
      }),
    );
  });

  it('keeps the order and the doubles that it is given', () => {
    const pairs = [
      ['b', 1],
      ['a', 2],
      ['a', 3],
    ] as const;
    expect(toHex(encodeLaxRecord(pairs))).toBe('424c415a45010003ff0001621201ff0001611202ff0001611203');
  });

  it('applies no limit', () => {
    const deep = Array.from({ length: 40 }).reduce<Value>((inner) => [inner], []);
    expect(encodeLaxRecord([['n'.repeat(300), deep]]).length).toBe(8 + 3 + 300 + 40 * 3 + 1);
  });
});
