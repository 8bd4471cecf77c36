import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crc32 } from '../../src/bytes/crc32.ts';
import { encodeUtf8 } from '../../src/bytes/utf8.ts';

describe('CRC-32', () => {
  it('of the nine digits is CBF43926', () => {
    expect(crc32(encodeUtf8('123456789'))).toBe(0xcbf43926);
  });

  it('of nothing is 0', () => {
    expect(crc32(new Uint8Array(0))).toBe(0);
  });

  it('of a part is that of the part alone', () => {
    expect(crc32(encodeUtf8('ab123456789c'), 2, 11)).toBe(0xcbf43926);
  });

  it('sees every flipped bit', () => {
    const flipped = fc
      .uint8Array({ minLength: 1, maxLength: 64 })
      .chain((bytes) => fc.tuple(fc.constant(bytes), fc.nat(8 * bytes.length - 1)));
    fc.assert(
      fc.property(flipped, ([bytes, bit]) => {
        const other = bytes.slice();
        other[bit >> 3]! ^= 1 << (bit & 7);
        expect(crc32(other)).not.toBe(crc32(bytes));
      }),
    );
  });
});
