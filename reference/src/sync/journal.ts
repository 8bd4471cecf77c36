/**
 * What outlives a node: changes in transactions, in their order (protocol.md 7). The sync core writes them here, and at a
 * start is told all of them again; whether they go to a disk is not its business.
 */
import type { Id } from '../bytes/id.ts';
import type { Cursor } from '../wire/cursor.ts';

/** One change of what a node knows. A remote is the name that a node gives to a server to which it is a client. */
export type Change =
  /** The log begins; the first change of every journal. `clock` is the least that the Lamport clock has to be. */
  | { readonly kind: 'log'; readonly id: Id; readonly clock: number }
  /** An operation is at `seq` of the arrival log; `isOwn` if this node is its author's. */
  | {
      readonly kind: 'append';
      readonly seq: number;
      readonly mark: Id;
      readonly isOwn: boolean;
      readonly bytes: Uint8Array;
    }
  /** The operations from `from` on were dropped by compaction; their marks, 16 bytes each, stay. */
  | { readonly kind: 'dropped'; readonly from: number; readonly marks: Uint8Array }
  /** How far the feed of a scope has come; without a cursor it begins anew. `scope` is the key of `scopeKey`. */
  | {
      readonly kind: 'cursor';
      readonly remote: string;
      readonly scope: string;
      readonly cursor: Cursor | undefined;
    }
  /** `cur` of the latest ACK of a remote. */
  | { readonly kind: 'seen'; readonly remote: string; readonly cursor: Cursor }
  /** The remote has these operations of the log: it has acked them, or a CHECKPOINT has covered them after it fed them. */
  | { readonly kind: 'known'; readonly remote: string; readonly seqs: readonly number[] }
  /** The remote's log is another one than it was: its cursors, `seen` and what it is known to have are void. */
  | { readonly kind: 'forgotten'; readonly remote: string }
  /** The remote has refused an operation for good, with this wire code: a dead letter. */
  | { readonly kind: 'dead'; readonly remote: string; readonly seq: number; readonly code: number }
  /** A dead letter was acked or fed after all. */
  | { readonly kind: 'revived'; readonly remote: string; readonly seq: number }
  /** The application has withdrawn a dead letter. */
  | { readonly kind: 'withdrawn'; readonly seq: number }
  /** A fed operation with this SHA-256 was refused with this wire code: the second time it is skipped. */
  | { readonly kind: 'refused'; readonly remote: string; readonly hash: Uint8Array; readonly code: number };

/**
 * Keeps changes. Those added since the last `commit` are one transaction: after a crash all of them are there, or none.
 * Only the sync core writes; nobody else sees a change before it is durable.
 */
export interface Journal {
  /** Whether changes were added since the last commit. */
  readonly isDirty: boolean;
  /** Adds a change to the transaction. For an `append` the result is the place of its bytes for `read`. */
  add(change: Change): number;
  /** Makes the transaction durable. Throws StorageError, and then it is discarded as by `rollback`. */
  commit(): void;
  /** Discards what was added since the last commit. */
  rollback(): void;
  /** The bytes of an appended operation. Throws StorageError when they are damaged. */
  read(place: number): Uint8Array;
  /**
   * Replaces everything by `changes`, in one step that a crash does not split (compaction); the places of its appends, in
   * their order. Throws StorageError, and then everything is as before.
   */
  rewrite(changes: Iterable<Change>): number[];
  close(): void;
}

/** A journal as it is opened: all that was committed, oldest first, with the place of each append. */
export interface OpenedJournal {
  readonly journal: Journal;
  /** Read once, before the first `add`. */
  readonly changes: Iterable<{ readonly change: Change; readonly place: number }>;
}

/** Something could not be made durable, or was damaged since. The message says what, where, and what to do. */
export class StorageError extends Error {
  override readonly name = 'StorageError';
  /** `full`: try again when there is room; `broken`: nothing more is written until the node is started again. */
  readonly kind: 'full' | 'broken' | 'damaged' | 'locked' | 'password';

  constructor(kind: StorageError['kind'], message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.kind = kind;
  }
}
