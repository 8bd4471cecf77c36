import { crc32 } from '../bytes/crc32.ts';
import { ByteWriter } from '../bytes/writer.ts';
import { refuse } from '../errors.ts';
import { RecordReader } from './record-reader.ts';
import { writeRecord } from './record-writer.ts';
import type { Fields } from './value.ts';

const MAGIC = Uint8Array.of(0x42, 0x4c, 0x41, 0x5a, 0x45); // "BLAZE"
const CRC_BYTES = 4;
/** Magic, version, count and checksum of an empty record. */
const V2_MINIMUM = 12;

/**
 * The canonical bytes of `record`: version 1 on sealed links, version 2 (with CRC-32) in files. Refuses what
 * `decodeRecord` would, and by `record.array-too-long` and `record.int-range`. Throws TypeError for what is no value.
 */
export function encodeRecord(record: Fields, version: 1 | 2 = 1): Uint8Array {
  const writer = new ByteWriter();
  writeRecord(writer, record, version);
  return writer.finish();
}

/**
 * The record that `bytes` are, of either version. Refuses by `record.*`.
 *
 * Precedence: magic, version, in version 2 the length (12 or more) and the checksum over all but its own four
 * bytes, then the contents (see RecordReader), then `record.trailing-bytes`. Bytes that end too early are
 * `record.truncated`, at the place where they do.
 */
export function decodeRecord(bytes: Uint8Array): Fields {
  const version = readHeader(bytes, 0, bytes.length);
  const end = version === 1 ? bytes.length : checkedEnd(bytes);
  const reader = new RecordReader(bytes, MAGIC.length + 1, end);
  const fields = reader.record();
  if (reader.at !== end) refuse('record.trailing-bytes', `${end - reader.at} bytes`);
  return fields;
}

/** As `decodeRecord` for the bytes from `start` on, where version 1 alone is due (`record.version`). */
export function decodeRecordV1(bytes: Uint8Array, start: number): Fields {
  const { fields, end } = readRecord(bytes, start);
  if (end !== bytes.length) refuse('record.trailing-bytes', `${bytes.length - end} bytes`);
  return fields;
}

/** The version 1 record at `start`, and where it ends: for what carries a record among other things. */
export function readRecord(
  bytes: Uint8Array,
  start: number,
  end: number = bytes.length,
): { readonly fields: Fields; readonly end: number } {
  if (readHeader(bytes, start, end) !== 1) refuse('record.version', 'version 1 is due');
  const reader = new RecordReader(bytes, start + MAGIC.length + 1, end);
  const fields = reader.record();
  return { fields, end: reader.at };
}

function readHeader(bytes: Uint8Array, start: number, end: number): 1 | 2 {
  if (end - start < MAGIC.length) refuse('record.truncated', 'in the magic');
  for (let i = 0; i < MAGIC.length; i++) {
    if (bytes[start + i] !== MAGIC[i]) refuse('record.magic');
  }
  const at = start + MAGIC.length;
  if (at >= end) refuse('record.truncated', 'before the version');
  const version = bytes[at]!;
  if (version !== 1 && version !== 2) refuse('record.version', `version ${version}`);
  return version;
}

function checkedEnd(bytes: Uint8Array): number {
  if (bytes.length < V2_MINIMUM) refuse('record.truncated', 'version 2 has at least 12 bytes');
  const end = bytes.length - CRC_BYTES;
  const declared = ((bytes[end]! << 24) | (bytes[end + 1]! << 16) | (bytes[end + 2]! << 8) | bytes[end + 3]!) >>> 0;
  if (crc32(bytes, 0, end) !== declared) refuse('record.checksum');
  return end;
}
