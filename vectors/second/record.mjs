/**
 * BlazeBinary records, written from the spec's chapter on records: one value has one encoding, and whatever is not that
 * encoding is refused. Values are in the JSON form of the vectors.
 */
import { crc32 } from 'node:zlib';
import { Cursor, hex, join, text, u8, u16, u32, utf8 } from './bytes.mjs';
import { refuse } from './refusal.mjs';

const MAGIC = Buffer.from('BLAZE');

/** Common field names; the first has id 01, the last 3A. */
const COMMON = `
  id createdAt updatedAt userId teamId title description status priority assignedTo tags completedAt dueDate startDate
  category name email password username firstName lastName age phone address city state zip country organizationId
  projectId taskId bugId issueId commentId attachmentId versionId parentId childIds metadata config settings preferences
  type kind label value count total sum average min max isActive isDeleted isPublic isPrivate isArchived isFavorite
`
  .trim()
  .split(/\s+/);

// ---------------------------------------------------------------- encoding

export function encodeRecord(fields, version = 1) {
  const body = join(MAGIC, u8(version), entries(fields, encodeTopName, 0));
  return version === 2 ? join(body, u32(crc32(body))) : body;
}

/** `u16 count | { name, value }*`, ascending by the bytes of the names. `depth` is that of the entries' values. */
function entries(fields, encodeName, depth) {
  if (fields.length > 1024) refuse('record.fields');
  const sorted = fields.map(([name, value]) => [nameBytes(name), name, value]);
  sorted.sort(([a], [b]) => Buffer.compare(a, b));
  for (let i = 1; i < sorted.length; i++) if (sorted[i - 1][1] === sorted[i][1]) refuse('record.names-duplicate');
  return join(
    u16(fields.length),
    ...sorted.map(([bytes, name, value]) => join(encodeName(bytes, name), encodeValue(value, depth))),
  );
}

function nameBytes(name) {
  const bytes = utf8(name, 'record.utf8');
  if (bytes.length > 255) refuse('record.name-too-long');
  if (name.startsWith('\ufeff')) refuse('record.name-bom');
  return bytes;
}

function encodeTopName(bytes, name) {
  const index = COMMON.indexOf(name);
  return index >= 0 ? u8(index + 1) : join(u8(0xff), u16(bytes.length), bytes);
}

function encodeKey(bytes) {
  return join(u16(bytes.length), bytes);
}

/** `depth` counts the containers around this value, the record itself not among them. */
function encodeValue(value, depth) {
  const [kind] = Object.keys(value);
  const content = value[kind];
  switch (kind) {
    case 'string': {
      const bytes = utf8(content, 'record.utf8');
      if (bytes.length === 0) return u8(0x11);
      if (bytes.length <= 15) return join(u8(0x20 + bytes.length), bytes);
      return join(u8(0x01), u32(bytes.length), bytes);
    }
    case 'int': {
      const number = BigInt(content);
      if (number !== BigInt.asIntN(64, number)) refuse('record.int-range');
      if (number >= 0n && number <= 255n) return Buffer.from([0x12, Number(number)]);
      const bytes = Buffer.alloc(8);
      bytes.writeBigInt64BE(number);
      return join(u8(0x02), bytes);
    }
    case 'double':
      return join(u8(0x03), hex(content));
    case 'bool':
      return Buffer.from([0x04, content ? 1 : 0]);
    case 'uuid':
      return join(u8(0x05), hex(content));
    case 'date':
      return join(u8(0x06), hex(content));
    case 'data':
      return join(u8(0x07), u32(content.length / 2), hex(content));
    case 'array':
      if (depth >= 32) refuse('record.nesting');
      if (content.length === 0) return u8(0x18);
      if (content.length > 65535) refuse('record.array-too-long');
      return join(u8(0x08), u16(content.length), ...content.map((element) => encodeValue(element, depth + 1)));
    case 'dictionary':
      if (depth >= 32) refuse('record.nesting');
      if (content.length === 0) return u8(0x19);
      return join(u8(0x09), entries(content, encodeKey, depth + 1));
    case 'vector':
      return join(u8(0x0a), u32(content.length), ...content.map(hex));
    case 'null':
      return u8(0x0b);
    default:
      throw new Error(`no such kind of value: ${kind}`);
  }
}

// ---------------------------------------------------------------- decoding

