import { describe, expect, it } from 'vitest';
import { fromHex } from '../../src/bytes/hex.ts';
import { ByteReader, EndOfBytes } from '../../src/bytes/reader.ts';

const BYTES = fromHex('ff00ff01020304001fffffffffffff550e8400e29b41d4a716446655440000');

describe('a byte reader', () => {
  it('reads big-endian values one after the other', () => {
    const reader = new ByteReader(BYTES);
    expect(reader.u8()).toBe(0xff);
    expect(reader.u16()).toBe(0x00ff);
    expect(reader.u32()).toBe(0x01020304);
    expect(reader.u64()).toBe(Number.MAX_SAFE_INTEGER);
    expect(reader.id().toHex()).toBe('550e8400e29b41d4a716446655440000');
    expect(reader.remaining).toBe(0);
    expect(reader.position).toBe(BYTES.length);
  });

  it('reads unsigned', () => {
    expect(new ByteReader(fromHex('ffffffff')).u32()).toBe(0xffffffff);
  });

  it('gives bytes as a view', () => {
    const reader = new ByteReader(BYTES, 3, 7);
    const view = reader.bytes(4);
    expect(view).toEqual(fromHex('01020304'));
    expect(view.buffer).toBe(BYTES.buffer);
  });

  it('stays within its bounds', () => {
    const reader = new ByteReader(BYTES, 1, 3);
    expect(reader.remaining).toBe(2);
    expect(() => reader.u32()).toThrow(EndOfBytes);
    expect(reader.u16()).toBe(0x00ff);
    expect(() => reader.u8()).toThrow(EndOfBytes);
  });

  it.each(['u8', 'u16', 'u32', 'u64', 'u64Nearest', 'id'] as const)('throws EndOfBytes when a %s is cut', (read) => {
    const widths = { u8: 1, u16: 2, u32: 4, u64: 8, u64Nearest: 8, id: 16 };
    expect(() => new ByteReader(new Uint8Array(widths[read] - 1))[read]()).toThrow(EndOfBytes);
    expect(() => new ByteReader(new Uint8Array(widths[read]))[read]()).not.toThrow();
  });

  it('does not give a u64 above 2^53 - 1 for an exact one', () => {
    const bytes = fromHex('0020000000000000');
    expect(() => new ByteReader(bytes).u64()).toThrow(RangeError);
    expect(new ByteReader(bytes).u64Nearest()).toBe(2 ** 53);
    expect(new ByteReader(fromHex('ffffffffffffffff')).u64Nearest()).toBe(2 ** 64);
  });
});
