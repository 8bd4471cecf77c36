/**
 * The arrival log of one database (protocol.md 7): append-only, in memory.
 *
 * 1. Entry `seq` stands at index `seq - 1`; seqs ascend by 1 from 1.
 * 2. An operation id stands in the log once.
 * 3. mark_q = SHA-256(mark_(q-1) | operation id | SHA-256(operation bytes))[0..16], mark_0 = zeros. Marks are computed
 *    when one is first shown: whoever waits for an operation does not wait for two hashes.
 * 4. The log owns its bytes: they are copied into slabs, so that no small operation keeps a large frame alive.
 */
import { equalBytes } from '../bytes/compare.ts';
import { Id } from '../bytes/id.ts';
import type { RefusalName } from '../registry.ts';
import type { Cursor } from '../wire/cursor.ts';
import type { Sha256 } from '../wire/operation.ts';
import { idKey } from './id-key.ts';
import type { LogEntry, OperationFacts } from './log-entry.ts';

export type CursorRefusal = Extract<RefusalName, `subscription.cursor-${string}`>;

const SLAB_BYTES = 65536;

export class ArrivalLog {
  readonly id: Id;
  readonly #sha256: Sha256;
  readonly #entries: LogEntry[] = [];
  readonly #byId = new Map<string, LogEntry>();
  readonly #marks: Id[] = [Id.ZERO];
  #slab = new Uint8Array(0);
  #slabUsed = 0;
  #lastId = Id.ZERO;
  #lastKey = idKey(Id.ZERO);

  /** @param id random, new for each log: cursors of another log are told apart by it */
  constructor(id: Id, sha256: Sha256) {
    this.id = id;
    this.#sha256 = sha256;
  }

  /** Seq of the last entry; 0 when there is none. */
  get head(): number {
    return this.#entries.length;
  }

  append(facts: OperationFacts, bytes: Uint8Array, origin: number): LogEntry {
    const { id, collection, team } = facts;
    const entry: LogEntry = { seq: this.head + 1, id, collection, team, bytes: this.#keep(bytes), origin };
    this.#entries.push(entry);
    this.#byId.set(this.#keyOf(id), entry);
    return entry;
  }

  /** The entry at `seq`, which is 1 to `head`. */
  entry(seq: number): LogEntry {
    return this.#entries[seq - 1]!;
  }

  find(id: Id): LogEntry | undefined {
    return this.#byId.get(this.#keyOf(id));
  }

  /** Whether the log has this operation with exactly these bytes. */
  holds(id: Id, bytes: Uint8Array): boolean {
    const known = this.find(id);
    return known !== undefined && equalBytes(known.bytes, bytes);
  }

  /** The mark after `seq` (0 to `head`). */
  mark(seq: number): Id {
    const marks = this.#marks;
    while (marks.length <= seq) marks.push(this.nextMark(marks[marks.length - 1]!, this.#entries[marks.length - 1]!));
    return marks[seq]!;
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

  /** The same id is asked for several times in a row while an operation is judged. */
  #keyOf(id: Id): string {
    if (id !== this.#lastId) {
      this.#lastId = id;
      this.#lastKey = idKey(id);
    }
    return this.#lastKey;
  }

  /** Invariant 4. Large operations get memory of their own. */
  #keep(bytes: Uint8Array): Uint8Array {
    const length = bytes.length;
    if (length > SLAB_BYTES / 8) return new Uint8Array(bytes);
    if (this.#slabUsed + length > this.#slab.length) {
      this.#slab = new Uint8Array(SLAB_BYTES);
      this.#slabUsed = 0;
    }
    const kept = this.#slab.subarray(this.#slabUsed, this.#slabUsed + length);
    kept.set(bytes);
    this.#slabUsed += length;
    return kept;
  }
}
