import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { equalBytes } from '../../src/bytes/compare.ts';
import { concat } from '../../src/bytes/concat.ts';
import { fromHex, toHex } from '../../src/bytes/hex.ts';
import { Id } from '../../src/bytes/id.ts';
import { ByteWriter } from '../../src/bytes/writer.ts';

const written = (write: (writer: ByteWriter) => void): string => {
  const writer = new ByteWriter();
  write(writer);
  return toHex(writer.finish());
};

describe('a byte writer', () => {
  it('writes big-endian values one after the other', () => {
    const hex = written((writer) => {
      writer.u8(0xff);
      writer.u16(0x00ff);
      writer.u32(0x01020304);
      writer.u32(-1);
      writer.u64(Number.MAX_SAFE_INTEGER);
      writer.bytes(Uint8Array.of(9, 8));
      writer.id(Id.fromHex('550e8400e29b41d4a716446655440000'));
      expect(writer.utf8('é')).toBe(2);
    });
    expect(hex).toBe('ff00ff01020304ffffffff001fffffffffffff0908550e8400e29b41d4a716446655440000c3a9');
  });

  it.each([-1, 1.5, 2 ** 53, Number.NaN])('does not write %d as a u64', (value) => {
    expect(() => new ByteWriter().u64(value)).toThrow(RangeError);
  });

  it('does not write a lone surrogate', () => {
    expect(() => new ByteWriter().utf8('\ud800')).toThrow(RangeError);
  });

  it('gives what was written, in however many pieces, and leaves earlier results alone', () => {
    const pieces = fc.array(fc.uint8Array({ maxLength: 40_000 }), { maxLength: 8 });
    const earlier: { readonly result: Uint8Array; readonly copy: Uint8Array }[] = [];
    fc.assert(
      fc.property(pieces, (parts) => {
        const writer = new ByteWriter();
        for (const part of parts) writer.bytes(part);
        const result = writer.finish();
        expect(equalBytes(result, concat(...parts))).toBe(true);
        earlier.push({ result, copy: result.slice() });
      }),
    );
    for (const { result, copy } of earlier) expect(equalBytes(result, copy)).toBe(true);
  });

  it('inside another one does not touch what that one wrote', () => {
    const outer = new ByteWriter();
    outer.u32(0x01010101);
    const inner = new ByteWriter();
    inner.u32(0x02020202);
    outer.u32(0x03030303);
    expect(toHex(inner.finish())).toBe('02020202');
    expect(toHex(outer.finish())).toBe('0101010103030303');
  });

  it('that was given up costs nothing but its memory', () => {
    new ByteWriter().u32(0xdeadbeef);
    expect(written((writer) => writer.u8(1))).toBe('01');
  });

  it('goes back, patches and shows what was written, also after it has grown', () => {
    const hex = written((writer) => {
      writer.u8(7);
      writer.bytes(new Uint8Array(100_000));
      writer.rewind(1);
      writer.u16(0x0102);
      writer.patchU8(0, 9);
      expect(writer.length).toBe(3);
      expect(writer.written(1)).toEqual(fromHex('0102'));
    });
    expect(hex).toBe('090102');
  });

  it('keeps a result within twice its size', () => {
    const writer = new ByteWriter();
    for (let i = 0; i < 1_000_000; i++) writer.u8(i);
    const result = writer.finish();
    expect(result.length).toBe(1_000_000);
    expect(result.buffer.byteLength).toBeLessThanOrEqual(2 * 1_000_000);
  });
});
