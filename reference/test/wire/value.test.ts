import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Id } from '../../src/bytes/id.ts';
import {
  DateValue,
  Double,
  decodeRecord,
  encodeRecord,
  equalValues,
  Float32Vector,
  type Value,
} from '../../src/wire/index.ts';
import { value } from '../support/arbitrary.ts';

const bytesOf = (v: Value) => encodeRecord(new Map([['v', v]]));

describe('values', () => {
  it('are equal exactly when their bytes are', () => {
    fc.assert(
      fc.property(value, value, (x, y) => {
        expect(equalValues(x, y)).toBe(Buffer.compare(bytesOf(x), bytesOf(y)) === 0);
        expect(equalValues(x, decodeRecord(bytesOf(x)).get('v')!)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    ['two empty containers of different kinds', [], new Map()],
    ['a double and a date of the same bits', Double.of(1), DateValue.of(1)],
    ['a uuid and data of the same bytes', Id.ZERO, new Uint8Array(16)],
    ['null and an empty string', null, ''],
    ['an int and a double', 1, Double.of(1)],
    ['lists of different lengths', [1], [1, 1]],
    ['dictionaries with different names', new Map([['a', 1]]), new Map([['b', 1]])],
    ['vectors', Float32Vector.of([1]), Float32Vector.of([2])],
    ['false and 0', false, 0],
  ] as [string, Value, Value][])('differ: %s', (_, x, y) => {
    expect(equalValues(x, y)).toBe(false);
    expect(equalValues(y, x)).toBe(false);
  });
});

describe('a double', () => {
  it('has the bits of its number', () => {
    expect(Double.of(1)).toEqual(Double.fromBits(0x3ff00000, 0));
    expect(Double.of(-0)).toEqual(Double.fromBits(0x80000000, 0));
    fc.assert(
      fc.property(fc.double(), (number) => {
        expect(Double.of(number).value).toBe(number);
      }),
    );
  });

  it('keeps the payload of a NaN and the sign of zero over the wire', () => {
    for (const bits of [Double.fromBits(0x7ff80000, 1), Double.fromBits(0xfff00000, 0xdeadbeef), Double.of(-0)]) {
      expect(decodeRecord(bytesOf(bits)).get('v')).toEqual(bits);
    }
    expect(Double.fromBits(0x7ff80000, 1).equals(Double.fromBits(0x7ff80000, 2))).toBe(false);
  });
});

describe('a date', () => {
  it('counts seconds from 2001-01-01T00:00:00Z', () => {
    expect(DateValue.of(0).unixMilliseconds).toBe(Date.UTC(2001, 0, 1));
    expect(DateValue.fromUnixMilliseconds(Date.UTC(2001, 0, 1)).value).toBe(0);
    expect(DateValue.fromUnixMilliseconds(0).value).toBe(-978_307_200);
  });

  it('of whole milliseconds comes back', () => {
    const milliseconds = fc.integer({ min: Date.UTC(1900, 0), max: Date.UTC(2200, 0) });
    fc.assert(
      fc.property(milliseconds, (time) => {
        expect(Math.round(DateValue.fromUnixMilliseconds(time).unixMilliseconds)).toBe(time);
      }),
    );
  });
});

describe('a vector', () => {
  it('holds the nearest f32 of each number', () => {
    const vector = Float32Vector.of([1, -2.5, 0.1, -0]);
    expect([...vector.bits]).toEqual([0x3f800000, 0xc0200000, 0x3dcccccd, 0x80000000]);
    expect(vector.values).toEqual([1, -2.5, Math.fround(0.1), -0]);
  });
});
