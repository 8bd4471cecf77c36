import { compareUtf8 } from '../bytes/compare.ts';
import { crc32 } from '../bytes/crc32.ts';
import { Id } from '../bytes/id.ts';
import { putShort, putU16, putU32 } from '../bytes/put.ts';
import { isShort, SHORT_TEXT, utf8Length, writeAscii, writeUtf8 } from '../bytes/utf8.ts';
import type { ByteWriter } from '../bytes/writer.ts';
import { refuse } from '../errors.ts';
import { DEFAULT_LIMITS } from '../registry.ts';
import { isFields } from './decoded-fields.ts';
import { BEFORE_ALL, nameOfText, orderAfter } from './interning.ts';
import { SHORT_STRING_BYTES, SMALL_INT_MAXIMUM, Tag } from './tag.ts';
import { DateValue, Double, type Fields, Float32Vector, type Value } from './value.ts';

const HEADER_BYTES = 8;
const STRING_HEAD = 5;
/** Room that one check makes for a value of fixed size or a short text. */
const VALUE_ROOM = STRING_HEAD + SHORT_TEXT;
/** And for the name before it. */
const ENTRY_ROOM = 3 + DEFAULT_LIMITS.NAME_BYTES + VALUE_ROOM;
const INT64_MINIMUM = -(2n ** 63n);
const INT64_MAXIMUM = 2n ** 63n - 1n;

/** `"BLAZE" | version u8 | count u16 | { name, value }* | crc u32 in version 2`, in the canonical form. */
export function writeRecord(writer: ByteWriter, record: Fields, version: 1 | 2): void {
  const start = writer.length;
  countEntries(record);
  writer.reserve(HEADER_BYTES);
  const at = putU32(writer.target, writer.position, 0x424c415a); // "BLAZ"
  writer.position = putU32(writer.target, at, ((0x4500 | version) << 16) | record.size); // "E"
  writeEntries(writer, record, 0);
  if (version === 2) writer.u32(crc32(writer.written(start)));
}

/**
 * `depth` is that of what holds the entries: 0 for the record, whose names have ids. Names mostly come in order: at
 * depth 0 that is found out on the way, and all is written once more if they do not; further down it is looked at
 * first, since to start again on each level would double the work with each.
 */
function writeEntries(writer: ByteWriter, fields: Fields, depth: number): void {
  // The loop is compiled for Map alone.
  if (!(fields instanceof Map)) fields = new Map(fields);
  if (depth > 0 && !isAscending(fields)) fields = sorted(fields);
  const start = writer.length;
  let name = BEFORE_ALL;
  for (const [text, value] of fields) {
    const next = name.next;
    if (next !== undefined && next.text === text) name = next;
    else {
      const other = nameOfText(text);
      if (orderAfter(name, other) < 0) {
        writer.rewind(start);
        writeEntries(writer, sorted(fields), depth);
        return;
      }
      name = other;
    }
    writer.reserve(ENTRY_ROOM);
    const at = putShort(writer.target, writer.position, depth === 0 ? name.field : name.key);
    writeValue(writer, at, value, depth);
  }
}

function sorted(fields: Fields): Fields {
  return new Map([...fields].sort((x, y) => compareUtf8(x[0], y[0])));
}

function isAscending(fields: Fields): boolean {
  let previous = BEFORE_ALL;
  for (const text of fields.keys()) {
    if (previous.next?.text === text) previous = previous.next;
    else {
      const name = nameOfText(text);
      if (orderAfter(previous, name) < 0) return false;
      previous = name;
    }
  }
  return true;
}

