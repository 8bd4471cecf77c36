/** Where it shows in the reference that a timer has run out: a mutant with another timer is the reference until then. */
import { ProtocolError } from '../../reference/src/errors.ts';
import type { TimerName } from '../../reference/src/node/parts.ts';
import { ErrorCode, type RefusalName } from '../../reference/src/registry.ts';
import { type Fault, witnessed } from './fault.ts';
import { at } from './mutant.ts';

/** Never lets a timer run out. */
export function neverRunsOut(timer: TimerName, witness: Fault): Fault {
  return witnessed(
    at('delay', { when: ({ args: [name] }) => name === timer, then: () => Number.POSITIVE_INFINITY }),
    witness,
  );
}

/** The connection is ended because of `reason`. */
export function endsBecause(reason: RefusalName): Fault {
  return at('lastWord', {
    when: ({ args: [, , error] }) => error instanceof ProtocolError && error.reason === reason,
    then: (call) => call.standard(),
  });
}

/** The node asks whether its peer is there. */
export const asksByPing: Fault = at('outgoing', {
  when: ({ args: [message] }) => message.kind === 'control' && message.message.name === 'PING',
  then: (call) => call.standard(),
});

/** The node says CLOSE for a reason of its own. */
export const closesFirst: Fault = at('outgoing', {
  when: ({ args: [message] }) =>
    message.kind === 'control' && message.message.name === 'CLOSE' && message.message.code !== ErrorCode.NO_ERROR,
  then: (call) => call.standard(),
});
