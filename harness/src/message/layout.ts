import { concat } from '../../../reference/src/wire/index.ts';

/** Where a named part stands in a message's content: `[start, end)`. */
export type Region = readonly [start: number, end: number];

/** The bytes of a message before framing, and the names of their parts, so that a case can damage one of them. */
export interface Content {
  readonly bytes: Uint8Array;
  readonly regions: ReadonlyMap<string, Region>;
}

/** Puts parts one after the other and remembers where each one stands. */
export class Layout {
  readonly #parts: Uint8Array[] = [];
  readonly #regions = new Map<string, Region>();
  #length = 0;

  add(name: string, bytes: Uint8Array): this {
    this.#regions.set(name, [this.#length, this.#length + bytes.length]);
    this.#parts.push(bytes);
    this.#length += bytes.length;
    return this;
  }

  /** Adds `content` as the part `name`; its own parts are named too, unless those names are taken. */
  nest(name: string, content: Content): this {
    for (const [inner, [start, end]] of content.regions) {
      if (!this.#regions.has(inner)) this.#regions.set(inner, [this.#length + start, this.#length + end]);
    }
    return this.add(name, content.bytes);
  }

  /** Names everything from `start` on. */
  span(name: string, start: number): this {
    this.#regions.set(name, [start, this.#length]);
    return this;
  }

  get length(): number {
    return this.#length;
  }

  finish(): Content {
    return { bytes: concat(...this.#parts), regions: this.#regions };
  }
}
