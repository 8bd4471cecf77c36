import { fromHex } from './hex.ts';

/**
 * Sixteen bytes that name something: an operation, a node, a record, a team, a log.
 *
 * Held as four int32 (big-endian words): V8 keeps those in the object, while a Uint8Array per id costs a third of the
 * whole decoding time. The fields are `declare`d, so that the constructor alone makes them: else each id would begin
 * with four times `undefined`.
 */
export class Id {
  declare readonly a: number;
  declare readonly b: number;
  declare readonly c: number;
  declare readonly d: number;

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
    return Id.at(bytes, offset);
  }

  /**
   * As `from`, where the caller knows that the bytes are there. Written out, as is `write`: ids are half of an
   * operation, and the optimiser stops inlining before it gets to calls this deep.
   */
  static at(b: Uint8Array, o: number): Id {
    return new Id(
      (b[o]! << 24) | (b[o + 1]! << 16) | (b[o + 2]! << 8) | b[o + 3]!,
      (b[o + 4]! << 24) | (b[o + 5]! << 16) | (b[o + 6]! << 8) | b[o + 7]!,
      (b[o + 8]! << 24) | (b[o + 9]! << 16) | (b[o + 10]! << 8) | b[o + 11]!,
      (b[o + 12]! << 24) | (b[o + 13]! << 16) | (b[o + 14]! << 8) | b[o + 15]!,
    );
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

  /** Writes the 16 bytes at `offset`, where the caller has made room; returns the end. */
  write(target: Uint8Array, offset: number): number {
    const { a, b, c, d } = this;
    target[offset] = a >>> 24;
    target[offset + 1] = a >>> 16;
    target[offset + 2] = a >>> 8;
    target[offset + 3] = a;
    target[offset + 4] = b >>> 24;
    target[offset + 5] = b >>> 16;
    target[offset + 6] = b >>> 8;
    target[offset + 7] = b;
    target[offset + 8] = c >>> 24;
    target[offset + 9] = c >>> 16;
    target[offset + 10] = c >>> 8;
    target[offset + 11] = c;
    target[offset + 12] = d >>> 24;
    target[offset + 13] = d >>> 16;
    target[offset + 14] = d >>> 8;
    target[offset + 15] = d;
    return offset + 16;
  }
}

function hexWord(value: number): string {
  return (value >>> 0).toString(16).padStart(8, '0');
}
