/**
 * The records and indexes that a set of operations comes to (protocol.md 8).
 *
 * 1. It depends on the set of the operations that were applied, not on their order, repetition or grouping.
 * 2. Operations of two teams, two collections or the two spaces never meet.
 * 3. Sealed operations are opaque: they are counted, nothing else.
 * 4. A join cannot be undone: what may be withdrawn is laid over by `viewWith`, or taken out by `rebuild`.
 */
import type { Id } from '../../bytes/id.ts';
import type { Operation, PlainOperation } from '../../wire/operation.ts';
import type { Fields } from '../../wire/value.ts';
import { canonicalBytes } from './canonical.ts';
import { IndexState } from './index-state.ts';
import type { Alteration } from './lattice-state.ts';
import { RecordState } from './record-state.ts';
import { Shelf } from './shelf.ts';
import { type Target, targetKey, targetOf } from './target.ts';

/** What changed for whoever looks, and where. */
export interface VisibleChange extends Alteration {
  readonly target: Target;
}

/** A record that shows with its fields, or an index with its definition (`fields` and `name`). */
export interface Visible {
  readonly target: Target;
  readonly fields: Fields;
}

export class MergeState {
  readonly #records = new Shelf(() => new RecordState());
  readonly #indexes = new Shelf(() => new IndexState());
  #sealed = 0;

  /** Sealed operations that were handed in, repetitions included. */
  get sealed(): number {
    return this.#sealed;
  }

  /** Joins an operation; what that changed visibly, if anything. */
  apply(operation: Operation): VisibleChange | undefined {
    if (operation.type === 'sealed') {
      this.#sealed += 1;
      return undefined;
    }
    const target = targetOf(operation);
    return at(target, this.#shelf(target).apply(target, operation));
  }

  /** The fields of a record by their names' bytes; `undefined` when it is not visible. No team: zeros. */
  get(collection: string, team: Id, record: Id): Fields | undefined {
    return this.#records.find({ space: 'record', collection, team, record })?.view();
  }

  /** The definition of an index; `undefined` when there is none. */
  getIndex(collection: string, team: Id, record: Id): Fields | undefined {
    return this.#indexes.find({ space: 'index', collection, team, record })?.view();
  }

  /** The visible records of a collection, of one team or (without one) of all, by the bytes of team and record. */
  list(collection: string, team?: Id): Visible[] {
    return this.#records.visible(collection, team);
  }

  /** The indexes of a collection, in the same order. */
  listIndexes(collection: string, team?: Id): Visible[] {
    return this.#indexes.visible(collection, team);
  }

  /** What `target` would show with `operations` on top, in any order. Those on other targets have no part in it. */
  viewWith(target: Target, operations: Iterable<Operation>): Fields | undefined {
    return this.#shelf(target).viewWith(target, operationsOn(target, operations));
  }

  /**
   * Forgets what was applied to `target` and applies those of `operations` that are on it: for an operation that became a
   * dead letter, with what is left of the log. What that changed visibly, if anything.
   */
  rebuild(target: Target, operations: Iterable<Operation>): VisibleChange | undefined {
    return at(target, this.#shelf(target).rebuild(target, operationsOn(target, operations)));
  }

  /** Joins another state: the result is that of both sets of operations. */
  join(other: MergeState): void {
    this.#records.merge(other.#records);
    this.#indexes.merge(other.#indexes);
    this.#sealed += other.#sealed;
  }

  /** Every record with its state that an operation left something on, by collection, team and record. */
  records(): { readonly target: Target; readonly state: RecordState }[] {
    return this.#records.places();
  }

  /** Likewise the indexes. */
  indexes(): { readonly target: Target; readonly state: IndexState }[] {
    return this.#indexes.places();
  }

  /** The same bytes for equal sets of operations, and others for others; see canonical.ts. */
  canonicalBytes(): Uint8Array {
    return canonicalBytes(this);
  }

  #shelf({ space }: Target): Shelf<RecordState> | Shelf<IndexState> {
    return space === 'record' ? this.#records : this.#indexes;
  }
}

function at(target: Target, alteration: Alteration | undefined): VisibleChange | undefined {
  return alteration === undefined ? undefined : { target, ...alteration };
}

function operationsOn(target: Target, operations: Iterable<Operation>): PlainOperation[] {
  const key = targetKey(target);
  const found: PlainOperation[] = [];
  for (const operation of operations)
    if (operation.type !== 'sealed' && targetKey(targetOf(operation)) === key) found.push(operation);
  return found;
}
