/**
 * What a client knows of one server, by the name that it gives to it (sections 9.14 to 9.16). A wrong name costs a second
 * push, never data.
 *
 * I1. What is said here is durable: a change goes to the journal, and counts here when its transaction is committed.
 * I2. A position never stands without what it covers: the cursors of a CHECKPOINT and the operations that it covers are
 *     one transaction, as are `seen` and the acknowledgements that it came with.
 * I3. Known to be the server's is what it has acknowledged, or what its CHECKPOINT covered after it was fed. To have been
 *     fed alone counts for nothing (SYNC-92).
 * I4. A dead letter stays one, also when the server's log turns out to be another; only an acknowledgement or a feed
 *     brings it back to life (SYNC-96, SYNC-97).
 * I5. When the server's log is another one than before, nothing that was known of it counts any more (SYNC-111).
 */
import { fromHex, toHex } from '../bytes/hex.ts';
import { ErrorCode } from '../registry.ts';
import type { Cursor } from '../wire/cursor.ts';
import type { ArrivalLog } from './arrival-log.ts';
import type { Change, Journal } from './journal.ts';
import { SeqSet } from './seq-set.ts';

/** Keeps a change small. */
const SEQS_PER_CHANGE = 4096;

export interface RemoteConfig {
  readonly log: Pick<ArrivalLog, 'head'>;
  /** Without one every change counts at once. */
  readonly journal: Journal | undefined;
  /** Told of entries that became dead letters, came back to life or were withdrawn. */
  readonly onLetters?: ((seqs: readonly number[]) => void) | undefined;
  /** Whether an entry is a dead letter of any server: then to be known to this one is news (SYNC-97). */
  readonly isLetter?: ((seq: number) => boolean) | undefined;
}

/** An operation that the server has refused for good. */
export interface DeadLetter {
  readonly seq: number;
  /** Wire code of the refusal; 0 when it was withdrawn before this server has seen it. */
  readonly code: number;
  /** The application does not want it any more. */
  readonly isWithdrawn: boolean;
}

/** A change that is about a remote. */
export type RemoteChange = Extract<Change, { readonly remote: string } | { readonly kind: 'withdrawn' }>;

export class Remote {
  readonly name: string;
  /** What was begun before a commit that failed is void: whoever speaks with the server has to begin anew. */
  onRolledBack: (() => void) | undefined;
  readonly #log: Pick<ArrivalLog, 'head'>;
  readonly #journal: Journal | undefined;
  readonly #onLetters: RemoteConfig['onLetters'];
  readonly #isLetter: NonNullable<RemoteConfig['isLetter']>;
  readonly #cursors = new Map<string, Cursor>();
  #seen: Cursor | undefined;
  readonly #known = new SeqSet();
  readonly #dead = new Map<number, DeadLetter>();
  /** Codes of the refusals, by the hex of the hash. */
  readonly #refused = new Map<string, number>();
  /** Of the open transaction. */
  #pending: RemoteChange[] = [];

  constructor(name: string, { log, journal, onLetters, isLetter }: RemoteConfig) {
    this.name = name;
    this.#log = log;
    this.#journal = journal;
    this.#onLetters = onLetters;
    this.#isLetter = isLetter ?? ((seq) => this.isDead(seq));
  }

  /** `cur` of the latest ACK. */
  get seen(): Cursor | undefined {
    return this.#seen;
  }

  /** How far the feed of a scope has come, by the key of `scopeKey`. */
  cursor(scope: string): Cursor | undefined {
    return this.#cursors.get(scope);
  }

  isKnown(seq: number): boolean {
    return this.#known.has(seq);
  }

  /** The least seq from `from` on that is not known to be the server's. */
  unknown(from: number): number {
    return this.#known.missing(from);
  }

  isDead(seq: number): boolean {
    return this.#dead.has(seq);
  }

  isWithdrawn(seq: number): boolean {
    return this.#dead.get(seq)?.isWithdrawn === true;
  }

  /** In the order in which they died. */
  get deadLetters(): Iterable<DeadLetter> {
    return this.#dead.values();
  }

  /** Whether a fed operation with this SHA-256 was refused before. */
  hasRefused(hash: Uint8Array): boolean {
    return this.#refused.has(toHex(hash));
  }

  /** A CHECKPOINT: how far scopes are, and the operations that were fed since the one before. */
  checkpoint(cursors: Iterable<readonly [scope: string, cursor: Cursor]>, seqs: readonly number[]): void {
    for (const [scope, cursor] of cursors) this.#add({ kind: 'cursor', remote: this.name, scope, cursor });
    this.#keep(seqs);
  }

