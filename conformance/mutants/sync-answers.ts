/** Mutants of chapter 9: nodes that answer pushed operations wrongly. */
import type { Outgoing } from '../../reference/src/node/messages.ts';
import { ErrorCode } from '../../reference/src/registry.ts';
import { encodeCursor } from '../../reference/src/wire/cursor.ts';
import type { ControlMessageOf } from '../../reference/src/wire/index.ts';
import { underId, wrongly } from './control-wrongly.ts';
import { sending, sends } from './factories.ts';
import type { Mutant } from './mutant.ts';
import { Traces } from './traces.ts';

type Ack = ControlMessageOf<'ACK'>;

type Reject = ControlMessageOf<'REJECT'>;

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

export const answers: readonly Mutant[] = [
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
