/**
 * Where each id of a column stands: open addressing, linear probing, eight bytes per id.
 *
 * 1. The table holds `index + 1`, 0 where it is free, and is at most half full.
 * 2. Ids leave in the reverse of the order in which they came (a rollback), so no chain of probes is ever broken.
 * 3. Which slots an id falls on depends on a secret seed: whoever chooses ids cannot choose collisions.
 */
import type { Id } from '../bytes/id.ts';
import type { IdColumn } from './id-column.ts';

export class IdIndex {
  readonly #ids: IdColumn;
  readonly #seed: number;
  #table = new Int32Array(128);
  #count = 0;

  /** @param seed 32 random bits */
  constructor(ids: IdColumn, seed: number) {
    this.#ids = ids;
    this.#seed = seed | 0;
  }

  /** Where `id` stands in the column; -1 where it does not. */
  find(id: Id): number {
    const table = this.#table;
    const mask = table.length - 1;
    for (let at = this.#hash(id) & mask; ; at = (at + 1) & mask) {
      const index = table[at]! - 1;
      if (index < 0 || this.#ids.equals(index, id)) return index;
    }
  }

  /** The id at `index` of the column, which is not in here yet. */
  add(index: number): void {
    if (2 * ++this.#count > this.#table.length) this.#grow();
    this.#put(index);
  }

  /** Takes out the id that was added last. */
  removeLast(index: number): void {
    const table = this.#table;
    const mask = table.length - 1;
    let at = this.#hash(this.#ids.get(index)) & mask;
    while (table[at] !== index + 1) at = (at + 1) & mask;
    table[at] = 0;
    this.#count--;
  }

  /** Begins anew with the ids at these places of the column. */
  rebuild(indices: Iterable<number>): void {
    this.#table.fill(0);
    this.#count = 0;
    for (const index of indices) this.add(index);
  }

  #put(index: number): void {
    const table = this.#table;
    const mask = table.length - 1;
    let at = this.#hash(this.#ids.get(index)) & mask;
    while (table[at] !== 0) at = (at + 1) & mask;
    table[at] = index + 1;
  }

  #grow(): void {
    const old = this.#table;
    this.#table = new Int32Array(2 * old.length);
    const indices = old.filter((entry) => entry !== 0).sort(); // in their order, for invariant 2
    for (const entry of indices) this.#put(entry - 1);
  }

  #hash({ a, b, c, d }: Id): number {
    let hash = this.#seed;
    hash = Math.imul(hash ^ a, 0x9e3779b1);
    hash = Math.imul(hash ^ (hash >>> 15) ^ b, 0x85ebca77);
    hash = Math.imul(hash ^ (hash >>> 13) ^ c, 0xc2b2ae3d);
    hash = Math.imul(hash ^ (hash >>> 16) ^ d, 0x27d4eb2f);
    return hash ^ (hash >>> 15);
  }
}
