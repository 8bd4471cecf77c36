import { Id } from './id.ts';

/** The bytes end before what was asked for. */
export class EndOfBytes extends RangeError {
  override readonly name = 'EndOfBytes';
}

/** Reads big-endian values from `bytes[start, end)`, one after the other. Throws EndOfBytes when they run out. */
export class ByteReader {
  readonly bytesRead: Uint8Array;
  readonly end: number;
  position: number;

  constructor(bytes: Uint8Array, start = 0, end: number = bytes.length) {
    this.bytesRead = bytes;
    this.position = start;
    this.end = end;
  }

  get remaining(): number {
    return this.end - this.position;
  }

  u8(): number {
    return this.bytesRead[this.take(1)]!;
  }

  u16(): number {
    const at = this.take(2);
    return (this.bytesRead[at]! << 8) | this.bytesRead[at + 1]!;
  }

  u32(): number {
    const at = this.take(4);
    const bytes = this.bytesRead;
    return ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0;
  }

  /** As a number. Throws RangeError above 2^53 - 1. */
  u64(): number {
    const value = this.u64Nearest();
    if (!Number.isSafeInteger(value)) throw new RangeError('a u64 above 2^53 - 1 does not fit a number');
    return value;
  }

  /** As the nearest number: exact up to 2^53, rounded above. For values that are only compared or shown. */
  u64Nearest(): number {
    const high = this.u32();
    return high * 0x1_0000_0000 + this.u32();
  }

  /** A view of the next `n` bytes, not a copy. */
  bytes(n: number): Uint8Array {
    const at = this.take(n);
    return this.bytesRead.subarray(at, at + n);
  }

  id(): Id {
    return Id.from(this.bytesRead, this.take(16));
  }

  private take(n: number): number {
    const at = this.position;
    if (n > this.end - at) throw new EndOfBytes(`${n} bytes are due at ${at}, ${this.end - at} are there`);
    this.position = at + n;
    return at;
  }
}
