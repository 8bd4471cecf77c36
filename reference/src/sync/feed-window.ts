/**
 * What was fed on one connection and what of it is acknowledged (protocol.md 7, "Feed").
 *
 * 1. `fed` counts every fed operation, repeats included; it is the `n` of the next CHECKPOINT.
 * 2. The window is what was fed past the last FEED_ACK. After a send it is within its limits.
 * 3. FEED_ACK names the `n` of some CHECKPOINT of this connection. One that is older than the last has no effect, any
 *    other `n` is refused. Of the acknowledged ones the latest 1,024 are remembered; below them every `n` counts as old.
 */
import { refuse } from '../errors.ts';
import type { Limits } from '../registry.ts';

interface Shown {
  readonly n: number;
  readonly bytes: number;
}

const REMEMBERED = 1024;

export class FeedWindow {
  fed = 0;
  readonly #limits: Limits;
  #fedBytes = 0;
  #acked: Shown = { n: 0, bytes: 0 };
  /** CHECKPOINTs that are not acknowledged: ascending `n`, so at most one per operation in the window, and one. */
  #shown: Shown[] = [];
  #old: number[] = [];
  #forgotten = false;

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  get operations(): number {
    return this.fed - this.#acked.n;
  }

  get bytes(): number {
    return this.#fedBytes - this.#acked.bytes;
  }

  fits(length: number): boolean {
    const { FEED_WINDOW_OPERATIONS, FEED_WINDOW_BYTES } = this.#limits;
    return this.operations < FEED_WINDOW_OPERATIONS && this.bytes + length <= FEED_WINDOW_BYTES;
  }

  count(length: number): void {
    this.fed++;
    this.#fedBytes += length;
  }

  /** A CHECKPOINT with `n = fed` is being sent. */
  show(): void {
    const latest = this.#shown.at(-1)?.n ?? this.#old.at(-1);
    if (latest !== this.fed) this.#shown.push({ n: this.fed, bytes: this.#fedBytes });
  }

  /** Whether FEED_ACK `n` has moved the window. Throws ProtocolError `feed.ack`. */
  acknowledge(n: number): boolean {
    const at = this.#shown.findIndex((shown) => shown.n === n);
    if (at < 0) {
      if (!this.isOld(n)) refuse('feed.ack', `n ${n}`);
      return false;
    }
    const passed = this.#shown.splice(0, at + 1);
    for (const shown of passed) this.#old.push(shown.n);
    if (this.#old.length > 2 * REMEMBERED) {
      this.#old = this.#old.slice(-REMEMBERED);
      this.#forgotten = true;
    }
    const before = this.#acked.n;
    this.#acked = passed[at]!;
    return n > before;
  }

  /** Invariant 3. */
  isOld(n: number): boolean {
    return this.#old.includes(n) || (this.#forgotten && n < this.#old[0]!);
  }
}
