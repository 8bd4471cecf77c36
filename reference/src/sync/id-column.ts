import { Id } from '../bytes/id.ts';

/** A growing list of ids, 16 bytes each: what a log keeps of every operation for as long as it runs. */
export class IdColumn {
  #words = new Int32Array(64);
  length = 0;

  push({ a, b, c, d }: Id): void {
    const at = 4 * this.length++;
    if (at === this.#words.length) {
      const grown = new Int32Array(2 * at);
      grown.set(this.#words);
      this.#words = grown;
    }
    const words = this.#words;
    words[at] = a;
    words[at + 1] = b;
    words[at + 2] = c;
    words[at + 3] = d;
  }

  /** The id at `index`, 0 to `length - 1`. */
  get(index: number): Id {
    const words = this.#words;
    const at = 4 * index;
    return new Id(words[at]!, words[at + 1]!, words[at + 2]!, words[at + 3]!);
  }

  equals(index: number, { a, b, c, d }: Id): boolean {
    const words = this.#words;
    const at = 4 * index;
    return words[at] === a && words[at + 1] === b && words[at + 2] === c && words[at + 3] === d;
  }

  /** Cuts the list to its first `length` ids. */
  truncate(length: number): void {
    this.length = length;
  }
}
