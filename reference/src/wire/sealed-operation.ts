import type { Id } from '../bytes/id.ts';
import { ByteReader, EndOfBytes } from '../bytes/reader.ts';
import type { ByteWriter } from '../bytes/writer.ts';
import { refuse } from '../errors.ts';
import { decodeExtensions, type Extension, writeExtensions } from './extensions.ts';
import { writeSealedHead } from './operation-head.ts';
import { SEALED_EXTENSIONS } from './operation-rules.ts';

/** An operation that only the members of its team can read (type 7). */
export interface SealedOperation {
  readonly id: Id;
  /** Logical time of the author, 0 to 2^53 - 1. */
  readonly counter: number;
  /** The author's node. */
  readonly node: Id;
  readonly type: 'sealed';
  /** Collection tag, 16 bytes. */
  readonly tag: Uint8Array;
  /** Epoch id, 16 bytes: commits to the key. */
  readonly epoch: Uint8Array;
  /** Not the zero id. */
  readonly team: Id;
  /** 12 bytes. */
  readonly nonce: Uint8Array;
  /** A multiple of 64 bytes, not 0. */
  readonly ciphertext: Uint8Array;
  /** Authentication tag, 16 bytes. */
  readonly mac: Uint8Array;
  readonly extensions: readonly Extension[];
}

const TAG_BYTES = 16;
const EPOCH_BYTES = 16;
const NONCE_BYTES = 12;
const MAC_BYTES = 16;
const BLOCK_BYTES = 64;

/**
 * `F0 | tag 16 | epoch id 16 | team 16 | nonce 12 | ct_len u32 | ct | gcm tag 16 | extensions?`: what follows the node
 * id.
 */
export function writeSealed(writer: ByteWriter, operation: SealedOperation): void {
  const { tag, epoch, team, nonce, ciphertext, mac, extensions } = operation;
  writeSealedHead(writer);
  writer.bytes(exactly(tag, TAG_BYTES, 'tag'));
  writer.bytes(exactly(epoch, EPOCH_BYTES, 'epoch id'));
  checkTeamIsNamed(team);
  writer.id(team);
  writer.bytes(exactly(nonce, NONCE_BYTES, 'nonce'));
  checkLength(ciphertext.length);
  writer.u32(ciphertext.length);
  writer.bytes(ciphertext);
  writer.bytes(exactly(mac, MAC_BYTES, 'mac'));
  writeExtensions(writer, extensions, SEALED_EXTENSIONS);
}

/**
 * Reads what follows the head. Values are copies.
 * Precedence: field by field whether it is there (`operation.truncated`), then what it says; the extensions last. The
 * length of the ciphertext is judged before the question whether so many bytes follow.
 */
export function readSealed(bytes: Uint8Array, start: number, id: Id, counter: number, node: Id): SealedOperation {
  try {
    const reader = new ByteReader(bytes, start);
    const tag = copy(reader, TAG_BYTES);
    const epoch = copy(reader, EPOCH_BYTES);
    const team = reader.id();
    checkTeamIsNamed(team);
    const nonce = copy(reader, NONCE_BYTES);
    const length = reader.u32();
    checkLength(length);
    const ciphertext = copy(reader, length);
    const mac = copy(reader, MAC_BYTES);
    const extensions = decodeExtensions(bytes, reader.position, bytes.length, SEALED_EXTENSIONS);
    return { id, counter, node, type: 'sealed', tag, epoch, team, nonce, ciphertext, mac, extensions };
  } catch (error) {
    if (error instanceof EndOfBytes) refuse('operation.truncated', undefined, { cause: error });
    throw error;
  }
}

function copy(reader: ByteReader, n: number): Uint8Array {
  return new Uint8Array(reader.bytes(n));
}

function checkTeamIsNamed(team: Id): void {
  if (team.isZero) refuse('operation.sealed-team');
}

function checkLength(length: number): void {
  if (length === 0 || length % BLOCK_BYTES !== 0) refuse('operation.sealed-length', `${length} bytes`);
}

function exactly(bytes: Uint8Array, n: number, what: string): Uint8Array {
  if (bytes.length !== n) throw new RangeError(`a ${what} is ${n} bytes, found ${bytes.length}`);
  return bytes;
}
