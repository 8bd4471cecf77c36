import { ProtocolError } from '../../reference/src/errors.ts';
import { concat } from '../../reference/src/wire/index.ts';
import { HEADER_BYTES, type Innards, NONCE_BYTES, opens, read, underItsOwnNonce } from './channel-opening.ts';
import { within } from './links-parts.ts';
import type { Mutant } from './mutant.ts';

/** Does not look at one part of a nonce. */
function ignoresPart(
  name: string,
  breaks: readonly string[],
  title: string,
  meant: (nonce: ReturnType<typeof read>, type: number, due: number) => boolean,
): Mutant {
  return {
    name,
    breaks,
    title,
    faults: () =>
      opens('sealed.nonce', (sealed, opening) =>
        meant(read(sealed.nonce), sealed.type, opening.due) ? underItsOwnNonce(sealed, opening) : undefined,
      ),
  };
}

export const nonceMutants: readonly Mutant[] = [
  ignoresPart(
    'nonce-counter-may-skip',
    ['CHAN-8', 'CHAN-7'],
    'Takes a counter that is greater than the one that is due',
    ({ direction, type, padding, counter }, frame, due) =>
      direction === 0 && type === frame && padding === 0 && counter > due,
  ),
  ignoresPart(
    'nonce-counter-may-repeat',
    ['CHAN-8', 'CHAN-7'],
    'Takes a counter that was used',
    ({ direction, type, padding, counter }, frame, due) =>
      direction === 0 && type === frame && padding === 0 && counter < due,
  ),
  ignoresPart(
    'nonce-direction-unread',
    ['CHAN-8', 'CHAN-4'],
    'Does not look at the direction in a nonce',
    ({ direction }) => direction !== 0,
  ),
  ignoresPart(
    'nonce-type-unread',
    ['CHAN-8', 'CHAN-5'],
    'Does not look at the type in a nonce',
    ({ type }, frame) => type !== frame,
  ),
  ignoresPart(
    'nonce-padding-unread',
    ['CHAN-8', 'CHAN-6'],
    'Does not look at the padding in a nonce',
    ({ padding }) => padding !== 0,
  ),
  {
    name: 'nonce-unread',
    title: 'Opens frames under the nonce that it counts, and does not look at the one that is sent',
    breaks: ['CHAN-8'],
    faults: () =>
      opens('sealed.nonce', ({ type, ciphertext, tag }, { crypto, key, due }) => {
        const nonce = new Uint8Array(NONCE_BYTES);
        nonce[1] = type;
        new DataView(nonce.buffer).setUint32(8, due);
        return crypto.open(key, nonce, concat(ciphertext, tag));
      }),
  },
  {
    name: 'nonce-counter-of-one-byte-due',
    title: 'Counts the frames that it opens in one byte',
    breaks: ['CHAN-8', 'CHAN-7'],
    faults: () => [
      within('createOpener', 'open', {
        when: ({ self }) => (self as Innards).nonce.counter > 255,
        then: () => {
          throw new ProtocolError('sealed.nonce');
        },
      }),
    ],
  },
  {
    name: 'nonce-counter-of-one-byte-sent',
    title: 'Counts the frames that it seals in one byte',
    breaks: ['CHAN-7'],
    faults: () => [
      within('createSealer', 'seal', {
        when: ({ self }) => (self as unknown as Innards).nonce.counter > 255,
        then: (call) => {
          const frame = call.standard().slice();
          frame[HEADER_BYTES + 10] = 0;
          return frame;
        },
      }),
    ],
  },
];
