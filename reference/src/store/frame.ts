/**
 * Frames of a journal file, after its header:
 *
 *   header  magic 8 | kind u8 (0 plain, 1 sealed) | file id 16 | check 4 (CRC-32), sealed 16 (HMAC)
 *   frame   length u32 | back u32 | flags u8 (01: ends its transaction) | head check u32 | body
 *   body    plain: change | CRC-32 of head and change      sealed: nonce 12 | ciphertext of change | tag 16
 *
 * `length` counts the body, `back` the bytes since the transaction began, so that a frame by itself says which
 * transaction it is of. The head check is the CRC-32 of file id, offset of the frame and the head so far: a head at
 * another place, of another file, or with a length that is wrong is none.
 */
import { equalBytes } from '../bytes/compare.ts';
import { crc32 } from '../bytes/crc32.ts';
import { putU32 } from '../bytes/put.ts';
import { ByteReader } from '../bytes/reader.ts';
import { encodeUtf8 } from '../bytes/utf8.ts';
import { CHECK_BYTES, type FileSeal, SEAL_BYTES } from './at-rest.ts';

const MAGIC = encodeUtf8('BLZJRNL\x01');
const CRC_BYTES = 4;
const ENDS = 0x01;

export const FILE_ID_BYTES = 16;
export const HEAD_BYTES = 13;
/** Bounds what is allocated for a change that is read. One operation has 256 KiB at most; marks and seqs come in lists. */
export const MAX_CHANGE_BYTES: number = 64 * 1024 * 1024;

const HEADER_HEAD_BYTES = MAGIC.length + 1 + FILE_ID_BYTES;

export interface FrameHead {
  /** Of the body. */
  readonly length: number;
  readonly back: number;
  readonly isEnd: boolean;
}

/** Reads and writes the frames of one file. Offsets are those of the file. */
export class FrameFormat {
  readonly headerBytes: number;
  /** What a frame has besides its change. */
  readonly overhead: number;
  readonly #fileId: Uint8Array;
  readonly #seal: FileSeal | undefined;
  /** file id | offset u64 | length | back | flags: what the head check covers, and the AAD of a sealed frame. */
  readonly #bound = new Uint8Array(FILE_ID_BYTES + 8 + HEAD_BYTES - CRC_BYTES);

  constructor(fileId: Uint8Array, seal: FileSeal | undefined) {
    this.#fileId = fileId;
    this.#seal = seal;
    this.#bound.set(fileId);
    this.headerBytes = HEADER_HEAD_BYTES + (seal === undefined ? CRC_BYTES : CHECK_BYTES);
    this.overhead = HEAD_BYTES + (seal === undefined ? CRC_BYTES : SEAL_BYTES);
  }

  header(): Uint8Array {
    const header = new Uint8Array(this.headerBytes);
    header.set(MAGIC);
    header[MAGIC.length] = this.#seal === undefined ? 0 : 1;
    header.set(this.#fileId, MAGIC.length + 1);
    const head = header.subarray(0, HEADER_HEAD_BYTES);
    if (this.#seal === undefined) putU32(header, HEADER_HEAD_BYTES, crc32(head));
    else header.set(this.#seal.headerCheck(head), HEADER_HEAD_BYTES);
    return header;
  }

  /** Writes a frame that will stand at `offset` into `target` from `at`; returns where it ends. */
  put(target: Uint8Array, at: number, offset: number, back: number, isEnd: boolean, change: Uint8Array): number {
    const body = at + HEAD_BYTES;
    const end = at + this.overhead + change.length;
    putU32(target, at, end - body);
    putU32(target, at + 4, back);
    target[at + 8] = isEnd ? ENDS : 0;
    putU32(target, at + 9, this.#headCheck(target, at, offset));
    if (this.#seal !== undefined) {
      this.#seal.seal(change, this.#bound, target, body);
    } else {
      target.set(change, body);
      putU32(target, end - CRC_BYTES, crc32(target, at, end - CRC_BYTES));
    }
    return end;
  }

  /** The head at `bytes[at]`, where 13 bytes are; `undefined` when there is none for this offset. */
  head(bytes: Uint8Array, at: number, offset: number): FrameHead | undefined {
    const reader = new ByteReader(bytes, at, at + HEAD_BYTES);
    const [length, back, flags] = [reader.u32(), reader.u32(), reader.u8()];
    const least = this.overhead - HEAD_BYTES + 1;
    if (length < least || length > least + MAX_CHANGE_BYTES || flags > ENDS || back > offset) return undefined;
    if (reader.u32() !== this.#headCheck(bytes, at, offset)) return undefined;
    return { length, back, isEnd: flags === ENDS };
  }

  /** The change, in memory of its own, of the whole frame at `bytes[at]` with this head; `undefined` when it is damaged. */
  change(bytes: Uint8Array, at: number, offset: number, { length }: FrameHead): Uint8Array | undefined {
    const body = at + HEAD_BYTES;
    const end = body + length;
    if (this.#seal !== undefined) {
      this.#headCheck(bytes, at, offset);
      return this.#seal.open(bytes.subarray(body, end), this.#bound);
    }
    const check = new ByteReader(bytes, end - CRC_BYTES, end).u32();
    return check === crc32(bytes, at, end - CRC_BYTES) ? bytes.slice(body, end - CRC_BYTES) : undefined;
  }

  #headCheck(bytes: Uint8Array, at: number, offset: number): number {
    const bound = this.#bound;
    putU32(bound, FILE_ID_BYTES, Math.floor(offset / 0x1_0000_0000));
    putU32(bound, FILE_ID_BYTES + 4, offset >>> 0);
    for (let i = 0; i < HEAD_BYTES - CRC_BYTES; i++) bound[FILE_ID_BYTES + 8 + i] = bytes[at + i]!;
    return crc32(bound);
  }
}

export type HeaderFault = 'no journal' | 'damaged' | 'is sealed' | 'is plain' | 'other key';

/** The format of the file that begins with `bytes`, or why there is none. */
export function formatOf(
  bytes: Uint8Array,
  sealOf: ((fileId: Uint8Array) => FileSeal) | undefined,
): FrameFormat | HeaderFault {
  if (bytes.length < HEADER_HEAD_BYTES || !equalBytes(bytes.subarray(0, MAGIC.length), MAGIC)) return 'no journal';
  const kind = bytes[MAGIC.length]!;
  if (kind > 1) return 'damaged';
  const fileId = bytes.slice(MAGIC.length + 1, HEADER_HEAD_BYTES);
  if (kind === 1 && sealOf === undefined) return 'is sealed';
  if (kind === 0 && sealOf !== undefined) return 'is plain';
  const format = new FrameFormat(fileId, sealOf?.(fileId));
  if (equalBytes(format.header(), bytes.subarray(0, format.headerBytes))) return format;
  return kind === 1 ? 'other key' : 'damaged';
}

/** Bytes that hold the header of any file. */
export const MOST_HEADER_BYTES: number = HEADER_HEAD_BYTES + CHECK_BYTES;
