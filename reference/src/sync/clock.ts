import { ProtocolError } from '../errors.ts';
import { DEFAULT_LIMITS } from '../registry.ts';

/** Counters that pass for one second of Unix time, and the least time that a node reckons with (SYNC-72). */
const PER_SECOND = 4096;
const LEAST_UNIX_SECONDS = 1_700_000_000;

/**
 * The Lamport clock of one database (section 9.12). Its bound follows the wall clock, so that no peer can drive it to its
 * end, and a network that was driven far recovers with time.
 */
export class LamportClock {
  value: number;
  /** What it goes back to when a commit fails. */
  #durable: number;
  readonly #unixSeconds: () => number;
  readonly #longestRetry: number;

  /**
   * @param value the greatest counter that was stored so far
   * @param unixSeconds the wall clock, fractions allowed
   * @param longestRetry milliseconds after which it is right to ask again in any case (SYNC-74)
   */
  constructor(value: number, unixSeconds: () => number, longestRetry: number = DEFAULT_LIMITS.RETRY_MAX) {
    this.value = value;
    this.#durable = value;
    this.#longestRetry = longestRetry;
    this.#unixSeconds = unixSeconds;
  }

  /** The greatest counter that is taken now. */
  bound(): number {
    return Math.floor(PER_SECOND * Math.max(this.#unixSeconds(), LEAST_UNIX_SECONDS));
  }

  /** Throws ProtocolError `operation.clock` when `counter` is above the bound; the clock does not move (SYNC-75). */
  judge(counter: number): void {
    if (counter <= this.bound()) return;
    const wait = Math.ceil(1000 * (counter / PER_SECOND - this.#unixSeconds()));
    const retry = Math.max(1, Math.min(wait, this.#longestRetry));
    throw new ProtocolError('operation.clock', `${counter}`, { retry });
  }

  /** An operation with this counter was stored (SYNC-71). */
  observe(counter: number): void {
    if (counter > this.value) this.value = counter;
  }

  /** What was observed is durable now. */
  committed(): void {
    this.#durable = this.value;
  }

  /** Takes back what was observed since the last `committed` (SYNC-70). */
  rolledBack(): void {
    this.value = this.#durable;
  }

  /** The counter of a new operation of this node (SYNC-70). Throws as `judge` (SYNC-76); the clock moves with `observe`. */
  next(): number {
    const counter = this.value + 1;
    this.judge(counter);
    return counter;
  }
}
