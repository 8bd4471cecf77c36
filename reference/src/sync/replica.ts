/**
 * Everything that a node knows of one database, and its one way to make it durable.
 *
 * 1. What was changed since the last `commit` is one transaction (SYNC-83): after a crash all of it is there, or none.
 * 2. Nobody is told of an entry before it is durable: `onCommit` is the only way in which one gets out.
 * 3. When a commit fails, everything is as before it; whoever waited for it gets its own error.
 */
import { Id } from '../bytes/id.ts';
import { decodeOperation, peekOperation, type Sha256 } from '../wire/operation.ts';
import { ArrivalLog, type LogOptions } from './arrival-log.ts';
import { LamportClock } from './clock.ts';
import { type CompactionEntry, droppable } from './compaction.ts';
import type { Change, Journal, OpenedJournal } from './journal.ts';
import { type LogEntry, OWN } from './log-entry.ts';
import { Remote } from './remote.ts';

export interface ReplicaConfig {
  readonly sha256: Sha256;
  readonly randomBytes: (length: number) => Uint8Array;
  /** The wall clock, for the bound of counters. Infinity: no bound, as at level L1. */
  readonly unixSeconds: () => number;
  createLog?(id: Id, sha256: Sha256, options: LogOptions): ArrivalLog;
}

/** Marks of dropped operations in one change: the journal bounds how long one may be. */
const MARKS_AT_ONCE = 4096;

export type CommitListener = (entries: readonly LogEntry[]) => void;
export type FailureListener = (error: unknown) => void;
export type LetterListener = (seqs: readonly number[]) => void;

export class Replica {
  readonly log: ArrivalLog;
  readonly clock: LamportClock;
  readonly journal: Journal | undefined;
  readonly #remotes = new Map<string, Remote>();
  readonly #listeners = new Set<CommitListener>();
  readonly #failureListeners = new Set<FailureListener>();
  readonly #letterListeners = new Set<LetterListener>();
  /** Seq up to which the listeners were told. */
  #told: number;
  #isTelling = false;

  private constructor(log: ArrivalLog, clock: LamportClock, journal: Journal | undefined) {
    this.log = log;
    this.clock = clock;
    this.journal = journal;
    this.#told = log.head;
  }

  /** What was committed to the journal; without a journal, a new log in memory. Throws StorageError. */
  static open(opened: OpenedJournal | undefined, config: ReplicaConfig): Replica {
    const { sha256, randomBytes, unixSeconds, createLog = standardLog } = config;
    const seed = Id.from(randomBytes(16)).a;
    if (opened === undefined) {
      return new Replica(
        createLog(Id.from(randomBytes(16)), sha256, { seed }),
        new LamportClock(0, unixSeconds),
        undefined,
      );
    }
    const { journal } = opened;
    let replica: Replica | undefined;
    for (const { change, place } of opened.changes) {
      if (change.kind === 'log') {
        const log = createLog(change.id, sha256, { journal, seed });
        replica = new Replica(log, new LamportClock(change.clock, unixSeconds), journal);
      } else if (replica === undefined) throw new TypeError(`a journal begins with its log, not with ${change.kind}`);
      else replica.#replay(change, place);
    }
    if (replica !== undefined) {
      replica.#told = replica.log.head;
      return replica;
    }
    const id = Id.from(randomBytes(16));
    journal.add({ kind: 'log', id, clock: 0 });
    journal.commit();
    return new Replica(createLog(id, sha256, { journal, seed }), new LamportClock(0, unixSeconds), journal);
  }

