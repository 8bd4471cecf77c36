/** Mutants of chapter 3: nodes that judge headers wrongly, or write frames wrongly. */
import { ProtocolError } from '../../reference/src/errors.ts';
import type { Connection } from '../../reference/src/node/connection.ts';
import { ErrorCode, FrameType } from '../../reference/src/registry.ts';
import { encodeBatch } from '../../reference/src/wire/batch.ts';
import { concat } from '../../reference/src/wire/index.ts';
import { decodes, sending } from './factories.ts';
import { writesLarge } from './frames-large.ts';
import { ignoresFrame, stateOf } from './handshake-faults.ts';
import { at } from './links-parts.ts';
import type { Mutant } from './mutant.ts';

const { HELLO, WELCOME, VERIFY, COMPLETE, CONTROL, OPERATION, BATCH, ALERT } = FrameType;
/** A type that is assigned to nothing. */
const STRANGE = 0x2a;

/** Skips frames of types that are not due. */
function skips(
  name: string,
  title: string,
  breaks: readonly string[],
  meant: (state: string, type: number) => boolean,
  dependents?: readonly string[],
): Mutant {
  return {
    name,
    title,
    breaks,
    ...(dependents === undefined ? {} : { dependents }),
    faults: () => ignoresFrame(meant),
  };
}

const types: readonly Mutant[] = [
  skips(
    'frame-type-09-skipped',
    'Skips frames of type 09 in OPEN',
    ['FRAME-5'],
    (state, type) => state === 'OPEN' && type === 9,
  ),
  skips(
    'frame-type-09-skipped-early',
    'Skips frames of type 09 before HELLO',
    ['FRAME-5'],
    (state, type) => state === 'W_HELLO' && type === 9,
  ),
  skips(
    'frame-hello-in-open-skipped',
    'Takes a HELLO in OPEN for one that came late',
    ['FT-1', 'FRAME-5'],
    (state, type) => state === 'OPEN' && type === HELLO,
  ),
  skips(
    'frame-welcome-of-client-skipped',
    'Skips a WELCOME that a client sends',
    ['FT-2', 'FRAME-5'],
    (state, type) => state === 'W_HELLO' && type === WELCOME,
  ),
  skips(
    'frame-verify-in-open-skipped',
    'Takes a VERIFY in OPEN for one that came late',
    ['FT-3', 'FRAME-5'],
    (state, type) => state === 'OPEN' && type === VERIFY,
  ),
  skips(
    'frame-complete-of-client-skipped',
    'Skips a COMPLETE that a client sends',
    ['FT-4', 'FRAME-5'],
    (state, type) => state === 'W_HELLO' && type === COMPLETE,
  ),
  skips(
    'frame-alert-in-open-skipped',
    'Skips an ALERT in OPEN',
    ['FT-7', 'FRAME-5'],
    (state, type) => state === 'OPEN' && type === ALERT,
  ),
  skips(
    'frame-complete-before-verify-skipped',
    'Skips a COMPLETE that comes before VERIFY',
    ['FRAME-5', 'HS-104'],
    (state, type) => state === 'W_VERIFY' && type === COMPLETE,
  ),
  {
    name: 'frame-control-before-key-skipped',
    title: 'Skips a CONTROL frame that comes before there is a key',
    breaks: ['FT-5', 'FRAME-5'],
    faults: () => [
      at('admit', {
        when: (call) =>
          call.refusal() === 'frame.unexpected-type' && call.args[1] === 'W_HELLO' && call.args[2] === CONTROL,
        then: () => {},
      }),
      at('lastWord', {
        when: ({ args: [, state, error] }) =>
          state.kind === 'W_HELLO' && error instanceof ProtocolError && /before there is a key/.test(error.message),
        then: () => undefined,
      }),
    ],
  },
  {
    name: 'frame-operation-before-session-skipped',
    title: 'Skips operations that come before SESSION',
    breaks: ['FRAME-5', 'HS-104'],
    faults: () => [
      at('admit', {
        when: (call) =>
          call.refusal() === 'frame.unexpected-type' && call.args[1] === 'W_SESSION' && call.args[2] === OPERATION,
        then: () => {},
      }),
      at('incoming', {
        when: ({ args: [message, , connection] }) =>
          message.kind === 'operations' && stateOf(connection) === 'W_SESSION',
        then: () => {},
      }),
    ],
  },
  {
    name: 'frame-operations-in-one-frame',
    title: 'Takes the first of two operations in an OPERATION frame',
    breaks: ['FT-6'],
    dependents: ['operation-two-in-one-frame'],
    faults: () => [
      at('incoming', {
        when: ({ args: [message] }) =>
          message.kind === 'operations' &&
          message.operations.length === 1 &&
          firstOfTwo(message.operations[0]!) !== undefined,
        then: ({ args: [message, next] }) => {
          if (message.kind !== 'operations') return;
          next({ kind: 'operations', operations: [firstOfTwo(message.operations[0]!)!] });
        },
      }),
    ],
  },
  {
    name: 'frame-operation-as-batch',
    title: 'Takes an operation by itself in a BATCH frame',
    breaks: ['FT-8', 'OP-54'],
    faults: () => [
      at('decodeBatch', {
        when: (call) => call.refusal() !== undefined && decodes(call.args[0]) !== undefined,
        then: ({ args: [plaintext] }) => [plaintext],
      }),
    ],
  },
];

