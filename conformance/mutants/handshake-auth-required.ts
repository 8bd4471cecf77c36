/** Mutants of sections 4.11 and 4.14: nodes that let in who has proved nothing. */

import type { ServerState } from '../../reference/src/handshake/state.ts';
import type { Step } from '../../reference/src/handshake/step.ts';
import { FrameType } from '../../reference/src/registry.ts';
import type { Fault } from './fault.ts';
import { skipsControl, stateOf } from './handshake-faults.ts';
import { at } from './links-parts.ts';
import type { Mutant } from './mutant.ts';

export const requiredProofMutants: readonly Mutant[] = [
  {
    name: 'auth-of-client-ignored',
    title: 'Opens a connection whose client has announced a proof that it cannot judge',
    breaks: ['HS-76', 'HS-99'],
    faults: () => [opensWithout((auth) => auth !== 0)],
  },
  {
    name: 'auth-not-required',
    title: 'Lets clients in that announce no proof',
    breaks: ['HS-76', 'HS-99', 'HS-75'],
    faults: () => [opensWithout((auth) => auth === 0)],
  },
  {
    name: 'auth-token-instead',
    title: 'Lets clients in that announce no proof and have shown a token',
    breaks: ['HS-21'],
    faults: () => [opensWithout((auth, state) => auth === 0 && state.bound.token !== '')],
  },
  {
    name: 'auth-operation-before-it-skipped',
    title: 'Skips operations that come before AUTH',
    breaks: ['HS-98', 'FRAME-5', 'HS-104'],
    faults: () => [
      at('admit', {
        when: (call) =>
          call.refusal() === 'frame.unexpected-type' &&
          call.args[1] === 'W_AUTH' &&
          call.args[2] === FrameType.OPERATION,
        then: () => {},
      }),
      at('incoming', {
        when: ({ args: [message, , connection] }) => message.kind === 'operations' && stateOf(connection) === 'W_AUTH',
        then: () => {},
      }),
    ],
  },
  {
    name: 'auth-ping-before-it-skipped',
    title: 'Skips a PING before AUTH',
    breaks: ['HS-104', 'CTRL-8'],
    faults: () => [skipsControl((state, id) => state === 'W_AUTH' && id === 0x30)],
  },
];

/** Goes to OPEN without AUTH where exactly one side has announced a proof. */
function opensWithout(
  meant: (auth: number, state: Extract<ServerState, { readonly kind: 'W_SESSION' }>) => boolean,
): Fault {
  return at('onSession', {
    when: (call) =>
      call.refusal() === 'auth.required' && call.args[2].kind === 'W_SESSION' && meant(call.args[3].auth, call.args[2]),
    then: (call): Step<ServerState> => {
      const [, , state, { max: peerFrameMaximum }] = call.args;
      if (state.kind !== 'W_SESSION') return call.standard();
      return { state: { kind: 'OPEN', open: { ...state.bound, peerFrameMaximum, principal: undefined } }, out: [] };
    },
  });
}
