/** Mutants of section 13.1: nodes that give another code than is due. */
import { ProtocolError } from '../../reference/src/errors.ts';
import type { Connection } from '../../reference/src/node/connection.ts';
import { ErrorCode, type RefusalName } from '../../reference/src/registry.ts';
import type { Fault } from './fault.ts';
import { saysInstead } from './handshake-faults.ts';
import { at, within } from './links-parts.ts';
import type { Mutant } from './mutant.ts';

type Row = readonly [name: string, breaks: readonly string[], title: string, dependents?: readonly string[]];

function mutant([name, breaks, title, dependents]: Row, ...faults: readonly Fault[]): Mutant {
  return { name, breaks, title, ...(dependents === undefined ? {} : { dependents }), faults: () => faults };
}

/** A refusal with the code of another one. */
function withCodeOf(other: RefusalName, error: ProtocolError): ProtocolError {
  return new ProtocolError(error.reason, undefined, {
    code: new ProtocolError(other).code ?? 'INTERNAL',
    effect: error.effect,
  });
}

/** Rejects an operation with the code of another refusal. */
function rejectsAs(row: Row, reason: RefusalName, other: RefusalName): Mutant {
  return mutant(
    row,
    within('createReceiver', 'judge', {
      when: (call) => {
        if (call.refusal() !== undefined) return false;
        const verdict = call.standard();
        return verdict.kind === 'rejected' && verdict.error.reason === reason;
      },
      then: (call) => {
        const verdict = call.standard();
        return verdict.kind === 'rejected' ? { ...verdict, error: withCodeOf(other, verdict.error) } : verdict;
      },
    }),
  );
}

/** Refuses a cursor, or a scope, with the code of another refusal. */
function statusAs(row: Row, method: 'judgeCursor' | 'remove', reason: RefusalName, other: RefusalName): Mutant {
  return mutant(
    row,
    within('createSubscriptions', method, {
      when: (call) => call.refusal() === undefined && call.standard() === reason,
      then: () => other,
    }),
  );
}

/** Answers CLOSE with the code that the client gave. */
function echoesClose(): readonly Fault[] {
  const codes = new WeakMap<Connection, number>();
  return [
    within('control', 'CLOSE', {
      when: ({ args: [connection, { code }] }) => {
        codes.set(connection, code);
        return false;
      },
      then: (call) => call.standard(),
    }),
    at('outgoing', {
      when: ({ args: [message, , connection] }) =>
        message.kind === 'control' && message.message.name === 'CLOSE' && (codes.get(connection) ?? 0) !== 0,
      then: ({ args: [message, next, connection] }) => {
        if (message.kind !== 'control' || message.message.name !== 'CLOSE') return next(message);
        next({ kind: 'control', message: { ...message.message, code: codes.get(connection) ?? 0 } });
      },
    }),
  ];
}

const KNOWN: ReadonlySet<number> = new Set(Object.values(ErrorCode));

