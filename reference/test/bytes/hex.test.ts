import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../src/bytes/hex.ts';

describe('hex', () => {
  it('has two lower-case digits per byte', () => {
    expect(toHex(Uint8Array.of(0, 1, 0xab, 0xff))).toBe('0001abff');
  });

  it('is read in upper and lower case', () => {
    expect(fromHex('0001aBFf')).toEqual(Uint8Array.of(0, 1, 0xab, 0xff));
  });

  it('brings any bytes back', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(fromHex(toHex(bytes))).toEqual(bytes);
      }),
    );
  });

  it.each([
    ['0', 'odd'],
    ['0g', 'at 1'],
    ['00 1', 'at 2'],
    ['à0', 'at 0'],
    ['/0', 'at 0'],
    [':0', 'at 0'],
    ['@0', 'at 0'],
    ['`0', 'at 0'],
  ])('refuses %j and says where', (text, where) => {
    expect(() => fromHex(text)).toThrow(RangeError);
    expect(() => fromHex(text)).toThrow(where);
  });
});
