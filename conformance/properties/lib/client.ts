import { CaseFailure } from '../../../harness/src/failure.ts';
import { MergeModel } from '../../../harness/src/model/merge.ts';
import { nameOfCode } from '../../../harness/src/peer/codes.ts';
import type { Peer } from '../../../harness/src/peer/peer.ts';
import type { PropertyContext } from '../../../harness/src/property.ts';
import { subscribed } from '../../../harness/src/script/acceptance.ts';
import { decodeOperation, type Id, type Value } from '../../../reference/src/wire/index.ts';
import { Author, type Edit } from './edits.ts';
import { answer, idOf, operationMessage } from './operations.ts';

/** What all operations mean together. */
export function meaning(operations: Iterable<Uint8Array>): MergeModel {
  return new MergeModel([...operations].map((bytes) => decodeOperation(bytes)));
}

/**
 * A client that outlives its connections, as a right client is one.
 *
 * 1. `held` is all that it has: what it wrote, and what was fed to it up to the latest CHECKPOINT. Its cursor is that of
 *    this CHECKPOINT, so what came later has to come again.
 * 2. What it wrote is pending until it is acknowledged, over any number of connections.
 * 3. It names the `cur` of its latest ACK as `seen` when it connects.
 */
export class ModelClient {
  readonly held = new Map<string, Uint8Array>();
  readonly acked = new Set<string>();
  readonly #context: PropertyContext;
  readonly #collection: string;
  readonly #author: Author;
  readonly #pending = new Map<string, Uint8Array>();
  readonly #inFlight = new Map<string, Uint8Array>();
  #peer: Peer | undefined;
  #taken = 0;
  #cursor: Uint8Array | undefined;
  #seen: Uint8Array | undefined;

  constructor(context: PropertyContext, collection: string, records: readonly Id[]) {
    this.#context = context;
    this.#collection = collection;
    this.#author = new Author(context, collection, records);
  }

  get isConnected(): boolean {
    return this.#peer !== undefined;
  }

  /** Writes an operation; it is pushed later. */
  write(edit: Edit): Uint8Array {
    const operation = this.#author.write(edit);
    this.held.set(idOf(operation), operation);
    this.#pending.set(idOf(operation), operation);
    return operation;
  }

  /** Opens a connection and goes on where it was. Fails when the node refuses a cursor that it has shown. */
  async connect(): Promise<void> {
    if (this.#peer !== undefined) return;
    const peer = await this.#context.open();
    this.#peer = peer;
    this.#taken = 0;
    const selective = this.#context.capabilities.has('SELECTIVE_SYNC');
    const scope = new Map<string, Value>([['s', 1]]);
    if (selective) scope.set('col', this.#collection);
    if (this.#cursor !== undefined) scope.set('cur', this.#cursor);
    const seen = this.#seen === undefined ? {} : { seen: this.#seen };
    await peer.send(peer.control('SUBSCRIBE', { ...seen, sc: [scope] }));
    const { st, entries } = await subscribed(peer, peer.lastRequest);
    const refused = [st, ...entries].find((code) => code !== 0);
    if (refused !== undefined)
      throw new CaseFailure('every cursor that was shown accepted', nameOfCode(refused), 'SYNC-84');
  }

  /** Pushes what is pending, without waiting for answers. */
  async push(): Promise<void> {
    for (const [id, operation] of this.#pending) {
      if (this.#inFlight.has(id)) continue;
      this.#inFlight.set(id, operation);
      await this.#peer!.send(operationMessage(operation));
    }
  }

  /** Pushes again what was acknowledged: a node that knows it says so, one that dropped it for good reasons may store it. */
  async pushAgain(known: () => readonly Uint8Array[]): Promise<void> {
    const again = [...this.acked].filter((id) => !this.#inFlight.has(id)).slice(-3);
    for (const id of again) {
      const operation = this.held.get(id)!;
      await this.#peer!.send(operationMessage(operation));
      const got = await answer(this.#peer!, operation);
      if (got === 'duplicate') continue;
      const others = known().filter((of) => idOf(of) !== id);
      const counts = meaning(others).difference(meaning(known())) !== undefined;
      if (got !== 'stored' || counts) {
        throw new CaseFailure(`a duplicate of ${id}, which was acknowledged`, got, 'SYNC-85');
      }
    }
  }

  /** Pushes, waits for all answers, and reads until it has caught up. */
  async sync(): Promise<void> {
    await this.connect();
    await this.push();
    const peer = this.#peer!;
    for (const operation of [...this.#inFlight.values()]) {
      const got = await answer(peer, operation);
      if (got !== 'stored' && got !== 'duplicate')
        throw new CaseFailure(`an ACK for ${idOf(operation)}`, got, 'SYNC-73');
    }
    await peer.caughtUp();
    this.#commit();
  }

  /** Ends the connection without a word. */
  drop(): void {
    this.#commit();
    this.#peer?.destroy();
    this.#peer = undefined;
    this.#inFlight.clear();
  }

  /** Takes what has come: answers, and operations up to the latest CHECKPOINT with its cursor. */
  #commit(): void {
    if (this.#peer === undefined) return;
    const { feed, scopes, pushes, seen } = this.#peer.ledger;
    for (const id of [...this.#inFlight.keys()]) {
      if (!pushes.acked.has(id)) continue;
      this.acked.add(id);
      this.#pending.delete(id);
      this.#inFlight.delete(id);
    }
    this.#seen = seen ?? this.#seen;
    for (; this.#taken < feed.n; this.#taken++) {
      const { id, bytes } = feed.fed[this.#taken]!;
      const operation = decodeOperation(bytes);
      if (operation.type === 'sealed' || operation.collection !== this.#collection) continue;
      this.held.set(id, bytes);
      this.#author.clock = Math.max(this.#author.clock, operation.counter);
    }
    this.#cursor = scopes.get(1)?.cursor ?? this.#cursor;
  }
}
