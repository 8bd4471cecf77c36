import { deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { concat } from '../../src/bytes/concat.ts';
import { inflate } from '../../src/node/inflate.ts';

const raw = new Uint8Array(5000).map((_, i) => i % 7);
const packed = new Uint8Array(deflateRawSync(raw));

describe('inflate', () => {
  it('unpacks, and says how much of the input it has used', () => {
    expect(inflate(packed, 5000)).toEqual({ raw, consumed: packed.length });
    expect(inflate(concat(packed, Uint8Array.of(1, 2, 3)), 5000).consumed).toBe(packed.length);
  });

  it('gives up with a RangeError when there is more than the maximum', () => {
    expect(() => inflate(packed, 4999)).toThrow(RangeError);
    expect(() => inflate(packed, 0)).toThrow(RangeError);
    const bomb = new Uint8Array(deflateRawSync(new Uint8Array(50_000_000)));
    expect(() => inflate(bomb, 1_048_576)).toThrow(RangeError);
  });

  it('unpacks nothing from an empty stream', () => {
    expect(inflate(new Uint8Array(deflateRawSync(new Uint8Array(0))), 0).raw).toHaveLength(0);
  });

  it('refuses a stream that is damaged or cut', () => {
    expect(() => inflate(packed.subarray(0, -1), 5000)).toThrow();
    expect(() => inflate(Uint8Array.of(0xff, 0xff), 5000)).toThrow();
    expect(() => inflate(new Uint8Array(0), 5000)).toThrow();
  });
});