export const codeMutants: readonly Mutant[] = [
  {
    name: 'code-of-close-echoed',
    title: 'Answers CLOSE with the code that the client gave',
    breaks: ['ERR-1', 'CTRL-25'],
    faults: () => echoesClose(),
  },
  mutant(
    ['code-shutdown-as-no-error', ['ERR-2'], 'Says NO_ERROR when it is shut down'],
    at('shutdown', { then: ({ args: [connection] }) => connection.close('NO_ERROR') }),
  ),
  mutant(
    ['code-idle-as-going-away', ['ERR-3'], 'Says GOING_AWAY to a peer that is silent'],
    saysInstead('connection.idle', 'GOING_AWAY'),
  ),
  mutant(
    [
      'code-short-frame-as-unexpected',
      ['ERR-4', 'FRAME-7'],
      'Says UNEXPECTED_MESSAGE about a sealed frame that is too short',
    ],
    saysInstead('frame.sealed-too-short', 'UNEXPECTED_MESSAGE'),
  ),
  mutant(
    ['code-large-frame-as-bad', ['ERR-5', 'FRAME-6'], 'Says BAD_FRAME before OPEN about a frame that is too large'],
    saysInstead('frame.too-large', 'BAD_FRAME', (state) => state === 'W_HELLO'),
  ),
  mutant(
    [
      'code-unknown-type-as-bad',
      ['ERR-6', 'FRAME-5'],
      'Says BAD_FRAME about a type that is not due before HELLO',
      ['last-word-is-last'],
    ],
    saysInstead('frame.unexpected-type', 'BAD_FRAME', (state) => state === 'W_HELLO'),
  ),
  mutant(
    [
      'code-critical-as-unexpected',
      ['ERR-7', 'CTRL-6'],
      'Says UNEXPECTED_MESSAGE about an unknown critical message',
      ['nothing-behind-the-last-word-is-processed', 'control-error-of-the-node'],
    ],
    saysInstead('control.unknown-critical', 'UNEXPECTED_MESSAGE'),
  ),
  mutant(
    [
      'code-database-name-as-bad-frame',
      ['ERR-8', 'HS-26', 'ERR-105'],
      'Says BAD_FRAME about a database name that is none',
      ['errors-first-check-decides'],
    ],
    saysInstead('hello.database-name', 'BAD_FRAME'),
  ),
  mutant(
    ['code-deflate-as-bad-frame', ['ERR-10', 'OP-68'], 'Says BAD_FRAME about damaged DEFLATE'],
    saysInstead('batch.deflate', 'BAD_FRAME'),
  ),
  mutant(
    ['code-window-as-busy', ['ERR-11', 'SYNC-61'], 'Says BUSY when the push window is overrun'],
    saysInstead('push.window', 'BUSY'),
  ),
  mutant(
    [
      'code-version-as-illegal',
      ['ERR-13', 'HS-23'],
      'Says ILLEGAL_PARAMETER about another protocol string',
      ['errors-first-check-decides'],
    ],
    saysInstead('hello.protocol', 'ILLEGAL_PARAMETER'),
  ),
  mutant(
    [
      'code-auth-required-as-failed',
      ['ERR-14', 'HS-76'],
      'Says AUTH_FAILED where a proof is missing',
      ['auth-token-is-no-proof'],
    ],
    saysInstead('auth.required', 'AUTH_FAILED'),
  ),
  mutant(
    [
      'code-verify-as-illegal',
      ['ERR-15', 'HS-64'],
      'Says ILLEGAL_PARAMETER about a wrong VERIFY',
      ['failed-proofs-limit', 'failed-proofs-within-the-limit'],
    ],
    saysInstead('verify.mac', 'ILLEGAL_PARAMETER'),
  ),
  mutant(
    ['code-self-as-illegal', ['ERR-17', 'HS-31'], 'Says ILLEGAL_PARAMETER to itself', ['errors-first-check-decides']],
    saysInstead('hello.self', 'ILLEGAL_PARAMETER'),
  ),
  mutant(
    ['code-transcript-as-auth-failed', ['ERR-18', 'HS-73'], 'Says AUTH_FAILED about another transcript hash'],
    saysInstead('session.transcript', 'AUTH_FAILED'),
  ),
  mutant(
    ['code-denied-as-access', ['ERR-19', 'HS-10'], 'Says ACCESS_DENIED where there is no such database'],
    saysInstead('database.denied', 'ACCESS_DENIED'),
  ),
  rejectsAs(
    [
      'code-malformed-as-too-large',
      ['ERR-23', 'OP-31'],
      'Says OP_TOO_LARGE about a counter that is not in its shortest form',
      ['sync-each-operation-answered-once', 'sync-malformed-named-by-its-first-bytes'],
    ],
    'operation.counter-form',
    'operation.too-large',
  ),
  rejectsAs(
    [
      'code-too-large-as-malformed',
      ['ERR-24', 'OP-29'],
      'Says OP_MALFORMED about an operation that is too large',
      [
        'batch-each-operation-judged',
        'sync-rejected-not-stored',
        'sync-each-operation-answered-once',
        'sync-malformed-named-by-its-first-bytes',
      ],
    ],
    'operation.too-large',
    'operation.truncated',
  ),
  rejectsAs(
    [
      'code-conflict-as-malformed',
      ['ERR-25', 'SYNC-56'],
      'Says OP_MALFORMED about a known id with other bytes',
      ['batch-each-operation-judged', 'sync-each-operation-answered-once'],
    ],
    'operation.id-conflict',
    'operation.truncated',
  ),
  rejectsAs(
    [
      'code-mode-as-malformed',
      ['ERR-27', 'SYNC-57'],
      'Says OP_MALFORMED about a sealed operation',
      [
        'operation-sealed-layout',
        'operation-sealed-head-wrong',
        'operation-sealed-length-wrong',
        'operation-sealed-team-zero',
        'operation-sealed-with-team-extension',
        'operation-sealed-cut-short',
        'sync-each-operation-answered-once',
      ],
    ],
    'operation.mode',
    'operation.truncated',
  ),
  statusAs(
    [
      'code-diverged-as-ahead',
      ['ERR-28', 'SYNC-6'],
      'Says CURSOR_AHEAD about a cursor of another log',
      [
        'sync-log-id-of-each-start',
        'sync-scope-number-free-after-refusal',
        'sync-seen-refused-ends-nothing',
        'sync-seen-good-entries-bad',
      ],
    ],
    'judgeCursor',
    'subscription.cursor-diverged',
    'subscription.cursor-ahead',
  ),
  statusAs(
    [
      'code-ahead-as-diverged',
      ['ERR-29', 'SYNC-6'],
      'Says CURSOR_DIVERGED about a cursor past the head',
      ['sync-seen-refused-begins-nothing'],
    ],
    'judgeCursor',
    'subscription.cursor-ahead',
    'subscription.cursor-diverged',
  ),
  statusAs(
    [
      'code-subscription-as-denied',
      ['ERR-30', 'SYNC-19'],
      'Says NO_SUCH_OR_DENIED about a scope that is not there',
      [
        'sync-subscribe-answered',
        'sync-subscribes-answered-in-order',

        'sync-refusal-is-an-answer',
        'sync-scope-number-free-after-refusal',
      ],
    ],
    'remove',
    'subscription.scope-unknown',
    'database.denied',
  ),
  mutant(
    ['code-failed-proofs-as-busy', ['ERR-31', 'HS-107'], 'Says BUSY to an address with too many failed proofs'],
    saysInstead('connection.failed-proofs', 'BUSY'),
  ),
  mutant(
    ['code-slow-consumer-as-idle', ['ERR-32', 'SYNC-29'], 'Says IDLE to a client that does not acknowledge its feed'],
    saysInstead('feed.slow-consumer', 'IDLE'),
  ),
  mutant(
    [
      'code-half-open-as-rate',
      ['ERR-34', 'HS-106'],
      'Says RATE_LIMITED to an address with too many half-open connections',
    ],
    saysInstead('connection.half-open', 'RATE_LIMITED'),
  ),
  mutant(
    [
      'code-unknown-in-close-refused',
      ['ERR-101'],
      'Refuses a CLOSE with a code that it does not know',
      ['control-close-with-reasons'],
    ],
    within('control', 'CLOSE', {
      when: ({ args: [, { code }] }) => !KNOWN.has(code),
      then: ({ args: [connection] }) => connection.fail(new ProtocolError('control.field-range')),
    }),
  ),
  mutant(
    [
      'code-unknown-in-error-refused',
      ['ERR-101'],
      'Answers an ERROR with a code that it does not know by an ERROR',
      ['control-error-ends'],
    ],
    within('control', 'ERROR', {
      when: ({ args: [, { code }] }) => !KNOWN.has(code),
      then: ({ args: [connection] }) => connection.fail(new ProtocolError('control.field-range')),
    }),
  ),
];
