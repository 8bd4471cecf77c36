import { Slab } from '../bytes/slab.ts';
import type { Aead, CryptoProvider } from '../crypto/provider.ts';
import { NONCE_BYTES, TAG_BYTES } from '../crypto/provider.ts';
import { refuse } from '../errors.ts';
import { ControlMessages, FrameType, type Limits } from '../registry.ts';
import { FRAME_HEADER_BYTES } from '../wire/frame.ts';
import type { Direction } from './direction.ts';
import { Nonce } from './nonce.ts';

/** Small frames share memory. */
const frames = new Slab(4096);

const CLOSE_ID = Number.parseInt(ControlMessages.CLOSE.id, 16);
const BODY_AT = FRAME_HEADER_BYTES + NONCE_BYTES;

/** What a sealer needs to know of the limits. */
export type KeyLimits = Pick<Limits, 'KEY_FRAMES' | 'KEY_BYTES'>;

/**
 * Seals what one side sends: `nonce 12 | ciphertext | tag 16` under the link key, without AAD (chapter 5).
 *
 * 1. Counters are 0, 1, 2, ... over all frame types: no nonce is ever used twice.
 * 2. Counter KEY_FRAMES seals nothing but a CLOSE, and nothing is sealed after it (CHAN-12, CHAN-13). The same goes for the
 *    frame with which the plaintext would pass KEY_BYTES.
 */
export class Sealer {
  private readonly aead: Aead;
  private readonly nonce: Nonce;
  private readonly limits: KeyLimits;
  private sealed = 0;
  private ended = false;

  /** `key` is the link key, 32 bytes. */
  constructor(crypto: CryptoProvider, key: Uint8Array, direction: Direction, limits: KeyLimits) {
    this.aead = crypto.aead(key);
    this.nonce = new Nonce(direction);
    this.limits = limits;
  }

  /** Frames sealed so far, which is the counter of the next one. */
  get counter(): number {
    return this.nonce.counter;
  }

  /** Bytes of plaintext sealed so far. */
  get bytes(): number {
    return this.sealed;
  }

  /** Whether a frame with `next` bytes of plaintext is too much for this key: then CLOSE KEY_LIMIT is the last frame. */
  limitReached(next = 1): boolean {
    return this.nonce.counter >= this.limits.KEY_FRAMES || this.sealed + next > this.limits.KEY_BYTES;
  }

  /**
   * The whole frame of a sealed `type` with `plaintext` (at least one byte). Once `limitReached`, one CLOSE is let through;
   * all else is refused by `channel.key-limit`.
   */
  seal(type: number, plaintext: Uint8Array): Uint8Array {
    if (plaintext.length === 0) throw new RangeError('a sealed frame carries at least one byte');
    if (this.ended) refuse('channel.key-limit');
    if (this.limitReached(plaintext.length)) {
      if (type !== FrameType.CONTROL || plaintext[0] !== CLOSE_ID) refuse('channel.key-limit');
      this.ended = true;
    }
    const length = NONCE_BYTES + plaintext.length + TAG_BYTES;
    const frame = frames.allocate(FRAME_HEADER_BYTES + length);
    frame[0] = type;
    frame[1] = length >>> 24;
    frame[2] = length >>> 16;
    frame[3] = length >>> 8;
    frame[4] = length;
    const nonce = this.nonce.of(type);
    frame.set(nonce, FRAME_HEADER_BYTES);
    this.nonce.counter += 1; // before sealing: should that throw, the nonce is burnt, not used again
    this.sealed += plaintext.length;
    this.aead.seal(nonce, plaintext, frame, BODY_AT);
    return frame;
  }
}