/** Writes at `at`, where there is VALUE_ROOM. The frequent kinds come first, in a function of their own. */
function writeValue(writer: ByteWriter, at: number, value: Value, depth: number): void {
  const { target } = writer;
  if (typeof value === 'string') {
    const end = isShort(value) ? writeAscii(value, target, putStringHead(target, at, value.length)) : -1;
    if (end >= 0) writer.position = end;
    else writeString(writer, at, value);
  } else if (typeof value === 'number') writer.position = putInt(target, at, value);
  else if (value instanceof Id) {
    target[at] = Tag.UUID;
    writer.position = value.write(target, at + 1);
  } else if (value instanceof DateValue) writer.position = putBits(target, at, Tag.DATE, value.hi, value.lo);
  else {
    writer.position = at;
    writeRareValue(writer, value, depth);
  }
}

function writeRareValue(
  writer: ByteWriter,
  value: Exclude<Value, string | number | Id | DateValue>,
  depth: number,
): void {
  const { target, position } = writer;
  if (value instanceof Double) writer.position = putBits(target, position, Tag.DOUBLE, value.hi, value.lo);
  else if (value === null) writer.u8(Tag.NULL);
  else if (typeof value === 'boolean') writer.u16((Tag.BOOL << 8) | (value ? 1 : 0));
  else if (value instanceof Uint8Array) writeData(writer, value);
  else if (Array.isArray(value)) writeArray(writer, value, depth + 1);
  else if (isFields(value)) writeDictionary(writer, value, depth + 1);
  else if (value instanceof Float32Vector) writeVector(writer, value);
  else if (typeof value === 'bigint') writeBigInt(writer, value);
  else throw new TypeError(`not a value: ${typeof value}`);
}

/** A text that is long or not ASCII. */
function writeString(writer: ByteWriter, at: number, text: string): void {
  const n = utf8Length(text);
  if (n < 0) refuse('record.utf8', 'a lone surrogate');
  writer.position = at;
  writer.reserve(STRING_HEAD + n);
  writer.position = writeUtf8(text, writer.target, putStringHead(writer.target, writer.position, n));
}

/** Tag and length of a string of `n` bytes. */
function putStringHead(target: Uint8Array, at: number, n: number): number {
  if (n <= SHORT_STRING_BYTES) {
    target[at] = n === 0 ? Tag.EMPTY_STRING : Tag.SHORT_STRING | n;
    return at + 1;
  }
  target[at] = Tag.STRING;
  return putU32(target, at + 1, n);
}

function putInt(target: Uint8Array, at: number, value: number): number {
  if (value >= 0 && value <= SMALL_INT_MAXIMUM && Number.isInteger(value)) {
    return putU16(target, at, (Tag.SMALL_INT << 8) | value);
  }
  if (!Number.isInteger(value)) throw new TypeError(`a number stands for an int, ${value} is none; wrap it in Double`);
  if (!Number.isSafeInteger(value)) refuse('record.int-range', `${value} is not exact; use a bigint`);
  return putBits(target, at, Tag.INT, Math.floor(value / 0x1_0000_0000), value >>> 0);
}

function putBits(target: Uint8Array, at: number, tag: Tag, hi: number, lo: number): number {
  target[at] = tag;
  target[at + 1] = hi >>> 24;
  target[at + 2] = hi >>> 16;
  target[at + 3] = hi >>> 8;
  target[at + 4] = hi;
  target[at + 5] = lo >>> 24;
  target[at + 6] = lo >>> 16;
  target[at + 7] = lo >>> 8;
  target[at + 8] = lo;
  return at + 9;
}

function writeData(writer: ByteWriter, data: Uint8Array): void {
  writer.u8(Tag.DATA);
  writer.u32(data.length);
  writer.bytes(data);
}

function writeBigInt(writer: ByteWriter, value: bigint): void {
  if (value < INT64_MINIMUM || value > INT64_MAXIMUM) refuse('record.int-range', `${value}`);
  const { target, position } = writer;
  if (value >= 0n && value <= BigInt(SMALL_INT_MAXIMUM)) writer.position = putInt(target, position, Number(value));
  else writer.position = putBits(target, position, Tag.INT, Number(value >> 32n), Number(value & 0xffff_ffffn));
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
  for (const value of values) {
    writer.reserve(VALUE_ROOM);
    writeValue(writer, writer.position, value, depth);
  }
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
