import { NONCE_BYTES } from '../crypto/provider.ts';
import type { Direction } from './direction.ts';

/**
 * `direction u8 | frame type u8 | 00 00 | counter u64` (CHAN-4 to CHAN-7), kept in one buffer and advanced in place: a
 * nonce per frame shall not cost an allocation. The counter stays below 2^32 (KEY_FRAMES), so its upper half is zero.
 */
export class Nonce {
  readonly bytes: Uint8Array = new Uint8Array(NONCE_BYTES);
  /** Of the frame that comes next, from 0. */
  counter = 0;

  constructor(direction: Direction) {
    this.bytes[0] = direction;
  }

  /** The nonce of the next frame, when its type is `type`. Valid until the next call. */
  of(type: number): Uint8Array {
    const { bytes, counter } = this;
    bytes[1] = type;
    bytes[8] = counter >>> 24;
    bytes[9] = counter >>> 16;
    bytes[10] = counter >>> 8;
    bytes[11] = counter;
    return bytes;
  }
}
