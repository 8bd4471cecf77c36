/** What faults of the channel have in common: sealed frames in their parts, and openers that are turned by hand. */
import type { CryptoProvider } from '../../reference/src/crypto/provider.ts';
import type { Frame } from '../../reference/src/wire/frame.ts';
import { concat } from '../../reference/src/wire/index.ts';
import type { Fault } from './fault.ts';
import { at, within } from './links-parts.ts';

export const HEADER_BYTES = 5;
export const NONCE_BYTES = 12;
export const TAG_BYTES = 16;

/** What a fault knows of the opener that it is at. */
export interface Opening {
  readonly crypto: CryptoProvider;
  readonly key: Uint8Array;
  /** Counter of the frame that is due. */
  readonly due: number;
}

/** The parts of an opener that are turned by hand. */
export interface Innards {
  broken: boolean;
  readonly nonce: { counter: number };
}

/** A sealed payload in its three parts. */
export interface Sealed {
  readonly type: number;
  readonly nonce: Uint8Array;
  readonly ciphertext: Uint8Array;
  readonly tag: Uint8Array;
}

export function cut({ type, payload }: Frame): Sealed {
  const end = payload.length - TAG_BYTES;
  const [nonce, ciphertext] = [payload.slice(0, NONCE_BYTES), payload.slice(NONCE_BYTES, end)];
  return { type, nonce, ciphertext, tag: payload.slice(end) };
}

/** Direction, type, padding and counter of a nonce. */
export function read(nonce: Uint8Array): { direction: number; type: number; padding: number; counter: number } {
  const view = new DataView(nonce.buffer, nonce.byteOffset);
  return { direction: nonce[0]!, type: nonce[1]!, padding: view.getUint16(2), counter: Number(view.getBigUint64(4)) };
}

/** The plaintext behind a tag that nobody verifies: what seals zeros is the key stream. */
export function unverified({ crypto, key }: Omit<Opening, 'due'>, { nonce, ciphertext }: Sealed): Uint8Array {
  const stream = crypto.seal(key, nonce, new Uint8Array(ciphertext.length));
  return ciphertext.map((byte, i) => byte ^ stream[i]!);
}

/** Opens a frame that is to be refused by `reason`, where `open` finds a plaintext in it. */
export function opens(
  reason: 'sealed.nonce' | 'sealed.tag',
  open: (sealed: Sealed, opening: Opening) => Uint8Array | undefined,
): readonly Fault[] {
  const keys = new WeakMap<object, Omit<Opening, 'due'>>();
  const plaintextOf = (self: unknown, frame: Frame): Uint8Array | undefined => {
    const key = keys.get(self as object);
    if (key === undefined || frame.payload.length <= NONCE_BYTES + TAG_BYTES) return undefined;
    return open(cut(frame), { ...key, due: (self as Innards).nonce.counter });
  };
  return [
    at('createOpener', {
      when: (call) => {
        const [crypto, key] = call.args;
        keys.set(call.standard(), { crypto, key });
        return false;
      },
      then: (call) => call.standard(),
    }),
    within('createOpener', 'open', {
      when: (call) => call.refusal() === reason && plaintextOf(call.self, call.args[0]) !== undefined,
      then: (call) => {
        const plaintext = plaintextOf(call.self, call.args[0])!;
        const opener = call.self as Innards;
        opener.broken = false;
        const { counter } = read(call.args[0].payload);
        opener.nonce.counter =
          (Number.isSafeInteger(counter) && counter < 2 ** 32 ? counter : opener.nonce.counter) + 1;
        return plaintext;
      },
    }),
  ];
}

/** The plaintext under the nonce that stands in the frame, if its tag is right. */
export function underItsOwnNonce({ nonce, ciphertext, tag }: Sealed, { crypto, key }: Opening): Uint8Array | undefined {
  return crypto.open(key, nonce, concat(ciphertext, tag));
}
