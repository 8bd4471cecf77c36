import { compareUtf8 } from '../bytes/compare.ts';
import type { Fields, Value } from './value.ts';

/**
 * The fields of a decoded record: two lists in the order of the bytes, to be read like a Map. To fill a Map of six
 * entries, which grows once on the way, would cost a fourth of the whole decoding; most records are looked at a few
 * times at most. (Dictionaries inside of records are Maps.)
 */
export class DecodedFields implements Fields {
  readonly #names: readonly string[];
  readonly #values: readonly Value[];

  /** `names` ascend by their UTF-8 bytes; `values` has as many items. */
  constructor(names: readonly string[], values: readonly Value[]) {
    this.#names = names;
    this.#values = values;
  }

  get size(): number {
    return this.#names.length;
  }

  get(name: string): Value | undefined {
    return this.#values[this.#find(name)];
  }

  has(name: string): boolean {
    return this.#find(name) >= 0;
  }

  forEach(callback: (value: Value, name: string, fields: Fields) => void, thisArg?: unknown): void {
    for (const [name, value] of this) callback.call(thisArg, value, name, this);
  }

  keys(): MapIterator<string> {
    return this.#names.values();
  }

  values(): MapIterator<Value> {
    return this.#values.values();
  }

  entries(): MapIterator<[string, Value]> {
    return this.#names.map((name, i): [string, Value] => [name, this.#values[i]!]).values();
  }

  [Symbol.iterator](): MapIterator<[string, Value]> {
    return this.entries();
  }

  /** Place of `name`, -1 when it is not there. */
  #find(name: string): number {
    const names = this.#names;
    let from = 0;
    let to = names.length;
    if (to <= LINEAR) return names.indexOf(name);
    while (from < to) {
      const middle = (from + to) >>> 1;
      if (compareUtf8(names[middle]!, name) < 0) from = middle + 1;
      else to = middle;
    }
    return names[from] === name ? from : -1;
  }
}

/** Up to here a search from the first name on is the faster one. */
const LINEAR = 16;

/** Whether a value is a dictionary. */
export function isFields(value: unknown): value is Fields {
  return value instanceof Map || value instanceof DecodedFields;
}
