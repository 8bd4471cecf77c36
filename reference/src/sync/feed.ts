/**
 * What one connection is fed, and when it is told how far (protocol.md 7, "Feed").
 *
 * 1. Nothing queues up: the caller asks for the next step when its link can take more, and the log is read then.
 * 2. Each scope has a position. The scopes that lie furthest back advance together up to the next one, so an operation
 *    that several of them want is fed once, and within a scope the order is that of the log.
 * 3. An operation is never fed on the connection that brought the stored copy.
 * 4. Between two CHECKPOINTs lie at most CHECKPOINT_OPERATIONS operations and CHECKPOINT_BYTES of them (one operation
 *    that is larger goes alone).
 * 5. A CHECKPOINT is due at once, when nothing more can be fed, if a scope is new, PONG was sent while a scope is active,
 *    or the next operation has to wait for it: for invariant 4, or for the FEED_ACK that only a CHECKPOINT can bring.
 * 6. One step reads at most SCAN_ENTRIES of the log: a scope to which little belongs does not stop everybody else.
 * 7. A CHECKPOINT is owed, too, when operations were fed or a position has moved since the last one. That a run has ended shows
 *    when nothing follows: the caller says so by `endRun`, soon.
 */
import type { Limits } from '../registry.ts';
import type { ControlMessageOf } from '../wire/control/message.ts';
import { encodeCursor } from '../wire/cursor.ts';
import type { ArrivalLog } from './arrival-log.ts';
import { FeedWindow } from './feed-window.ts';
import type { LogEntry } from './log-entry.ts';
import { matches, type Scope, type ScopeFilter } from './scope.ts';

export type CheckpointMessage = ControlMessageOf<'CHECKPOINT'>;

/** One run of operations in their order, or a CHECKPOINT. */
export type FeedStep =
  | { readonly kind: 'operations'; readonly entries: readonly LogEntry[] }
  | { readonly kind: 'checkpoint'; readonly message: CheckpointMessage };

export interface FeedConfig {
  readonly log: ArrivalLog;
  readonly limits: Limits;
  /** Number of the connection that is fed. */
  readonly connection: number;
}

const SCAN_ENTRIES = 4096;

export class Feed {
  readonly config: FeedConfig;
  readonly window: FeedWindow;
  /** The active ones. */
  readonly #scopes: Scope[] = [];
  #isScanning = false;
  /** Head of the log at the latest SUBSCRIBE or PING. */
  #barrier = 0;
  #operationsSince = 0;
  #bytesSince = 0;
  #checkpointAsked = false;
  /** Why the last run ended before the head. */
  #stop: 'checkpoint' | 'window' | undefined;

  constructor(config: FeedConfig) {
    this.config = config;
    this.window = new FeedWindow(config.limits);
  }

  /** Whether the operation that is next does not fit into the window: only FEED_ACK makes this feed go on. */
  get isHeld(): boolean {
    return this.#stop === 'window';
  }

  /** Whether the last step ended by invariant 6: there may be more to feed, and other connections have their turn first. */
  get isScanning(): boolean {
    return this.#isScanning;
  }

  /** Number of active scopes. */
  get scopes(): number {
    return this.#scopes.length;
  }

  isActive(s: number): boolean {
    return this.#scopes.some(({ filter }) => filter.s === s);
  }

  /** @param position seq to resume after */
  start(filter: ScopeFilter, position: number): void {
    this.#scopes.push({ filter, position, shown: -1 });
  }

  stop(s: number): void {
    const at = this.#scopes.findIndex(({ filter }) => filter.s === s);
    if (at >= 0) this.#scopes.splice(at, 1);
  }

  /** SUBSCRIBE or PING has come: `more` is about the head of now. */
  raiseBarrier(): void {
    this.#barrier = this.config.log.head;
  }

  /** PONG has been sent. */
  askCheckpoint(): void {
    this.#checkpointAsked = this.#scopes.length > 0;
  }

  /** Whether FEED_ACK has moved the window. Throws ProtocolError `feed.ack`. */
  acknowledge(n: number): boolean {
    return this.window.acknowledge(n);
  }

