/** Mutants of chapter 8: nodes that answer, end or keep a connection wrongly, and that write their own messages wrongly. */
import { ProtocolError } from '../../reference/src/errors.ts';
import type { Outgoing } from '../../reference/src/node/messages.ts';
import type { ServerConnection } from '../../reference/src/node/server-connection.ts';
import { type ControlMessages, ErrorCode, FrameType, Refusal } from '../../reference/src/registry.ts';
import {
  type ControlMessage,
  concat,
  encodeControl,
  encodeControlRecord,
  type Fields,
  readRecord,
} from '../../reference/src/wire/index.ts';
import type { Value } from '../../reference/src/wire/value.ts';
import { withDependents } from './dependents.ts';
import { type About, sending, sends } from './factories.ts';
import { at, type Mutant, within } from './mutant.ts';
import { numberOf, Traces } from './traces.ts';

/** The message with some fields replaced (or, by `undefined`, left out), whatever the table says of them. */
export function wrongly(message: ControlMessage, replaced: { readonly [field: string]: Value | undefined }): Outgoing {
  const right = encodeControl(message);
  const fields = new Map<string, Value>(readRecord(right, 1).fields as Fields);
  for (const [name, value] of Object.entries(replaced)) {
    if (value === undefined) fields.delete(name);
    else fields.set(name, value);
  }
  return { kind: 'sealed', type: FrameType.CONTROL, plaintext: encodeControlRecord(right[0]!, fields).slice() };
}

/** The message under another id. */
export function underId(message: ControlMessage, id: number): Outgoing {
  const plaintext = concat(Uint8Array.of(id), encodeControl(message).subarray(1));
  return { kind: 'sealed', type: FrameType.CONTROL, plaintext };
}

const isAll = (bytes: Uint8Array, byte: number): boolean => bytes.every((one) => one === byte);

const pings: readonly Mutant[] = [
  sends(
    'PONG',
    { name: 'control-pong-of-ones-changed', breaks: ['MSG-49'], title: 'Answers a PING of eight FF by eight zeros' },
    ({ d }) => isAll(d, 0xff),
    () => [{ name: 'PONG', d: new Uint8Array(8) }],
  ),
  sends(
    'PONG',
    { name: 'control-pong-under-another-id', breaks: ['MSG-48'], title: 'Answers a PING of eight FF by a PING' },
    ({ d }) => isAll(d, 0xff),
    ({ d }) => [{ name: 'PING', d }],
  ),
  {
    name: 'control-repeated-ping-unanswered',
    breaks: ['CTRL-15'],
    title: 'Does not answer a PING that has the bytes of an earlier one',
    faults() {
      const seen = new Set<string>();
      return [
        within('control', 'PING', {
          when({ args: [connection, { d }] }) {
            const key = `${connection.number} ${d}`;
            if (seen.has(key)) return true;
            seen.add(key);
            return false;
          },
          then: () => {},
        }),
      ];
    },
  },
  {
    name: 'control-pong-before-answers',
    breaks: ['CTRL-16'],
    title: 'Answers a PING of which the second byte is 11 before the operations that came before it',
    faults() {
      const traces = new Traces();
      return [
        traces.ofFeed(),
        traces.ofAnswers(),
        within('control', 'PING', {
          when: ({ args: [connection, { d }] }) => d[1] === 0x11 && (traces.answers(connection.number)?.count ?? 0) > 0,
          then({ args: [connection, { d }] }) {
            connection.sendControl({ name: 'PONG', d });
            connection.answer();
          },
        }),
      ];
    },
  },
  {
    name: 'control-fifty-pings-at-most',
    breaks: ['CTRL-21', 'LIM-32'],
    title: 'Answers fifty PINGs of a connection and then no more in the same second',
    faults() {
      const counts = new Map<string, number>();
      return [
        within('control', 'PING', {
          when({ args: [connection] }) {
            const key = `${connection.number} ${Math.floor(performance.now() / 1000)}`;
            const count = (counts.get(key) ?? 0) + 1;
            counts.set(key, count);
            return count > 50;
          },
          then: () => {
            throw new ProtocolError('connection.half-open');
          },
        }),
      ];
    },
  },
  {
    name: 'control-unasked-pong-taken',
    breaks: ['CTRL-18'],
    title: 'Ignores a PONG that answers no PING',
    faults: () => [
      within('control', 'PONG', {
        when: (call) => call.refusal() === 'ping.pong-unasked',
        then: () => {},
      }),
    ],
  },
  {
    name: 'control-never-pings',
    breaks: ['CTRL-19', 'LIM-25'],
    title: 'Never sends a PING by itself',
    limits: { PING_IDLE: 100 },
    faults: () => [
      at('delay', {
        when: ({ args: [timer] }) => timer === 'PING_IDLE',
        then: () => Number.POSITIVE_INFINITY,
      }),
    ],
  },
  {
    name: 'control-waits-for-the-dead',
    breaks: ['CTRL-20', 'LIM-26'],
    title: 'Never gives a peer up that says nothing',
    limits: { PING_IDLE: 100, DEAD_PEER: 200 },
    faults: () => [
      at('delay', {
        when: ({ args: [timer] }) => timer === 'DEAD_PEER',
        then: () => Number.POSITIVE_INFINITY,
      }),
    ],
  },
];

