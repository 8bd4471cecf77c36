/**
 * The arrival log of one database (section 9.1): append-only, in memory or over a journal.
 *
 * 1. Entry `seq` stands at index `seq - 1` of each column; seqs ascend by 1 from 1, also past what compaction drops.
 * 2. An operation id stands in the log once. That of a dropped operation does not stand in it any more.
 * 3. mark_q = SHA-256(mark_(q-1) | operation id | SHA-256(operation bytes))[0..16], mark_0 = zeros. In memory they are
 *    computed when one is first shown: whoever waits for an operation does not wait for two hashes.
 * 4. The log owns its bytes: they are copied into slabs, so that no small operation keeps a large frame alive.
 * 5. `head` is durable. What was appended since stands above it: known, so that no id gets in twice, and not shown.
 * 6. Over a journal only the latest RECENT_BYTES of operations stay in memory, so a reader of old ones costs none.
 */
import { equalBytes } from '../bytes/compare.ts';
import { Id } from '../bytes/id.ts';
import { Slab } from '../bytes/slab.ts';
import type { RefusalName } from '../registry.ts';
import type { Cursor } from '../wire/cursor.ts';
import type { Sha256 } from '../wire/operation.ts';
import { IdColumn } from './id-column.ts';
import { IdIndex } from './id-index.ts';
import type { Change, Journal } from './journal.ts';
import { type LogEntry, type OperationFacts, OWN, ReadEntry } from './log-entry.ts';

export type CursorRefusal = Extract<RefusalName, `subscription.cursor-${string}`>;

export interface LogOptions {
  /** Without one the log lives in memory, and what is appended counts as durable at once. */
  readonly journal?: Journal | undefined;
  /** 32 random bits (see IdIndex). */
  readonly seed?: number | undefined;
}

const RECENT_BYTES = 1 << 20;
/** Operations that share memory: an eighth of a slab. */
const SMALL_BYTES = 8192;
/** Place of an operation that compaction has dropped. */
const DROPPED = -1;

export class ArrivalLog {
  readonly id: Id;
  readonly #sha256: Sha256;
  readonly #journal: Journal | undefined;
  readonly #ids = new IdColumn();
  readonly #index: IdIndex;
  /** Of the positions from 0 on, as far as they were computed. */
  readonly #marks = new IdColumn();
  readonly #origins: number[] = [];
  /** Places in the journal. */
  readonly #places: number[] = [];
  /** The latest entries: those above `#older`. */
  #recent: LogEntry[] = [];
  #older = 0;
  #recentBytes = 0;
  readonly #slab = new Slab(SMALL_BYTES);
  #durable = 0;

  /** @param id random, new for each log: cursors of another log are told apart by it */
  constructor(id: Id, sha256: Sha256, { journal, seed = 0 }: LogOptions = {}) {
    this.id = id;
    this.#sha256 = sha256;
    this.#journal = journal;
    this.#index = new IdIndex(this.#ids, seed);
    this.#marks.push(Id.ZERO);
  }

  /** Seq of the last durable entry; 0 when there is none. */
  get head(): number {
    return this.#journal === undefined ? this.last : this.#durable;
  }

  /** Seq of the last entry, durable or not. */
  get last(): number {
    return this.#ids.length;
  }

