import type { Scheduler, Timer } from '../../../src/node/scheduler.ts';

interface Due {
  readonly at: number;
  readonly task: () => void;
}

/** A clock that the test moves. */
export class ManualScheduler implements Scheduler {
  private time = 0;
  private readonly timers = new Set<Due>();

  date(): number {
    return 1_700_000_000_000 + this.time;
  }

  now(): number {
    return this.time;
  }

  soon(task: () => void): void {
    this.set(0, task);
  }

  set(delay: number, task: () => void): Timer {
    const due = { at: this.time + delay, task };
    this.timers.add(due);
    return { cancel: () => void this.timers.delete(due) };
  }

  /** Timers that are set and finite. */
  get pending(): number {
    return [...this.timers].filter(({ at }) => Number.isFinite(at)).length;
  }

  /** Moves the time on, timer by timer, in their order. */
  advance(milliseconds: number): void {
    const end = this.time + milliseconds;
    for (;;) {
      const [next] = [...this.timers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at);
      if (next === undefined) break;
      this.timers.delete(next);
      this.time = next.at;
      next.task();
    }
    this.time = end;
  }
}
