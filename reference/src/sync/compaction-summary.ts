/**
 * The greatest stamps of a log by record and index: what tells whether an operation still matters (protocol.md 7,
 * Compaction). An effect is dominated when a greater one makes it void for good:
 *
 * 1. that of an insert or createIndex on E: by one of the same kind, or by a delete or dropIndex;
 * 2. a value of a field: by another value of the field, or by a delete;
 * 3. that of a delete or dropIndex: by one of the same kind alone. So the greatest is never dominated.
 *
 * Domination is transitive, and what is greatest is either never dominated or only by the greatest delete; so what
 * dominates is itself retained, or something retained dominates it. Memory grows with the records and their fields, not
 * with the operations.
 */
import type { Operation, PlainOperation } from '../wire/operation.ts';
import { greatest, isAfter, type Stamp, stampOf } from './merge/stamp.ts';
import { targetKey, targetOf } from './merge/target.ts';

interface Greatest {
  inserted: Stamp | undefined;
  deleted: Stamp | undefined;
  /** By name. A definition is written as a whole, so to look at its members makes no difference. */
  readonly fields: Map<string, Stamp>;
}

export class CompactionSummary {
  readonly #targets = new Map<string, Greatest>();

  /** Takes an operation into account that is stored and cannot be withdrawn. Sealed ones dominate nothing. */
  add(operation: Operation): void {
    if (operation.type === 'sealed') return;
    const stamp = stampOf(operation);
    const known = this.#ensure(operation);
    if (!isAfter(stamp, known.deleted)) return;
    if (erases(operation)) {
      raiseDeleted(known, stamp);
      return;
    }
    if (operation.type !== 'update') known.inserted = greatest(stamp, known.inserted);
    for (const name of operation.changes.keys())
      if (isAfter(stamp, known.fields.get(name))) known.fields.set(name, stamp);
  }

  /**
   * Whether each effect of `operation` is dominated by what was added, itself not counted. Then storing it would change
   * nothing for anybody, ever (SYNC-126). True for an update without fields, which has no effect; false for a sealed one.
   */
  isDominated(operation: Operation): boolean {
    if (operation.type === 'sealed') return false;
    const known = this.#targets.get(targetKey(targetOf(operation)));
    const stamp = stampOf(operation);
    if (known?.deleted !== undefined && isAfter(known.deleted, stamp)) return true;
    if (erases(operation)) return false;
    const effects = [...operation.changes.keys()].map((name) => known?.fields.get(name));
    if (operation.type !== 'update') effects.push(known?.inserted);
    return effects.every((other) => other !== undefined && isAfter(other, stamp));
  }

  #ensure(operation: PlainOperation): Greatest {
    const key = targetKey(targetOf(operation));
    const known = this.#targets.get(key);
    if (known !== undefined) return known;
    const made: Greatest = { inserted: undefined, deleted: undefined, fields: new Map() };
    this.#targets.set(key, made);
    return made;
  }
}

function erases({ type }: PlainOperation): boolean {
  return type === 'delete' || type === 'dropIndex';
}

/** What the delete dominates need not be remembered: it dominates all that this did. */
function raiseDeleted(known: Greatest, stamp: Stamp): void {
  known.deleted = stamp;
  if (known.inserted !== undefined && !isAfter(known.inserted, stamp)) known.inserted = undefined;
  for (const [name, written] of known.fields) if (!isAfter(written, stamp)) known.fields.delete(name);
}
