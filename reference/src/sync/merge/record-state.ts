/**
 * What the operations on one record come to (protocol.md 8): a join-semilattice, so that their order, repetition and
 * grouping do not matter.
 *
 * 1. `deleted` is D, the greatest stamp of a delete.
 * 2. `inserted` is E, the greatest stamp of an insert, if it is above D; at or below D it never counts again, since D
 *    only grows, and is not kept.
 * 3. A field is its value with the greatest stamp of an insert or update, likewise only above D.
 * 4. So the state is in normal form at all times: it depends on the set of the operations alone, and no operation that
 *    compaction drops leaves a trace in it.
 * 5. The record is visible iff it has E, and then all of its fields are.
 */
import { compareUtf8 } from '../../bytes/compare.ts';
import type { PlainOperation } from '../../wire/operation.ts';
import { equalValues, type Fields, type Value } from '../../wire/value.ts';
import type { Alteration, LatticeState } from './lattice-state.ts';
import { greatest, isAfter, type Stamp, stampOf } from './stamp.ts';

export interface StampedValue {
  readonly stamp: Stamp;
  readonly value: Value;
}

export class RecordState implements LatticeState<RecordState> {
  #inserted: Stamp | undefined;
  #deleted: Stamp | undefined;
  readonly #fields = new Map<string, StampedValue>();

  /** E, where it is above D. */
  get inserted(): Stamp | undefined {
    return this.#inserted;
  }

  /** D. */
  get deleted(): Stamp | undefined {
    return this.#deleted;
  }

  /** The fields above D, in no order; those of an invisible record wait for its insert. */
  get fields(): ReadonlyMap<string, StampedValue> {
    return this.#fields;
  }

  get isVisible(): boolean {
    return this.#inserted !== undefined;
  }

  /** Whether no operation has left anything: an update without fields does not. */
  get isBottom(): boolean {
    return this.#inserted === undefined && this.#deleted === undefined && this.#fields.size === 0;
  }

  /** Joins the effects of an insert, update or delete; what that changed visibly, if anything. */
  apply(operation: PlainOperation): Alteration | undefined {
    const stamp = stampOf(operation);
    if (operation.type === 'delete') return this.#delete(stamp);
    const wasVisible = this.isVisible;
    if (operation.type === 'insert') this.#insert(stamp);
    const names: string[] = [];
    for (const [name, value] of operation.changes) if (this.#write(name, { stamp, value })) names.push(name);
    if (!wasVisible) return this.isVisible ? { kind: 'appeared', names: [...this.#fields.keys()] } : undefined;
    return names.length > 0 ? { kind: 'changed', names } : undefined;
  }

  /** Becomes the least upper bound of both. */
  join(other: RecordState): void {
    if (other.#deleted !== undefined) this.#delete(other.#deleted);
    if (other.#inserted !== undefined) this.#insert(other.#inserted);
    for (const [name, field] of other.#fields) this.#write(name, field);
  }

  /** The fields that show, ascending by the bytes of their names; `undefined` while the record is not visible. */
  view(): Fields | undefined {
    if (!this.isVisible) return undefined;
    return new Map(this.sortedFields().map(([name, { value }]) => [name, value]));
  }

  sortedFields(): [name: string, field: StampedValue][] {
    return [...this.#fields].sort(([x], [y]) => compareUtf8(x, y));
  }

  #insert(stamp: Stamp): void {
    if (isAfter(stamp, this.#deleted)) this.#inserted = greatest(stamp, this.#inserted);
  }

  #delete(stamp: Stamp): Alteration | undefined {
    if (!isAfter(stamp, this.#deleted)) return undefined;
    this.#deleted = stamp;
    const wasVisible = this.isVisible;
    if (this.#inserted !== undefined && !isAfter(this.#inserted, stamp)) this.#inserted = undefined;
    const all = [...this.#fields.keys()];
    const names = all.filter((name) => !isAfter(this.#fields.get(name)!.stamp, stamp));
    for (const name of names) this.#fields.delete(name);
    if (!wasVisible) return undefined;
    if (!this.isVisible) return { kind: 'vanished', names: all };
    return names.length > 0 ? { kind: 'changed', names } : undefined;
  }

  /** Whether the value is another one than before. */
  #write(name: string, field: StampedValue): boolean {
    if (!isAfter(field.stamp, this.#deleted)) return false;
    const before = this.#fields.get(name);
    if (!isAfter(field.stamp, before?.stamp)) return false;
    this.#fields.set(name, field);
    return before === undefined || !equalValues(before.value, field.value);
  }
}
