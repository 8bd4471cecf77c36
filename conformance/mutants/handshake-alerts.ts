import { ProtocolError } from '../../reference/src/errors.ts';
import type { Incoming } from '../../reference/src/node/messages.ts';
import { ErrorCode, FrameType } from '../../reference/src/registry.ts';
import { equalBytes } from '../../reference/src/wire/index.ts';
import type { Fault } from './fault.ts';
import { stateOf } from './handshake-faults.ts';
import { at, type TappedLink } from './links-parts.ts';
import type { Mutant } from './mutant.ts';

export const alertMutants: readonly Mutant[] = [
  {
    name: 'alert-answered',
    title: 'Answers ALERT TIMEOUT by an ALERT',
    breaks: ['HS-101'],
    faults: () => [
      at('incoming', {
        when: ({ args: [message, , connection] }) =>
          saysAlert(message, ErrorCode.TIMEOUT) && stateOf(connection) === 'W_HELLO',
        then: ({ args: [, , connection] }) => connection.fail(new ProtocolError('frame.unexpected-type')),
      }),
    ],
  },
  {
    name: 'alert-of-unknown-code-refused',
    title: 'Refuses an ALERT with a code that it does not know',
    breaks: ['HS-68', 'ERR-101'],
    faults: () => [
      at('incoming', {
        when: ({ args: [message] }) => isAlert(message) && isUnknownCode(message),
        then: ({ args: [, , connection] }) => connection.fail(new ProtocolError('control.field-range')),
      }),
    ],
  },
  {
    name: 'alert-of-any-length',
    title: 'Does not look at the length of an ALERT',
    breaks: ['HS-69'],
    faults: () => [
      at('incoming', {
        when: ({ args: [message] }) =>
          isAlert(message) && message.kind === 'clear' && message.frame.payload.length !== 2,
        then: ({ args: [, , connection] }) => connection.hear('ALERT', ErrorCode.NO_ERROR),
      }),
    ],
  },
  {
    name: 'alert-believed',
    title: 'Lets nobody in after an ALERT AUTH_FAILED',
    breaks: ['HS-70'],
    faults: () => bars((message) => saysAlert(message, ErrorCode.AUTH_FAILED)),
  },
  {
    name: 'link-resets-held-against-the-next',
    title: 'Lets nobody in after two links that were reset, one before HELLO and one before SESSION',
    breaks: ['HS-103'],
    faults: () => {
      const heard = new WeakSet<TappedLink>();
      const ended = new WeakSet<TappedLink>();
      const waiting = new WeakSet<TappedLink>();
      let current: TappedLink | undefined;
      let wasSilent = false;
      let isHeld = false;
      const note = (set: WeakSet<TappedLink>) => {
        if (current !== undefined) set.add(current);
        return false;
      };
      return [
        at('receive', {
          when: ({ args: [, link] }) => {
            current = link;
            return note(heard);
          },
          then: (call) => call.standard(),
        }),
        at('onVerify', { when: () => note(waiting), then: (call) => call.standard() }),
        at('onSession', {
          when: () => {
            if (current !== undefined) waiting.delete(current);
            return false;
          },
          then: (call) => call.standard(),
        }),
        at('ended', {
          when: ({ args: [link] }) => {
            ended.add(link);
            return false;
          },
          then: (call) => call.standard(),
        }),
        at('gone', {
          when: ({ args: [link] }) => {
            if (ended.has(link)) return false;
            wasSilent ||= !heard.has(link);
            isHeld ||= wasSilent && waiting.has(link);
            return false;
          },
          then: (call) => call.standard(),
        }),
        at('onHello', { when: () => isHeld, then: deny }),
      ];
    },
  },
  {
    name: 'close-before-open-answered',
    title: 'Answers a CLOSE before OPEN by a CLOSE',
    breaks: ['HS-102'],
    dependents: ['control-close-before-open'],
    faults: () => [
      at('incoming', {
        when: ({ args: [message, , connection] }) =>
          message.kind === 'control' && message.message.name === 'CLOSE' && stateOf(connection) === 'W_SESSION',
        then: ({ args: [message, , connection] }) => {
          if (message.kind !== 'control') return;
          connection.sendControl({ name: 'CLOSE', code: ErrorCode.NO_ERROR });
          connection.turn(() => {});
          connection.hear('CLOSE', ErrorCode.NO_ERROR);
        },
      }),
    ],
  },
];

function isAlert(message: Incoming): boolean {
  return message.kind === 'clear' && message.frame.type === FrameType.ALERT;
}

function saysAlert(message: Incoming, code: number): boolean {
  return (
    message.kind === 'clear' && isAlert(message) && equalBytes(message.frame.payload, Uint8Array.of(code >> 8, code))
  );
}

const KNOWN: ReadonlySet<number> = new Set(Object.values(ErrorCode));

function isUnknownCode(message: Incoming): boolean {
  if (message.kind !== 'clear' || message.frame.payload.length !== 2) return false;
  const [high = 0, low = 0] = message.frame.payload;
  return !KNOWN.has((high << 8) | low);
}

/** Holds what one connection said against all that follow. */
function bars(meant: (message: Incoming) => boolean): readonly Fault[] {
  let isHeld = false;
  return [
    at('incoming', {
      when: ({ args: [message] }) => {
        isHeld ||= meant(message);
        return false;
      },
      then: (call) => call.standard(),
    }),
    at('onHello', { when: () => isHeld, then: deny }),
  ];
}

function deny(): never {
  throw new ProtocolError('database.denied');
}
