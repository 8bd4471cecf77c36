/**
 * The local-first face of a replica: records to read, write and watch, without waiting for anybody.
 *
 * 1. Every write is one operation of this node, and durable when the method returns (SYNC-70, SYNC-90). Whether there is a
 *    connection does not matter: a SyncClient on the same replica pushes it when it can.
 * 2. `state` is what the operations of the log come to, whoever wrote them, without this node's dead letters.
 * 3. Dead letters that were not withdrawn lie over it: who wrote something goes on seeing it until they let go of it.
 */
import { Id } from '../bytes/id.ts';
import type { CryptoProvider } from '../crypto/provider.ts';
import { type LogEntry, OWN } from '../sync/log-entry.ts';
import { MergeState, type Target, targetKey, targetOf, type Visible } from '../sync/merge/index.ts';
import type { Replica } from '../sync/replica.ts';
import { isFields } from '../wire/decoded-fields.ts';
import { TEAM_EXTENSION } from '../wire/extensions.ts';
import { decodeOperation, encodeOperation, indexRecord, type PlainOperation } from '../wire/operation.ts';
import { equalFields, type Fields } from '../wire/value.ts';
import type { ChangeListener, DatabaseChange, FieldsInput, RefusedWrite, WriteOptions } from './types.ts';

export type { ChangeListener, DatabaseChange, FieldsInput, RefusedWrite, WriteOptions } from './types.ts';

export interface DatabaseOptions {
  readonly replica: Replica;
  /** The author of what is written here: one for each copy of the data, the same after each start. */
  readonly node: Id;
  readonly crypto: Pick<CryptoProvider, 'randomBytes' | 'sha256'>;
  /** What its records are kept in; empty. */
  readonly state?: MergeState;
}

export class Database {
  readonly state: MergeState;
  readonly node: Id;
  readonly #replica: Replica;
  readonly #crypto: DatabaseOptions['crypto'];
  readonly #listeners = new Set<ChangeListener>();
  /** Invariant 3: by target, then by seq. */
  readonly #overlay = new Map<string, { readonly target: Target; readonly letters: Map<number, PlainOperation> }>();
  /** Seqs in the overlay. */
  readonly #over = new Set<number>();
  readonly #release: readonly (() => void)[];

