/** Mutants of chapter 9: nodes that judge, store or answer pushed operations wrongly. */
import { Id } from '../../reference/src/bytes/id.ts';
import { ProtocolError } from '../../reference/src/errors.ts';
import type { Outgoing } from '../../reference/src/node/messages.ts';
import { ErrorCode } from '../../reference/src/registry.ts';
import type { PushWindow } from '../../reference/src/sync/push-window.ts';
import type { Receiver } from '../../reference/src/sync/receiver.ts';
import { encodeCursor } from '../../reference/src/wire/cursor.ts';
import type { ControlMessageOf } from '../../reference/src/wire/index.ts';
import { underId, wrongly } from './control-connection.ts';
import { withDependents } from './dependents.ts';
import { atVerdict, decodes, duplicate, lenientOperation, rejected, sending, sends, stored } from './factories.ts';
import { type Mutant, within } from './mutant.ts';
import { Traces } from './traces.ts';

type Ack = ControlMessageOf<'ACK'>;
type Reject = ControlMessageOf<'REJECT'>;

const judging: readonly Mutant[] = [
  {
    name: 'sync-duplicate-stored-again',
    breaks: ['SYNC-1', 'SYNC-55'],
    title: 'Answers a duplicate rightly and appends it all the same',
    faults: () => [
      within('createReceiver', 'judge', {
        when: (call) => call.refusal() === undefined && call.standard().kind === 'duplicate',
        then(call) {
          const [bytes, origin] = call.args;
          const receiver = call.self as Receiver;
          receiver.append(receiver.config.decode(bytes), bytes, origin);
          return call.standard();
        },
      }),
    ],
  },
  {
    name: 'sync-duplicate-is-stored',
    breaks: ['SYNC-55', 'SYNC-63'],
    title: 'Answers a duplicate as if it had been stored now',
    faults: () => [
      within('createReceiver', 'judge', {
        when: (call) => call.refusal() === undefined && call.standard().kind === 'duplicate',
        then(call) {
          const [bytes] = call.args;
          const entry = (call.self as Receiver).config.log.find(Id.from(bytes))!;
          return { kind: 'stored' as const, id: entry.id, entry };
        },
      }),
    ],
  },
  {
    name: 'sync-duplicate-unanswered',
    breaks: ['SYNC-53', 'SYNC-55'],
    title: 'Does not answer a duplicate',
    faults: () => [
      within('createAnswers', 'add', {
        when: ({ args: [verdict] }) => verdict.kind === 'duplicate',
        then: () => {},
      }),
    ],
  },
  {
    name: 'sync-knows-its-connection-only',
    breaks: ['SYNC-55', 'SYNC-1'],
    title: 'Knows the operations of a connection by their bytes as long as it is open, and others as conflicts',
    faults: () => [
      within('createReceiver', 'judge', {
        when(call) {
          const [bytes, origin] = call.args;
          const entry = (call.self as Receiver).config.log.find(
            Id.from(bytes.length < 16 ? new Uint8Array(16) : bytes),
          );
          return entry !== undefined && entry.origin !== origin && call.standard().kind === 'duplicate';
        },
        then: ({ args: [bytes] }) => rejected(bytes, new ProtocolError('operation.id-conflict')),
      }),
    ],
  },
  {
    name: 'sync-conflict-is-duplicate',
    breaks: ['SYNC-56'],
    title: 'Takes an operation whose id it knows for a duplicate, whatever its bytes',
    faults: () => [atVerdict('operation.id-conflict', (_, bytes) => duplicate(bytes))],
  },
  {
    name: 'sync-conflict-replaces',
    breaks: ['SYNC-56', 'SYNC-1'],
    title: 'Stores an operation whose id it knows beside the first one',
    faults: () => [
      atVerdict('operation.id-conflict', (receiver, bytes, origin) =>
        stored(receiver, receiver.config.decode(bytes), bytes, origin),
      ),
    ],
  },
  {
    name: 'sync-sealed-taken',
    breaks: ['SYNC-57'],
    title: 'Stores a sealed operation in a database that is not e2eOnly',
    faults: () => [
      atVerdict('operation.mode', (receiver, bytes, origin) =>
        stored(receiver, receiver.config.decode(bytes), bytes, origin),
      ),
    ],
  },
  {
    name: 'sync-drop-index-acknowledged-alone',
    breaks: ['SYNC-58', 'SYNC-59'],
    title: 'Acknowledges a dropIndex and does not store it',
    faults: () => [
      within('createReceiver', 'judge', {
        when(call) {
          const [bytes] = call.args;
          const { log } = (call.self as Receiver).config;
          return decodes(bytes)?.type === 'dropIndex' && log.find(Id.from(bytes)) === undefined;
        },
        then({ args: [bytes, origin] }) {
          const id = Id.from(bytes);
          const entry = { id, seq: 0, collection: undefined, team: Id.ZERO, bytes, origin };
          return { kind: 'stored' as const, id, entry };
        },
      }),
    ],
  },
  {
    name: 'sync-rejected-stored',
    breaks: ['SYNC-60'],
    title: 'Rejects an operation of an unknown type and keeps it',
    faults: () => [
      atVerdict('operation.type', (receiver, bytes, origin) => {
        receiver.append(lenientOperation(bytes), bytes, origin);
        return rejected(bytes, new ProtocolError('operation.type'));
      }),
    ],
  },
  {
    name: 'sync-malformed-without-name',
    breaks: ['SYNC-54', 'SYNC-53'],
    title: 'Rejects an operation whose counter it cannot read under the id of zeros',
    faults: () => [
      atVerdict('operation.counter-form', () =>
        rejected(Id.ZERO.toBytes(), new ProtocolError('operation.counter-form')),
      ),
    ],
  },
];

