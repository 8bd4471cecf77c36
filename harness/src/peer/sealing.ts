import type { CryptoProvider } from '../../../reference/src/crypto/provider.ts';
import { ControlMessages, DEFAULT_LIMITS, FrameType } from '../../../reference/src/registry.ts';
import { ByteWriter, concat, equalBytes, toHex } from '../../../reference/src/wire/index.ts';
import { CaseFailure } from '../failure.ts';
import { Rule } from './oracle/rules.ts';

/** Parts of a nonce that a case may set wrongly (protocol section 3). */
export interface NonceParts {
  readonly direction?: number | undefined;
  readonly type?: number | undefined;
  readonly padding?: Uint8Array | undefined;
  readonly counter?: number | undefined;
}

/** Client to server, and back (spec CHAN-4). */
export const CLIENT = 0;
export const SERVER = 1;

const PADDING = new Uint8Array(2);
const CLOSE_ID = Number.parseInt(ControlMessages.CLOSE.id, 16);

/** `direction u8 | type u8 | 00 00 | counter u64` */
export function nonceOf(parts: Required<NonceParts>): Uint8Array {
  const writer = new ByteWriter();
  writer.u8(parts.direction ?? 0);
  writer.u8(parts.type ?? 0);
  writer.bytes(parts.padding ?? PADDING);
  writer.u64(parts.counter ?? 0);
  return writer.finish();
}

/**
 * Seals as a right peer does, or under another nonce or key where a case says so. After a frame with another counter
 * the next one follows on from that: a node that wrongly took it shall not be saved by the kit's own confusion.
 */
export class LooseSealer {
  readonly #crypto: CryptoProvider;
  readonly #key: Uint8Array;
  counter = 0;

  constructor(crypto: CryptoProvider, key: Uint8Array) {
    this.#crypto = crypto;
    this.#key = key;
  }

  /** The payload of a sealed frame: nonce | ciphertext | tag. */
  seal(type: number, plaintext: Uint8Array, parts: NonceParts = {}, key: Uint8Array = this.#key): Uint8Array {
    const counter = parts.counter ?? this.counter;
    const nonce = nonceOf({
      direction: parts.direction ?? CLIENT,
      type: parts.type ?? type,
      padding: parts.padding ?? PADDING,
      counter,
    });
    this.counter = counter + 1;
    return concat(nonce, this.#crypto.seal(key, nonce, plaintext));
  }
}

/** Opens the node's frames; what is wrong with one is a failure that names the requirement. */
export class StrictOpener {
  readonly #crypto: CryptoProvider;
  readonly #key: Uint8Array;
  readonly #lastCounter: number;
  #counter = 0;

  /** `lastCounter` is the one that is kept for CLOSE (KEY_FRAMES). */
  constructor(crypto: CryptoProvider, key: Uint8Array, lastCounter: number = DEFAULT_LIMITS.KEY_FRAMES) {
    this.#crypto = crypto;
    this.#key = key;
    this.#lastCounter = lastCounter;
  }

  open(type: number, payload: Uint8Array): Uint8Array {
    const nonce = payload.subarray(0, 12);
    const due = nonceOf({ direction: SERVER, type, padding: PADDING, counter: this.#counter });
    this.#counter++;
    if (!equalBytes(nonce, due)) throw new CaseFailure(`nonce ${toHex(due)}`, toHex(nonce), brokenPart(nonce, due));
    const plaintext = this.#crypto.open(this.#key, nonce, payload.subarray(12));
    if (plaintext === undefined) {
      throw new CaseFailure('a sealed frame that the link key opens', 'a wrong authentication tag', 'CHAN-2');
    }
    const isClose = type === FrameType.CONTROL && plaintext[0] === CLOSE_ID;
    if (this.#counter > this.#lastCounter && !isClose) {
      throw new CaseFailure(`nothing but CLOSE under counter ${this.#lastCounter}`, 'another frame', Rule.lastCounter);
    }
    return plaintext;
  }
}

/** Spec section 5.2 has one id per part of the nonce. */
function brokenPart(nonce: Uint8Array, due: Uint8Array): string {
  if (nonce[0] !== due[0]) return 'CHAN-4';
  if (nonce[1] !== due[1]) return 'CHAN-5';
  return nonce[2] !== 0 || nonce[3] !== 0 ? 'CHAN-6' : 'CHAN-7';
}
