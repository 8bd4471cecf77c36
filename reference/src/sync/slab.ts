const SLAB_BYTES = 65536;

/** Copies bytes into large pieces of memory: no small operation keeps the large frame alive that brought it. */
export class Slab {
  #bytes = new Uint8Array(0);
  #used = 0;

  /** A copy of `bytes`. Large ones get memory of their own. */
  keep(bytes: Uint8Array): Uint8Array {
    const { length } = bytes;
    if (length > SLAB_BYTES / 8) return new Uint8Array(bytes);
    if (this.#used + length > this.#bytes.length) {
      this.#bytes = new Uint8Array(SLAB_BYTES);
      this.#used = 0;
    }
    const kept = this.#bytes.subarray(this.#used, this.#used + length);
    kept.set(bytes);
    this.#used += length;
    return kept;
  }
}
