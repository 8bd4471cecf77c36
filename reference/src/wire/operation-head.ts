import { Id } from '../bytes/id.ts';
import { putU16, putU32 } from '../bytes/put.ts';
import { decodeUtf8, utf8Length, writeUtf8 } from '../bytes/utf8.ts';
import type { ByteWriter } from '../bytes/writer.ts';
import { refuse } from '../errors.ts';
import { OperationType, type OperationTypeName } from '../registry.ts';

const ID_BYTES = 16;
/** Second byte of the long head. */
const LONG_HEAD = 0x80;
/** Names from here on have the long head. */
const LONG_NAME_BYTES = 32;
const NAME_BYTES = 255;
/** Two ids and a counter in its longest form. */
const ORIGIN_MAXIMUM = 41;
/** Type 7 and 16: the bytes of the tag, which stands where the name would. */
const SEALED_HEAD = 0xf0;

/** By the number of the type. */
const TYPE_NAMES: readonly (OperationTypeName | undefined)[] = Array.from({ length: LONG_NAME_BYTES }, (_, type) =>
  (Object.keys(OperationType) as OperationTypeName[]).find((name) => OperationType[name] === type),
);

/** What stands before the changes, or before the epoch of a sealed operation: all that a relay needs. */
export interface OperationHead {
  readonly id: Id;
  /** Logical time of the author, 0 to 2^53 - 1. */
  readonly counter: number;
  readonly node: Id;
  readonly type: OperationTypeName;
  /** `undefined` when it is sealed. */
  readonly collection: string | undefined;
  /** Of the record, or of the index; `undefined` when it is sealed. */
  readonly record: Id | undefined;
  /** Where what follows begins: the changes, or the tag of a sealed operation. */
  readonly end: number;
}

/**
 * Reads `id 16 | counter | node 16 | head | collection | record 16` and looks at nothing behind it.
 *
 * Precedence: `operation.id-missing`; then field by field whether its bytes are there (`operation.truncated`), then
 * what they say. The first byte of the head alone decides `operation.type`, then `operation.sealed-head`; the next two
 * `operation.head-form`.
 */
export function peekOperation(bytes: Uint8Array): OperationHead {
  if (bytes.length < ID_BYTES) refuse('operation.id-missing', `${bytes.length} bytes`);
  const counter = readCounter(bytes);
  let at = ID_BYTES + 1 + COUNTER_BYTES[bytes[ID_BYTES]!]!;
  need(bytes, at, ID_BYTES);
  const id = Id.at(bytes, 0);
  const node = Id.at(bytes, at);
  at += ID_BYTES;
  need(bytes, at, 1);
  const first = bytes[at]!;
  const packed = first >= LONG_NAME_BYTES;
  const type = TYPE_NAMES[packed ? first >> 5 : first] ?? refuse('operation.type', `head ${first}`);
  if (type === 'sealed') {
    if (first !== SEALED_HEAD) refuse('operation.sealed-head', `head ${first}`);
    return { id, counter, node, type, collection: undefined, record: undefined, end: at + 1 };
  }
  const length = packed ? first & 0x1f : readLongLength(bytes, at);
  if (length === 0) refuse('operation.collection-empty');
  at += packed ? 1 : 3;
  need(bytes, at, length);
  const collection = decodeUtf8(bytes, at, at + length) ?? refuse('operation.collection-utf8');
  at += length;
  need(bytes, at, ID_BYTES);
  return { id, counter, node, type, collection, record: Id.at(bytes, at), end: at + ID_BYTES };
}

/** Bytes of the counter behind its marker. */
const COUNTER_BYTES = [1, 2, 8] as const;

/** `00 u8`, `01 u16` or `02 u64`, the shortest that has room. */
function readCounter(bytes: Uint8Array): number {
  need(bytes, ID_BYTES, 1);
  const marker = bytes[ID_BYTES]!;
  const width = COUNTER_BYTES[marker] ?? refuse('operation.counter-form', `marker ${marker}`);
  const at = ID_BYTES + 1;
  need(bytes, at, width);
  if (marker === 0) return bytes[at]!;
  let counter = 0;
  for (let i = 0; i < width; i++) counter = counter * 256 + bytes[at + i]!;
  if (counter < (marker === 1 ? 0x100 : 0x1_0000)) refuse('operation.counter-form', `${counter}`);
  if (counter > Number.MAX_SAFE_INTEGER) refuse('operation.counter-range');
  return counter;
}

function readLongLength(bytes: Uint8Array, head: number): number {
  need(bytes, head + 1, 1);
  if (bytes[head + 1] !== LONG_HEAD) refuse('operation.head-form', `second byte ${bytes[head + 1]}`);
  need(bytes, head + 2, 1);
  const length = bytes[head + 2]!;
  if (length < LONG_NAME_BYTES) refuse('operation.head-form', `a name of ${length} bytes`);
  return length;
}

function need(bytes: Uint8Array, at: number, n: number): void {
  if (n > bytes.length - at)
    refuse('operation.truncated', `${n} bytes are due at ${at}, ${bytes.length - at} are there`);
}

/** Writes `id | counter | node`. Refuses by `operation.counter-range`. */
export function writeOrigin(
  writer: ByteWriter,
  { id, counter, node }: Pick<OperationHead, 'id' | 'counter' | 'node'>,
): void {
  if (!Number.isSafeInteger(counter) || counter < 0) refuse('operation.counter-range', `${counter}`);
  writer.reserve(ORIGIN_MAXIMUM);
  const { target } = writer;
  writer.position = node.write(target, putCounter(target, id.write(target, writer.position), counter));
}

function putCounter(target: Uint8Array, at: number, counter: number): number {
  if (counter < 0x100) return putU16(target, at, counter);
  target[at] = counter < 0x1_0000 ? 1 : 2;
  if (counter < 0x1_0000) return putU16(target, at + 1, counter);
  return putU32(target, putU32(target, at + 1, Math.floor(counter / 0x1_0000_0000)), counter >>> 0);
}

/** Writes the head and the collection. Refuses by `operation.collection-*`. */
export function writeTarget(writer: ByteWriter, type: OperationTypeName, collection: string): void {
  const length = utf8Length(collection);
  if (length < 0) refuse('operation.collection-utf8', 'a lone surrogate');
  if (length === 0) refuse('operation.collection-empty');
  if (length > NAME_BYTES) refuse('operation.collection-too-long', `${length} bytes`);
  writer.reserve(3 + length);
  const { target } = writer;
  let at = writer.position;
  if (length < LONG_NAME_BYTES) target[at++] = (OperationType[type] << 5) | length;
  else {
    target[at++] = OperationType[type];
    target[at++] = LONG_HEAD;
    target[at++] = length;
  }
  writer.position = writeUtf8(collection, target, at);
}

export function writeSealedHead(writer: ByteWriter): void {
  writer.u8(SEALED_HEAD);
}
