/** Mutants of chapter 8: nodes that deal with ERROR wrongly. */
import { ProtocolError } from '../../reference/src/errors.ts';
import type { Outgoing } from '../../reference/src/node/messages.ts';
import { Refusal } from '../../reference/src/registry.ts';
import type { ControlMessage } from '../../reference/src/wire/index.ts';
import { underId, wrongly } from './control-wrongly.ts';
import { sending, sends } from './factories.ts';
import { type Mutant, within } from './mutant.ts';

/** The ERROR for an unknown critical message, which only a few cases ask for. */
const UNKNOWN_CRITICAL = Refusal['control.unknown-critical'].meaning;

const UNASKED = Refusal['ping.pong-unasked'].meaning;

export const errors: readonly Mutant[] = [
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
