import { ProtocolError } from '../../reference/src/errors.ts';
import { equalBytes } from '../../reference/src/wire/index.ts';
import type { Fault } from './fault.ts';
import { skipsControl } from './handshake-faults.ts';
import { at } from './links-parts.ts';
import type { Mutant } from './mutant.ts';

/** The least max that a client may announce. */
const LEAST_MAX = 524_288;
const SESSION_ID = 0x01;
const AUTH_ID = 0x02;
const GREASE_ID = 0x5a;

export const sessionMutants: readonly Mutant[] = [
  {
    name: 'session-transcript-unread',
    title: 'Does not compare the transcript hash',
    breaks: ['HS-73'],
    faults: () => [takesTranscript(() => true)],
  },
  {
    name: 'session-transcript-by-prefix',
    title: 'Compares the first 16 bytes of the transcript hash',
    breaks: ['HS-73'],
    faults: () => [takesTranscript((th, right) => equalBytes(th.subarray(0, 16), right.subarray(0, 16)))],
  },
  {
    name: 'session-sent-again',
    title: 'Sends its SESSION again to a client whose max is 512 KiB',
    breaks: ['HS-71'],
    dependents: ['frame-max-of-peer-kept', 'control-session-max-bounds'],
    faults: () => [
      at('onSession', {
        when: (call) => call.args[3].max === LEAST_MAX && call.refusal() === undefined,
        then: (call) => {
          const { state, out } = call.standard();
          const [, config, , { th }] = call.args;
          const again = { name: 'SESSION', th, auth: 0, max: config.limits.FRAME_BYTES } as const;
          return { state, out: [...out, { sealed: again }] };
        },
      }),
    ],
  },
  {
    name: 'session-of-large-max-refused',
    title: 'Takes a max of 16 MiB for out of range',
    breaks: ['LIM-2', 'MSG-4'],
    faults: () => [
      at('onSession', {
        when: ({ args: [, , , { max }] }) => max === 16_777_216,
        then: () => {
          throw new ProtocolError('control.field-range');
        },
      }),
    ],
  },
  {
    name: 'session-twice-skipped',
    title: 'Skips a second SESSION',
    breaks: ['HS-71', 'CTRL-8', 'HS-104'],
    faults: () => [skipsControl((state, id) => state === 'OPEN' && id === SESSION_ID)],
  },
  {
    name: 'session-grease-before-it-skipped',
    title: 'Skips an unknown control message before SESSION',
    breaks: ['HS-104', 'CTRL-5'],
    faults: () => [skipsControl((state, id) => state === 'W_SESSION' && id === GREASE_ID)],
  },
  {
    name: 'session-ping-before-it-skipped',
    title: 'Skips a PING before SESSION',
    breaks: ['HS-104', 'CTRL-5', 'HS-71'],
    faults: () => [skipsControl((state, id) => state === 'W_SESSION' && id === 0x30)],
  },
  {
    name: 'auth-in-open-skipped',
    title: 'Skips an AUTH in OPEN',
    breaks: ['HS-104', 'CTRL-8', 'HS-97'],
    faults: () => [skipsControl((state, id) => state === 'OPEN' && id === AUTH_ID)],
  },
];

function takesTranscript(meant: (th: Uint8Array, right: Uint8Array) => boolean): Fault {
  return at('onSession', {
    when: (call) => {
      const [, , state, { th }] = call.args;
      if (state.kind !== 'W_SESSION' || equalBytes(th, state.bound.transcriptHash)) return false;
      return meant(th, state.bound.transcriptHash);
    },
    then: (call) => {
      const [crypto, config, state, input] = call.args;
      if (state.kind !== 'W_SESSION') return call.standard();
      return call.with(crypto, config, state, { ...input, th: state.bound.transcriptHash });
    },
  });
}
