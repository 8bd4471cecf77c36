import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toHex } from '../../src/bytes/hex.ts';
import { decodeExtensions, type Extension, encodeExtensions, extensionValue } from '../../src/wire/index.ts';
import { bytesOf } from '../support/near-misses/near-miss.ts';
import { refusalOf } from '../support/refusal.ts';

const extensions = fc
  .uniqueArray(fc.tuple(fc.nat(0xffff), fc.uint8Array({ maxLength: 30 })), { selector: ([type]) => type, maxLength: 5 })
  .map((entries) => entries.sort(([a], [b]) => a - b).map(([type, value]): Extension => ({ type, value })));

describe('an extension block', () => {
  it('comes back from its bytes', () => {
    fc.assert(
      fc.property(extensions, (original) => {
        const bytes = encodeExtensions(original);
        expect(decodeExtensions(bytes)).toEqual(original);
      }),
    );
  });

  it('of no extensions is no bytes', () => {
    expect(encodeExtensions([])).toEqual(new Uint8Array(0));
    expect(decodeExtensions(new Uint8Array(0))).toEqual([]);
  });

  it('counts the bytes of its entries', () => {
    expect(toHex(encodeExtensions([{ type: 0x0a0a, value: Uint8Array.of(0xc0, 0xde) }]))).toBe('00060a0a0002c0de');
  });

  it('fills the part of the bytes that it is given', () => {
    const bytes = bytesOf('ff 0004 0001 0000 ff');
    expect(decodeExtensions(bytes, 1, 7)).toEqual([{ type: 1, value: new Uint8Array(0) }]);
    expect(refusalOf(() => decodeExtensions(bytes, 1)).reason).toBe('extensions.length');
  });

  it('gives values that do not share the memory of the bytes', () => {
    const bytes = bytesOf('0005 0001 0001 aa');
    const [extension] = decodeExtensions(bytes);
    bytes.fill(0);
    expect(extension).toEqual({ type: 1, value: Uint8Array.of(0xaa) });
  });

  it('says the value of a type, where it has it', () => {
    const found = decodeExtensions(bytesOf('0009 0001 0000 0007 0001 aa'));
    expect(extensionValue(found, 7)).toEqual(Uint8Array.of(0xaa));
    expect(extensionValue(found, 1)).toEqual(new Uint8Array(0));
    expect(extensionValue(found, 2)).toBeUndefined();
  });

  it.each([
    ['descending types', [2, 1], 'extensions.order'],
    ['one type twice', [1, 1], 'extensions.order'],
  ])('is not written with %s', (_, types, reason) => {
    const block = types.map((type) => ({ type, value: new Uint8Array(0) }));
    expect(refusalOf(() => encodeExtensions(block)).reason).toBe(reason);
  });

  it('is not written over 65,535 bytes of entries', () => {
    const block = (length: number) => [{ type: 1, value: new Uint8Array(length) }];
    expect(decodeExtensions(encodeExtensions(block(65_531)))).toEqual(block(65_531));
    expect(refusalOf(() => encodeExtensions(block(65_532))).reason).toBe('extensions.length');
  });

  it.each([-1, 0x10000, 1.5])('has no type %d', (type) => {
    expect(() => encodeExtensions([{ type, value: new Uint8Array(0) }])).toThrow(RangeError);
  });
});