/** The first of two operations that stand one behind the other. */
function firstOfTwo(bytes: Uint8Array): Uint8Array | undefined {
  if (bytes.length > 2000 || decodes(bytes) !== undefined) return undefined;
  const least = 16 + 2 + 16 + 2 + 16 + 8;
  for (let n = least; n <= bytes.length - least; n++) {
    if (decodes(bytes.subarray(n)) !== undefined && decodes(bytes.subarray(0, n)) !== undefined)
      return bytes.subarray(0, n);
  }
  return undefined;
}

const lengths: readonly Mutant[] = [
  {
    name: 'frame-clear-limit-doubled',
    title: 'Takes 8,192 bytes before OPEN',
    breaks: ['LIM-1', 'FRAME-6'],
    faults: () => [
      at('admit', {
        when: (call) => call.refusal() === 'frame.too-large' && call.args[1] !== 'OPEN' && call.args[3] <= 8192,
        then: () => {},
      }),
    ],
  },
  {
    name: 'frame-clear-limit-exclusive',
    title: 'Refuses a frame of exactly 4,096 bytes before OPEN',
    breaks: ['LIM-1', 'FRAME-6'],
    faults: () => [
      at('admit', {
        when: ({ args: [, state, , length, limits] }) => state !== 'OPEN' && length === limits.CLEAR_FRAME_BYTES,
        then: () => {
          throw new ProtocolError('frame.too-large');
        },
      }),
    ],
  },
  {
    name: 'frame-own-max-not-kept',
    title: 'Takes frames above its own max',
    breaks: ['LIM-2', 'FRAME-6', 'FRAME-4'],
    faults: () => [
      at('admit', {
        when: (call) => call.refusal() === 'frame.too-large' && call.args[1] === 'OPEN',
        then: () => {},
      }),
    ],
  },
  {
    name: 'frame-max-before-open',
    title: 'Takes frames up to its max in W_SESSION',
    breaks: ['FRAME-6', 'LIM-1'],
    faults: () => [
      at('admit', {
        when: (call) =>
          call.refusal() === 'frame.too-large' &&
          call.args[1] === 'W_SESSION' &&
          call.args[3] <= call.args[4].FRAME_BYTES,
        then: () => {},
      }),
    ],
  },
  {
    name: 'frame-length-signed',
    title: 'Takes a length of 2 GiB or more for a negative one, which is below every limit',
    breaks: ['FRAME-6', 'FRAME-4'],
    faults: () => [
      at('admit', {
        when: (call) => call.refusal() === 'frame.too-large' && call.args[3] >= 2 ** 31,
        then: () => {},
      }),
    ],
  },
  {
    name: 'frame-length-before-type',
    title: 'Judges the length of a header before its type',
    breaks: ['ERR-106', 'FRAME-5'],
    faults: () => [
      at('admit', {
        when: (call) => call.refusal() === 'frame.unexpected-type' && call.args[3] > call.args[4].FRAME_BYTES,
        then: () => {
          throw new ProtocolError('frame.too-large');
        },
      }),
    ],
  },
  {
    name: 'frame-sealed-minimum-late',
    title: 'Judges the least length of a sealed frame when all of it is there',
    breaks: ['FRAME-4', 'FRAME-7'],
    faults: () => [
      at('admit', {
        when: (call) => call.refusal() === 'frame.sealed-too-short' && call.args[3] > 0 && call.args[3] < 28,
        then: () => {},
      }),
    ],
  },
  {
    name: 'frame-sealed-too-short-silent',
    title: 'Takes a sealed frame of 28 bytes for one with a wrong tag',
    breaks: ['FRAME-7'],
    faults: () => [
      at('admit', {
        when: (call) => call.refusal() === 'frame.sealed-too-short' && call.args[3] === 28,
        then: () => {
          throw new ProtocolError('sealed.tag');
        },
      }),
    ],
  },
  {
    name: 'frame-piece-judged-at-once',
    title: 'Judges the length of CONTROL frames below 8 KiB by the state in which their piece of the stream began',
    breaks: ['FRAME-8', 'HS-97'],
    faults: () => {
      let began: string | undefined;
      return [
        at('receive', {
          when: () => {
            began = undefined;
            return false;
          },
          then: (call) => call.standard(),
        }),
        at('admit', {
          when: ({ args: [, state, type, length, limits] }) => {
            began ??= state;
            if (state !== 'OPEN' || began === 'OPEN' || type !== CONTROL) return false;
            return length > limits.CLEAR_FRAME_BYTES && length < 2 * limits.CLEAR_FRAME_BYTES;
          },
          then: () => {
            throw new ProtocolError('frame.too-large');
          },
        }),
      ];
    },
  },
];

