import type { Aead, CryptoProvider } from '../crypto/provider.ts';
import { NONCE_BYTES, TAG_BYTES } from '../crypto/provider.ts';
import { refuse } from '../errors.ts';
import type { Frame } from '../wire/frame.ts';
import type { Direction } from './direction.ts';
import { Nonce } from './nonce.ts';
import type { KeyLimits } from './sealer.ts';

/** Nonce, one byte of ciphertext, tag. */
export const SEALED_MINIMUM: number = NONCE_BYTES + 1 + TAG_BYTES;

/**
 * Opens what the peer sealed (CHAN-8 to CHAN-14). A nonce other than the one that is due is refused, which excludes replay,
 * reordering, omission, reflection and another frame type; then the tag decides. After a refusal nothing more is opened.
 */
export class Opener {
  private readonly aead: Aead;
  private readonly nonce: Nonce;
  private readonly limits: KeyLimits;
  private opened = 0;
  private broken = false;

  /** `direction` is the peer's: what it sends with. */
  constructor(crypto: CryptoProvider, key: Uint8Array, direction: Direction, limits: KeyLimits) {
    this.aead = crypto.aead(key);
    this.nonce = new Nonce(direction);
    this.limits = limits;
  }

  /** Frames opened so far, which is the counter that is due next. */
  get counter(): number {
    return this.nonce.counter;
  }

  /** Bytes of plaintext opened so far. */
  get bytes(): number {
    return this.opened;
  }

  /** The plaintext. Refuses by `frame.sealed-too-short`, `channel.key-limit`, `sealed.nonce`, `sealed.tag`. */
  open(frame: Frame): Uint8Array {
    const { type, payload } = frame;
    if (payload.length < SEALED_MINIMUM) refuse('frame.sealed-too-short', `${payload.length} bytes`);
    if (this.nonce.counter > this.limits.KEY_FRAMES) refuse('channel.key-limit');
    const due = this.nonce.of(type);
    if (this.broken || !beginsWith(payload, due)) this.refuse('sealed.nonce');
    const plaintext = this.aead.open(due, payload, NONCE_BYTES, payload.length) ?? this.refuse('sealed.tag');
    this.nonce.counter += 1;
    this.opened += plaintext.length;
    return plaintext;
  }

  private refuse(reason: 'sealed.nonce' | 'sealed.tag'): never {
    this.broken = true;
    refuse(reason);
  }
}

/** A nonce is no secret: no constant time is needed. */
function beginsWith(payload: Uint8Array, nonce: Uint8Array): boolean {
  for (let i = 0; i < NONCE_BYTES; i++) {
    if (payload[i] !== nonce[i]) return false;
  }
  return true;
}
