/** Mutants of section 4.9: nodes that judge VERIFY wrongly, or answer it wrongly. */
import { verifyMac } from '../../reference/src/crypto/schedule.ts';
import type { ServerState } from '../../reference/src/handshake/state.ts';
import { FrameType } from '../../reference/src/registry.ts';
import { encodeFrame } from '../../reference/src/wire/frame.ts';
import { equalBytes } from '../../reference/src/wire/index.ts';
import type { Fault } from './fault.ts';
import { at } from './links-parts.ts';
import type { Mutant } from './mutant.ts';

type Waiting = Extract<ServerState, { readonly kind: 'W_VERIFY' }>;

/** Takes a VERIFY that is wrong, where `meant` says so. */
function takesVerify(meant: (mac: Uint8Array, right: Uint8Array, state: Waiting) => boolean): Fault {
  return at('onVerify', {
    when: (call) => {
      const [crypto, , state, { mac }] = call.args;
      if (state.kind !== 'W_VERIFY') return false;
      const right = verifyMac(crypto, state.agreement.linkKey, state.challenge);
      return !equalBytes(mac, right) && meant(mac, right, state);
    },
    then: (call) => {
      const [crypto, config, state, input] = call.args;
      if (state.kind !== 'W_VERIFY') return call.standard();
      return call.with(crypto, config, state, {
        ...input,
        mac: verifyMac(crypto, state.agreement.linkKey, state.challenge),
      });
    },
  });
}

const PROOF_DEPENDENTS = ['failed-proofs-limit', 'failed-proofs-within-the-limit'];

export const verifyMutants: readonly Mutant[] = [
  {
    name: 'verify-unread',
    title: 'Takes every VERIFY',
    breaks: ['HS-64'],
    dependents: PROOF_DEPENDENTS,
    faults: () => [takesVerify(() => true)],
  },
  {
    name: 'verify-by-prefix',
    title: 'Compares the first 16 bytes of VERIFY',
    breaks: ['HS-64'],
    faults: () => [takesVerify((mac, right) => equalBytes(mac.subarray(0, 16), right.subarray(0, 16)))],
  },
  {
    name: 'verify-by-suffix',
    title: 'Compares the last 16 bytes of VERIFY',
    breaks: ['HS-64'],
    faults: () => [takesVerify((mac, right) => equalBytes(mac.subarray(16), right.subarray(16)))],
  },
  {
    name: 'verify-of-zeros-taken',
    title: 'Takes a VERIFY of zeros',
    breaks: ['HS-64'],
    dependents: PROOF_DEPENDENTS,
    faults: () => [takesVerify((mac) => mac.every((byte) => byte === 0))],
  },
  {
    name: 'verify-of-any-connection',
    title: 'Takes the VERIFY that is due on any connection',
    breaks: ['HS-64'],
    faults: () => {
      const due: Uint8Array[] = [];
      return [
        at('onHello', {
          when: (call) => {
            if (call.refusal() !== undefined) return false;
            const [crypto] = call.args;
            const { state } = call.standard();
            if (state.kind === 'W_VERIFY') due.push(verifyMac(crypto, state.agreement.linkKey, state.challenge));
            return false;
          },
          then: (call) => call.standard(),
        }),
        takesVerify((mac) => due.some((other) => equalBytes(other, mac))),
      ];
    },
  },
  {
    name: 'verify-of-any-length',
    title: 'Takes a VERIFY of another length for a wrong one',
    breaks: ['HS-63'],
    faults: () => [
      at('decodeVerify', {
        when: (call) => call.refusal() === 'verify.length',
        then: () => new Uint8Array(32).fill(1),
      }),
    ],
  },
  {
    name: 'complete-with-body',
    title: 'Sends a COMPLETE that tells the length of SESSION',
    breaks: ['HS-65', 'FT-4'],
    blocks: true,
    faults: () => [
      at('onVerify', {
        when: (call) => call.refusal() === undefined,
        then: (call) => {
          const { state, out } = call.standard();
          return {
            state,
            out: [{ frame: encodeFrame(FrameType.COMPLETE, Uint8Array.of(0, 0, 0, 98)) }, ...out.slice(1)],
          };
        },
      }),
    ],
  },
  {
    name: 'session-before-complete',
    title: 'Sends its SESSION before COMPLETE',
    breaks: ['HS-96', 'HS-105'],
    blocks: true,
    faults: () => [
      at('onVerify', {
        when: (call) => call.refusal() === undefined,
        then: (call) => {
          const { state, out } = call.standard();
          return { state, out: [...out].reverse() };
        },
      }),
    ],
  },
];