  /** Appends to the open transaction of the journal. Throws StorageError when that takes nothing more. */
  append(facts: OperationFacts, bytes: Uint8Array, origin: number): LogEntry {
    const { id, collection, team } = facts;
    const seq = this.last + 1;
    const entry: LogEntry = { seq, id, collection, team, bytes: this.#slab.keep(bytes), origin };
    if (this.#journal !== undefined) {
      const mark = this.nextMark(this.mark(seq - 1), entry);
      const change = { kind: 'append', seq, mark, isOwn: origin === OWN, bytes: entry.bytes } as const;
      this.#places.push(this.#journal.add(change)); // a journal that takes nothing more throws: then nothing was appended
      this.#marks.push(mark);
    }
    this.#enter(id, origin);
    this.#recent.push(entry);
    this.#recentBytes += bytes.length;
    if (this.#journal !== undefined && this.#recentBytes > 2 * RECENT_BYTES) this.#forgetOld();
    return entry;
  }

  /** The entry at `seq`, which is 1 to `last`; `undefined` when compaction has dropped it. */
  entry(seq: number): LogEntry | undefined {
    if (this.#places[seq - 1] === DROPPED) return undefined;
    const recent = this.#recent[seq - this.#older - 1];
    if (recent !== undefined) return recent;
    const bytes = this.#journal!.read(this.#places[seq - 1]!);
    return new ReadEntry(seq, this.#ids.get(seq - 1), bytes, this.#origins[seq - 1]!);
  }

  find(id: Id): LogEntry | undefined {
    const at = this.#index.find(id);
    return at < 0 ? undefined : this.entry(at + 1);
  }

  /** Whether the log has this operation with exactly these bytes. */
  holds(id: Id, bytes: Uint8Array): boolean {
    const known = this.find(id);
    return known !== undefined && equalBytes(known.bytes, bytes);
  }

  /** The mark after `seq` (0 to `last`). */
  mark(seq: number): Id {
    const marks = this.#marks;
    while (marks.length <= seq) marks.push(this.nextMark(marks.get(marks.length - 1), this.entry(marks.length)!));
    return marks.get(seq);
  }

  /** Invariant 3. */
  nextMark(previous: Id, entry: LogEntry): Id {
    const link = new Uint8Array(64);
    previous.write(link, 0);
    entry.id.write(link, 16);
    link.set(this.#sha256(entry.bytes), 32);
    return Id.from(this.#sha256(link));
  }

  cursor(seq: number): Cursor {
    return { log: this.id, seq, mark: this.mark(seq) };
  }

  /** Why `cursor` cannot be resumed from, checked in the order log id, seq, mark; `undefined` when it can. */
  judge(cursor: Cursor): CursorRefusal | undefined {
    if (!cursor.log.equals(this.id)) return 'subscription.cursor-diverged';
    if (cursor.seq > this.head) return 'subscription.cursor-ahead';
    return cursor.mark.equals(this.mark(cursor.seq)) ? undefined : 'subscription.cursor-diverged';
  }

  /** Everything that was appended is durable now. */
  committed(): void {
    this.#durable = this.last;
  }

  /** Takes back what was appended since the last `committed`. */
  rolledBack(): void {
    const kept = this.#durable;
    for (let at = this.last - 1; at >= kept; at--) this.#index.removeLast(at);
    for (const entry of this.#recent.splice(Math.max(0, kept - this.#older))) this.#recentBytes -= entry.bytes.length;
    this.#ids.truncate(kept);
    this.#marks.truncate(kept + 1);
    this.#origins.length = kept;
    this.#places.length = kept;
  }

  /** Takes a change of the journal at a start; `place` is that of its bytes. The id of the operation is in them. */
  replay(change: Extract<Change, { kind: 'append' | 'dropped' }>, place: number): void {
    if (change.kind === 'append') {
      this.#enter(Id.from(change.bytes), change.isOwn ? OWN : 0);
      this.#marks.push(change.mark);
      this.#places.push(place);
    } else {
      for (let at = 0; at < change.marks.length; at += 16) {
        this.#ids.push(Id.ZERO);
        this.#origins.push(0);
        this.#marks.push(Id.at(change.marks, at));
        this.#places.push(DROPPED);
      }
    }
    this.#older = this.last;
    this.#durable = this.last;
  }

  /** Compaction has rewritten the journal: the places of the entries that are left, in their order. */
  compacted(dropped: ReadonlySet<number>, places: readonly number[]): void {
    let next = 0;
    for (let seq = 1; seq <= this.last; seq++) {
      if (dropped.has(seq)) this.#places[seq - 1] = DROPPED;
      else if (this.#places[seq - 1] !== DROPPED) this.#places[seq - 1] = places[next++]!;
    }
    this.#index.rebuild(this.#retained());
  }

  /** Indices of the entries that are there. */
  *#retained(): Iterable<number> {
    for (let at = 0; at < this.last; at++) if (this.#places[at] !== DROPPED) yield at;
  }

  #enter(id: Id, origin: number): void {
    this.#ids.push(id);
    this.#index.add(this.#ids.length - 1);
    this.#origins.push(origin);
  }

  /** Invariant 6. What is not durable stays: the journal may not be able to give it back yet. */
  #forgetOld(): void {
    let forgotten = 0;
    while (this.#recentBytes > RECENT_BYTES && this.#older + forgotten < this.#durable) {
      this.#recentBytes -= this.#recent[forgotten++]!.bytes.length;
    }
    this.#recent.splice(0, forgotten);
    this.#older += forgotten;
  }
}
