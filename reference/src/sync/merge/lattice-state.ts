import type { PlainOperation } from '../../wire/operation.ts';
import type { Fields } from '../../wire/value.ts';

/** What an operation changed for whoever looks; the names of the fields that are other than before. */
export interface Alteration {
  readonly kind: 'appeared' | 'changed' | 'vanished';
  readonly names: readonly string[];
}

/** What the operations on one target come to: a join-semilattice, in normal form at all times. */
export interface LatticeState<S> {
  /** Whether no operation has left anything. */
  readonly isBottom: boolean;
  /** Joins an operation on this target; what that changed visibly, if anything. */
  apply(operation: PlainOperation): Alteration | undefined;
  /** Becomes the least upper bound of both. */
  join(other: S): void;
  /** What shows; `undefined` when nothing does. */
  view(): Fields | undefined;
}