/** Sends what waits, and ends the connection as after the peer's last word. */
function leave(connection: ServerConnection, code: number): void {
  (connection as unknown as { readonly outbound: { flush(): void } }).outbound.flush();
  connection.hear('CLOSE', code);
}

/** Does something else for a CLOSE. */
function closes(
  about: About,
  when: (
    message: { readonly code: number; readonly retry?: number | undefined },
    connection: ServerConnection,
  ) => boolean,
  then: (connection: ServerConnection, code: number) => void,
): Mutant {
  return {
    ...about,
    faults: () => [
      within('control', 'CLOSE', {
        when: ({ args: [connection, message] }) => when(message, connection),
        then: ({ args: [connection, { code }] }) => then(connection, code),
      }),
    ],
  };
}

const closing: readonly Mutant[] = [
  {
    name: 'control-close-unanswered',
    breaks: ['CTRL-25', 'CTRL-26'],
    title: 'Does not answer the CLOSE of a client that offered a capability which it does not know',
    faults() {
      const traces = new Traces();
      return [
        traces.ofHello(),
        within('control', 'CLOSE', {
          when: ({ args: [{ number }] }) => traces.hello(number)?.capabilities === 0x10,
          then: ({ args: [connection, { code }] }) => connection.hear('CLOSE', code),
        }),
      ];
    },
  },
  {
    name: 'control-deaf-after-its-close',
    breaks: ['CTRL-24'],
    title: 'Does not look at operations that arrive after its CLOSE',
    faults: () => [
      at('incoming', {
        when: ({ args: [message, , connection] }) => message.kind === 'operations' && connection.isClosing,
        then: () => {},
      }),
    ],
  },
  {
    name: 'control-waits-for-the-other-close',
    breaks: ['CTRL-27', 'LIM-28'],
    title: 'Waits without end for the CLOSE of the peer',
    limits: { KEY_FRAMES: 40, CLOSE_TIMEOUT: 150 },
    faults: () => [
      at('delay', {
        when: ({ args: [timer] }) => timer === 'CLOSE_TIMEOUT',
        then: () => Number.POSITIVE_INFINITY,
      }),
    ],
  },
  closes(
    {
      name: 'control-close-of-unknown-code-unanswered',
      breaks: ['CTRL-25'],
      title: 'Does not answer a CLOSE whose code it does not know',
    },
    ({ code }) => code === 0x01ff,
    leave,
  ),
  closes(
    {
      name: 'control-close-under-another-id',
      breaks: ['MSG-55'],
      title: 'Answers a CLOSE that asks to come back at once under an id that is not assigned',
    },
    ({ retry }) => retry === 0,
    (connection, code) => {
      connection.send(underId({ name: 'CLOSE', code: ErrorCode.NO_ERROR }, 0x3d));
      leave(connection, code);
    },
  ),
  {
    name: 'control-close-echoed',
    breaks: ['MSG-56', 'CTRL-25'],
    title: 'Answers a CLOSE with the code of the peer',
    faults: () => [
      within('control', 'CLOSE', {
        when: ({ args: [, { code }] }) => code !== ErrorCode.NO_ERROR,
        then({ args: [connection, { code }] }) {
          connection.answer();
          connection.sendControl({ name: 'CLOSE', code });
          leave(connection, code);
        },
      }),
    ],
  },
  closes(
    { name: 'control-close-retry-of-text', breaks: ['MSG-57'], title: 'Writes the retry of a CLOSE as a string' },
    ({ retry }) => retry === 5,
    (connection, code) => {
      connection.send(wrongly({ name: 'CLOSE', code: ErrorCode.NO_ERROR }, { retry: '5' }));
      leave(connection, code);
    },
  ),
  {
    name: 'control-close-before-answers',
    breaks: ['CTRL-25'],
    title: 'Answers a CLOSE and forgets the answers that it owes',
    faults() {
      const traces = new Traces();
      return [
        traces.ofFeed(),
        traces.ofAnswers(),
        within('control', 'CLOSE', {
          when: ({ args: [connection] }) => (traces.answers(connection.number)?.count ?? 0) > 0,
          then({ args: [connection, { code }] }) {
            connection.sendControl({ name: 'CLOSE', code: ErrorCode.NO_ERROR });
            leave(connection, code);
          },
        }),
      ];
    },
  },
  {
    name: 'control-pings-behind-its-close',
    breaks: ['CTRL-23'],
    title: 'Sends a PING behind its CLOSE while it has something to feed',
    faults() {
      const traces = new Traces();
      return [
        traces.ofFeed(),
        within('control', 'CLOSE', {
          when: ({ args: [connection] }) => traces.feed(connection.number)?.owesCheckpoint === true,
          then({ args: [connection, { code }] }) {
            connection.answer();
            connection.sendControl({ name: 'CLOSE', code: ErrorCode.NO_ERROR });
            connection.sendControl({ name: 'PING', d: new Uint8Array(8) });
            leave(connection, code);
          },
        }),
      ];
    },
  },
  {
    name: 'control-reads-on-after-close',
    breaks: ['CTRL-26'],
    title: 'Deals with what came behind a CLOSE in the same piece',
    faults() {
      const closed = new Set<ServerConnection>();
      return [
        within('control', 'CLOSE', {
          then({ args: [connection] }) {
            connection.answer();
            connection.sendControl({ name: 'CLOSE', code: ErrorCode.NO_ERROR });
            closed.add(connection);
          },
        }),
        at('settle', {
          when: ({ args: [connection] }) => closed.has(connection),
          then({ args: [connection] }) {
            connection.spread();
            leave(connection, ErrorCode.NO_ERROR);
          },
        }),
      ];
    },
  },
  {
    name: 'control-end-undoes-pushes',
    breaks: ['CTRL-29'],
    title: 'Feeds nothing that came on a connection which ended without CLOSE',
    faults() {
      const spoken = new Set<number>();
      const cut = new Set<number>();
      return [
        at('outgoing', {
          when({ args: [message, , connection] }) {
            const number = numberOf(connection);
            if (message.kind === 'control' && ['CLOSE', 'ERROR'].includes(message.message.name)) spoken.add(number);
            if (message.kind === 'end' && !spoken.has(number)) cut.add(number);
            return false;
          },
          then: (call) => call.standard(),
        }),
        within('createFeed', 'mayFeed', {
          when: ({ args: [{ origin }] }) => cut.has(origin),
          then: () => false,
        }),
      ];
    },
  },
];

