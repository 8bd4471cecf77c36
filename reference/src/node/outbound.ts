import type { Sealer } from '../channel/sealer.ts';
import { NONCE_BYTES, TAG_BYTES } from '../crypto/provider.ts';
import type { Link } from '../link/link.ts';
import { ControlMessages, DEFAULT_LIMITS, FrameType } from '../registry.ts';
import { encodeBatch } from '../wire/batch.ts';
import { encodeControl } from '../wire/control/control.ts';
import type { Outgoing } from './messages.ts';

/** What is needed of a sealer. */
export type FrameSealer = Pick<Sealer, 'seal' | 'limitReached'>;

const CLOSE_ID = Number.parseInt(ControlMessages.CLOSE.id, 16);
/** Of the frame's payload: nonce, tag, flags, count. */
const BATCH_OVERHEAD = NONCE_BYTES + TAG_BYTES + 3;
const LENGTH_BYTES = 4;

/**
 * Turns messages into frames and frames into few writes: those of one turn leave together. Coalescing is worth an order
 * of magnitude, since a write costs more than sealing a small frame.
 */
export class Outbound {
  readonly #link: Link;
  readonly #onKeyLimit: () => void;
  #frames: Uint8Array[] = [];
  #bytes = 0;
  /** Set once there is a link key. */
  sealer: FrameSealer | undefined;
  /** The largest payload that the peer takes. */
  frameMaximum: number = DEFAULT_LIMITS.CLEAR_FRAME_BYTES;

  /** @param onKeyLimit the key is used up: what was to be sent is dropped, and CLOSE KEY_LIMIT is due */
  constructor(link: Link, onKeyLimit: () => void) {
    this.#link = link;
    this.#onKeyLimit = onKeyLimit;
  }

  /** Bytes that have not left this process. */
  get backlog(): number {
    return this.#bytes + this.#link.buffered;
  }

  emit(message: Outgoing): void {
    if (message.kind === 'clear') this.#add(message.frame);
    else if (message.kind === 'control') this.#seal(FrameType.CONTROL, encodeControl(message.message));
    else if (message.kind === 'operations') this.#sealRuns(message.operations);
    else if (message.kind === 'sealed') this.#seal(message.type, message.plaintext);
    else {
      this.flush();
      this.#link.end();
    }
  }

  flush(): void {
    const frames = this.#frames;
    if (frames.length === 0) return;
    const bytes = frames.length === 1 ? frames[0]! : this.#joined();
    this.drop();
    this.#link.send(bytes);
  }

  /** Forgets what has not been flushed. */
  drop(): void {
    this.#frames = [];
    this.#bytes = 0;
  }

  #add(frame: Uint8Array): void {
    this.#frames.push(frame);
    this.#bytes += frame.length;
  }

  #seal(type: number, plaintext: Uint8Array): void {
    if (this.sealer === undefined) throw new Error('nothing can be sealed before there is a link key');
    const isClose = type === FrameType.CONTROL && plaintext[0] === CLOSE_ID;
    if (!isClose && this.sealer.limitReached(plaintext.length)) this.#onKeyLimit();
    else this.#add(this.sealer.seal(type, plaintext));
  }

  /** One operation travels as OPERATION, several in BATCH frames. */
  #sealRuns(operations: readonly Uint8Array[]): void {
    if (operations.length === 1) {
      this.#sealRun(operations);
      return;
    }
    let run: Uint8Array[] = [];
    let size = BATCH_OVERHEAD;
    for (const operation of operations) {
      const length = LENGTH_BYTES + operation.length;
      if (run.length === DEFAULT_LIMITS.BATCH_OPERATIONS || (run.length > 0 && size + length > this.frameMaximum)) {
        this.#sealRun(run);
        run = [];
        size = BATCH_OVERHEAD;
      }
      run.push(operation);
      size += length;
    }
    if (run.length > 0) this.#sealRun(run);
  }

  #sealRun(run: readonly Uint8Array[]): void {
    if (run.length === 1) this.#seal(FrameType.OPERATION, run[0]!);
    else this.#seal(FrameType.BATCH, encodeBatch(run));
  }

  #joined(): Uint8Array {
    const whole = Buffer.allocUnsafeSlow(this.#bytes);
    let at = 0;
    for (const frame of this.#frames) {
      whole.set(frame, at);
      at += frame.length;
    }
    return whole;
  }
}