/** Decodes a whole record, version 1 or 2; nothing may be left over. */
export function decodeRecord(bytes) {
  const cursor = new Cursor(bytes, 'record.truncated');
  if (readHeader(cursor) === 2) {
    // The least record of version 2 is a header, a count and a checksum.
    if (bytes.length < 12) refuse('record.truncated');
    const end = bytes.length - 4;
    if (bytes.readUInt32BE(end) !== crc32(bytes.subarray(0, end))) refuse('record.checksum');
    cursor.bytes = bytes.subarray(0, end);
  }
  const fields = readEntries(cursor, readTopName, 0);
  if (cursor.left > 0) refuse('record.trailing-bytes');
  return fields;
}

/** Reads a record of version 1 that stands inside something else, and leaves the cursor behind it. */
export function readRecord(outer) {
  const cursor = new Cursor(outer.bytes.subarray(outer.at), 'record.truncated');
  if (readHeader(cursor) !== 1) refuse('record.version');
  const fields = readEntries(cursor, readTopName, 0);
  outer.at += cursor.at;
  return fields;
}

function readHeader(cursor) {
  if (!cursor.take(5).equals(MAGIC)) refuse('record.magic');
  const version = cursor.u8();
  if (version !== 1 && version !== 2) refuse('record.version');
  return version;
}

function readEntries(cursor, readName, depth) {
  const count = cursor.u16();
  if (count > 1024) refuse('record.fields');
  const fields = [];
  let previous;
  for (let i = 0; i < count; i++) {
    const name = readName(cursor);
    const bytes = Buffer.from(name);
    const order = previous === undefined ? -1 : Buffer.compare(previous, bytes);
    if (order === 0) refuse('record.names-duplicate');
    if (order > 0) refuse('record.names-unsorted');
    previous = bytes;
    fields.push([name, readValue(cursor, depth)]);
  }
  return fields;
}

function readTopName(cursor) {
  const id = cursor.u8();
  if (id !== 0xff) return COMMON[id - 1] ?? refuse('record.name-id-unknown');
  const name = readKey(cursor);
  if (COMMON.includes(name)) refuse('record.name-not-shortest');
  return name;
}

function readKey(cursor) {
  const length = cursor.u16();
  if (length > 255) refuse('record.name-too-long');
  const name = text(cursor.take(length)) ?? refuse('record.utf8');
  if (name.startsWith('\ufeff')) refuse('record.name-bom');
  return name;
}

function readValue(cursor, depth) {
  const tag = cursor.u8();
  if (tag >= 0x21 && tag <= 0x2f) return { string: readText(cursor, tag - 0x20) };
  switch (tag) {
    case 0x01: {
      const length = cursor.u32();
      if (length < 16) refuse('record.tag-not-shortest');
      return { string: readText(cursor, length) };
    }
    case 0x02: {
      const number = cursor.take(8).readBigInt64BE();
      if (number >= 0n && number <= 255n) refuse('record.tag-not-shortest');
      return { int: number.toString() };
    }
    case 0x03:
      return { double: cursor.hex(8) };
    case 0x04: {
      const byte = cursor.u8();
      if (byte > 1) refuse('record.bool');
      return { bool: byte === 1 };
    }
    case 0x05:
      return { uuid: cursor.hex(16) };
    case 0x06:
      return { date: cursor.hex(8) };
    case 0x07:
      return { data: cursor.hex(cursor.u32()) };
    case 0x08: {
      if (depth >= 32) refuse('record.nesting');
      const count = cursor.u16();
      if (count === 0) refuse('record.tag-not-shortest');
      const elements = [];
      for (let i = 0; i < count; i++) elements.push(readValue(cursor, depth + 1));
      return { array: elements };
    }
    case 0x09: {
      if (depth >= 32) refuse('record.nesting');
      const dictionary = readEntries(cursor, readKey, depth + 1);
      if (dictionary.length === 0) refuse('record.tag-not-shortest');
      return { dictionary };
    }
    case 0x0a: {
      const count = cursor.u32();
      if (count * 4 > cursor.left) refuse('record.truncated');
      return { vector: Array.from({ length: count }, () => cursor.hex(4)) };
    }
    case 0x0b:
      return { null: null };
    case 0x11:
      return { string: '' };
    case 0x12:
      return { int: cursor.u8().toString() };
    case 0x18:
      if (depth >= 32) refuse('record.nesting');
      return { array: [] };
    case 0x19:
      if (depth >= 32) refuse('record.nesting');
      return { dictionary: [] };
    default:
      return refuse('record.tag-unknown');
  }
}

function readText(cursor, length) {
  return text(cursor.take(length)) ?? refuse('record.utf8');
}
