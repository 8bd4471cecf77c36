import { plainBytes } from '../bytes/plain.ts';
import { refuse } from '../errors.ts';

/** A frame is `type u8 | length u32 | payload`; the length counts the payload alone. */
export interface Frame {
  readonly type: number;
  readonly payload: Uint8Array;
}

export const FRAME_HEADER_BYTES = 5;

/** The whole frame. Which types and lengths are legal depends on the state of the connection, not on this form. */
export function encodeFrame(type: number, payload: Uint8Array): Uint8Array {
  if (!Number.isInteger(type) || type < 0 || type > 0xff) throw new RangeError(`not a frame type: ${type}`);
  const length = payload.length;
  const frame = new Uint8Array(FRAME_HEADER_BYTES + length);
  frame[0] = type;
  frame[1] = length >>> 24;
  frame[2] = length >>> 16;
  frame[3] = length >>> 8;
  frame[4] = length;
  frame.set(payload, FRAME_HEADER_BYTES);
  return frame;
}

/** Judges a header as soon as its five bytes are there, before any payload is kept. Throws ProtocolError to refuse. */
export type Admit = (type: number, length: number) => void;

/**
 * Takes a frame and the same frame as it came, header included. Both are views: of the chunk, or of a buffer of their
 * own.
 */
export type OnFrame = (frame: Frame, raw: Uint8Array) => void;

/** What is set aside for a frame at its header; more follows only as bytes do. */
const FIRST_BUFFER_BYTES = 65536;

/**
 * Cuts a byte stream into frames, whatever its chunks are. The next header is judged after `onFrame` has returned, so
 * in the state that the last frame led to.
 *
 * 1. A frame that lies in one chunk is not copied. The caller must not write to a chunk that it has pushed.
 * 2. A frame over many chunks is gathered in one buffer that doubles up to the frame's size: linear time, and memory
 *    within twice what has come (a declared length alone reserves at most 64 KiB).
 * 3. After a throw, of `admit` or of `onFrame`, and after `stop` the rest of the stream is discarded.
 */
export class FrameParser {
  private readonly admit: Admit;
  private readonly onFrame: OnFrame;
  /** Of the frame that is being gathered: its header first, then all of it. */
  private gathered: Uint8Array = new Uint8Array(FRAME_HEADER_BYTES);
  private filled = 0;
  /** Bytes of that frame with its header; 0 while the header is incomplete. */
  private size = 0;
  private stopped = false;

  constructor(admit: Admit, onFrame: OnFrame) {
    this.admit = admit;
    this.onFrame = onFrame;
  }

  push(chunk: Uint8Array): void {
    const bytes = plainBytes(chunk); // nobody behind the parser shall meet a Buffer
    let at = 0;
    try {
      while (at < bytes.length && !this.stopped) at = this.filled > 0 ? this.gather(bytes, at) : this.cut(bytes, at);
    } catch (error) {
      this.stop();
      throw error;
    }
  }

  /** The stream has ended. Refuses by `frame.truncated` when it did so inside a frame. */
  end(): void {
    if (this.filled > 0 && !this.stopped) refuse('frame.truncated', `${this.filled} bytes of a frame`);
  }

  /** Discards whatever comes from here on. */
  stop(): void {
    this.stopped = true;
    this.filled = 0;
    this.gathered = EMPTY;
  }

  /** A frame begins at `at`: hands it out from the chunk, or begins to gather it. */
  private cut(bytes: Uint8Array, at: number): number {
    if (bytes.length - at < FRAME_HEADER_BYTES) return this.begin(bytes, at, 0);
    const size = this.judge(bytes, at);
    if (bytes.length - at < size) return this.begin(bytes, at, size);
    this.deliver(bytes.subarray(at, at + size));
    return at + size;
  }

  private begin(bytes: Uint8Array, at: number, size: number): number {
    const n = bytes.length - at;
    const memory = size === 0 ? FRAME_HEADER_BYTES : Math.min(size, Math.max(FIRST_BUFFER_BYTES, 2 * n));
    this.gathered = new Uint8Array(memory);
    this.gathered.set(at === 0 ? bytes : bytes.subarray(at));
    this.filled = n;
    this.size = size;
    return bytes.length;
  }

  /** Adds to the frame that was begun; judges its header at its fifth byte. */
  private gather(bytes: Uint8Array, at: number): number {
    const due = this.size === 0 ? FRAME_HEADER_BYTES : this.size;
    const n = Math.min(due - this.filled, bytes.length - at);
    this.reserve(this.filled + n, due);
    this.gathered.set(bytes.subarray(at, at + n), this.filled);
    this.filled += n;
    if (this.size === 0 && this.filled === FRAME_HEADER_BYTES) this.size = this.judge(this.gathered, 0);
    if (this.filled === this.size) {
      const raw = this.gathered;
      this.filled = 0;
      this.size = 0;
      this.deliver(raw);
    }
    return at + n;
  }

  private reserve(n: number, due: number): void {
    if (n <= this.gathered.length) return;
    const grown = new Uint8Array(Math.min(due, Math.max(FIRST_BUFFER_BYTES, 2 * n)));
    grown.set(this.gathered.subarray(0, this.filled));
    this.gathered = grown;
  }

  private judge(bytes: Uint8Array, at: number): number {
    const length = ((bytes[at + 1]! << 24) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 8) | bytes[at + 4]!) >>> 0;
    this.admit(bytes[at]!, length);
    return FRAME_HEADER_BYTES + length;
  }

  private deliver(raw: Uint8Array): void {
    this.onFrame({ type: raw[0]!, payload: raw.subarray(FRAME_HEADER_BYTES) }, raw);
  }
}

const EMPTY = new Uint8Array(0);
