const scratch = new DataView(new ArrayBuffer(8));

/** The bits of a double as two int32 words: its identity on the wire, so NaN payloads and minus zero survive. */
export class Double {
  declare readonly hi: number;
  declare readonly lo: number;

  constructor(hi: number, lo: number) {
    this.hi = hi | 0;
    this.lo = lo | 0;
  }

  static of(value: number): Double {
    scratch.setFloat64(0, value);
    return new Double(scratch.getInt32(0), scratch.getInt32(4));
  }

  static fromBits(hi: number, lo: number): Double {
    return new Double(hi, lo);
  }

  get value(): number {
    return numberOf(this.hi, this.lo);
  }

  equals(other: Double): boolean {
    return this.hi === other.hi && this.lo === other.lo;
  }
}

/** The number with these IEEE-754 bits. */
export function numberOf(hi: number, lo: number): number {
  scratch.setInt32(0, hi);
  scratch.setInt32(4, lo);
  return scratch.getFloat64(0);
}
