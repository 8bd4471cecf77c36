import { describe, expect, it } from 'vitest';
import { Id } from '../../src/bytes/id.ts';
import {
  decodeAlert,
  decodeComplete,
  decodeCursor,
  decodeVerify,
  encodeAlert,
  encodeComplete,
  encodeCursor,
  encodeVerify,
} from '../../src/wire/index.ts';
import { bytesOf } from '../support/near-misses/near-miss.ts';
import { expectedForm, formOf, refusalOf } from '../support/refusal.ts';

describe('a VERIFY', () => {
  it('is the 32 bytes of the MAC, as a copy', () => {
    const mac = new Uint8Array(32).fill(7);
    const payload = encodeVerify(mac);
    expect(payload).toEqual(mac);
    const decoded = decodeVerify(payload);
    payload.fill(0);
    expect(decoded).toEqual(mac);
  });

  it('is not written with another length', () => {
    expect(refusalOf(() => encodeVerify(new Uint8Array(31))).reason).toBe('verify.length');
  });
});

describe('a COMPLETE', () => {
  it('is empty', () => {
    expect(encodeComplete()).toEqual(new Uint8Array(0));
    expect(() => decodeComplete(encodeComplete())).not.toThrow();
  });

  it('with a body is refused', () => {
    expect(formOf(refusalOf(() => decodeComplete(Uint8Array.of(0))))).toEqual(expectedForm('complete.body'));
  });
});

describe('an ALERT', () => {
  it.each([
    [0, '0000'],
    [0x0204, '0204'],
    [0xffff, 'ffff'],
  ])('has the code %i, known or not', (code, hex) => {
    expect(encodeAlert({ code })).toEqual(bytesOf(hex));
    expect(decodeAlert(bytesOf(hex))).toEqual({ code });
  });

  it.each([-1, 0x10000, 1.5])('is not written with the code %d', (code) => {
    expect(() => encodeAlert({ code })).toThrow(RangeError);
  });
});

describe('a cursor', () => {
  const cursor = {
    log: Id.fromHex('f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff'),
    seq: 2,
    mark: Id.fromHex('51c87982e865b9d23cb5f201d2d73f66'),
  };
  const bytes = bytesOf('f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff 0000000000000002 51c87982e865b9d23cb5f201d2d73f66');

  it('is log id, seq and mark', () => {
    expect(encodeCursor(cursor)).toEqual(bytes);
    expect(decodeCursor(bytes)).toEqual(cursor);
  });

  it.each([0, 2 ** 32, Number.MAX_SAFE_INTEGER])('keeps the seq %i', (seq) => {
    expect(decodeCursor(encodeCursor({ ...cursor, seq }))).toEqual({ ...cursor, seq });
  });

  it('with a seq above 2^53 is past every head, and not refused here', () => {
    const { seq } = decodeCursor(bytesOf(`${'f0'.repeat(16)} ffffffffffffffff ${'00'.repeat(16)}`));
    expect(seq).toBeGreaterThan(Number.MAX_SAFE_INTEGER);
  });

  it.each([-1, 1.5, 2 ** 53])('is not written with the seq %d', (seq) => {
    expect(() => encodeCursor({ ...cursor, seq })).toThrow(RangeError);
  });
});
