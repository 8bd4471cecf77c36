/** Mutants of section 4.12: nodes that prove themselves wrongly, or too early. */

import { encodeUtf8 } from '../../reference/src/bytes/utf8.ts';
import type { CryptoProvider } from '../../reference/src/crypto/provider.ts';
import { pskProof } from '../../reference/src/crypto/schedule.ts';
import { ProtocolError } from '../../reference/src/errors.ts';
import type { Auth } from '../../reference/src/handshake/auth.ts';
import type { ServerState } from '../../reference/src/handshake/state.ts';
import type { Connection } from '../../reference/src/node/connection.ts';
import { systemScheduler } from '../../reference/src/node/scheduler.ts';
import { Label } from '../../reference/src/registry.ts';
import { type Fault, witnessed } from './fault.ts';
import { stateOf } from './handshake-faults.ts';
import { at } from './links-parts.ts';
import type { Mutant } from './mutant.ts';

type Waiting = Extract<ServerState, { readonly kind: 'W_AUTH' }>;

/** Changes the node's own AUTH for clients whose database has another name. */
function proves(
  name: string,
  breaks: readonly string[],
  title: string,
  change: (answer: Auth, crypto: CryptoProvider, psk: Uint8Array, th: Uint8Array) => Auth | undefined,
): Mutant {
  return {
    name,
    breaks,
    title,
    ...(breaks.includes('HS-100') ? {} : { dependents: ['auth-opens'] }),
    faults: () => [
      at('onAuth', {
        when: (call) => call.args[2].kind === 'W_AUTH' && hasOtherName(call.args[2]) && call.refusal() === undefined,
        then: (call) => {
          const [crypto, config, state, auth] = call.args;
          const step = call.standard();
          const [answer] = step.out;
          if (config.credential?.kind !== 'psk' || state.kind !== 'W_AUTH' || answer?.sealed?.name !== 'AUTH')
            return step;
          const psk = config.credential.psks.get(auth.kid ?? '')!;
          const changed = change(answer.sealed, crypto, psk, state.bound.transcriptHash);
          return { ...step, out: changed === undefined ? [] : [{ sealed: changed }] };
        },
      }),
    ],
  };
}

function hasOtherName({ bound }: Waiting): boolean {
  return bound.peerDatabase !== bound.database;
}

export const ownProofMutants: readonly Mutant[] = [
  proves('auth-own-proof-of-client', ['HS-77'], "Proves itself in the client's role", (answer, crypto, psk, th) => ({
    ...answer,
    proof: pskProof(crypto, psk, 'client', th),
  })),
  proves(
    'auth-own-label-unterminated',
    ['LBL-4', 'HS-77'],
    'Leaves the terminator of the label out of its proof',
    (answer, crypto, psk, th) => ({
      ...answer,
      proof: crypto.hmacSha256(psk, encodeUtf8(`${Label.AUTH.slice(0, -1)}s`), th),
    }),
  ),
  proves(
    'auth-own-proof-of-another-key',
    ['HS-79'],
    'Proves itself under its first key, whichever the client has named',
    (answer, crypto, _, th) => ({ ...answer, proof: pskProof(crypto, new Uint8Array(32).fill(7), 'server', th) }),
  ),
  proves('auth-own-proof-left-out', ['HS-100'], 'Opens without a proof of its own', () => undefined),
  proves('auth-own-kind-unlike-announced', ['HS-74'], 'Proves by another kind than it has announced', (answer) => ({
    ...answer,
    kind: 2,
  })),
  {
    name: 'auth-database-denied-before-proof',
    title: 'Tells that there is no such database before its own proof',
    breaks: ['HS-10', 'HS-100'],
    faults: () => [
      at('onAuth', {
        when: (call) => call.refusal() === undefined && call.standard().state.kind === 'CLOSED',
        then: (call) => ({ ...call.standard(), out: [] }),
      }),
    ],
  },
  whileWaiting(
    'auth-own-proof-first',
    ['HS-84'],
    'Proves itself when the proof of the client is long in coming',
    (connection, proof) => {
      connection.sendControl({ name: 'AUTH', kind: 1, proof });
    },
  ),
  whileWaiting(
    'auth-ping-while-waiting',
    ['HS-105'],
    'Asks by PING for an AUTH that is long in coming',
    (connection) => {
      connection.sendControl({ name: 'PING', d: new Uint8Array(8) });
    },
  ),
];

/** Does something in W_AUTH when half of the time to OPEN has passed. */
function whileWaiting(
  name: string,
  breaks: readonly string[],
  title: string,
  act: (connection: Connection, proof: Uint8Array) => void,
): Mutant {
  return { name, breaks, title, faults: () => acting(act) };
}

function acting(act: (connection: Connection, proof: Uint8Array) => void): readonly Fault[] {
  const proofs = new WeakMap<Connection, Uint8Array>();
  let patience = 0;
  let current: Connection | undefined;
  const late = (connection: Connection) => {
    if (stateOf(connection) === 'W_AUTH') connection.turn(() => act(connection, proofs.get(connection)!));
  };
  return [
    at('delay', {
      when: ({ args: [, limits] }) => {
        patience = limits.HANDSHAKE_TIMEOUT / 2;
        return false;
      },
      then: (call) => call.standard(),
    }),
    at('onSession', {
      when: (call) => {
        const [crypto, { credential }] = call.args;
        if (current === undefined || credential?.kind !== 'psk' || call.refusal() !== undefined) return false;
        const { state } = call.standard();
        if (state.kind !== 'W_AUTH') return false;
        proofs.set(
          current,
          pskProof(crypto, [...credential.psks.values()].at(-1)!, 'server', state.bound.transcriptHash),
        );
        return false;
      },
      then: (call) => call.standard(),
    }),
    witnessed(
      at('incoming', {
        when: ({ args: [message, , connection] }) => {
          current = connection;
          return message.kind === 'control' && message.message.name === 'SESSION';
        },
        then: (call) => {
          const [, , connection] = call.args;
          systemScheduler.set(patience, () => late(connection));
          call.standard();
        },
      }),
      at('lastWord', {
        when: ({ args: [, state, error] }) =>
          state.kind === 'W_AUTH' && error instanceof ProtocolError && error.reason === 'connection.timeout',
        then: (call) => call.standard(),
      }),
    ),
  ];
}
