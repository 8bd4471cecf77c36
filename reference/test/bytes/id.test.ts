import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareBytes } from '../../src/bytes/compare.ts';
import { toHex } from '../../src/bytes/hex.ts';
import { Id } from '../../src/bytes/id.ts';
import { bytes, id } from '../support/arbitrary.ts';

const HEX = '550e8400e29b41d4a716446655440000';

describe('an id', () => {
  it('keeps its sixteen bytes in every form', () => {
    fc.assert(
      fc.property(bytes(16), (raw) => {
        const made = Id.from(raw);
        expect(made.toBytes()).toEqual(raw);
        expect(made.toHex()).toBe(toHex(raw));
        expect(Id.fromHex(made.toHex()).equals(made)).toBe(true);
      }),
    );
  });

  it('is read and written at an offset', () => {
    const target = new Uint8Array(20);
    expect(Id.fromHex(HEX).write(target, 3)).toBe(19);
    expect(toHex(target)).toBe(`000000${HEX}00`);
    expect(Id.from(target, 3).toHex()).toBe(HEX);
  });

  it('sorts as its unsigned bytes do', () => {
    fc.assert(
      fc.property(id, id, (x, y) => {
        expect(Math.sign(Id.compare(x, y))).toBe(Math.sign(compareBytes(x.toBytes(), y.toBytes())));
        expect(Id.compare(x, y) === 0).toBe(x.equals(y));
      }),
    );
  });

  it.each([0, 4, 8, 12])('with a high bit at byte %i sorts last', (at) => {
    const high = new Uint8Array(16);
    high[at] = 0x80;
    const low = new Uint8Array(16);
    low[at] = 0x7f;
    expect(Id.compare(Id.from(high), Id.from(low))).toBeGreaterThan(0);
  });

  it('knows the zero id', () => {
    expect(Id.ZERO.isZero).toBe(true);
    expect(Id.from(new Uint8Array(16)).equals(Id.ZERO)).toBe(true);
    expect(Id.fromHex('00000000000000000000000000000001').isZero).toBe(false);
  });

  it('is the number of bits that its words have, however large they are given', () => {
    expect(new Id(0xffffffff, 0, 0, 0).equals(new Id(-1, 0, 0, 0))).toBe(true);
  });

  it.each([
    [15, 0],
    [16, 1],
    [32, 17],
    [32, -1],
  ])('is not made of %i bytes at offset %i', (length, offset) => {
    expect(() => Id.from(new Uint8Array(length), offset)).toThrow(RangeError);
  });

  it.each(['', HEX.slice(1), `${HEX}0`, `${HEX.slice(1)}g`])('is not made of the text %j', (text) => {
    expect(() => Id.fromHex(text)).toThrow(RangeError);
  });
});
