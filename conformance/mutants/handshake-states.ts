/** Mutants of sections 4.9 to 4.11 and 4.14: nodes that go wrong on the way to OPEN. */
import { verifyMac } from '../../reference/src/crypto/schedule.ts';
import { ProtocolError } from '../../reference/src/errors.ts';
import type { ServerState } from '../../reference/src/handshake/state.ts';
import type { Incoming } from '../../reference/src/node/messages.ts';
import { ErrorCode, FrameType } from '../../reference/src/registry.ts';
import { encodeFrame } from '../../reference/src/wire/frame.ts';
import { equalBytes } from '../../reference/src/wire/index.ts';
import type { Fault } from './fault.ts';
import { stateOf } from './handshake-faults.ts';
import { at, type TappedLink } from './links-parts.ts';
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

const verify: readonly Mutant[] = [
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

const alerts: readonly Mutant[] = [
  {
    name: 'alert-answered',
    title: 'Answers ALERT TIMEOUT by an ALERT',
    breaks: ['HS-101'],
    faults: () => [
      at('incoming', {
        when: ({ args: [message, , connection] }) =>
          saysAlert(message, ErrorCode.TIMEOUT) && stateOf(connection) === 'W_HELLO',
        then: ({ args: [, , connection] }) => connection.fail(new ProtocolError('frame.unexpected-type')),
      }),
    ],
  },
  {
    name: 'alert-of-unknown-code-refused',
    title: 'Refuses an ALERT with a code that it does not know',
    breaks: ['HS-68', 'ERR-101'],
    faults: () => [
      at('incoming', {
        when: ({ args: [message] }) => isAlert(message) && isUnknownCode(message),
        then: ({ args: [, , connection] }) => connection.fail(new ProtocolError('control.field-range')),
      }),
    ],
  },
  {
    name: 'alert-of-any-length',
    title: 'Does not look at the length of an ALERT',
    breaks: ['HS-69'],
    faults: () => [
      at('incoming', {
        when: ({ args: [message] }) =>
          isAlert(message) && message.kind === 'clear' && message.frame.payload.length !== 2,
        then: ({ args: [, , connection] }) => connection.hear('ALERT', ErrorCode.NO_ERROR),
      }),
    ],
  },
  {
    name: 'alert-believed',
    title: 'Lets nobody in after an ALERT AUTH_FAILED',
    breaks: ['HS-70'],
    faults: () => bars((message) => saysAlert(message, ErrorCode.AUTH_FAILED)),
  },
  {
    name: 'link-resets-held-against-the-next',
    title: 'Lets nobody in after two links that were reset, one before HELLO and one before SESSION',
    breaks: ['HS-103'],
    faults: () => {
      const heard = new WeakSet<TappedLink>();
      const ended = new WeakSet<TappedLink>();
      const waiting = new WeakSet<TappedLink>();
      let current: TappedLink | undefined;
      let wasSilent = false;
      let isHeld = false;
      const note = (set: WeakSet<TappedLink>) => {
        if (current !== undefined) set.add(current);
        return false;
      };
      return [
        at('receive', {
          when: ({ args: [, link] }) => {
            current = link;
            return note(heard);
          },
          then: (call) => call.standard(),
        }),
        at('onVerify', { when: () => note(waiting), then: (call) => call.standard() }),
        at('onSession', {
          when: () => {
            if (current !== undefined) waiting.delete(current);
            return false;
          },
          then: (call) => call.standard(),
        }),
        at('ended', {
          when: ({ args: [link] }) => {
            ended.add(link);
            return false;
          },
          then: (call) => call.standard(),
        }),
        at('gone', {
          when: ({ args: [link] }) => {
            if (ended.has(link)) return false;
            wasSilent ||= !heard.has(link);
            isHeld ||= wasSilent && waiting.has(link);
            return false;
          },
          then: (call) => call.standard(),
        }),
        at('onHello', { when: () => isHeld, then: deny }),
      ];
    },
  },
  {
    name: 'close-before-open-answered',
    title: 'Answers a CLOSE before OPEN by a CLOSE',
    breaks: ['HS-102'],
    dependents: ['control-close-before-open'],
    faults: () => [
      at('incoming', {
        when: ({ args: [message, , connection] }) =>
          message.kind === 'control' && message.message.name === 'CLOSE' && stateOf(connection) === 'W_SESSION',
        then: ({ args: [message, , connection] }) => {
          if (message.kind !== 'control') return;
          connection.sendControl({ name: 'CLOSE', code: ErrorCode.NO_ERROR });
          connection.turn(() => {});
          connection.hear('CLOSE', ErrorCode.NO_ERROR);
        },
      }),
    ],
  },
];

function isAlert(message: Incoming): boolean {
  return message.kind === 'clear' && message.frame.type === FrameType.ALERT;
}

function saysAlert(message: Incoming, code: number): boolean {
  return (
    message.kind === 'clear' && isAlert(message) && equalBytes(message.frame.payload, Uint8Array.of(code >> 8, code))
  );
}

const KNOWN: ReadonlySet<number> = new Set(Object.values(ErrorCode));

function isUnknownCode(message: Incoming): boolean {
  if (message.kind !== 'clear' || message.frame.payload.length !== 2) return false;
  const [high = 0, low = 0] = message.frame.payload;
  return !KNOWN.has((high << 8) | low);
}

/** Holds what one connection said against all that follow. */
function bars(meant: (message: Incoming) => boolean): readonly Fault[] {
  let isHeld = false;
  return [
    at('incoming', {
      when: ({ args: [message] }) => {
        isHeld ||= meant(message);
        return false;
      },
      then: (call) => call.standard(),
    }),
    at('onHello', { when: () => isHeld, then: deny }),
  ];
}

function deny(): never {
  throw new ProtocolError('database.denied');
}

/** Skips a control message that is not due, by its id. */
export function skipsControl(meant: (state: string, id: number) => boolean): Fault {
  return at('admitControl', {
    when: (call) => call.refusal() !== undefined && meant(call.args[1], call.args[2][0]!),
    then: () => 'skip',
  });
}

/** The least max that a client may announce. */
const LEAST_MAX = 524_288;
const SESSION_ID = 0x01;
const AUTH_ID = 0x02;
const GREASE_ID = 0x5a;

const session: readonly Mutant[] = [
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

const databases: readonly Mutant[] = [
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

export const handshakeStateMutants: readonly Mutant[] = [...verify, ...alerts, ...session, ...databases];