const ends: readonly Mutant[] = [
  {
    name: 'frame-refusal-not-fatal',
    title: 'Says ERROR about a frame of type 2A and goes on',
    breaks: ['FRAME-9', 'CHAN-20', 'CTRL-31'],
    faults: () => [
      at('admit', {
        when: (call) =>
          call.refusal() === 'frame.unexpected-type' && call.args[1] === 'OPEN' && call.args[2] === STRANGE,
        then: () => {},
      }),
      at('incoming', {
        when: ({ args: [message, , connection] }) =>
          message.kind === 'clear' && stateOf(connection) === 'OPEN' && message.frame.type === STRANGE,
        then: ({ args: [, , connection] }) => {
          connection.sendControl({ name: 'ERROR', code: ErrorCode.UNEXPECTED_MESSAGE });
        },
      }),
    ],
  },
  {
    name: 'frame-cut-held-against-the-next',
    title: 'Lets nobody in after a link that ended inside of a payload',
    breaks: ['FRAME-10'],
    faults: () => {
      let isCut = false;
      return [
        at('gone', {
          when: ({ args: [{ frames }] }) => {
            isCut ||= frames.isInside && frames.came > 0;
            return false;
          },
          then: (call) => call.standard(),
        }),
        at('onHello', {
          when: () => isCut,
          then: () => {
            throw new ProtocolError('database.denied');
          },
        }),
      ];
    },
  },
  {
    name: 'frame-last-overtakes',
    title: 'Deals with the last of eleven OPERATION frames in one piece before the tenth',
    breaks: ['FRAME-11'],
    faults: () => {
      let number = Number.NaN;
      let held: readonly Uint8Array[] = [];
      return [
        at('receive', {
          when: ({ args: [chunk, link] }) => {
            number = !link.frames.isInside && isOfEleven(chunk) ? 0 : Number.NaN;
            return false;
          },
          then: (call) => call.standard(),
        }),
        at('push', {
          when: () => ++number === 10 || number === 11,
          then: (call) => {
            const [connection, operations] = call.args;
            if (number === 10) held = operations;
            else {
              call.standard();
              call.with(connection, held);
            }
          },
        }),
      ];
    },
  },
  {
    name: 'frame-long-error-before-open',
    title: 'Says more in an ERROR before OPEN than a frame may hold then',
    breaks: ['FRAME-12'],
    faults: () => [
      sending(
        'ERROR',
        ({ code }, connection) => code === ErrorCode.FRAME_TOO_LARGE && stateOf(connection) === 'W_SESSION',
        (message) => [{ ...message, msg: 'too large '.repeat(500) }],
      ),
    ],
  },
  {
    name: 'frame-max-of-peer-ignored',
    title: 'Gathers its feed in batches of its own max, whatever the client announced',
    breaks: ['FRAME-12', 'LIM-2'],
    faults: () => gathering(),
  },
];

