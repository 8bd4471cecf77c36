const scratch = new DataView(new ArrayBuffer(4));

/** A vector of f32, kept as their bits: they are its identity on the wire. */
export class Float32Vector {
  readonly bits: Uint32Array;

  constructor(bits: Uint32Array) {
    this.bits = bits;
  }

  /** Rounds each number to the nearest f32. */
  static of(numbers: Iterable<number>): Float32Vector {
    return new Float32Vector(
      Uint32Array.from(numbers, (number) => {
        scratch.setFloat32(0, number);
        return scratch.getUint32(0);
      }),
    );
  }

  get values(): number[] {
    return Array.from(this.bits, (bits) => {
      scratch.setUint32(0, bits);
      return scratch.getFloat32(0);
    });
  }

  equals(other: Float32Vector): boolean {
    return this.bits.length === other.bits.length && this.bits.every((bits, i) => bits === other.bits[i]);
  }
}
