import { fromHex } from './hex.ts';

/**
 * Sixteen bytes that name something: an operation, a node, a record, a team, a log.
 *
 * Held as four int32 (big-endian words): V8 keeps those in the object, while a Uint8Array per id costs a third of the
 * whole decoding time.
 */
export class Id {
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly d: number;

  constructor(a: number, b: number, c: number, d: number) {
    this.a = a | 0;
    this.b = b | 0;
    this.c = c | 0;
    this.d = d | 0;
  }

  static readonly ZERO: Id = new Id(0, 0, 0, 0);

  /** The 16 bytes at `offset`. Throws RangeError when there are fewer. */
  static from(bytes: Uint8Array, offset = 0): Id {
    if (offset < 0 || offset + 16 > bytes.length)
      throw new RangeError(`an id is 16 bytes, found ${bytes.length - offset}`);
    return new Id(word(bytes, offset), word(bytes, offset + 4), word(bytes, offset + 8), word(bytes, offset + 12));
  }

  /** From exactly 32 hex digits. Throws RangeError otherwise. */
  static fromHex(hex: string): Id {
    if (hex.length !== 32) throw new RangeError(`an id is 32 hex digits, found ${hex.length}`);
    return Id.from(fromHex(hex));
  }

  /** Order of the 16 unsigned bytes: below 0, 0 or above 0. */
  static compare(x: Id, y: Id): number {
    if (x.a !== y.a) return (x.a >>> 0) - (y.a >>> 0);
    if (x.b !== y.b) return (x.b >>> 0) - (y.b >>> 0);
    if (x.c !== y.c) return (x.c >>> 0) - (y.c >>> 0);
    return (x.d >>> 0) - (y.d >>> 0);
  }

  get isZero(): boolean {
    return (this.a | this.b | this.c | this.d) === 0;
  }

  equals(other: Id): boolean {
    return this.a === other.a && this.b === other.b && this.c === other.c && this.d === other.d;
  }

  /** 32 lower-case hex digits: the form for map keys and JSON. */
  toHex(): string {
    return hexWord(this.a) + hexWord(this.b) + hexWord(this.c) + hexWord(this.d);
  }

  toBytes(): Uint8Array {
    const bytes = new Uint8Array(16);
    this.write(bytes, 0);
    return bytes;
  }

  /** Writes the 16 bytes at `offset`; the caller has made room. */
  write(target: Uint8Array, offset: number): void {
    putWord(target, offset, this.a);
    putWord(target, offset + 4, this.b);
    putWord(target, offset + 8, this.c);
    putWord(target, offset + 12, this.d);
  }
}

function word(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!;
}

function putWord(target: Uint8Array, at: number, value: number): void {
  target[at] = value >>> 24;
  target[at + 1] = value >>> 16;
  target[at + 2] = value >>> 8;
  target[at + 3] = value;
}

function hexWord(value: number): string {
  return (value >>> 0).toString(16).padStart(8, '0');
}
