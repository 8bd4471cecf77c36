/** Mutants of sections 3.2 and 3.5: nodes that take frames of types that are not due. */
import { ProtocolError } from '../../reference/src/errors.ts';
import { FrameType } from '../../reference/src/registry.ts';
import { decodes } from './factories.ts';
import { ignoresFrame, stateOf } from './handshake-faults.ts';
import { at } from './links-parts.ts';
import type { Mutant } from './mutant.ts';

const { HELLO, WELCOME, VERIFY, COMPLETE, CONTROL, OPERATION, ALERT } = FrameType;

/** Skips frames of types that are not due. */
function skips(
  name: string,
  title: string,
  breaks: readonly string[],
  meant: (state: string, type: number) => boolean,
  dependents?: readonly string[],
): Mutant {
  return {
    name,
    title,
    breaks,
    ...(dependents === undefined ? {} : { dependents }),
    faults: () => ignoresFrame(meant),
  };
}

export const frameTypeMutants: readonly Mutant[] = [
  skips(
    'frame-type-09-skipped',
    'Skips frames of type 09 in OPEN',
    ['FRAME-5'],
    (state, type) => state === 'OPEN' && type === 9,
  ),
  skips(
    'frame-type-09-skipped-early',
    'Skips frames of type 09 before HELLO',
    ['FRAME-5'],
    (state, type) => state === 'W_HELLO' && type === 9,
  ),
  skips(
    'frame-hello-in-open-skipped',
    'Takes a HELLO in OPEN for one that came late',
    ['FT-1', 'FRAME-5'],
    (state, type) => state === 'OPEN' && type === HELLO,
  ),
  skips(
    'frame-welcome-of-client-skipped',
    'Skips a WELCOME that a client sends',
    ['FT-2', 'FRAME-5'],
    (state, type) => state === 'W_HELLO' && type === WELCOME,
  ),
  skips(
    'frame-verify-in-open-skipped',
    'Takes a VERIFY in OPEN for one that came late',
    ['FT-3', 'FRAME-5'],
    (state, type) => state === 'OPEN' && type === VERIFY,
  ),
  skips(
    'frame-complete-of-client-skipped',
    'Skips a COMPLETE that a client sends',
    ['FT-4', 'FRAME-5'],
    (state, type) => state === 'W_HELLO' && type === COMPLETE,
  ),
  skips(
    'frame-alert-in-open-skipped',
    'Skips an ALERT in OPEN',
    ['FT-7', 'FRAME-5'],
    (state, type) => state === 'OPEN' && type === ALERT,
  ),
  skips(
    'frame-complete-before-verify-skipped',
    'Skips a COMPLETE that comes before VERIFY',
    ['FRAME-5', 'HS-104'],
    (state, type) => state === 'W_VERIFY' && type === COMPLETE,
  ),
  {
    name: 'frame-control-before-key-skipped',
    title: 'Skips a CONTROL frame that comes before there is a key',
    breaks: ['FT-5', 'FRAME-5'],
    faults: () => [
      at('admit', {
        when: (call) =>
          call.refusal() === 'frame.unexpected-type' && call.args[1] === 'W_HELLO' && call.args[2] === CONTROL,
        then: () => {},
      }),
      at('lastWord', {
        when: ({ args: [, state, error] }) =>
          state.kind === 'W_HELLO' && error instanceof ProtocolError && /before there is a key/.test(error.message),
        then: () => undefined,
      }),
    ],
  },
  {
    name: 'frame-operation-before-session-skipped',
    title: 'Skips operations that come before SESSION',
    breaks: ['FRAME-5', 'HS-104'],
    faults: () => [
      at('admit', {
        when: (call) =>
          call.refusal() === 'frame.unexpected-type' && call.args[1] === 'W_SESSION' && call.args[2] === OPERATION,
        then: () => {},
      }),
      at('incoming', {
        when: ({ args: [message, , connection] }) =>
          message.kind === 'operations' && stateOf(connection) === 'W_SESSION',
        then: () => {},
      }),
    ],
  },
  {
    name: 'frame-operations-in-one-frame',
    title: 'Takes the first of two operations in an OPERATION frame',
    breaks: ['FT-6'],
    dependents: ['operation-two-in-one-frame'],
    faults: () => [
      at('incoming', {
        when: ({ args: [message] }) =>
          message.kind === 'operations' &&
          message.operations.length === 1 &&
          firstOfTwo(message.operations[0]!) !== undefined,
        then: ({ args: [message, next] }) => {
          if (message.kind !== 'operations') return;
          next({ kind: 'operations', operations: [firstOfTwo(message.operations[0]!)!] });
        },
      }),
    ],
  },
  {
    name: 'frame-operation-as-batch',
    title: 'Takes an operation by itself in a BATCH frame',
    breaks: ['FT-8', 'OP-54'],
    faults: () => [
      at('decodeBatch', {
        when: (call) => call.refusal() !== undefined && decodes(call.args[0]) !== undefined,
        then: ({ args: [plaintext] }) => [plaintext],
      }),
    ],
  },
];

/** The first of two operations that stand one behind the other. */
function firstOfTwo(bytes: Uint8Array): Uint8Array | undefined {
  if (bytes.length > 2000 || decodes(bytes) !== undefined) return undefined;
  const least = 16 + 2 + 16 + 2 + 16 + 8;
  for (let n = least; n <= bytes.length - least; n++) {
    if (decodes(bytes.subarray(n)) !== undefined && decodes(bytes.subarray(0, n)) !== undefined)
      return bytes.subarray(0, n);
  }
  return undefined;
}
