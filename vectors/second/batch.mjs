/** Batches: `flags u8 | [raw_length u32] | body`, body = `count u16 | { length u32, operation }*`, perhaps packed. */
import { constants, inflateRawSync } from 'node:zlib';
import { Cursor, join, u8, u16, u32 } from './bytes.mjs';
import { refuse } from './refusal.mjs';

const MAXIMUM = 1024 * 1024;

export function encodeBody(operations) {
  return join(u16(operations.length), ...operations.map((operation) => join(u32(operation.length), operation)));
}

export function encodeBatch(operations) {
  return join(u8(0), encodeBody(operations));
}

/** `compression`: was COMPRESSION selected? Gives the operations as bytes. */
export function decodeBatch(bytes, compression) {
  const cursor = new Cursor(bytes, 'batch.truncated');
  const flags = cursor.u8();
  if (flags > 1) refuse('batch.flags');
  if (flags === 0) return decodeBody(cursor.rest());
  if (!compression) refuse('batch.compression-not-selected');
  const rawLength = cursor.u32();
  return decodeBody(unpack(cursor.rest(), rawLength));
}

export function unpack(packed, rawLength) {
  if (rawLength > MAXIMUM) refuse('batch.raw-length');
  if (rawLength > 100 * packed.length) refuse('batch.ratio');
  let result;
  try {
    result = inflateRawSync(packed, { info: true, maxOutputLength: rawLength + 1, finishFlush: constants.Z_FINISH });
  } catch (error) {
    refuse(error.code === 'ERR_BUFFER_TOO_LARGE' ? 'batch.raw-length' : 'batch.deflate');
  }
  if (result.buffer.length !== rawLength) refuse('batch.raw-length');
  if (result.engine.bytesWritten !== packed.length) refuse('batch.deflate-trailing');
  return result.buffer;
}

function decodeBody(body) {
  const cursor = new Cursor(body, 'batch.truncated');
  const count = cursor.u16();
  if (count === 0 || count > 256) refuse('batch.count');
  const operations = [];
  for (let i = 0; i < count; i++) {
    const length = cursor.u32();
    if (length < 16) refuse('batch.operation-short');
    operations.push(cursor.take(length));
  }
  if (cursor.left > 0) refuse('batch.trailing-bytes');
  return operations;
}
