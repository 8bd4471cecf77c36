/**
 * Pushed operations without an answer, and their bytes (protocol.md 7, "Outbox").
 *
 * The client counts sent minus answered and never sends above the limits. The server counts received minus answered and
 * refuses what is above them by more than one operation.
 */
import { refuse } from '../errors.ts';
import type { Limits } from '../registry.ts';

export class PushWindow {
  readonly #limits: Limits;
  operations = 0;
  bytes = 0;

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  /** Whether the client may send an operation of `length` bytes. One that is larger than the limit may go alone. */
  fits(length: number): boolean {
    const { PUSH_WINDOW_OPERATIONS, PUSH_WINDOW_BYTES } = this.#limits;
    if (this.operations === 0) return true;
    return this.operations < PUSH_WINDOW_OPERATIONS && this.bytes + length <= PUSH_WINDOW_BYTES;
  }

  open(length: number): void {
    this.operations++;
    this.bytes += length;
  }

  answered(operations: number, bytes: number): void {
    this.operations -= operations;
    this.bytes -= bytes;
  }

  /** Whether a client that waits for answers may soon have to stop. */
  get isHalfFull(): boolean {
    const { PUSH_WINDOW_OPERATIONS, PUSH_WINDOW_BYTES } = this.#limits;
    return 2 * this.operations >= PUSH_WINDOW_OPERATIONS || 2 * this.bytes >= PUSH_WINDOW_BYTES;
  }

  /** Everything has its answer. */
  clear(): void {
    this.operations = 0;
    this.bytes = 0;
  }

  /** The server's check, after it has counted what came. Throws ProtocolError `push.window`. */
  check(): void {
    const { PUSH_WINDOW_OPERATIONS, PUSH_WINDOW_BYTES, OPERATION_BYTES } = this.#limits;
    if (this.operations > PUSH_WINDOW_OPERATIONS + 1 || this.bytes > PUSH_WINDOW_BYTES + OPERATION_BYTES) {
      refuse('push.window', `${this.operations} operations, ${this.bytes} bytes`);
    }
  }
}
