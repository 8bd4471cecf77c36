/** Mutants of section 4.12: nodes that judge a client's proof wrongly. */

import type { CryptoProvider } from '../../reference/src/crypto/provider.ts';
import { pskProof } from '../../reference/src/crypto/schedule.ts';
import { ProtocolError } from '../../reference/src/errors.ts';
import type { Auth } from '../../reference/src/handshake/auth.ts';
import type { ServerConfig } from '../../reference/src/handshake/config.ts';
import type { ServerState } from '../../reference/src/handshake/state.ts';
import type { Out } from '../../reference/src/handshake/step.ts';
import { ErrorCode } from '../../reference/src/registry.ts';
import { equalBytes } from '../../reference/src/wire/index.ts';
import type { Fault } from './fault.ts';
import { withCode } from './handshake-faults.ts';
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

export const judgedProofMutants: readonly Mutant[] = [
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
