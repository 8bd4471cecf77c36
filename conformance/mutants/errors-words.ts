/** Mutants of section 13.2, and of the names of chapter 0: nodes that say another word than is due, or compare names wrongly. */
import { ProtocolError } from '../../reference/src/errors.ts';
import { ErrorCode, FrameType } from '../../reference/src/registry.ts';
import { encodeAlert } from '../../reference/src/wire/alert.ts';
import { encodeFrame } from '../../reference/src/wire/frame.ts';
import type { Fault } from './fault.ts';
import { at, within } from './links-parts.ts';
import type { Mutant } from './mutant.ts';

type Row = readonly [name: string, breaks: readonly string[], title: string, dependents?: readonly string[]];

function mutant([name, breaks, title, dependents]: Row, ...faults: readonly Fault[]): Mutant {
  return { name, breaks, title, ...(dependents === undefined ? {} : { dependents }), faults: () => faults };
}

function isUnexpectedFrame(error: unknown): boolean {
  return error instanceof ProtocolError && error.reason === 'frame.unexpected-type';
}

const words: readonly Mutant[] = [
  mutant(
    [
      'word-missing-in-clear',
      ['ERR-103'],
      'Ends without a word when a HELLO comes in place of VERIFY',
      ['frame-type-not-due-before-verify'],
    ],
    at('lastWord', {
      when: ({ args: [, state, error] }) =>
        state.kind === 'W_VERIFY' && error instanceof ProtocolError && error.reason === 'frame.unexpected-type',
      then: () => undefined,
    }),
  ),
  mutant(
    [
      'word-alert-little-endian',
      ['HS-68', 'CONV-1'],
      'Writes the code of an ALERT about a frame that is not due in the byte order of its processor',
      ['frame-type-not-due-before-verify'],
    ],
    at('lastWord', {
      when: ({ args: [, state, error] }) =>
        state.kind === 'W_VERIFY' && error instanceof ProtocolError && error.reason === 'frame.unexpected-type',
      then: () => ({ frame: encodeFrame(FrameType.ALERT, Uint8Array.of(3, 1)) }),
    }),
  ),
  mutant(
    [
      'word-alert-after-session',
      ['ERR-104'],
      'Says ALERT about a frame that is not due until it has seen the SESSION of the client',
      ['frame-type-not-due-before-session'],
    ],
    at('lastWord', {
      when: (call) => call.args[1].kind === 'W_SESSION' && isUnexpectedFrame(call.args[2]),
      then: (call) => {
        const word = call.standard();
        const code = word?.sealed !== undefined && 'code' in word.sealed ? word.sealed.code : ErrorCode.INTERNAL;
        return { frame: encodeFrame(FrameType.ALERT, encodeAlert({ code })) };
      },
    }),
  ),
  mutant(
    ['word-text-obeyed', ['ERR-109'], 'Goes on after an ERROR whose text asks for it'],
    within('control', 'ERROR', {
      when: ({ args: [, { msg }] }) => /ignore/.test(msg ?? ''),
      then: () => {},
    }),
  ),
];

/** The name as a node sees it that compares without case and in one Unicode form. */
function folded(name: string): string {
  return name.normalize('NFC').toLowerCase();
}

const names: readonly Mutant[] = [
  mutant(
    ['names-folded', ['CONV-3'], 'Compares collection names without case, in one Unicode form'],
    within('createLog', 'append', {
      when: ({ args: [{ collection }] }) => collection !== undefined && !isAscii(collection),
      then: (call) => {
        const [facts, bytes, origin] = call.args;
        return call.with({ ...facts, collection: folded(facts.collection ?? '') }, bytes, origin);
      },
    }),
    within('createSubscriptions', 'start', {
      when: ({ args: [{ col }] }) => col !== undefined && !isAscii(col),
      then: (call) => {
        const [request] = call.args;
        return call.with({ ...request, col: folded(request.col ?? '') });
      },
    }),
  ),
];

function isAscii(text: string): boolean {
  return [...text].every((char) => char < '\u0080');
}

export const wordMutants: readonly Mutant[] = [...words, ...names];