const windows: readonly Mutant[] = [
  {
    name: 'sync-push-window-unheeded',
    breaks: ['SYNC-61'],
    title: 'Takes any number of operations without an answer',
    faults: () => [
      within('createPushWindow', 'check', {
        when: (call) => call.refusal() === 'push.window',
        then: () => {},
      }),
    ],
  },
  {
    name: 'sync-push-window-of-255',
    breaks: ['SYNC-62'],
    title: 'Takes 255 operations without an answer at most',
    faults: () => [
      within('createPushWindow', 'check', {
        when: ({ self }) => (self as PushWindow).operations === 256,
        then: () => {
          throw new ProtocolError('push.window');
        },
      }),
    ],
  },
  {
    name: 'sync-push-window-of-less-than-a-mebibyte',
    breaks: ['SYNC-62'],
    title: 'Takes less than 1,048,576 bytes without an answer',
    faults() {
      const bytes = new WeakMap<object, number>();
      return [
        within('createPushWindow', 'open', {
          when({ self, args: [length] }) {
            const sum = (bytes.get(self as object) ?? 0) + length;
            bytes.set(self as object, sum);
            return sum === 1_048_576;
          },
          then: () => {
            throw new ProtocolError('push.window');
          },
        }),
      ];
    },
  },
];

/** Writes an ACK wrongly that says of one operation that it was stored and of another that it was a duplicate. */
function acks(
  name: string,
  breaks: readonly string[],
  title: string,
  write: (message: Ack) => readonly (Ack | Outgoing)[],
): Mutant {
  const isMixed = ({ st }: Ack): boolean => st.includes(0) && st.includes(1);
  return sends('ACK', { name, breaks, title }, isMixed, write);
}

/** Writes the REJECT of an operation without collection wrongly. */
function rejects(
  name: string,
  breaks: readonly string[],
  title: string,
  write: (message: Reject) => readonly (Reject | Outgoing)[],
): Mutant {
  const isMeant = ({ msg }: Reject): boolean => msg?.startsWith('operation.collection-empty') === true;
  return sends('REJECT', { name, breaks, title }, isMeant, write);
}

const answers: readonly Mutant[] = [
  acks('sync-ack-under-another-id', ['MSG-29'], 'Writes ACK under the id 24', (message) => [underId(message, 0x24)]),
  acks('sync-ack-twice', ['SYNC-53', 'MSG-30'], 'Says the same ACK twice', (message) => [message, message]),
  acks('sync-ack-ids-cut', ['MSG-30'], 'Writes 15 bytes of the last id', (message) => [
    wrongly(message, { ids: message.ids.slice(0, -1) }),
  ]),
  acks('sync-ack-st-of-one', ['MSG-31', 'SYNC-63'], 'Writes one status for all ids of an ACK', (message) => [
    wrongly(message, { st: message.st.slice(0, 1) }),
  ]),
  acks('sync-ack-st-reversed', ['SYNC-63'], 'Writes the statuses of an ACK from the last to the first', (message) => [
    { ...message, st: message.st.slice().reverse() },
  ]),
  acks('sync-ack-without-cursor', ['MSG-32'], 'Leaves cur out of an ACK', (message) => [
    wrongly(message, { cur: undefined }),
  ]),
  {
    name: 'sync-ack-cursor-behind',
    breaks: ['SYNC-64'],
    title: 'Writes the cursor of the position before the head into an ACK of nine operations',
    faults() {
      const traces = new Traces();
      return [
        traces.ofLog(),
        sending(
          'ACK',
          ({ st }) => st.length === 9 && st.every((status) => status === 0),
          (message) => [{ ...message, cur: encodeCursor(traces.log!.cursor(traces.log!.head - 1)) }],
        ),
      ];
    },
  },
  rejects('sync-reject-under-another-id', ['MSG-33'], 'Writes REJECT under the id 25', (message) => [
    underId(message, 0x25),
  ]),
  rejects('sync-reject-ids-cut', ['MSG-34'], 'Writes 15 bytes of an id into a REJECT', (message) => [
    wrongly(message, { ids: message.ids.slice(0, -1) }),
  ]),
  rejects('sync-reject-code-of-text', ['MSG-35'], 'Writes the code of a REJECT as its name', (message) => [
    wrongly(message, { code: 'OP_MALFORMED' }),
  ]),
  rejects('sync-reject-retry-negative', ['MSG-36'], 'Writes -1 into the retry of a REJECT for never', (message) => [
    wrongly(message, { retry: -1 }),
  ]),
  rejects('sync-reject-msg-of-data', ['MSG-37'], 'Writes the msg of a REJECT as data', (message) => [
    wrongly(message, { msg: new Uint8Array(4) }),
  ]),
  sends(
    'REJECT',
    {
      name: 'sync-reject-of-too-large-retried',
      breaks: ['SYNC-65'],
      title: 'Asks to send an operation again that is too large',
    },
    ({ code }) => code === ErrorCode.OP_TOO_LARGE,
    (message) => [{ ...message, retry: 1000 }],
  ),
];

export const pushMutants: readonly Mutant[] = withDependents([...judging, ...windows, ...answers]);
