/** Mutants of sections 5.1 to 5.3: nodes that seal or open frames wrongly. */
import type { CryptoProvider } from '../../reference/src/crypto/provider.ts';
import { ProtocolError } from '../../reference/src/errors.ts';
import type { Out } from '../../reference/src/handshake/step.ts';
import { ErrorCode, FrameType } from '../../reference/src/registry.ts';
import type { Frame } from '../../reference/src/wire/frame.ts';
import { concat, equalBytes } from '../../reference/src/wire/index.ts';
import { decodes } from './factories.ts';
import type { Fault } from './fault.ts';
import { isRound, writesLarge } from './frames-large.ts';
import { at, within } from './links-parts.ts';
import type { Mutant } from './mutant.ts';

const HEADER_BYTES = 5;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** What a fault knows of the opener that it is at. */
interface Opening {
  readonly crypto: CryptoProvider;
  readonly key: Uint8Array;
  /** Counter of the frame that is due. */
  readonly due: number;
}

/** The parts of an opener that are turned by hand. */
interface Innards {
  broken: boolean;
  readonly nonce: { counter: number };
}

/** A sealed payload in its three parts. */
interface Sealed {
  readonly type: number;
  readonly nonce: Uint8Array;
  readonly ciphertext: Uint8Array;
  readonly tag: Uint8Array;
}

function cut({ type, payload }: Frame): Sealed {
  const end = payload.length - TAG_BYTES;
  const [nonce, ciphertext] = [payload.slice(0, NONCE_BYTES), payload.slice(NONCE_BYTES, end)];
  return { type, nonce, ciphertext, tag: payload.slice(end) };
}

/** Direction, type, padding and counter of a nonce. */
function read(nonce: Uint8Array): { direction: number; type: number; padding: number; counter: number } {
  const view = new DataView(nonce.buffer, nonce.byteOffset);
  return { direction: nonce[0]!, type: nonce[1]!, padding: view.getUint16(2), counter: Number(view.getBigUint64(4)) };
}

/** The plaintext behind a tag that nobody verifies: what seals zeros is the key stream. */
function unverified({ crypto, key }: Omit<Opening, 'due'>, { nonce, ciphertext }: Sealed): Uint8Array {
  const stream = crypto.seal(key, nonce, new Uint8Array(ciphertext.length));
  return ciphertext.map((byte, i) => byte ^ stream[i]!);
}

/** Opens a frame that is to be refused by `reason`, where `open` finds a plaintext in it. */
function opens(
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
function underItsOwnNonce({ nonce, ciphertext, tag }: Sealed, { crypto, key }: Opening): Uint8Array | undefined {
  return crypto.open(key, nonce, concat(ciphertext, tag));
}

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

const nonces: readonly Mutant[] = [
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

/** All sealing keys of a node, with their crypto. */
function keyring(): { readonly note: Fault; readonly keys: Opening[] } {
  const keys: Opening[] = [];
  const note = at('createOpener', {
    when: ({ args: [crypto, key] }) => {
      keys.push({ crypto, key, due: 0 });
      return false;
    },
    then: (call) => call.standard(),
  });
  return { note, keys };
}

/** Says a word where silence is due. */
function speaks(reason: 'sealed.tag' | 'sealed.nonce', code: number): Fault {
  return at('lastWord', {
    when: ({ args: [, , error] }) => error instanceof ProtocolError && error.reason === reason,
    then: (): Out => ({ sealed: { name: 'ERROR', code } }),
  });
}

const tags: readonly Mutant[] = [
  {
    name: 'tag-unverified',
    title: 'Does not verify tags',
    breaks: ['CHAN-9', 'CHAN-11'],
    faults: () => opens('sealed.tag', (sealed, opening) => unverified(opening, sealed)),
  },
  {
    name: 'tag-by-prefix',
    title: 'Verifies the first 12 bytes of a tag',
    breaks: ['CHAN-9', 'CHAN-3'],
    faults: () =>
      opens('sealed.tag', (sealed, opening) => {
        const { crypto, key } = opening;
        const plaintext = unverified(opening, sealed);
        const right = crypto.seal(key, sealed.nonce, plaintext).subarray(plaintext.length);
        return equalBytes(right.subarray(0, 12), sealed.tag.subarray(0, 12)) ? plaintext : undefined;
      }),
  },
  {
    name: 'tag-of-zeros-taken',
    title: 'Takes a tag of zeros for one that need not be verified',
    breaks: ['CHAN-9', 'CHAN-3'],
    faults: () =>
      opens('sealed.tag', (sealed, opening) =>
        sealed.tag.every((byte) => byte === 0) ? unverified(opening, sealed) : undefined,
      ),
  },
  {
    name: 'tag-wrong-told',
    title: 'Says ERROR BAD_RECORD about a wrong tag',
    breaks: ['CHAN-10', 'ERR-102', 'ERR-9'],
    faults: () => [speaks('sealed.tag', ErrorCode.BAD_RECORD)],
  },
  {
    name: 'nonce-wrong-told',
    title: 'Says ERROR BAD_FRAME about a wrong nonce',
    breaks: ['CHAN-10', 'CHAN-8'],
    faults: () => [speaks('sealed.nonce', ErrorCode.BAD_FRAME)],
  },
  {
    name: 'tag-verified-late',
    title: 'Stores an operation and then verifies its tag',
    breaks: ['CHAN-11'],
    faults: () => {
      const wrong = new WeakSet<Uint8Array>();
      const [note, open] = opens('sealed.tag', (sealed, opening) => {
        if (sealed.type !== FrameType.OPERATION) return undefined;
        const plaintext = unverified(opening, sealed);
        if (decodes(plaintext) === undefined) return undefined;
        return plaintext;
      });
      return [
        note!,
        {
          ...open!,
          then: (call) => {
            const plaintext = open!.then(call) as Uint8Array;
            wrong.add(plaintext);
            return plaintext;
          },
        },
        at('incoming', {
          when: ({ args: [message] }) => message.kind === 'operations' && wrong.has(message.operations[0]!),
          then: (call) => {
            const [, , connection] = call.args;
            call.standard();
            connection.fail(new ProtocolError('sealed.tag'));
          },
        }),
      ];
    },
  },
  {
    name: 'key-of-any-connection',
    title: 'Opens a frame under the key of whichever connection fits',
    breaks: ['CHAN-9', 'CHAN-2'],
    faults: () => {
      const { note, keys } = keyring();
      return [
        note,
        ...opens('sealed.tag', (sealed) =>
          keys.reduce<Uint8Array | undefined>(
            (found, opening) => found ?? underItsOwnNonce(sealed, opening),
            undefined,
          ),
        ),
      ];
    },
  },
];

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

const layout: readonly Mutant[] = [
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

export const channelMutants: readonly Mutant[] = [...nonces, ...tags, ...layout];