/** The ERROR for an unknown critical message, which only a few cases ask for. */
const UNKNOWN_CRITICAL = Refusal['control.unknown-critical'].meaning;
const UNASKED = Refusal['ping.pong-unasked'].meaning;

const errors: readonly Mutant[] = [
  {
    name: 'control-error-answered',
    breaks: ['CTRL-32'],
    title: 'Answers an ERROR by an ERROR',
    faults: () => [
      within('control', 'ERROR', {
        then: ({ args: [connection] }) => connection.fail(new ProtocolError('control.unexpected')),
      }),
    ],
  },
  sends(
    'ERROR',
    { name: 'control-speaks-after-its-error', breaks: ['CTRL-31'], title: 'Sends a PING behind its ERROR' },
    ({ msg }) => msg === UNASKED,
    (message) => [message, { name: 'PING', d: new Uint8Array(8) }],
  ),
  ...wrongErrors(
    'control-error-under-another-id',
    'MSG-50',
    'Writes ERROR under an id that is not assigned',
    (message) => underId(message, 0x3d),
  ),
  ...wrongErrors('control-error-code-of-text', 'MSG-51', 'Writes the code of an ERROR as its name', (message) =>
    wrongly(message, { code: 'UNKNOWN_CRITICAL' }),
  ),
  ...wrongErrors('control-error-ref-of-data', 'MSG-52', 'Writes the ref of an ERROR as data', (message) =>
    wrongly(message, { ref: new Uint8Array(16) }),
  ),
  ...wrongErrors(
    'control-error-retry-negative',
    'MSG-53',
    'Writes -1 into the retry of an ERROR for never',
    (message) => wrongly(message, { retry: -1 }),
  ),
  ...wrongErrors('control-error-msg-null', 'MSG-54', 'Writes null into the msg of an ERROR', (message) =>
    wrongly(message, { msg: null }),
  ),
  {
    name: 'control-msg-shows-contents',
    breaks: ['CTRL-33'],
    title: 'Shows in the msg of a REJECT what it could not read',
    faults() {
      let latest: Uint8Array = new Uint8Array(0);
      return [
        within('createReceiver', 'judge', {
          when({ args: [bytes] }) {
            latest = bytes;
            return false;
          },
          then: (call) => call.standard(),
        }),
        sending(
          'REJECT',
          () => latest.length > 0,
          (message) => [{ ...message, msg: Buffer.from(latest.slice(0, 4096)).toString('latin1') }],
        ),
      ];
    },
  },
];

