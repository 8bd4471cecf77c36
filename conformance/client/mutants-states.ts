/** Clients that are wrong in a state of the handshake. */
import { ProtocolError } from '../../reference/src/errors.ts';
import type { Connection } from '../../reference/src/node/connection.ts';
import { FrameType } from '../../reference/src/registry.ts';
import { encodeFrame } from '../../reference/src/wire/frame.ts';
import type { Fault } from '../mutants/fault.ts';
import { at, type ClientMutant, mutant } from './mutant.ts';

function isIn(connection: Connection, ...states: readonly string[]): boolean {
  return states.includes((connection as unknown as { readonly state: { readonly kind: string } }).state.kind);
}

export const stateMutants: readonly ClientMutant[] = [
  mutant(
    [
      'client-verify-over-name',
      ['HS-62', 'HS-86'],
      "Derives the link key from the server's name alone",
      ['client-target-named', 'client-welcome-other-database'],
    ],
    () => [
      at('onWelcome', {
        when: ({ args: [, config] }) => config.target !== undefined,
        then: (call) => {
          const [crypto, config, state, input] = call.args;
          return call.with(crypto, { ...config, database: input.welcome.database }, state, input);
        },
      }),
    ],
  ),
  mutant(['client-complete-body-unread', ['HS-67'], 'Takes a COMPLETE with a payload'], () => [
    at('decodeComplete', { when: (call) => call.refusal() !== undefined, then: () => {} }),
  ]),
  mutant(['client-complete-answered', ['HS-87'], 'Sends COMPLETE back'], () => [
    at('onComplete', {
      when: (call) => call.refusal() === undefined,
      then: (call) => {
        const { state } = call.standard();
        return { state, out: [{ frame: encodeFrame(FrameType.COMPLETE, new Uint8Array()) }] };
      },
    }),
  ]),
  mutant(
    [
      'client-session-not-answered',
      ['HS-88'],
      'Is open without a SESSION of its own',
      ['client-complete-awaits-session'],
    ],
    () => [
      at('onSession', {
        when: (call) =>
          call.refusal() === undefined && call.args[1].credential === undefined && call.args[3].auth === 0,
        then: (call) => ({ ...call.standard(), out: [] }),
      }),
    ],
  ),
  mutant(
    [
      'client-open-before-proof',
      ['HS-89'],
      'Is open as soon as it has sent its AUTH',
      ['client-auth-opens', 'client-link-ends-before-open', 'client-error-or-close-before-open'],
    ],
    () => [
      at('onSession', {
        when: (call) => call.refusal() === undefined && call.standard().state.kind === 'W_AUTH',
        then: (call) => {
          const { state, out } = call.standard();
          if (state.kind !== 'W_AUTH') return { state, out };
          const { bound, peerFrameMaximum } = state;
          return { state: { kind: 'OPEN', open: { ...bound, peerFrameMaximum, principal: undefined } }, out };
        },
      }),
    ],
  ),
  mutant(['client-kid-left-out', ['HS-78'], 'Does not name its key'], () => [
    at('onSession', {
      when: (call) => call.refusal() === undefined && call.standard().out.some(({ sealed }) => sealed?.name === 'AUTH'),
      then: (call) => {
        const { state, out } = call.standard();
        const without = out.map((message) => {
          if (message.sealed?.name !== 'AUTH') return message;
          const { kid: _, ...auth } = message.sealed;
          return { sealed: auth };
        });
        return { state, out: without };
      },
    }),
  ]),
  mutant(
    [
      'client-refuses-before-session',
      ['HS-90'],
      'Says AUTH_REQUIRED before its SESSION',
      ['client-keeps-asking-for-auth'],
    ],
    () => [
      at('onSession', {
        when: (call) => call.refusal() === undefined && call.standard().state.kind === 'CLOSED',
        then: () => {
          throw new ProtocolError('auth.required');
        },
      }),
    ],
  ),
  mutant(['client-proof-unread', ['HS-91'], 'Takes every proof of a server'], () => [
    at('onAuth', {
      when: (call) => call.refusal() === 'auth.failed' && call.args[2].kind === 'W_AUTH',
      then: (call) => {
        const [, , state] = call.args;
        if (state.kind !== 'W_AUTH') return call.standard();
        const { bound, peerFrameMaximum } = state;
        return { state: { kind: 'OPEN', open: { ...bound, peerFrameMaximum, principal: 'k1' } }, out: [] };
      },
    }),
  ]),
  mutant(['client-alert-answered', ['HS-92'], 'Answers an ALERT by an ALERT'], () => [
    at('incoming', {
      when: ({ args: [message] }) => message.kind === 'clear' && message.frame.type === FrameType.ALERT,
      then: ({ args: [, , connection] }) => connection.fail(new ProtocolError('frame.unexpected-type')),
    }),
  ]),
  mutant(['client-early-close-answered', ['HS-93'], 'Answers a CLOSE before OPEN'], () => [
    at('incoming', {
      when: ({ args: [message, , connection] }) =>
        message.kind === 'control' && message.message.name === 'CLOSE' && isIn(connection, 'W_SESSION', 'W_AUTH'),
      then: ({ args: [, , connection] }) => connection.fail(new ProtocolError('control.unexpected')),
    }),
  ]),
  mutant(['client-early-error-answered', ['HS-93'], 'Answers an ERROR in W_AUTH'], () => [
    at('incoming', {
      when: ({ args: [message, , connection] }) =>
        message.kind === 'control' && message.message.name === 'ERROR' && isIn(connection, 'W_AUTH'),
      then: ({ args: [, , connection] }) => connection.fail(new ProtocolError('control.unexpected')),
    }),
  ]),
  mutant(['client-end-of-link-answered', ['HS-94'], 'Says an ALERT into a link that has ended before WELCOME'], () =>
    lastWordAtEnd(),
  ),
  mutant(['client-gives-up-auth', ['SEC-1'], 'Connects without a proof when an attempt with one has failed'], () => {
    let isTired = false;
    return [
      at('lastWord', {
        when: ({ args: [, , error] }) => {
          isTired ||= error instanceof ProtocolError && error.reason === 'auth.required';
          return false;
        },
        then: (call) => call.standard(),
      }),
      at('onSession', {
        when: (call) => isTired && call.args[1].credential !== undefined && call.args[3].auth === 0,
        then: (call) => {
          const [crypto, { credential: _, ...config }, state, session] = call.args;
          return call.with(crypto, config, state, session);
        },
      }),
    ];
  }),
];

/** When the link ends and nothing has been heard: what is sent then is the end of the own direction. */
function lastWordAtEnd(): readonly Fault[] {
  const heard = new WeakSet<Connection>();
  return [
    at('incoming', {
      when: ({ args: [, , connection] }) => {
        heard.add(connection);
        return false;
      },
      then: (call) => call.standard(),
    }),
    at('outgoing', {
      when: ({ args: [message, , connection] }) =>
        message.kind === 'end' && isIn(connection, 'W_WELCOME') && !heard.has(connection),
      then: ({ args: [message, next] }) => {
        next({ kind: 'clear', frame: encodeFrame(FrameType.ALERT, Uint8Array.of(0, 1)) });
        next(message);
      },
    }),
  ];
}
