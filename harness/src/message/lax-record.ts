import { FieldNames } from '../../../reference/src/registry.ts';
import {
  ByteWriter,
  DateValue,
  Double,
  encodeUtf8,
  Float32Vector,
  Id,
  type Value,
} from '../../../reference/src/wire/index.ts';

const IDS: ReadonlyMap<string, number> = new Map(FieldNames.map((name, i) => [name, i + 1]));

export type Pairs = Iterable<readonly [name: string, value: Value]>;

/**
 * A version 1 record (spec chapter 6) that checks nothing: names stand in the given order, twice if given twice, and
 * no limit is applied. For pairs in canonical order it writes what the strict encoder writes; a test holds it to that.
 */
export function encodeLaxRecord(pairs: Pairs): Uint8Array {
  const writer = new ByteWriter();
  const fields = [...pairs];
  writer.bytes(encodeUtf8('BLAZE'));
  writer.u8(1);
  writer.u16(fields.length);
  for (const [name, value] of fields) {
    const id = IDS.get(name);
    if (id === undefined) {
      writer.u8(0xff);
      writeName(writer, name);
    } else writer.u8(id);
    writeValue(writer, value);
  }
  return writer.finish();
}

function writeName(writer: ByteWriter, name: string): void {
  const bytes = encodeUtf8(name);
  writer.u16(bytes.length);
  writer.bytes(bytes);
}

function writeValue(writer: ByteWriter, value: Value): void {
  if (value === null) writer.u8(0x0b);
  else if (typeof value === 'boolean') writeAll(writer, 0x04, [value ? 1 : 0]);
  else if (typeof value === 'string') writeString(writer, value);
  else if (typeof value === 'number' || typeof value === 'bigint') writeInt(writer, BigInt(value));
  else if (value instanceof Double) writeWords(writer, 0x03, [value.hi, value.lo]);
  else if (value instanceof DateValue) writeWords(writer, 0x06, [value.hi, value.lo]);
  else if (value instanceof Id) writeAll(writer, 0x05, value.toBytes());
  else if (value instanceof Uint8Array) {
    writeWords(writer, 0x07, [value.length]);
    writer.bytes(value);
  } else if (value instanceof Float32Vector) writeWords(writer, 0x0a, [value.bits.length, ...value.bits]);
  else if (value instanceof Map) writeDictionary(writer, value);
  else writeArray(writer, value as readonly Value[]);
}

function writeAll(writer: ByteWriter, tag: number, bytes: Iterable<number>): void {
  writer.u8(tag);
  writer.bytes(Uint8Array.from(bytes));
}

function writeWords(writer: ByteWriter, tag: number, words: Iterable<number>): void {
  writer.u8(tag);
  for (const word of words) writer.u32(word >>> 0);
}

function writeString(writer: ByteWriter, text: string): void {
  const bytes = encodeUtf8(text);
  if (bytes.length === 0) writer.u8(0x11);
  else if (bytes.length < 16) writer.u8(0x20 | bytes.length);
  else writeWords(writer, 0x01, [bytes.length]);
  writer.bytes(bytes);
}

function writeInt(writer: ByteWriter, value: bigint): void {
  if (value >= 0n && value <= 255n) writeAll(writer, 0x12, [Number(value)]);
  else writeWords(writer, 0x02, [Number((value >> 32n) & 0xffffffffn), Number(value & 0xffffffffn)]);
}

function writeArray(writer: ByteWriter, values: readonly Value[]): void {
  writer.u8(values.length === 0 ? 0x18 : 0x08);
  if (values.length > 0) writer.u16(values.length);
  for (const value of values) writeValue(writer, value);
}

function writeDictionary(writer: ByteWriter, entries: ReadonlyMap<string, Value>): void {
  writer.u8(entries.size === 0 ? 0x19 : 0x09);
  if (entries.size > 0) writer.u16(entries.size);
  for (const [name, value] of entries) {
    writeName(writer, name);
    writeValue(writer, value);
  }
}
