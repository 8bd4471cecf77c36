export interface Timer {
  cancel(): void;
}

/** The only clock of a node, passed in so that tests own the time. */
export interface Scheduler {
  /** Unix milliseconds: for HELLO and WELCOME, where they are a hint for people. */
  date(): number;
  /** Milliseconds that only grow. */
  now(): number;
  /** Runs `task` once, after everything that has come in by now was dealt with. */
  soon(task: () => void): void;
  /** Runs `task` once, `delay` milliseconds from now, unless it is cancelled. An infinite delay never comes. */
  set(delay: number, task: () => void): Timer;
}

const NEVER: Timer = { cancel() {} };

export const systemScheduler: Scheduler = {
  date: () => Date.now(),
  now: () => performance.now(),
  soon: (task) => void setImmediate(task),
  set(delay, task) {
    if (!Number.isFinite(delay)) return NEVER;
    const timer = setTimeout(task, delay);
    return { cancel: () => clearTimeout(timer) };
  },
};
