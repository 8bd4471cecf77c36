import type { Id } from '../bytes/id.ts';
import type { LogEntry } from './log-entry.ts';

/** What a subscriber asked for, under the number that it chose. */
export interface ScopeFilter {
  readonly s: number;
  /** One collection; `undefined`: all. */
  readonly collection: string | undefined;
  /** One team, zeros for operations without one; `undefined`: all. */
  readonly team: Id | undefined;
}

/** A filter and how far the log has been read for it. */
export interface Scope {
  readonly filter: ScopeFilter;
  /** Seq of the last entry that was fed or passed over. */
  position: number;
  /** Position that the last CHECKPOINT showed; -1 before the first. */
  shown: number;
}

export function matches(filter: ScopeFilter, entry: LogEntry): boolean {
  const { collection, team } = filter;
  return (
    (collection === undefined || collection === entry.collection) && (team === undefined || team.equals(entry.team))
  );
}