function wrongErrors(
  name: string,
  requirement: string,
  title: string,
  write: (message: ControlMessage) => Outgoing,
): readonly Mutant[] {
  const about = { name, breaks: [requirement], title };
  return [
    sends(
      'ERROR',
      about,
      ({ msg }) => msg === UNKNOWN_CRITICAL,
      (message) => [write(message)],
    ),
  ];
}

const KIND: keyof typeof ControlMessages.AUTH.fields = 'kind';

/** What a node writes wrongly in SESSION and AUTH, for a HELLO that offers nothing but a bit that has no meaning. */
function greets(
  message: 'SESSION' | 'AUTH',
  name: string,
  breaks: readonly string[],
  title: string,
  write: (message: ControlMessage) => Outgoing,
): Mutant {
  return {
    name,
    breaks,
    title,
    faults() {
      const traces = new Traces();
      return [
        traces.ofHello(),
        sending(
          message,
          (_, connection) => traces.hello(numberOf(connection))?.capabilities === 0x10,
          (right) => [write(right as ControlMessage)],
        ),
      ];
    },
  };
}

const greeting: readonly Mutant[] = [
  greets('SESSION', 'control-session-under-another-id', ['MSG-1'], 'Writes SESSION under the id 03', (message) =>
    underId(message, 3),
  ),
  greets('SESSION', 'control-session-th-cut', ['MSG-2'], 'Writes 16 bytes of th', (message) =>
    wrongly(message, { th: new Uint8Array(16) }),
  ),
  greets(
    'SESSION',
    'control-session-auth-three',
    ['MSG-3'],
    'Announces a kind of proof that does not exist',
    (message) => wrongly(message, { auth: 3 }),
  ),
  greets('SESSION', 'control-session-max-small', ['MSG-4'], 'Announces a max of 262,144', (message) =>
    wrongly(message, { max: 262_144 }),
  ),
  greets('AUTH', 'control-auth-under-another-id', ['MSG-5'], 'Writes AUTH under the id 03', (message) =>
    underId(message, 3),
  ),
  greets('AUTH', 'control-auth-kind-zero', ['MSG-6'], 'Writes 0 into the kind of its AUTH', (message) =>
    wrongly(message, { [KIND]: 0 }),
  ),
  greets('AUTH', 'control-auth-proof-of-text', ['MSG-9'], 'Writes its proof as a string', (message) =>
    wrongly(message, { proof: 'proof' }),
  ),
  sends(
    'REJECT',
    {
      name: 'control-optional-null',
      breaks: ['CTRL-3', 'MSG-36'],
      title: 'Writes null into a retry that it does not give',
    },
    ({ msg }) => msg?.startsWith('operation.collection-empty') === true,
    (message) => [wrongly(message, { retry: null })],
  ),
];

export const controlConnectionMutants: readonly Mutant[] = withDependents([
  ...pings,
  ...closing,
  ...errors,
  ...greeting,
]);
