/** Mutants of section 3.4: nodes that go on where the stream has ended for them, or lose its order or its bounds. */
import { ProtocolError } from '../../reference/src/errors.ts';
import type { Connection } from '../../reference/src/node/connection.ts';
import { ErrorCode, FrameType } from '../../reference/src/registry.ts';
import { encodeBatch } from '../../reference/src/wire/batch.ts';
import { sending } from './factories.ts';
import { stateOf } from './handshake-faults.ts';
import { at } from './links-parts.ts';
import type { Mutant } from './mutant.ts';

const { OPERATION, BATCH } = FrameType;
/** A type that is assigned to nothing. */
const STRANGE = 0x2a;

export const frameStreamMutants: readonly Mutant[] = [
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
