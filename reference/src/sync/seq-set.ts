/** A set of seqs as bits: 100,000 of them take 12.5 kB, and a run of those that are there is passed over 32 at a time. */
export class SeqSet implements Iterable<number> {
  #words = new Uint32Array(64);

  add(seq: number): void {
    const at = seq >>> 5;
    if (at >= this.#words.length) {
      const words = new Uint32Array(Math.max(at + 1, 2 * this.#words.length));
      words.set(this.#words);
      this.#words = words;
    }
    this.#words[at] = this.#words[at]! | (1 << (seq & 31));
  }

  delete(seq: number): void {
    const at = seq >>> 5;
    if (at < this.#words.length) this.#words[at] = this.#words[at]! & ~(1 << (seq & 31));
  }

  has(seq: number): boolean {
    return ((this.#words[seq >>> 5] ?? 0) & (1 << (seq & 31))) !== 0;
  }

  clear(): void {
    this.#words = new Uint32Array(64);
  }

  /** The least seq from `from` on that is not there. */
  missing(from: number): number {
    let seq = from;
    while (this.has(seq)) {
      if ((seq & 31) === 0 && this.#words[seq >>> 5] === 0xffffffff) seq += 32;
      else seq += 1;
    }
    return seq;
  }

  *[Symbol.iterator](): Iterator<number> {
    for (const [at, word] of this.#words.entries()) {
      if (word === 0) continue;
      for (let bit = 0; bit < 32; bit++) if ((word & (1 << bit)) !== 0) yield 32 * at + bit;
    }
  }
}
