/**
 * What one connection still has to push: the log, read in its order (section 9.14).
 *
 * 1. Only durable entries leave (SYNC-90), each at most once per connection, unless its refusal allows it again.
 * 2. Passed over are those that the server is known to have, dead letters, those that wait for a retry, those outside of
 *    the selections, and those that came on this connection: a CHECKPOINT will make them known, or the connection ends.
 * 3. Nothing of this outlives the connection but the retries, which are promised to the server for as long as the node runs.
 */
import type { ArrivalLog } from './arrival-log.ts';
import type { LogEntry } from './log-entry.ts';
import type { Remote } from './remote.ts';
import { matches, type ScopeFilter } from './scope.ts';
import type { Selection } from './scope-key.ts';
import { SeqSet } from './seq-set.ts';

export interface OutboxConfig {
  readonly log: Pick<ArrivalLog, 'head' | 'entry'>;
  readonly remote: Remote;
  /** What may be pushed. One without members is everything. */
  readonly pushes: readonly Selection[];
  /** When what was refused for now may be sent again, by seq: outlives connections. */
  readonly retries: Map<number, number>;
}

export class Outbox {
  readonly #config: OutboxConfig;
  readonly #filters: readonly ScopeFilter[];
  readonly #isAll: boolean;
  /** Seq of the last entry that was looked at. */
  #position = 0;
  /** Sent, or fed, on this connection. */
  readonly #passed = new SeqSet();
  /** Fed since the last CHECKPOINT. */
  #uncovered: number[] = [];

  constructor(config: OutboxConfig) {
    this.#config = config;
    this.#filters = config.pushes.map(filterOf);
    this.#isAll = this.#filters.some(isEverything);
  }

  /** The server has fed this entry, new or not. */
  fed(seq: number): void {
    this.#passed.add(seq);
    this.#uncovered.push(seq);
  }

  /** What a CHECKPOINT covers that moves these scopes: what was fed since the one before and belongs to one of them. */
  covered(scopes: readonly Selection[]): readonly number[] {
    const fed = this.#uncovered;
    this.#uncovered = [];
    const filters = scopes.map(filterOf);
    if (filters.some(isEverything)) return fed;
    return fed.filter((seq) => {
      const entry = this.#config.log.entry(seq);
      return entry !== undefined && filters.some((filter) => matches(filter, entry));
    });
  }

  /** The entry to send next, which counts as sent from now on. */
  next(now: number): LogEntry | undefined {
    const seq = this.#find(this.#position + 1, now);
    this.#position = Math.max(this.#position, Math.min(seq, this.#config.log.head));
    if (seq > this.#config.log.head) return undefined;
    this.#passed.add(seq);
    return this.#config.log.entry(seq);
  }

  /** The server may be asked again about `seq` from the time `due` on (SYNC-95). */
  retry(seq: number, due: number): void {
    this.#config.retries.set(seq, due);
    this.#passed.delete(seq);
  }

  /** When the next of those that wait is due; Infinity when none waits. */
  get nextRetry(): number {
    let next = Number.POSITIVE_INFINITY;
    for (const due of this.#config.retries.values()) next = Math.min(next, due);
    return next;
  }

  /** Lets go of those that are due by `now`: they are looked at again. */
  wake(now: number): void {
    for (const [seq, due] of this.#config.retries) {
      if (due > now) continue;
      this.#config.retries.delete(seq);
      this.#position = Math.min(this.#position, seq - 1);
    }
  }

  /** All that is known of the server is void: everything is looked at again. */
  restart(): void {
    this.#position = 0;
  }

  /** Entries that the server does not have yet and may still get: sent, waiting and to be sent. */
  get pending(): number {
    const { log, remote } = this.#config;
    let count = 0;
    for (let seq = remote.unknown(1); seq <= log.head; seq = remote.unknown(seq + 1)) {
      if (this.#mayPush(seq)) count += 1;
    }
    return count;
  }

  /** The least seq from `from` on that is to be sent, or one above the head. */
  #find(from: number, now: number): number {
    const { log, remote, retries } = this.#config;
    let seq = remote.unknown(from);
    while (seq <= log.head) {
      const waits = (retries.get(seq) ?? 0) > now;
      if (!waits && !this.#passed.has(seq) && this.#mayPush(seq)) return seq;
      seq = remote.unknown(seq + 1);
    }
    return seq;
  }

  #mayPush(seq: number): boolean {
    const { log, remote } = this.#config;
    if (this.#filters.length === 0 || remote.isDead(seq)) return false;
    const entry = log.entry(seq);
    if (entry === undefined) return false;
    return this.#isAll || this.#filters.some((filter) => matches(filter, entry));
  }
}

function filterOf({ col, team }: Selection): ScopeFilter {
  return { s: 0, collection: col, team };
}

function isEverything({ collection, team }: ScopeFilter): boolean {
  return collection === undefined && team === undefined;
}
