/** Wakes those who wait for something to happen. No polling: whoever changes state calls `changed`. */
export class Changes {
  #waiting: (() => void)[] = [];

  changed(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const wake of waiting) wake();
  }

  /** Resolves at the next change, or after `ms`. */
  next(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(wake, Math.max(0, ms));
      function wake(): void {
        clearTimeout(timer);
        resolve();
      }
      this.#waiting.push(wake);
    });
  }
}