  /** Reads the log. Throws StorageError. */
  constructor({ replica, node, crypto, state = new MergeState() }: DatabaseOptions) {
    this.state = state;
    this.#replica = replica;
    this.node = node;
    this.#crypto = crypto;
    for (const [entry, operation] of this.#operations()) {
      if (this.#isOut(entry)) this.#layOver(entry.seq, operation);
      else this.state.apply(operation);
    }
    this.#release = [
      replica.onCommit((entries) => this.#merge(entries)),
      replica.onLetters((seqs) => this.#reconsider(seqs)),
    ];
  }

  /** Does not follow the replica any more. */
  close(): void {
    for (const release of this.#release) release();
  }

  /**
   * A new record, or an insert over an old one; its id. Each of the writing methods throws StorageError when it cannot be
   * made durable, and ProtocolError when no operation may say it or the clock is at its bound; then nothing has happened.
   */
  insert(collection: string, fields: FieldsInput, options: WriteOptions & { readonly record?: Id } = {}): Id {
    const record = options.record ?? this.#newId();
    this.#write('insert', collection, record, fields, options);
    return record;
  }

  /** Sets fields. Those of a record that does not show wait for its insert. */
  update(collection: string, record: Id, fields: FieldsInput, options: WriteOptions = {}): void {
    this.#write('update', collection, record, fields, options);
  }

  delete(collection: string, record: Id, options: WriteOptions = {}): void {
    this.#write('delete', collection, record, {}, options);
  }

  /** The id of the index, which is made of its name. */
  createIndex(collection: string, name: string, fields: readonly string[], options: WriteOptions = {}): Id {
    const record = indexRecord(name, this.#crypto.sha256);
    this.#write('createIndex', collection, record, { fields, name }, options);
    return record;
  }

  dropIndex(collection: string, name: string, options: WriteOptions = {}): void {
    this.#write('dropIndex', collection, indexRecord(name, this.#crypto.sha256), {}, options);
  }

  /** The fields of a record; `undefined` when there is none. */
  get(collection: string, record: Id, team: Id = Id.ZERO): Fields | undefined {
    return this.#view({ space: 'record', collection, team, record });
  }

  /** The records of a collection, of one team or (without one) of all, by the bytes of team and record. */
  list(collection: string, team?: Id): readonly Visible[] {
    return this.#laidOver('record', collection, team, this.state.list(collection, team));
  }

  /** The indexes of a collection, likewise: each with its `fields` and `name`. */
  indexes(collection: string, team?: Id): readonly Visible[] {
    return this.#laidOver('index', collection, team, this.state.listIndexes(collection, team));
  }

  /** Tells `listener` of what shows other than before, whoever changed it. Returns what ends that. */
  watch(listener: ChangeListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** This node's operations that were refused for good and not withdrawn, in the order of the log. */
  deadLetters(): readonly RefusedWrite[] {
    const refusals = new Map<number, { readonly remote: string; readonly code: number }>();
    for (const { name, deadLetters } of this.#replica.remotes) {
      for (const { seq, code } of deadLetters) if (!refusals.has(seq)) refusals.set(seq, { remote: name, code });
    }
    const written = [...this.#overlay.values()].flatMap(({ letters }) => [...letters]).sort(([x], [y]) => x - y);
    return written.map(([seq, operation]) => ({ operation, ...refusals.get(seq)! }));
  }

  /** Lets go of a dead letter: it does not show any more. False when there is none with this operation id. */
  withdraw(operation: Id): boolean {
    const entry = this.#replica.log.find(operation);
    if (entry === undefined || !this.#over.has(entry.seq)) return false;
    for (const remote of this.#replica.remotes) remote.withdraw(entry.seq);
    this.#replica.commit();
    return true;
  }

  #write(
    type: PlainOperation['type'],
    collection: string,
    record: Id,
    input: FieldsInput,
    { team = Id.ZERO }: WriteOptions,
  ): void {
    const { log, clock } = this.#replica;
    const id = this.#newId();
    const counter = clock.next();
    const changes = isFields(input) ? input : new Map(Object.entries(input));
    const extensions = team.isZero ? [] : [{ type: TEAM_EXTENSION, value: team.toBytes() }];
    const bytes = encodeOperation({ id, counter, node: this.node, type, collection, record, changes, extensions });
    decodeOperation(bytes); // what nobody would take is refused here, before it is in the log
    log.append({ id, collection, team }, bytes, OWN);
    clock.observe(counter);
    this.#replica.commit();
  }

  #newId(): Id {
    return Id.from(this.#crypto.randomBytes(16));
  }

  #merge(entries: readonly LogEntry[]): void {
    const operations = entries.map(({ bytes }) => decodeOperation(bytes)).filter((each) => each.type !== 'sealed');
    this.#changing(operations.map(targetOf), () => {
      for (const operation of operations) this.state.apply(operation);
    });
  }

  /** Some of these entries are, or are no longer, dead letters. */
  #reconsider(seqs: readonly number[]): void {
    const targets = new Map<string, Target>();
    for (const seq of seqs) {
      const entry = this.#replica.log.entry(seq);
      const operation = entry?.origin === OWN ? decodeOperation(entry.bytes) : undefined;
      if (operation === undefined || operation.type === 'sealed') continue;
      const target = targetOf(operation);
      targets.set(targetKey(target), target);
    }
    if (targets.size > 0) this.#changing([...targets.values()], () => this.#rebuild(targets));
  }

  /** A join cannot be undone: the targets are made anew of what the log has on them, which is read once for all of them. */
  #rebuild(targets: ReadonlyMap<string, Target>): void {
    const left = new Map<string, PlainOperation[]>();
    for (const key of targets.keys()) {
      left.set(key, []);
      this.#uncover(key);
    }
    for (const [entry, operation] of this.#operations()) {
      const key = targetKey(targetOf(operation));
      if (!targets.has(key)) continue;
      if (this.#isOut(entry)) this.#layOver(entry.seq, operation);
      else left.get(key)!.push(operation);
    }
    for (const [key, target] of targets) this.state.rebuild(target, left.get(key)!);
  }

  #uncover(key: string): void {
    for (const seq of this.#overlay.get(key)?.letters.keys() ?? []) this.#over.delete(seq);
    this.#overlay.delete(key);
  }

  /** Whether an entry is this node's and was refused for good, and no server has it. */
  #isOut({ seq, origin }: LogEntry): boolean {
    if (origin !== OWN) return false;
    const remotes = [...this.#replica.remotes];
    return remotes.some((remote) => remote.isDead(seq)) && !remotes.some((remote) => remote.isKnown(seq));
  }

  #layOver(seq: number, operation: PlainOperation): void {
    const isWithdrawn = [...this.#replica.remotes].some((remote) => remote.isWithdrawn(seq));
    if (isWithdrawn) return;
    const target = targetOf(operation);
    const key = targetKey(target);
    const letters = this.#overlay.get(key)?.letters ?? new Map<number, PlainOperation>();
    this.#overlay.set(key, { target, letters: letters.set(seq, operation) });
    this.#over.add(seq);
  }

  /** Runs `change`, and tells the listeners what shows other than before on `targets`. */
  #changing(targets: readonly Target[], change: () => void): void {
    if (this.#listeners.size === 0) {
      change();
      return;
    }
    const distinct = [...new Map(targets.map((target) => [targetKey(target), target] as const)).values()];
    const before = distinct.map((target) => this.#view(target));
    change();
    const changes = distinct.flatMap((target, i) => {
      const after = this.#view(target);
      return isSame(before[i], after) ? [] : [{ target, before: before[i], after }];
    });
    if (changes.length > 0) for (const listener of this.#listeners) callApart(listener, changes);
  }

  #view(target: Target): Fields | undefined {
    const letters = this.#overlay.get(targetKey(target))?.letters;
    if (letters !== undefined) return this.state.viewWith(target, letters.values());
    const { space, collection, team, record } = target;
    return space === 'record'
      ? this.state.get(collection, team, record)
      : this.state.getIndex(collection, team, record);
  }

  #laidOver(
    space: Target['space'],
    collection: string,
    team: Id | undefined,
    below: readonly Visible[],
  ): readonly Visible[] {
    const over = [...this.#overlay.values()]
      .map(({ target }) => target)
      .filter((target) => target.space === space && target.collection === collection)
      .filter((target) => team === undefined || team.equals(target.team));
    if (over.length === 0) return below;
    const covered = new Set(over.map(targetKey));
    const shown = below.filter(({ target }) => !covered.has(targetKey(target)));
    for (const target of over) {
      const fields = this.#view(target);
      if (fields !== undefined) shown.push({ target, fields });
    }
    return shown.sort(({ target: x }, { target: y }) => Id.compare(x.team, y.team) || Id.compare(x.record, y.record));
  }

  *#operations(): Iterable<readonly [LogEntry, PlainOperation]> {
    const { log } = this.#replica;
    for (let seq = 1; seq <= log.head; seq++) {
      const entry = log.entry(seq);
      if (entry === undefined) continue;
      const operation = decodeOperation(entry.bytes);
      if (operation.type !== 'sealed') yield [entry, operation];
    }
  }
}

function isSame(x: Fields | undefined, y: Fields | undefined): boolean {
  return x === undefined || y === undefined ? x === y : equalFields(x, y);
}

/** What a listener throws is its own fault, and nobody's here: it gets to where uncaught errors go. */
function callApart(listener: ChangeListener, changes: readonly DatabaseChange[]): void {
  try {
    listener(changes);
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}
