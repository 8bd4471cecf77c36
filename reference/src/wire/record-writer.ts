import { compareUtf8 } from '../bytes/compare.ts';
import { crc32 } from '../bytes/crc32.ts';
import { Id } from '../bytes/id.ts';
import { utf8Length, writeUtf8 } from '../bytes/utf8.ts';
import type { ByteWriter } from '../bytes/writer.ts';
import { refuse } from '../errors.ts';
import { DEFAULT_LIMITS } from '../registry.ts';
import { nameOfText } from './interning.ts';
import { SPELLED_OUT } from './name.ts';
import { SHORT_STRING_BYTES, SMALL_INT_MAXIMUM, Tag } from './tag.ts';
import { DateValue, Double, type Fields, Float32Vector, type Value } from './value.ts';

const INT64_MINIMUM = -(2n ** 63n);
const INT64_MAXIMUM = 2n ** 63n - 1n;

/** `"BLAZE" | version u8 | count u16 | { name, value }* | crc u32 in version 2`, in the canonical form. */
export function writeRecord(writer: ByteWriter, record: Fields, version: 1 | 2): void {
  const start = writer.length;
  writer.u32(0x424c415a); // "BLAZ"
  writer.u16(0x4500 | version); // "E"
  countEntries(record);
  writer.u16(record.size);
  writeEntries(writer, record, 0);
  if (version === 2) writer.u32(crc32(writer.written(start)));
}

/** `depth` is that of what holds the entries: 0 for the record, whose names have ids. */
function writeEntries(writer: ByteWriter, fields: Fields, depth: number): void {
  if (!isAscending(fields)) fields = new Map([...fields].sort((x, y) => compareUtf8(x[0], y[0])));
  for (const [text, value] of fields) {
    const name = nameOfText(text);
    if (depth === 0 && name.id !== 0) writer.u8(name.id);
    else {
      if (depth === 0) writer.u8(SPELLED_OUT);
      writer.u16(name.bytes.length);
      writer.shortBytes(name.bytes);
    }
    writeValue(writer, value, depth);
  }
}

/** What was decoded is in order already. */
function isAscending(fields: Fields): boolean {
  let previous: string | undefined;
  for (const name of fields.keys()) {
    if (previous !== undefined && compareUtf8(previous, name) > 0) return false;
    previous = name;
  }
  return true;
}

function writeValue(writer: ByteWriter, value: Value, depth: number): void {
  if (typeof value === 'string') writeString(writer, value);
  else if (typeof value === 'number') writeInt(writer, value);
  else if (value instanceof Id) {
    writer.u8(Tag.UUID);
    writer.id(value);
  } else if (value instanceof DateValue) writeBits(writer, Tag.DATE, value);
  else if (value instanceof Double) writeBits(writer, Tag.DOUBLE, value);
  else if (value === null) writer.u8(Tag.NULL);
  else if (typeof value === 'boolean') writer.u16((Tag.BOOL << 8) | (value ? 1 : 0));
  else if (value instanceof Uint8Array) {
    writer.u8(Tag.DATA);
    writer.u32(value.length);
    writer.bytes(value);
  } else if (Array.isArray(value)) writeArray(writer, value, depth + 1);
  else if (value instanceof Map) writeDictionary(writer, value, depth + 1);
  else if (value instanceof Float32Vector) writeVector(writer, value);
  else if (typeof value === 'bigint') writeBigInt(writer, value);
  else throw new TypeError(`not a value: ${typeof value}`);
}

function writeString(writer: ByteWriter, text: string): void {
  const n = utf8Length(text);
  if (n < 0) refuse('record.utf8', 'a lone surrogate');
  writer.reserve(n + 5);
  if (n === 0) writer.u8(Tag.EMPTY_STRING);
  else if (n <= SHORT_STRING_BYTES) writer.u8(Tag.SHORT_STRING | n);
  else {
    writer.u8(Tag.STRING);
    writer.u32(n);
  }
  writer.position = writeUtf8(text, writer.target, writer.position);
}

function writeInt(writer: ByteWriter, value: number): void {
  if (value >= 0 && value <= SMALL_INT_MAXIMUM && Number.isInteger(value)) {
    writer.u16((Tag.SMALL_INT << 8) | value);
    return;
  }
  if (!Number.isInteger(value)) throw new TypeError(`a number stands for an int, ${value} is none; wrap it in Double`);
  if (!Number.isSafeInteger(value)) refuse('record.int-range', `${value} is not exact; use a bigint`);
  writer.u8(Tag.INT);
  writer.u32(Math.floor(value / 0x1_0000_0000));
  writer.u32(value >>> 0);
}

function writeBigInt(writer: ByteWriter, value: bigint): void {
  if (value < INT64_MINIMUM || value > INT64_MAXIMUM) refuse('record.int-range', `${value}`);
  if (value >= 0n && value <= BigInt(SMALL_INT_MAXIMUM)) writeInt(writer, Number(value));
  else {
    writer.u8(Tag.INT);
    writer.u32(Number(value >> 32n));
    writer.u32(Number(value & 0xffff_ffffn));
  }
}

function writeBits(writer: ByteWriter, tag: Tag, value: { readonly hi: number; readonly lo: number }): void {
  writer.u8(tag);
  writer.u32(value.hi);
  writer.u32(value.lo);
}

function writeVector(writer: ByteWriter, vector: Float32Vector): void {
  writer.u8(Tag.VECTOR);
  writer.u32(vector.bits.length);
  for (const bits of vector.bits) writer.u32(bits);
}

function writeArray(writer: ByteWriter, values: readonly Value[], depth: number): void {
  if (depth > DEFAULT_LIMITS.NESTING) refuse('record.nesting');
  if (values.length === 0) {
    writer.u8(Tag.EMPTY_ARRAY);
    return;
  }
  if (values.length > DEFAULT_LIMITS.ARRAY_ELEMENTS) refuse('record.array-too-long', `${values.length} elements`);
  writer.u8(Tag.ARRAY);
  writer.u16(values.length);
  for (const value of values) writeValue(writer, value, depth);
}

function writeDictionary(writer: ByteWriter, entries: Fields, depth: number): void {
  if (depth > DEFAULT_LIMITS.NESTING) refuse('record.nesting');
  if (entries.size === 0) {
    writer.u8(Tag.EMPTY_DICTIONARY);
    return;
  }
  countEntries(entries);
  writer.u8(Tag.DICTIONARY);
  writer.u16(entries.size);
  writeEntries(writer, entries, depth);
}

function countEntries(fields: Fields): void {
  if (fields.size > DEFAULT_LIMITS.FIELDS) refuse('record.fields', `${fields.size} entries`);
}