  /** Acknowledgements, and `cur` of the latest of them. */
  acked(seqs: readonly number[], seen: Cursor): void {
    this.#add({ kind: 'seen', remote: this.name, cursor: seen });
    this.#keep(seqs);
  }

  /** A refusal for good. */
  rejected(seq: number, code: number): void {
    this.#add({ kind: 'dead', remote: this.name, seq, code });
  }

  /** The application lets go of an entry that is a dead letter, here or with another server: it is not sent any more. */
  withdraw(seq: number): void {
    if (!this.isKnown(seq)) this.#add({ kind: 'withdrawn', seq });
  }

  /** A fed operation was refused: its SHA-256, and the wire code. */
  refuse(hash: Uint8Array, code: number): void {
    if (!this.hasRefused(hash)) this.#add({ kind: 'refused', remote: this.name, hash, code });
  }

  /** The server has ended a scope: its cursor there is worth nothing (SYNC-21). */
  endScope(scope: string): void {
    if (this.#cursors.has(scope)) this.#add({ kind: 'cursor', remote: this.name, scope, cursor: undefined });
  }

  /** I5. */
  forget(): void {
    this.#add({ kind: 'forgotten', remote: this.name });
  }

  committed(): void {
    const pending = this.#pending;
    this.#pending = [];
    for (const change of pending) this.replay(change);
    this.#tell(pending);
  }

  rolledBack(): void {
    this.#pending = [];
    this.onRolledBack?.();
  }

  /** Takes a change that is durable. */
  replay(change: RemoteChange): void {
    if (change.kind === 'cursor') this.#point(change.scope, change.cursor);
    else if (change.kind === 'seen') this.#seen = change.cursor;
    else if (change.kind === 'known') for (const seq of change.seqs) this.#known.add(seq);
    else if (change.kind === 'forgotten') this.#clear();
    else if (change.kind === 'dead')
      this.#dead.set(change.seq, { seq: change.seq, code: change.code, isWithdrawn: false });
    else if (change.kind === 'revived') this.#dead.delete(change.seq);
    else if (change.kind === 'refused') this.#refused.set(toHex(change.hash), change.code);
    else this.#bury(change.seq);
  }

  /** All that is known, as changes of a new journal. */
  *changes(): Iterable<Change> {
    const remote = this.name;
    for (const [scope, cursor] of this.#cursors) yield { kind: 'cursor', remote, scope, cursor };
    if (this.#seen !== undefined) yield { kind: 'seen', remote, cursor: this.#seen };
    const seqs = [...this.#known].filter((seq) => seq <= this.#log.head);
    for (let at = 0; at < seqs.length; at += SEQS_PER_CHANGE) {
      yield { kind: 'known', remote, seqs: seqs.slice(at, at + SEQS_PER_CHANGE) };
    }
    for (const { seq, code } of this.#dead.values()) yield { kind: 'dead', remote, seq, code };
    for (const { seq, isWithdrawn } of this.#dead.values()) if (isWithdrawn) yield { kind: 'withdrawn', seq };
    for (const [hash, code] of this.#refused) yield { kind: 'refused', remote, hash: fromHex(hash), code };
  }

  #keep(seqs: readonly number[]): void {
    for (const seq of seqs) if (this.isDead(seq)) this.#add({ kind: 'revived', remote: this.name, seq });
    const news = seqs.filter((seq) => !this.isKnown(seq));
    if (news.length > 0) this.#add({ kind: 'known', remote: this.name, seqs: news });
  }

  /** I1. */
  #add(change: RemoteChange): void {
    if (this.#journal === undefined) {
      this.replay(change);
      this.#tell([change]);
    } else {
      this.#journal.add(change);
      this.#pending.push(change);
    }
  }

  #point(scope: string, cursor: Cursor | undefined): void {
    if (cursor === undefined) this.#cursors.delete(scope);
    else this.#cursors.set(scope, cursor);
  }

  #clear(): void {
    this.#cursors.clear();
    this.#seen = undefined;
    this.#known.clear();
  }

  #bury(seq: number): void {
    if (this.isKnown(seq)) return;
    const letter = this.#dead.get(seq);
    this.#dead.set(seq, { seq, code: letter?.code ?? ErrorCode.NO_ERROR, isWithdrawn: true });
  }

  #tell(changes: readonly RemoteChange[]): void {
    const seqs = changes.flatMap((change) => {
      if (change.kind === 'known') return change.seqs.filter(this.#isLetter);
      return isAboutLetter(change) ? [change.seq] : [];
    });
    if (seqs.length > 0) this.#onLetters?.(seqs);
  }
}

function isAboutLetter(change: RemoteChange): change is Extract<RemoteChange, { readonly seq: number }> {
  return change.kind === 'dead' || change.kind === 'revived' || change.kind === 'withdrawn';
}
