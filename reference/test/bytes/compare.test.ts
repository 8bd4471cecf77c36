import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareBytes, compareUtf8, equalBytes } from '../../src/bytes/compare.ts';
import { encodeUtf8 } from '../../src/bytes/utf8.ts';
import { text } from '../support/arbitrary.ts';

describe('comparing', () => {
  it('bytes is unsigned, a prefix first', () => {
    expect(compareBytes(Uint8Array.of(0x80), Uint8Array.of(0x7f))).toBeGreaterThan(0);
    expect(compareBytes(Uint8Array.of(1), Uint8Array.of(1, 0))).toBeLessThan(0);
    expect(compareBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 2))).toBe(0);
  });

  it('bytes for equality looks at length and contents', () => {
    expect(equalBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 2))).toBe(true);
    expect(equalBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 3))).toBe(false);
    expect(equalBytes(Uint8Array.of(1, 2), Uint8Array.of(1))).toBe(false);
  });

  it('texts gives the order of their UTF-8 bytes', () => {
    fc.assert(
      fc.property(text, text, (a, b) => {
        expect(Math.sign(compareUtf8(a, b))).toBe(Math.sign(compareBytes(encodeUtf8(a), encodeUtf8(b))));
      }),
    );
  });

  it('texts differs from UTF-16 where surrogates meet U+E000 to U+FFFF', () => {
    expect(compareUtf8('\uffff', '🔥')).toBeLessThan(0);
    expect(compareUtf8('\ue000', '🔥')).toBeLessThan(0);
    expect(compareUtf8('\ud7ff', '🔥')).toBeLessThan(0);
    expect(compareUtf8('🔥', '🔦')).toBeLessThan(0);
    expect('\uffff' < '🔥').toBe(false);
  });
});