  /** What this node knows of a server to which it is a client, under the name that it has for it. */
  remote(name: string): Remote {
    let remote = this.#remotes.get(name);
    if (remote === undefined) {
      const onLetters = (seqs: readonly number[]) => {
        for (const listener of this.#letterListeners) listener(seqs);
      };
      const isLetter = (seq: number) => [...this.#remotes.values()].some((each) => each.isDead(seq));
      remote = new Remote(name, { log: this.log, journal: this.journal, onLetters, isLetter });
      this.#remotes.set(name, remote);
    }
    return remote;
  }

  get remotes(): Iterable<Remote> {
    return this.#remotes.values();
  }

  /** Whether something waits for a commit. */
  get isDirty(): boolean {
    return this.journal === undefined ? this.#told < this.log.last : this.journal.isDirty;
  }

  /** Makes everything durable that was changed, and tells of the new entries. Throws StorageError: see invariant 3. */
  commit(): void {
    if (!this.isDirty) return;
    try {
      this.journal?.commit();
    } catch (error) {
      this.log.rolledBack();
      this.clock.rolledBack();
      for (const remote of this.#remotes.values()) remote.rolledBack();
      for (const listener of this.#failureListeners) listener(error);
      throw error;
    }
    this.log.committed();
    this.clock.committed();
    for (const remote of this.#remotes.values()) remote.committed();
    if (this.#told < this.log.head) this.#tell();
  }

  /** Tells `listener` of the entries of each commit, in their order. Returns what ends that. */
  onCommit(listener: CommitListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Tells `listener` when a commit has failed, whoever asked for it. Returns what ends that. */
  onFailure(listener: FailureListener): () => void {
    this.#failureListeners.add(listener);
    return () => this.#failureListeners.delete(listener);
  }

  /** Tells `listener` of entries that became dead letters of some remote, came back to life or were withdrawn; and of
   * those that are one when another remote has them now. */
  onLetters(listener: LetterListener): () => void {
    this.#letterListeners.add(listener);
    return () => this.#letterListeners.delete(listener);
  }

  /** Drops from the log what section 9.17 lets go (`select`). Throws StorageError, and then nothing has changed. */
  compact(select: typeof droppable = droppable): { readonly dropped: number } {
    const { journal, log } = this;
    if (journal === undefined) return { dropped: 0 };
    this.commit();
    const dropped = select(() => this.#entries());
    if (dropped.size > 0) log.compacted(dropped, journal.rewrite(this.#changes(dropped)));
    return { dropped: dropped.size };
  }

  /** A listener may commit: what that made durable is told when all have heard of what was before it. */
  #tell(): void {
    if (this.#isTelling) return;
    this.#isTelling = true;
    try {
      while (this.#told < this.log.head) {
        const entries = this.#newEntries();
        this.#told = this.log.head;
        for (const listener of this.#listeners) listener(entries);
      }
    } finally {
      this.#isTelling = false;
    }
  }

  #newEntries(): LogEntry[] {
    const entries: LogEntry[] = [];
    for (let seq = this.#told + 1; seq <= this.log.head; seq++) {
      const entry = this.log.entry(seq);
      if (entry !== undefined) entries.push(entry);
    }
    return entries;
  }

  #replay(change: Exclude<Change, { kind: 'log' }>, place: number): void {
    if (change.kind === 'append' || change.kind === 'dropped') this.log.replay(change, place);
    else if (change.kind === 'withdrawn') for (const remote of this.#remotes.values()) remote.replay(change);
    else this.remote(change.remote).replay(change);
    if (change.kind === 'append') this.clock.observe(peekOperation(change.bytes).counter);
    this.clock.committed();
  }

  *#entries(): Iterable<CompactionEntry> {
    for (let seq = 1; seq <= this.log.head; seq++) {
      const entry = this.log.entry(seq);
      if (entry === undefined) continue;
      yield { seq, operation: decodeOperation(entry.bytes), isPinned: this.#mayBeWithdrawn(entry) };
    }
  }

  /**
   * Operations that some remote may still refuse, and those that one has refused, dominate nothing (SYNC-122): neither own
   * nor relayed ones, for that remote would then get neither them nor what they dominate.
   */
  #mayBeWithdrawn({ seq, origin }: LogEntry): boolean {
    const remotes = [...this.#remotes.values()];
    if (remotes.some((remote) => remote.isDead(seq))) return true;
    return remotes.length === 0 ? origin === OWN : remotes.some((remote) => !remote.isKnown(seq));
  }

  /** The journal anew: the log without what is dropped, but with all its marks, and what is known of the remotes. */
  *#changes(dropped: ReadonlySet<number>): Iterable<Change> {
    const { log, clock } = this;
    yield { kind: 'log', id: log.id, clock: clock.value };
    let gap: { from: number; marks: Uint8Array[] } | undefined;
    for (let seq = 1; seq <= log.head; seq++) {
      const entry = dropped.has(seq) ? undefined : log.entry(seq);
      if (entry === undefined) {
        gap ??= { from: seq, marks: [] };
        gap.marks.push(log.mark(seq).toBytes());
        if (gap.marks.length < MARKS_AT_ONCE) continue;
        yield droppedOf(gap);
        gap = undefined;
        continue;
      }
      if (gap !== undefined) yield droppedOf(gap);
      gap = undefined;
      yield { kind: 'append', seq, mark: log.mark(seq), isOwn: entry.origin === OWN, bytes: entry.bytes };
    }
    if (gap !== undefined) yield droppedOf(gap);
    for (const remote of this.#remotes.values()) yield* remote.changes();
  }
}

const standardLog: NonNullable<ReplicaConfig['createLog']> = (id, sha256, options) =>
  new ArrivalLog(id, sha256, options);

function droppedOf({ from, marks }: { from: number; marks: readonly Uint8Array[] }): Change {
  const all = new Uint8Array(16 * marks.length);
  for (const [i, mark] of marks.entries()) all.set(mark, 16 * i);
  return { kind: 'dropped', from, marks: all };
}
