/** Mutants of section 4.12: nodes that ask for a proof, judge it, or give their own wrongly. */

import { encodeUtf8 } from '../../reference/src/bytes/utf8.ts';
import type { CryptoProvider } from '../../reference/src/crypto/provider.ts';
import { pskProof } from '../../reference/src/crypto/schedule.ts';
import { ProtocolError } from '../../reference/src/errors.ts';
import type { Auth } from '../../reference/src/handshake/auth.ts';
import type { ServerConfig } from '../../reference/src/handshake/config.ts';
import type { ServerState } from '../../reference/src/handshake/state.ts';
import type { Out, Step } from '../../reference/src/handshake/step.ts';
import type { Connection } from '../../reference/src/node/connection.ts';
import { systemScheduler } from '../../reference/src/node/scheduler.ts';
import { ErrorCode, FrameType, Label } from '../../reference/src/registry.ts';
import { equalBytes } from '../../reference/src/wire/index.ts';
import { type Fault, witnessed } from './fault.ts';
import { stateOf, withCode } from './handshake-faults.ts';
import { skipsControl } from './handshake-states.ts';
import { at } from './links-parts.ts';
import type { Mutant } from './mutant.ts';

type Waiting = Extract<ServerState, { readonly kind: 'W_AUTH' }>;

/** What a right AUTH of this connection would be, under the node's first key. */
function rightAuth(crypto: CryptoProvider, config: ServerConfig, state: Waiting): Auth {
  const { credential } = config;
  if (credential?.kind !== 'psk') throw new Error('these mutants have pre-shared keys');
  const [[kid, psk] = ['', new Uint8Array(32)]] = [...credential.psks].reverse();
  return { name: 'AUTH', kind: 1, kid, proof: pskProof(crypto, psk, 'client', state.bound.transcriptHash) };
}

/** Takes an AUTH that is wrong, where `meant` says so. */
function takesAuth(
  meant: (auth: Auth, right: Auth, crypto: CryptoProvider, state: Waiting, config: ServerConfig) => boolean,
): Fault {
  return at('onAuth', {
    when: (call) => {
      const [crypto, config, state, auth] = call.args;
      if (state.kind !== 'W_AUTH' || call.refusal() !== 'auth.failed') return false;
      return meant(auth, rightAuth(crypto, config, state), crypto, state, config);
    },
    then: (call) => {
      const [crypto, config, state] = call.args;
      if (state.kind !== 'W_AUTH') return call.standard();
      return call.with(crypto, config, { ...state, auth: 1 }, rightAuth(crypto, config, state));
    },
  });
}

const judged: readonly Mutant[] = [
  {
    name: 'auth-proof-unread',
    title: 'Takes every proof under a known key id',
    breaks: ['HS-82'],
    dependents: ['failed-proofs-limit-of-auth', 'auth-refusals-alike'],
    faults: () => [takesAuth((auth, right) => auth.kid === right.kid && auth.kind === 1)],
  },
  {
    name: 'auth-proof-by-prefix',
    title: 'Compares the first 16 bytes of a proof',
    breaks: ['HS-82'],
    faults: () => [
      takesAuth(
        (auth, right) =>
          auth.kind === 1 &&
          auth.kid === right.kid &&
          equalBytes(auth.proof.subarray(0, 16), right.proof.subarray(0, 16)),
      ),
    ],
  },
  {
    name: 'auth-proof-of-any-role',
    title: "Takes a proof of the server's role from a client",
    breaks: ['HS-82'],
    faults: () => [
      takesAuth((auth, right, crypto, state, config) => {
        if (config.credential?.kind !== 'psk' || right.kid === undefined) return false;
        const psk = config.credential.psks.get(right.kid)!;
        return equalBytes(auth.proof, pskProof(crypto, psk, 'server', state.bound.transcriptHash));
      }),
    ],
  },
  {
    name: 'auth-proof-length-by-range',
    title: 'Refuses a proof of another length as out of range',
    breaks: ['HS-82', 'HS-83'],
    faults: () => [
      at('onAuth', {
        when: (call) => call.refusal() === 'auth.failed' && call.args[3].proof.length !== 32,
        then: () => {
          throw new ProtocolError('control.field-range');
        },
      }),
    ],
  },
  {
    name: 'auth-kid-unknown-told',
    title: 'Tells by a code of its own that a key id is unknown',
    breaks: ['HS-83', 'HS-82'],
    faults: () => tellsUnknownKid((word) => withCode(word, ErrorCode.NO_SUCH_OR_DENIED)),
  },
  {
    name: 'auth-kid-unknown-in-text',
    title: 'Tells in the text of its ERROR that a key id is unknown',
    breaks: ['HS-83'],
    faults: () =>
      tellsUnknownKid((word) =>
        word?.sealed?.name === 'ERROR' ? { sealed: { ...word.sealed, msg: 'no such key' } } : word,
      ),
  },
  {
    name: 'auth-kid-may-be-missing',
    title: 'Takes its only key where no key id is given',
    breaks: ['HS-82'],
    faults: () => [
      at('onAuth', {
        when: (call) => call.args[2].kind === 'W_AUTH' && call.args[3].kid === undefined && call.args[3].kind === 1,
        then: (call) => {
          const [crypto, config, state, auth] = call.args;
          if (state.kind !== 'W_AUTH') return call.standard();
          const { kid = '' } = rightAuth(crypto, config, state);
          return call.with(crypto, config, state, { ...auth, kid });
        },
      }),
    ],
  },
  {
    name: 'auth-kind-unread',
    title: 'Does not look at the kind of an AUTH',
    breaks: ['HS-82'],
    faults: () => [takesAuth((auth, right) => auth.kind === 2 && equalBytes(auth.proof, right.proof))],
  },
  {
    name: 'auth-of-any-connection',
    title: 'Takes a proof that was right on any connection',
    breaks: ['HS-82'],
    faults: () => {
      const seen: Uint8Array[] = [];
      return [
        at('onSession', {
          when: (call) => {
            const [crypto, config] = call.args;
            if (call.refusal() !== undefined) return false;
            const { state } = call.standard();
            if (state.kind === 'W_AUTH') seen.push(rightAuth(crypto, config, state).proof);
            return false;
          },
          then: (call) => call.standard(),
        }),
        takesAuth(
          (auth, right) =>
            auth.kid === right.kid && auth.kind === 1 && seen.some((proof) => equalBytes(proof, auth.proof)),
        ),
      ];
    },
  },
];

/** Says something else when a key id is unknown. */
function tellsUnknownKid(other: (word: Out | undefined) => Out | undefined): readonly Fault[] {
  let isUnknown = false;
  return [
    at('onAuth', {
      when: (call) => {
        const [, config, , { kid }] = call.args;
        isUnknown = config.credential?.kind === 'psk' && kid !== undefined && !config.credential.psks.has(kid);
        return false;
      },
      then: (call) => call.standard(),
    }),
    at('lastWord', {
      when: ({ args: [, , error] }) => isUnknown && error instanceof ProtocolError && error.reason === 'auth.failed',
      then: (call) => other(call.standard()),
    }),
  ];
}

const required: readonly Mutant[] = [
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

const own: readonly Mutant[] = [
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

export const authMutants: readonly Mutant[] = [...judged, ...required, ...own];
