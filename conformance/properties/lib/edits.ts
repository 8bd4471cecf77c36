import fc from 'fast-check';
import { sha256 } from '../../../harness/src/primitives.ts';
import type { PropertyContext } from '../../../harness/src/property.ts';
import { clockBound } from '../../../harness/src/script/environment.ts';
import { type Id, indexRecord } from '../../../reference/src/wire/index.ts';
import { type Body, encoded } from './operations.ts';

/** One change to one of a few records, as a person might make it, by a clock that is right or not. */
export interface Edit {
  readonly type: 'insert' | 'update' | 'delete' | 'createIndex' | 'dropIndex';
  /** Which of a few. */
  readonly record: number;
  readonly fields: readonly number[];
  readonly value: number;
  readonly clock: 'lamport' | 'low' | 'high';
}

/** Records that the edits of one history speak of, and fields that they have. */
export const RECORDS = 3;
const FIELDS = ['done', 'note', 'title'] as const;

export const edit: fc.Arbitrary<Edit> = fc.record({
  type: fc.oneof(
    { weight: 3, arbitrary: fc.constant('insert' as const) },
    { weight: 6, arbitrary: fc.constant('update' as const) },
    { weight: 2, arbitrary: fc.constant('delete' as const) },
    { weight: 1, arbitrary: fc.constantFrom('createIndex' as const, 'dropIndex' as const) },
  ),
  record: fc.nat(RECORDS - 1),
  fields: fc.uniqueArray(fc.nat(FIELDS.length - 1), { minLength: 1 }),
  value: fc.nat(9),
  clock: fc.oneof(
    { weight: 8, arbitrary: fc.constant('lamport' as const) },
    { weight: 2, arbitrary: fc.constant('low' as const) },
    { weight: 1, arbitrary: fc.constant('high' as const) },
  ),
});

/** An hour below the bound, and some more for the Lamport clocks that go on from there. */
const HIGH = 4096 * 3700;

/** Writes edits down as operations of one author, who keeps a Lamport clock. */
export class Author {
  readonly #context: PropertyContext;
  readonly #collection: string;
  readonly #records: readonly Id[];
  readonly #node: Id;
  clock = 0;

  constructor(context: PropertyContext, collection: string, records: readonly Id[]) {
    this.#context = context;
    this.#collection = collection;
    this.#records = records;
    this.#node = context.fresh.id();
  }

  write({ type, record, fields, value, clock }: Edit): Uint8Array {
    const counter = clock === 'low' ? value : Math.max(this.clock + 1, clock === 'high' ? clockBound() - HIGH : 0);
    this.clock = Math.max(this.clock, counter);
    const head = { counter, node: this.#node, collection: this.#collection, type, extensions: [] };
    return encoded({ ...head, ...this.#content(type, record, fields, value) }, this.#context.fresh);
  }

  #content(
    type: Edit['type'],
    record: number,
    fields: readonly number[],
    value: number,
  ): Pick<Body, 'record' | 'changes'> {
    const index = `index-${record}`;
    if (type === 'delete') return { record: this.#records[record]!, changes: new Map() };
    if (type === 'dropIndex') return { record: indexRecord(index, sha256), changes: new Map() };
    const names = [...fields].sort().map((field) => FIELDS[field]!);
    if (type === 'createIndex') {
      const changes = new Map<string, string | readonly string[]>([
        ['fields', names],
        ['name', index],
      ]);
      return { record: indexRecord(index, sha256), changes };
    }
    return { record: this.#records[record]!, changes: new Map(names.map((name) => [name, value])) };
  }
}
