import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeUtf8, encodeUtf8, utf8Length, writeAscii } from '../../src/bytes/utf8.ts';
import { text } from '../support/arbitrary.ts';

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

describe('UTF-8', () => {
  it('is what TextEncoder writes, for every well-formed text', () => {
    fc.assert(
      fc.property(text, (value) => {
        const bytes = encodeUtf8(value);
        expect(bytes).toEqual(new TextEncoder().encode(value));
        expect(utf8Length(value)).toBe(bytes.length);
        expect(decodeUtf8(bytes)).toBe(value);
      }),
    );
  });

  it('is accepted exactly where a strict TextDecoder accepts it', () => {
    const nearly = fc.array(
      fc.oneof(
        fc.constantFrom(0x80, 0xbf, 0xc0, 0xc2, 0xe0, 0xed, 0xef, 0xf0, 0xf4, 0xf5, 0xff, 0xa0, 0x90),
        fc.nat(255),
      ),
      { maxLength: 60 },
    );
    fc.assert(
      fc.property(nearly, (bytes) => {
        let expected: string | undefined;
        try {
          expected = decoder.decode(Uint8Array.from(bytes));
        } catch {
          expected = undefined;
        }
        expect(decodeUtf8(Uint8Array.from(bytes))).toBe(expected);
      }),
    );
  });

  it.each([0, 1, 3, 4, 7, 8, 12, 15, 16, 47, 48, 49, 1000])('of %i ASCII characters comes back', (length) => {
    const value = Array.from({ length }, (_, i) => String.fromCharCode(33 + (i % 90))).join('');
    expect(decodeUtf8(encodeUtf8(value))).toBe(value);
  });

  it.each(Array.from({ length: 17 }, (_, i) => i))('with another byte than ASCII at %i comes back', (at) => {
    const value = `${'x'.repeat(at)}é${'x'.repeat(16 - at)}`;
    expect(decodeUtf8(encodeUtf8(value))).toBe(value);
  });

  it('is read from a part of the bytes', () => {
    expect(decodeUtf8(encodeUtf8('abcdef'), 2, 4)).toBe('cd');
    expect(decodeUtf8(encodeUtf8('aéb'), 1, 3)).toBe('é');
    expect(decodeUtf8(encodeUtf8('aéb'), 0, 2)).toBeUndefined();
  });

  it('keeps a leading U+FEFF', () => {
    expect(encodeUtf8('\ufeffa')).toEqual(Uint8Array.of(0xef, 0xbb, 0xbf, 0x61));
    expect(decodeUtf8(Uint8Array.of(0xef, 0xbb, 0xbf, 0x61))).toBe('\ufeffa');
    expect(decodeUtf8(encodeUtf8(`\ufeff${'x'.repeat(80)}`))).toBe(`\ufeff${'x'.repeat(80)}`);
  });

  it.each(['\ud800', 'a\udc00', '\ud83d', '\udc00\ud800', `${'x'.repeat(100)}\ud83d`, '\ud800\ud800\udc00'])(
    'has no form for the lone surrogate in %j',
    (value) => {
      expect(() => encodeUtf8(value)).toThrow(RangeError);
      expect(utf8Length(value)).toBe(-1);
    },
  );

  it('of ASCII is written as it is, and nothing else is taken for ASCII', () => {
    const target = new Uint8Array(4);
    expect(writeAscii('ab', target, 1)).toBe(3);
    expect(target).toEqual(Uint8Array.of(0, 0x61, 0x62, 0));
    expect(writeAscii('a\u0080', target, 0)).toBe(-1);
  });
});
