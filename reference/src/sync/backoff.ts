/** Milliseconds (SYNC-94). */
const FIRST = 1000;
const LONGEST = 300_000;

/** How long a client waits before it connects anew: twice as long after each failure, drawn anew each time (full jitter). */
export class Backoff {
  #failures = 0;

  /** The longest wait that the next failure may bring, in milliseconds. */
  get ceiling(): number {
    return Math.min(LONGEST, FIRST * 2 ** this.#failures);
  }

  /**
   * One more failure: milliseconds to wait, uniform from 0 to `ceiling`, so that clients that failed together do not come
   * back together.
   * @param fraction random, from 0 to below 1
   */
  failed(fraction: number): number {
    const wait = Math.floor(fraction * this.ceiling);
    if (this.ceiling < LONGEST) this.#failures += 1;
    return wait;
  }

  /** A connection has lasted. */
  reset(): void {
    this.#failures = 0;
  }
}
