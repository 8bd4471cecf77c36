/**
 * The client's side of a feed on one connection: what came, and how far each scope is.
 *
 * 1. `n` of a CHECKPOINT is the number of operations that were fed on the connection.
 * 2. A CHECKPOINT names only scopes that were asked for and are not removed.
 * 3. Every CHECKPOINT is acknowledged by its `n` once what it covers is kept.
 */
import { refuse } from '../errors.ts';
import { type Cursor, decodeCursor } from '../wire/cursor.ts';
import type { CheckpointMessage } from './feed.ts';
import { type SubscribedMessage, type SubscribeMessage, SubscribeMode } from './subscriptions.ts';

export interface Checkpoint {
  readonly cursors: readonly { readonly s: number; readonly cursor: Cursor }[];
  /** Operations fed on the connection so far. */
  readonly n: number;
  readonly more: boolean;
}

export class FeedIntake {
  fed = 0;
  readonly #active = new Set<number>();
  readonly #asked = new Map<number, SubscribeMessage>();

  ask(message: SubscribeMessage): void {
    this.#asked.set(message.req, message);
  }

  /** Throws ProtocolError `control.field-range` when no SUBSCRIBE asked for this, or its entries are others. */
  subscribed(message: SubscribedMessage): void {
    const asked = this.#asked.get(message.req);
    const answers = asked?.sc.length === message.sc.length && asked.sc.every(({ s }, i) => s === message.sc[i]!.s);
    if (asked === undefined || !answers) refuse('control.field-range', `SUBSCRIBED ${message.req}`);
    this.#asked.delete(message.req);
    for (const { s, st } of message.sc) {
      if (st !== 0) continue;
      if (asked.mode === SubscribeMode.remove) this.#active.delete(s);
      else this.#active.add(s);
    }
  }

  revoked(s: number): void {
    this.#active.delete(s);
  }

  count(operations: number): void {
    if (this.#active.size === 0) refuse('control.unexpected', 'an operation is fed without a scope');
    this.fed += operations;
  }

  /** Throws ProtocolError `control.field-range`. */
  checkpoint(message: CheckpointMessage): Checkpoint {
    if (message.n !== this.fed) refuse('control.field-range', `n ${message.n} after ${this.fed} operations`);
    const cursors = message.sc.map(({ s, cur }) => {
      if (!this.#active.has(s)) refuse('control.field-range', `scope ${s}`);
      return { s, cursor: decodeCursor(cur) };
    });
    return { cursors, n: message.n, more: message.more };
  }
}
