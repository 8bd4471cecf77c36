import type { Id } from './id.ts';
import { putU16, putU32 } from './put.ts';
import { utf8Length, writeUtf8 } from './utf8.ts';

/**
 * Results are cut from one pool of 64 KiB after the other: a typed array with memory of its own costs more than
 * encoding a small operation. Memory that was handed out is never written again. A writer owns the pool until it
 * finishes, so nested writers cannot overlap: the inner one opens a pool of its own.
 */
const POOL_BYTES = 65536;
/** Below this rest a pool is given up. */
const POOL_REST = 1024;

let pool: Uint8Array | undefined;
let poolUsed = 0;

/** Writes big-endian values into memory that grows as needed. */
export class ByteWriter {
  /** The memory that is being written; replaced when it grows. */
  target: Uint8Array;
  position: number;
  private start: number;

  constructor() {
    if (pool === undefined) {
      this.target = new Uint8Array(POOL_BYTES);
      this.start = 0;
    } else {
      this.target = pool;
      this.start = poolUsed;
      pool = undefined;
    }
    this.position = this.start;
  }

  /** Bytes written so far. */
  get length(): number {
    return this.position - this.start;
  }

  u8(value: number): void {
    this.reserve(1);
    this.target[this.position++] = value;
  }

  u16(value: number): void {
    this.reserve(2);
    this.position = putU16(this.target, this.position, value);
  }

  /** Takes int32 as well as u32. */
  u32(value: number): void {
    this.reserve(4);
    this.position = putU32(this.target, this.position, value);
  }

  /** Throws RangeError unless `value` is an integer from 0 to 2^53 - 1. */
  u64(value: number): void {
    if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`not an integer from 0 to 2^53 - 1: ${value}`);
    this.u32(Math.floor(value / 0x1_0000_0000));
    this.u32(value >>> 0);
  }

  bytes(value: Uint8Array): void {
    const n = value.length;
    this.reserve(n);
    this.target.set(value, this.position);
    this.position += n;
  }

  id(value: Id): void {
    this.reserve(16);
    this.position = value.write(this.target, this.position);
  }

  /** Writes `text` without a length; returns its bytes. Throws RangeError on a lone surrogate. */
  utf8(text: string): number {
    const n = utf8Length(text);
    if (n < 0) throw new RangeError('a lone surrogate has no UTF-8 form');
    this.reserve(n);
    writeUtf8(text, this.target, this.position);
    this.position += n;
    return n;
  }

  /** Overwrites the byte that was the `at`-th written. */
  patchU8(at: number, value: number): void {
    this.target[this.start + at] = value;
  }

  /** Forgets what was written after the first `length` bytes. */
  rewind(length: number): void {
    this.position = this.start + length;
  }

  /** A view of what was written from the `from`-th byte on; valid until the next write. */
  written(from: number): Uint8Array {
    return this.target.subarray(this.start + from, this.position);
  }

  /** Makes room for `n` bytes at `position`. */
  reserve(n: number): void {
    if (this.position + n > this.target.length) this.grow(n);
  }

  /** What was written. The writer must not be used afterwards. The result may share its buffer with other results. */
  finish(): Uint8Array {
    const written = this.target.subarray(this.start, this.position);
    if (this.target.length > POOL_BYTES) return written;
    if (this.target.length - this.position >= POOL_REST) {
      pool = this.target;
      poolUsed = this.position;
    }
    return written;
  }

  /** Doubling keeps the copying linear; what is handed out stays within twice its size. */
  private grow(n: number): void {
    const written = this.position - this.start;
    const grown = new Uint8Array(Math.max(POOL_BYTES, 2 * (written + n)));
    grown.set(this.target.subarray(this.start, this.position));
    this.target = grown;
    this.start = 0;
    this.position = written;
  }
}
