/** Mutants of chapter 8: nodes that write SESSION, AUTH and optional fields wrongly. */
import type { Outgoing } from '../../reference/src/node/messages.ts';
import type { ControlMessages } from '../../reference/src/registry.ts';
import type { ControlMessage } from '../../reference/src/wire/index.ts';
import { underId, wrongly } from './control-wrongly.ts';
import { sending, sends } from './factories.ts';
import type { Mutant } from './mutant.ts';
import { numberOf, Traces } from './traces.ts';

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

export const greeting: readonly Mutant[] = [
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
