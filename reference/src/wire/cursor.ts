import type { Id } from '../bytes/id.ts';
import { ByteReader } from '../bytes/reader.ts';
import { ByteWriter } from '../bytes/writer.ts';
import { refuse } from '../errors.ts';

/** A position in an arrival log: `log id 16 | seq u64 | mark 16`. Opaque to whoever holds it for another node. */
export interface Cursor {
  readonly log: Id;
  /** Sequence number of the last covered entry; 0 before the first. Above 2^53 it is the nearest number. */
  readonly seq: number;
  /** Mark of the log at `seq`; zeros at 0. */
  readonly mark: Id;
}

export const CURSOR_BYTES = 40;

/** 40 bytes. Throws RangeError when `seq` is not an integer from 0 to 2^53 - 1. */
export function encodeCursor(cursor: Cursor): Uint8Array {
  const writer = new ByteWriter();
  writer.id(cursor.log);
  writer.u64(cursor.seq);
  writer.id(cursor.mark);
  return writer.finish();
}

/**
 * Refuses by `cursor.length`. A seq above 2^53 is not refused here: it is past every head, which is for the log to say,
 * after it has compared the log id.
 */
export function decodeCursor(bytes: Uint8Array): Cursor {
  if (bytes.length !== CURSOR_BYTES) refuse('cursor.length', `${bytes.length} bytes`);
  const reader = new ByteReader(bytes);
  return { log: reader.id(), seq: reader.u64Nearest(), mark: reader.id() };
}
