import { describe, expect, it } from 'vitest';
import { concat } from '../../src/bytes/concat.ts';
import { plainBytes } from '../../src/bytes/plain.ts';

describe('plain bytes', () => {
  it('of a Buffer are a Uint8Array over the same memory', () => {
    const buffer = Buffer.from([1, 2, 3, 4]).subarray(1, 3);
    const bytes = plainBytes(buffer);
    expect(Object.getPrototypeOf(bytes)).toBe(Uint8Array.prototype);
    expect(bytes).toEqual(Uint8Array.of(2, 3));
    buffer[0] = 9;
    expect(bytes[0]).toBe(9);
    expect(bytes.slice().buffer).not.toBe(bytes.buffer);
  });

  it('of a Uint8Array are itself', () => {
    const bytes = Uint8Array.of(1);
    expect(plainBytes(bytes)).toBe(bytes);
  });
});

describe('concatenated bytes', () => {
  it('are a copy of the parts in their order', () => {
    const part = Uint8Array.of(1, 2);
    const whole = concat(part, new Uint8Array(0), Uint8Array.of(3));
    expect(whole).toEqual(Uint8Array.of(1, 2, 3));
    part[0] = 9;
    expect(whole[0]).toBe(1);
    expect(concat()).toEqual(new Uint8Array(0));
  });
});
