import { Database, type DatabaseOptions } from '../../reference/src/database/database.ts';
import { type ClientParts, standardClientParts } from '../../reference/src/node/client-parts.ts';
import type { LamportClock } from '../../reference/src/sync/clock.ts';
import { droppable } from '../../reference/src/sync/compaction.ts';
import type { Journal } from '../../reference/src/sync/journal.ts';
import { MergeState } from '../../reference/src/sync/merge/index.ts';
import type { Remote } from '../../reference/src/sync/remote.ts';
import type { Replica } from '../../reference/src/sync/replica.ts';

/** What a whole client is made of: its connections, and what it keeps. */
export interface WholeParts extends ClientParts {
  /** Between the core and the disk. */
  journal(journal: Journal): Journal;
  clock(clock: LamportClock): LamportClock;
  /** What is known of one server. */
  remote(remote: Remote, replica: Replica): Remote;
  createState(): MergeState;
  createDatabase(options: DatabaseOptions): Database;
  readonly droppable: typeof droppable;
}

export const standardWholeParts: WholeParts = {
  ...standardClientParts,
  journal: (journal) => journal,
  clock: (clock) => clock,
  remote: (remote) => remote,
  createState: () => new MergeState(),
  createDatabase: (options) => new Database(options),
  droppable,
};
