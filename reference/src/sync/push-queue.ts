/**
 * The client's operations on their way to one server, for one connection (protocol.md 7, "Outbox").
 *
 * 1. Operations leave in the order in which they were added, and never above the push window.
 * 2. No two copies of one id are on their way.
 * 3. Each operation that was sent is answered once; an answer about any other is refused.
 */
import { Id } from '../bytes/id.ts';
import { refuse } from '../errors.ts';
import type { Limits } from '../registry.ts';
import { idKey } from './id-key.ts';
import { PushWindow } from './push-window.ts';

/** An operation and whatever its sender needs when the answer comes. */
export interface Pushed<T> {
  readonly id: Id;
  readonly bytes: Uint8Array;
  readonly ticket: T;
}

interface Underway<T> extends Pushed<T> {
  sent: boolean;
}

/** Sent entries are cut off the front in steps of this many. */
const COMPACT_AFTER = 4096;

export class PushQueue<T> {
  readonly window: PushWindow;
  /** Added and not sent, from `#at` on. */
  #waiting: Underway<T>[] = [];
  #at = 0;
  /** Waiting or sent, by the key of the id. */
  readonly #underway = new Map<string, Underway<T>>();

  constructor(limits: Limits) {
    this.window = new PushWindow(limits);
  }

  get waiting(): number {
    return this.#waiting.length - this.#at;
  }

  /** Throws RangeError when a copy of the operation is on its way, or when it has no id. */
  add(bytes: Uint8Array, ticket: T): void {
    const id = Id.from(bytes);
    const key = idKey(id);
    if (this.#underway.has(key)) throw new RangeError(`operation ${id.toHex()} is on its way`);
    const pushed = { id, bytes, ticket, sent: false };
    this.#underway.set(key, pushed);
    this.#waiting.push(pushed);
  }

  /** The operations that may be sent now, at most `operations` of them and `bytes` in all (one that is larger goes alone). */
  next(operations: number, bytes: number): Uint8Array[] {
    const run: Uint8Array[] = [];
    for (let sum = 0; this.#at < this.#waiting.length && run.length < operations; this.#at++) {
      const pushed = this.#waiting[this.#at]!;
      const { length } = pushed.bytes;
      sum += length;
      if ((run.length > 0 && sum > bytes) || !this.window.fits(length)) break;
      this.window.open(length);
      pushed.sent = true;
      run.push(pushed.bytes);
    }
    if (this.#at > COMPACT_AFTER || this.#at === this.#waiting.length) {
      this.#waiting.splice(0, this.#at);
      this.#at = 0;
    }
    return run;
  }

  /** The operation that the server answers. Throws ProtocolError `push.answer-unknown`. */
  answer(id: Id): Pushed<T> {
    const key = idKey(id);
    const pushed = this.#underway.get(key);
    if (pushed === undefined || !pushed.sent) refuse('push.answer-unknown', id.toHex());
    this.#underway.delete(key);
    this.window.answered(1, pushed.bytes.length);
    return pushed;
  }

  /** Everything without an answer, in order: the connection has ended. */
  drain(): Pushed<T>[] {
    const left = [...this.#underway.values()];
    this.#underway.clear();
    this.#waiting = [];
    this.#at = 0;
    return left;
  }
}
