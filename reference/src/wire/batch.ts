import { plainBytes } from '../bytes/plain.ts';
import { ByteReader, EndOfBytes } from '../bytes/reader.ts';
import { ByteWriter } from '../bytes/writer.ts';
import { ProtocolError, refuse } from '../errors.ts';
import { DEFAULT_LIMITS } from '../registry.ts';
import { peekOperation } from './operation-head.ts';

/**
 * Unpacks raw DEFLATE from the start of `packed`. Throws RangeError as soon as the output would pass `maximum` bytes (0
 * is possible) and any other error for a stream that is damaged or cut.
 */
export type Inflate = (packed: Uint8Array, maximum: number) => { readonly raw: Uint8Array; readonly consumed: number };

/** Packs into raw DEFLATE. */
export type Deflate = (raw: Uint8Array) => Uint8Array;

export interface BatchOptions {
  /** Whether COMPRESSION was selected. */
  readonly compression: boolean;
  /** Required with `compression`. */
  readonly inflate?: Inflate | undefined;
}

const PACKED = 1;
/** Shortest operation that can be rejected by its id. */
const OPERATION_MINIMUM = 16;
const { BATCH_OPERATIONS, RAW_BYTES, RAW_RATIO } = DEFAULT_LIMITS;

/** The plaintext of a BATCH frame: `flags u8 | body`. Refuses by `batch.count` or `batch.operation-short`. */
export function encodeBatch(operations: readonly Uint8Array[]): Uint8Array {
  const writer = new ByteWriter();
  writer.u8(0);
  writeBody(writer, operations);
  return writer.finish();
}

/**
 * `flags u8 | raw_length u32 | deflate(body)`, where a sender may pack and it pays: operations of one author, none
 * sealed, within the limits of raw_length, and shorter than unpacked. Otherwise as `encodeBatch`.
 */
export function encodePackedBatch(operations: readonly Uint8Array[], deflate: Deflate): Uint8Array {
  const plain = encodeBatch(operations);
  const body = plain.subarray(1);
  if (body.length > RAW_BYTES || !mayPack(operations)) return plain;
  const packed = deflate(body);
  if (packed.length + 4 >= body.length || body.length > RAW_RATIO * packed.length) return plain;
  const writer = new ByteWriter();
  writer.u8(PACKED);
  writer.u32(body.length);
  writer.bytes(packed);
  return writer.finish();
}

/** What is packed together can be told from its length, so it has to be of one author; ciphertext does not shrink. */
function mayPack(operations: readonly Uint8Array[]): boolean {
  try {
    const heads = operations.map(peekOperation);
    return heads.every(({ type, node }) => type !== 'sealed' && node.equals(heads[0]!.node));
  } catch (error) {
    if (error instanceof ProtocolError) return false; // whose it is cannot be told
    throw error;
  }
}

function writeBody(writer: ByteWriter, operations: readonly Uint8Array[]): void {
  checkCount(operations.length);
  writer.u16(operations.length);
  for (const operation of operations) {
    checkOperationLength(operation.length);
    writer.u32(operation.length);
    writer.bytes(operation);
  }
}

/**
 * The operations of a batch, as views and not judged themselves.
 *
 * Precedence: flags (`truncated`, `flags`, `compression-not-selected`); of a packed batch raw_length (`truncated`,
 * `raw-length` for its limit, `ratio`), the stream (`raw-length` for more output, `deflate`), then `raw-length` for
 * less output, then `deflate-trailing`; then the body: count (`truncated`, `count`) and operation by operation its
 * length (`truncated`, `operation-short`) and its bytes (`truncated`); at last `trailing-bytes`.
 */
export function decodeBatch(plaintext: Uint8Array, options: BatchOptions): Uint8Array[] {
  try {
    const reader = new ByteReader(plaintext);
    const flags = reader.u8();
    if ((flags & ~PACKED) !== 0) refuse('batch.flags', `flags ${flags}`);
    if (flags === 0) return readBody(reader);
    if (!options.compression) refuse('batch.compression-not-selected');
    if (options.inflate === undefined) throw new TypeError('a packed batch needs `inflate`');
    return readBody(new ByteReader(unpack(reader, options.inflate)));
  } catch (error) {
    if (error instanceof EndOfBytes) refuse('batch.truncated', undefined, { cause: error });
    throw error;
  }
}

function unpack(reader: ByteReader, inflate: Inflate): Uint8Array {
  const rawLength = reader.u32();
  if (rawLength > RAW_BYTES) refuse('batch.raw-length', `${rawLength} bytes`);
  const packed = reader.bytes(reader.remaining);
  if (rawLength > RAW_RATIO * packed.length) refuse('batch.ratio', `${rawLength} bytes out of ${packed.length}`);
  const { raw, consumed } = inflated(inflate, packed, rawLength);
  if (raw.length !== rawLength) refuse('batch.raw-length', `${rawLength} announced, ${raw.length} unpacked`);
  if (consumed !== packed.length) refuse('batch.deflate-trailing', `${packed.length - consumed} bytes`);
  return plainBytes(raw);
}

function inflated(inflate: Inflate, packed: Uint8Array, maximum: number): ReturnType<Inflate> {
  try {
    return inflate(packed, maximum);
  } catch (cause) {
    return refuse(cause instanceof RangeError ? 'batch.raw-length' : 'batch.deflate', undefined, { cause });
  }
}

function readBody(reader: ByteReader): Uint8Array[] {
  const count = reader.u16();
  checkCount(count);
  const operations: Uint8Array[] = [];
  for (let i = 0; i < count; i++) {
    const length = reader.u32();
    checkOperationLength(length);
    operations.push(reader.bytes(length));
  }
  if (reader.remaining > 0) refuse('batch.trailing-bytes', `${reader.remaining} bytes`);
  return operations;
}

function checkCount(count: number): void {
  if (count < 1 || count > BATCH_OPERATIONS) refuse('batch.count', `${count} operations`);
}

function checkOperationLength(length: number): void {
  if (length < OPERATION_MINIMUM) refuse('batch.operation-short', `${length} bytes`);
}
