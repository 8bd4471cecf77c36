import type { CryptoProvider } from '../crypto/provider.ts';
import { FrameType, type Limits } from '../registry.ts';
import { encodeComplete } from '../wire/complete.ts';
import type { ControlMessageOf } from '../wire/control/message.ts';
import type { Extension } from '../wire/extensions.ts';
import { encodeFrame } from '../wire/frame.ts';
import type { Bound } from './state.ts';
import type { Out } from './step.ts';

/** The ECDH x coordinate, with a private key that is used for it alone: erased, whatever the outcome (HS-4). */
export function agreeOnce(crypto: CryptoProvider, privateKey: Uint8Array, publicKey: Uint8Array): Uint8Array {
  try {
    return crypto.agree(privateKey, publicKey);
  } finally {
    crypto.erase(privateKey);
  }
}

/** SESSION: `th`, `auth`, `max`. */
export type Session = ControlMessageOf<'SESSION'>;

/** The own SESSION: the first sealed frame of a side. */
export function sessionMessage(bound: Bound, auth: number, limits: Pick<Limits, 'FRAME_BYTES'>): Out {
  return { sealed: { name: 'SESSION', th: bound.transcriptHash, auth, max: limits.FRAME_BYTES } };
}

/** COMPLETE: empty, since it stands outside the transcript hash. */
export function completeFrame(): Out {
  return { frame: encodeFrame(FrameType.COMPLETE, encodeComplete()) };
}

/** In the order of their types, as a block demands it. */
export function ascending(extensions: readonly (Extension | undefined)[]): readonly Extension[] {
  const present = extensions.filter((extension) => extension !== undefined);
  return present.length < 2 ? present : present.sort((a, b) => a.type - b.type);
}
