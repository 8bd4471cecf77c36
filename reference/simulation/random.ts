/** Random numbers from a seed: the same on every machine (sfc32, 128 bits of state). Not for secrets. */
export class Random {
  readonly #seed: string;
  readonly #state: Int32Array;

  constructor(seed: string) {
    this.#seed = seed;
    this.#state = stateOf(seed);
    for (let i = 0; i < 12; i++) this.u32();
  }

  /** Another stream, which depends on the seed and the label alone: what is drawn from one leaves the other as it is. */
  fork(label: string): Random {
    return new Random(`${this.#seed}/${label}`);
  }

  u32(): number {
    const s = this.#state;
    const sum = (s[0]! + s[1]! + s[3]!) | 0;
    s[3] = (s[3]! + 1) | 0;
    s[0] = s[1]! ^ (s[1]! >>> 9);
    s[1] = (s[2]! + (s[2]! << 3)) | 0;
    s[2] = ((s[2]! << 21) | (s[2]! >>> 11)) + sum;
    return sum >>> 0;
  }

  /** From 0 to below 1. */
  fraction(): number {
    return this.u32() / 2 ** 32;
  }

  chance(probability: number): boolean {
    return this.fraction() < probability;
  }

  /** A whole number from `least` to `most`, both of them included. */
  between(least: number, most: number): number {
    return least + Math.floor(this.fraction() * (most - least + 1));
  }

  /** From `least` to `most`, each order of magnitude as likely as another. */
  magnitude(least: number, most: number): number {
    return Math.floor(least * (most / least) ** this.fraction());
  }

  pick<T>(items: readonly T[]): T {
    return items[this.between(0, items.length - 1)]!;
  }

  /** One of the names, each as likely as its weight says. */
  weighted<N extends string>(weights: { readonly [name in N]: number }): N {
    const entries = Object.entries(weights) as [N, number][];
    let at = this.fraction() * entries.reduce((sum, [, weight]) => sum + weight, 0);
    for (const [name, weight] of entries) {
      at -= weight;
      if (at < 0) return name;
    }
    return entries[0]![0];
  }

  shuffled<T>(items: readonly T[]): T[] {
    const left = [...items];
    for (let i = left.length - 1; i > 0; i--) {
      const j = this.between(0, i);
      [left[i], left[j]] = [left[j]!, left[i]!];
    }
    return left;
  }

  bytes(length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    for (let i = 0; i < length; i++) bytes[i] = this.u32() >>> 24;
    return bytes;
  }
}

/** FNV-1a of the seed, four times with another beginning. */
function stateOf(seed: string): Int32Array {
  return Int32Array.from([0x811c9dc5, 0x9e3779b9, 0x243f6a88, 0xb7e15162], (basis) => {
    let hash = basis | 0;
    for (let i = 0; i < seed.length; i++) hash = Math.imul(hash ^ seed.charCodeAt(i), 0x01000193);
    return hash;
  });
}