  /** What to send next; `undefined` when there is nothing, or the window is full and the client knows. */
  next(): FeedStep | undefined {
    const entries = this.#gather();
    if (entries.length > 0) return { kind: 'operations', entries };
    return this.isCheckpointDue() ? { kind: 'checkpoint', message: this.checkpoint() } : undefined;
  }

  /** Invariant 5, when nothing more can be fed. */
  isCheckpointDue(): boolean {
    if (this.#checkpointAsked || (this.#stop !== undefined && this.#operationsSince > 0)) return true;
    for (const scope of this.#scopes) if (scope.shown < 0) return true;
    return false;
  }

  /** Invariant 7. */
  get owesCheckpoint(): boolean {
    if (this.#operationsSince > 0) return true;
    for (const scope of this.#scopes) if (scope.position !== scope.shown) return true;
    return false;
  }

  /** What was fed is a run by itself: a CHECKPOINT that is owed is due now. */
  endRun(): void {
    if (this.owesCheckpoint) this.#checkpointAsked = true;
  }

  checkpoint(): CheckpointMessage {
    const { log } = this.config;
    const sc: { s: number; cur: Uint8Array }[] = [];
    for (const scope of this.#scopes) {
      if (scope.position === scope.shown) continue;
      scope.shown = scope.position;
      sc.push({ s: scope.filter.s, cur: encodeCursor(log.cursor(scope.position)) });
    }
    this.#operationsSince = 0;
    this.#bytesSince = 0;
    this.#checkpointAsked = false;
    this.window.show();
    return { name: 'CHECKPOINT', sc, n: this.window.fed, more: this.hasMore(this.#barrier) };
  }

  /** Whether some active scope lies below `barrier`. */
  hasMore(barrier: number): boolean {
    for (const scope of this.#scopes) if (scope.position < barrier) return true;
    return false;
  }

  /** Invariant 3. */
  mayFeed(entry: LogEntry): boolean {
    return entry.origin !== this.config.connection;
  }

  fits(length: number): boolean {
    return this.window.fits(length);
  }

  /** What keeps an operation of `length` bytes from being fed now. */
  #stopBefore(length: number): 'checkpoint' | 'window' | undefined {
    const { CHECKPOINT_OPERATIONS, CHECKPOINT_BYTES } = this.config.limits;
    const operations = this.#operationsSince;
    const isOver = operations > 0 && this.#bytesSince + length > CHECKPOINT_BYTES;
    if (operations >= CHECKPOINT_OPERATIONS || isOver) return 'checkpoint';
    return this.fits(length) ? undefined : 'window';
  }

  /** Reads the log into one run: up to the next CHECKPOINT, a full window or the head. */
  #gather(): LogEntry[] {
    const { log, limits } = this.config;
    const run: LogEntry[] = [];
    this.#stop = undefined;
    this.#isScanning = false;
    let scanned = 0;
    for (let reach = this.#reach(); reach !== undefined; reach = this.#reach()) {
      const { scopes, from, until } = reach;
      for (let seq = from; seq <= until; seq++) {
        if (++scanned > SCAN_ENTRIES) {
          this.#isScanning = true;
          return run;
        }
        const entry = log.entry(seq);
        if (entry !== undefined && this.#isWanted(entry, scopes)) {
          const { length } = entry.bytes;
          this.#stop = this.#stopBefore(length);
          if (this.#stop !== undefined || run.length === limits.BATCH_OPERATIONS) return run;
          run.push(entry);
          this.#operationsSince++;
          this.#bytesSince += length;
          this.window.count(length);
        }
        for (const scope of scopes) scope.position = seq;
      }
    }
    return run;
  }

  /** The scopes that lie furthest back, and the seqs that they have for themselves; `undefined` when all are at the head. */
  #reach(): { scopes: Scope[]; from: number; until: number } | undefined {
    const { head } = this.config.log;
    let position = head;
    let until = head;
    for (const scope of this.#scopes) {
      if (scope.position < position) {
        until = position;
        position = scope.position;
      } else if (scope.position > position) until = Math.min(until, scope.position);
    }
    if (position === head) return undefined;
    return { scopes: this.#scopes.filter((scope) => scope.position === position), from: position + 1, until };
  }

  #isWanted(entry: LogEntry, scopes: readonly Scope[]): boolean {
    for (const scope of scopes) if (matches(scope.filter, entry)) return this.mayFeed(entry);
    return false;
  }
}
