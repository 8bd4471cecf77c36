/**
 * What the operations on one index come to: a join-semilattice like that of a record, in normal form likewise. The
 * definition is one value: that of the greatest createIndex (MERGE-12), kept while it is above the greatest dropIndex.
 */
import type { PlainOperation } from '../../wire/operation.ts';
import { equalFields, type Fields } from '../../wire/value.ts';
import type { Alteration, LatticeState } from './lattice-state.ts';
import { greatest, isAfter, type Stamp, stampOf } from './stamp.ts';

export interface IndexDefinition {
  readonly stamp: Stamp;
  /** `fields` and `name`. */
  readonly definition: Fields;
}

export class IndexState implements LatticeState<IndexState> {
  #created: IndexDefinition | undefined;
  #dropped: Stamp | undefined;

  /** E with its definition, where it is above D. */
  get created(): IndexDefinition | undefined {
    return this.#created;
  }

  /** D. */
  get dropped(): Stamp | undefined {
    return this.#dropped;
  }

  get isVisible(): boolean {
    return this.#created !== undefined;
  }

  get isBottom(): boolean {
    return this.#created === undefined && this.#dropped === undefined;
  }

  /** Joins the effect of a createIndex or dropIndex; what that changed visibly, if anything. */
  apply(operation: PlainOperation): Alteration | undefined {
    const stamp = stampOf(operation);
    const before = this.#created;
    if (operation.type === 'dropIndex') this.#drop(stamp);
    else this.#create({ stamp, definition: operation.changes });
    const after = this.#created;
    if (before === after) return undefined;
    if (before === undefined) return { kind: 'appeared', names: [...after!.definition.keys()] };
    if (after === undefined) return { kind: 'vanished', names: [...before.definition.keys()] };
    return equalFields(before.definition, after.definition) ? undefined : { kind: 'changed', names: ['fields'] };
  }

  /** Becomes the least upper bound of both. */
  join(other: IndexState): void {
    if (other.#dropped !== undefined) this.#drop(other.#dropped);
    if (other.#created !== undefined) this.#create(other.#created);
  }

  /** The definition; `undefined` while there is no such index. */
  view(): Fields | undefined {
    return this.#created?.definition;
  }

  #create(created: IndexDefinition): void {
    if (isAfter(created.stamp, this.#dropped) && isAfter(created.stamp, this.#created?.stamp)) this.#created = created;
  }

  #drop(stamp: Stamp): void {
    this.#dropped = greatest(stamp, this.#dropped);
    if (this.#created !== undefined && !isAfter(this.#created.stamp, stamp)) this.#created = undefined;
  }
}
