import type { Scheduler, Timer } from '../../reference/src/node/scheduler.ts';

/** Unix milliseconds at which the time of a check begins. */
export const BEGINNING = 1_764_000_000_000;

interface Due {
  readonly at: number;
  readonly task: () => void;
}

/** Time that a check moves by hand. */
export class HandTime implements Scheduler {
  #now = 0;
  readonly #timers = new Set<Due>();

  date(): number {
    return BEGINNING + this.#now;
  }

  now(): number {
    return this.#now;
  }

  soon(task: () => void): void {
    this.set(0, task);
  }

  set(delay: number, task: () => void): Timer {
    const due = { at: this.#now + delay, task };
    this.#timers.add(due);
    return { cancel: () => void this.#timers.delete(due) };
  }

  /** Runs one task that is due, if there is one, after moving on to its time, at most to `end`. Whether there was one. */
  step(end: number = this.#now): boolean {
    let next: Due | undefined;
    for (const due of this.#timers) if (due.at <= end && (next === undefined || due.at < next.at)) next = due;
    if (next === undefined) {
      this.#now = Math.max(this.#now, end);
      return false;
    }
    this.#timers.delete(next);
    this.#now = Math.max(this.#now, next.at);
    next.task();
    return true;
  }
}
