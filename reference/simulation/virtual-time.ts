/**
 * The one clock and the one queue of a simulated world.
 *
 * 1. Events run in the order of their time, those of one moment in the order in which they were made.
 * 2. After each event all microtasks run before the next one: a promise never outlives its moment.
 * 3. An event of a life that has ended does not run: a crash takes the timers of its process with it.
 */
import type { Scheduler, Timer } from '../src/node/scheduler.ts';

/** One run of a process, from its start to its crash. */
export interface Life {
  isOver: boolean;
}

interface Due {
  readonly at: number;
  readonly order: number;
  readonly life: Life | undefined;
  task: (() => void) | undefined;
}

/** Unix milliseconds at which every world begins. */
const BEGINNING = 1_800_000_000_000;

export class VirtualTime {
  now = 0;
  /** Events that have run. */
  count = 0;
  readonly #heap: Due[] = [];
  #orders = 0;

  /** Runs `task` in `delay` milliseconds; never, when that is infinite. */
  after(delay: number, task: () => void, life?: Life): Timer {
    return this.at(this.now + Math.max(0, delay), task, life);
  }

  /** Runs `task` at `moment`, or at once when that is over. */
  at(moment: number, task: () => void, life?: Life): Timer {
    const due: Due = { at: onGrid(Math.max(this.now, moment)), order: this.#orders++, life, task };
    if (Number.isFinite(due.at)) this.#push(due);
    return {
      cancel() {
        due.task = undefined;
      },
    };
  }

  /** Runs the next event that is due by `end`; false when there is none, and then it is `end`. */
  async step(end: number): Promise<boolean> {
    for (let next = this.#heap[0]; next !== undefined && next.at <= end; next = this.#heap[0]) {
      this.#pop();
      if (next.task === undefined || next.life?.isOver === true) continue;
      this.now = Math.max(this.now, next.at);
      this.count += 1;
      next.task();
      await microtasks();
      return true;
    }
    this.now = Math.max(this.now, end);
    return false;
  }

  /** The clock of one process. */
  scheduler(life: Life): Scheduler {
    return {
      date: () => Math.floor(BEGINNING + this.now),
      now: () => this.now,
      soon: (task) => void this.after(0, task, life),
      set: (delay, task) => this.after(delay, task, life),
    };
  }

  unixSeconds(): number {
    return (BEGINNING + this.now) / 1000;
  }

  #push(due: Due): void {
    const heap = this.#heap;
    let at = heap.length;
    heap.push(due);
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (!isBefore(due, heap[above]!)) break;
      heap[at] = heap[above]!;
      at = above;
    }
    heap[at] = due;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop()!;
    if (heap.length === 0) return;
    let at = 0;
    for (;;) {
      let below = 2 * at + 1;
      if (below >= heap.length) break;
      if (below + 1 < heap.length && isBefore(heap[below + 1]!, heap[below]!)) below += 1;
      if (!isBefore(heap[below]!, last)) break;
      heap[at] = heap[below]!;
      at = below;
    }
    heap[at] = last;
  }
}

/** Times are whole multiples of 1/1024 ms, so that sums and differences of them are exact: no timer is late by 1e-12. */
function onGrid(time: number): number {
  return Math.ceil(time * 1024) / 1024;
}

function isBefore(a: Due, b: Due): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}

/** Resolves when every microtask, and those that they make, have run. */
export function microtasks(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
