import { ProtocolError } from '../../reference/src/errors.ts';
import type { ServerState } from '../../reference/src/handshake/state.ts';
import type { Fault } from './fault.ts';
import { at } from './links-parts.ts';
import type { Mutant } from './mutant.ts';

export const databaseMutants: readonly Mutant[] = [
  {
    name: 'database-denied-by-alert',
    title: 'Tells by an ALERT that there is no such database',
    breaks: ['HS-9', 'HS-10'],
    faults: () => [
      at('onHello', {
        when: (call) => {
          if (call.refusal() !== undefined) return false;
          const { state } = call.standard();
          return state.kind === 'W_VERIFY' && !call.args[1].serves(state.agreement.database, undefined);
        },
        then: () => {
          throw new ProtocolError('database.denied');
        },
      }),
    ],
  },
  {
    name: 'database-unknown-served',
    title: 'Serves another database where there is none of the name that was asked for',
    breaks: ['HS-10'],
    faults: () => {
      let served: string | undefined;
      const open: Fault[] = (['onSession', 'onAuth'] as const).map((part) =>
        at(part, {
          when: (call: { refusal(): unknown; standard(): { state: ServerState } }) =>
            call.refusal() === undefined && isDenied(call.standard().state),
          then: (call: { standard(): { state: ServerState; out: readonly [] }; args: readonly unknown[] }) => {
            const [, , state, input] = call.args as [unknown, unknown, ServerState, { readonly max?: number }];
            const { out } = call.standard();
            if (served === undefined || (state.kind !== 'W_SESSION' && state.kind !== 'W_AUTH')) return call.standard();
            const peerFrameMaximum = 'peerFrameMaximum' in state ? state.peerFrameMaximum : (input.max ?? 1 << 20);
            const opened = { ...state.bound, database: served, peerFrameMaximum, principal: undefined };
            return { state: { kind: 'OPEN', open: opened } as ServerState, out };
          },
        } as never),
      );
      return [
        at('onHello', {
          when: (call) => {
            for (const name of DATABASES) if (call.args[1].serves(name, undefined)) served = name;
            return false;
          },
          then: (call) => call.standard(),
        }),
        ...open,
      ];
    },
  },
];

/** Names that databases of tests have. */
const DATABASES = ['bugs', 'conformance', 'kit'];

function isDenied(state: ServerState): boolean {
  return state.kind === 'CLOSED' && state.refusal?.reason === 'database.denied';
}