/** Whether a piece is eleven OPERATION frames and nothing else. */
function isOfEleven(chunk: Uint8Array): boolean {
  let at = 0;
  let count = 0;
  for (; at + 5 <= chunk.length && chunk[at] === OPERATION; count++) {
    at += 5 + new DataView(chunk.buffer, chunk.byteOffset + at).getUint32(1);
  }
  return count === 11 && at === chunk.length;
}

/** Holds the feed back until it is above the client's max, and then sends it in one batch. */
function gathering() {
  const held = new Map<Connection, Uint8Array[]>();
  const maximum = (connection: Connection) =>
    (connection as unknown as { readonly outbound: { readonly frameMaximum: number } }).outbound.frameMaximum;
  return [
    at('outgoing', {
      when: ({ args: [message, , connection] }) => {
        if (stateOf(connection) !== 'OPEN' || maximum(connection) !== 524_288) return false;
        return message.kind === 'operations' || (message.kind === 'control' && message.message.name === 'CHECKPOINT');
      },
      then: ({ args: [message, next, connection] }) => {
        if (message.kind === 'control' && !held.has(connection)) return next(message);
        const operations = held.get(connection) ?? [];
        held.set(connection, operations);
        if (message.kind === 'operations') operations.push(...message.operations);
        const bytes = operations.reduce((sum, { length }) => sum + length, 0);
        const isLast = message.kind === 'control' && message.message.name === 'CHECKPOINT' && !message.message.more;
        if (bytes <= 524_288 && !isLast) return;
        held.delete(connection);
        if (operations.length > 0) next({ kind: 'sealed', type: BATCH, plaintext: encodeBatch(operations) });
        if (message.kind === 'control') next(message);
      },
    }),
  ];
}

const layout: readonly Mutant[] = [
  writesLarge(
    'frame-large-type-flagged',
    ['FRAME-1'],
    'Sets the high bit of the type of frames whose length is a multiple of 65,536',
    (frame) => {
      const flagged = frame.slice();
      flagged[0] = flagged[0]! | 0x80;
      return flagged;
    },
  ),
  writesLarge(
    'frame-length-in-16-bits',
    ['FRAME-2', 'CONV-1'],
    'Writes a length that is a multiple of 65,536 as zero',
    (frame) => {
      const short = frame.slice();
      short.fill(0, 1, 3);
      return short;
    },
  ),
  writesLarge(
    'frame-byte-behind-large',
    ['FRAME-3'],
    'Sends one byte more behind frames whose length is a multiple of 65,536',
    (frame) => concat(frame, new Uint8Array(1)),
  ),
];

export const frameMutants: readonly Mutant[] = [...types, ...lengths, ...ends, ...layout];
