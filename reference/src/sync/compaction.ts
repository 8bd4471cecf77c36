/**
 * Which entries of an arrival log may be dropped (protocol.md 7, Compaction).
 *
 * 1. An operation may be dropped when each of its effects is dominated by operations on the same record, or index, that
 *    stay and cannot be withdrawn. Where they stand in the log does not matter.
 * 2. The greatest delete (dropIndex) of a record (index) stays.
 * 3. An entry that may still be withdrawn stays, and dominates nothing.
 * 4. A sealed operation stays: nobody here knows what it is about.
 *
 * That is sound for a reader at every cursor, since it looks at the operations only: a reader that has seen what was
 * dropped joins what dominates it, one that has not misses nothing.
 */
import type { Operation } from '../wire/operation.ts';
import { CompactionSummary } from './compaction-summary.ts';

export interface CompactionEntry {
  readonly seq: number;
  readonly operation: Operation;
  /**
   * Whether it may come to be nothing: an own one that is pending, or a dead letter (SYNC-122); and whatever else is in an
   * outbox, since a remote that refuses it would miss what it pushed aside (SYNC-138).
   */
  readonly isPinned: boolean;
}

/** What stays of a log dominates; see CompactionSummary.isDominated. */
export function summarize(entries: Iterable<CompactionEntry>): CompactionSummary {
  const summary = new CompactionSummary();
  for (const { operation, isPinned } of entries) if (!isPinned) summary.add(operation);
  return summary;
}

/** Seqs of the entries that may be dropped, all of them together. `entries` is called twice and gives the whole log. */
export function droppable(entries: () => Iterable<CompactionEntry>): Set<number> {
  const summary = summarize(entries());
  const seqs = new Set<number>();
  for (const { seq, operation, isPinned } of entries()) {
    if (!isPinned && summary.isDominated(operation)) seqs.add(seq);
  }
  return seqs;
}

export { CompactionSummary } from './compaction-summary.ts';
