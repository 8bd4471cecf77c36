import { FrameType } from '../../reference/src/registry.ts';
import { concat } from '../../reference/src/wire/index.ts';
import { HEADER_BYTES, NONCE_BYTES, type Opening } from './channel-opening.ts';
import { isRound, writesLarge } from './frames-large.ts';
import { at, within } from './links-parts.ts';
import type { Mutant } from './mutant.ts';

/** Changes a part of the nonce of a large frame, and leaves the tag as it is. */
function writesNonce(frame: Uint8Array, at: number, byte: number): Uint8Array {
  const other = frame.slice();
  other[HEADER_BYTES + at] = byte;
  return other;
}

/** Seals large frames otherwise. */
function sealsLarge(
  name: string,
  breaks: readonly string[],
  title: string,
  seal: (opening: Opening, nonce: Uint8Array, plaintext: Uint8Array) => Uint8Array,
): Mutant {
  const keys = new WeakMap<object, Opening>();
  const base = writesLarge(name, breaks, title, (frame) => frame);
  return {
    ...base,
    faults: () => [
      at('createSealer', {
        when: (call) => {
          const [crypto, key] = call.args;
          keys.set(call.standard(), { crypto, key, due: 0 });
          return false;
        },
        then: (call) => call.standard(),
      }),
      within('createSealer', 'seal', {
        when: ({ args: [, plaintext] }) => isRound(plaintext),
        then: (call) => {
          const frame = call.standard();
          const nonce = frame.slice(HEADER_BYTES, HEADER_BYTES + NONCE_BYTES);
          const payload = seal(keys.get(call.self as object)!, nonce, call.args[1]);
          return concat(frame.subarray(0, HEADER_BYTES), payload);
        },
      }),
    ],
  };
}

export const sealedLayoutMutants: readonly Mutant[] = [
  sealsLarge(
    'sealed-nonce-behind',
    ['CHAN-1'],
    'Writes the nonce behind the tag where the length of the frame is a multiple of 65,536',
    ({ crypto, key }, nonce, plaintext) => concat(crypto.seal(key, nonce, plaintext), nonce),
  ),
  sealsLarge(
    'sealed-with-associated-data',
    ['CHAN-2'],
    'Authenticates the type as additional data where the length of the frame is a multiple of 65,536',
    ({ crypto, key }, nonce, plaintext) => concat(nonce, crypto.seal(key, nonce, plaintext, nonce.subarray(1, 2))),
  ),
  sealsLarge(
    'sealed-tag-in-front',
    ['CHAN-3'],
    'Writes the tag before the ciphertext where the length of the frame is a multiple of 65,536',
    ({ crypto, key }, nonce, plaintext) => {
      const sealed = crypto.seal(key, nonce, plaintext);
      return concat(nonce, sealed.subarray(plaintext.length), sealed.subarray(0, plaintext.length));
    },
  ),
  writesLarge(
    'nonce-direction-of-peer',
    ['CHAN-4'],
    'Writes the direction of the client where the length of the frame is a multiple of 65,536',
    (frame) => writesNonce(frame, 0, 0),
  ),
  writesLarge(
    'nonce-type-always-control',
    ['CHAN-5'],
    'Writes type 05 into the nonce where the length of the frame is a multiple of 65,536',
    (frame) => writesNonce(frame, 1, FrameType.CONTROL),
  ),
  writesLarge(
    'nonce-padding-used',
    ['CHAN-6'],
    'Uses the padding of the nonce where the length of the frame is a multiple of 65,536',
    (frame) => writesNonce(frame, 3, 1),
  ),
];
