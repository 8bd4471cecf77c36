/** Clients that are wrong in OPEN. */
import { ProtocolError } from '../../reference/src/errors.ts';
import type { ClientConnection } from '../../reference/src/node/client-connection.ts';
import { ErrorCode } from '../../reference/src/registry.ts';
import type { ControlMessageOf, ScopeRequest } from '../../reference/src/wire/control/message.ts';
import { Id } from '../../reference/src/wire/index.ts';
import { at, type ClientMutant, mutant, type Row, within } from './mutant.ts';

/** Changes the SUBSCRIBE that goes out. */
function subscribes(
  row: Row,
  change: (message: ControlMessageOf<'SUBSCRIBE'>) => ControlMessageOf<'SUBSCRIBE'>,
): ClientMutant {
  return mutant(row, () => [
    at('outgoing', {
      when: ({ args: [message] }) => message.kind === 'control' && message.message.name === 'SUBSCRIBE',
      then: ({ args: [message, next] }) => {
        if (message.kind === 'control' && message.message.name === 'SUBSCRIBE') {
          next({ kind: 'control', message: change(message.message) });
        }
      },
    }),
  ]);
}

/** Changes each entry of a SUBSCRIBE. */
function scopes(row: Row, change: (scope: ScopeRequest) => ScopeRequest): ClientMutant {
  return subscribes(row, (message) => ({ ...message, sc: message.sc.map(change) }));
}

const subscribing: readonly ClientMutant[] = [
  mutant(['client-subscribe-under-another-id', ['MSG-10'], 'Sends SUBSCRIBE under the id of SUBSCRIBED'], () => [
    at('outgoing', {
      when: ({ args: [message] }) => message.kind === 'control' && message.message.name === 'SUBSCRIBE',
      then: ({ args: [message, next] }) => {
        if (message.kind !== 'control' || message.message.name !== 'SUBSCRIBE') return;
        const { req, sc } = message.message;
        next({ kind: 'control', message: { name: 'SUBSCRIBED', req, st: 0, sc: sc.map(({ s }) => ({ s, st: 0 })) } });
      },
    }),
  ]),
  subscribes(['client-req-always-zero', ['MSG-11'], 'Numbers all its requests with 0'], (message) => ({
    ...message,
    req: 0,
  })),
  subscribes(['client-mode-always-add', ['MSG-12'], 'Adds what it means to remove'], (message) => ({
    ...message,
    mode: 0,
  })),
  subscribes(
    ['client-seen-left-out', ['MSG-13'], 'Does not say what it has seen'],
    ({ seen: _, ...message }) => message,
  ),
  subscribes(['client-scopes-first-alone', ['MSG-14'], 'Asks for the first scope alone'], (message) => ({
    ...message,
    sc: message.sc.slice(0, 1),
  })),
  scopes(['client-scope-number-signed', ['MSG-15'], 'Counts scopes in 31 bits'], (scope) => ({
    ...scope,
    s: scope.s % 2 ** 31,
  })),
  scopes(['client-collection-left-out', ['MSG-16'], 'Asks for all collections'], ({ col: _, ...scope }) => scope),
  scopes(['client-tag-left-out', ['MSG-17'], 'Asks for all tags'], ({ tag: _, ...scope }) => scope),
  scopes(['client-team-left-out', ['MSG-18'], 'Asks for all teams'], ({ team: _, ...scope }) => scope),
  scopes(['client-cursor-left-out', ['MSG-19'], 'Asks from the beginning'], ({ cur: _, ...scope }) => scope),
  mutant(['client-subscribed-unasked-taken', ['SYNC-68'], 'Takes a SUBSCRIBED that answers no SUBSCRIBE'], () => [
    within('createIntake', 'subscribed', { when: (call) => call.refusal() !== undefined, then: () => {} }),
  ]),
  mutant(['client-revocation-unheeded', ['SYNC-21'], 'Does not end a scope that was revoked'], () => [
    within('createIntake', 'revoked', { then: () => {} }),
  ]),
];

const feeding: readonly ClientMutant[] = [
  mutant(
    [
      'client-feed-ack-as-ping',
      ['MSG-38'],
      'Sends a PING in place of FEED_ACK',
      ['client-feed-committed-first', 'client-feed-twice'],
    ],
    () => [
      at('outgoing', {
        when: ({ args: [message] }) => message.kind === 'control' && message.message.name === 'FEED_ACK',
        then: ({ args: [, next] }) => next({ kind: 'control', message: { name: 'PING', d: new Uint8Array(8) } }),
      }),
    ],
  ),
  mutant(
    [
      'client-feed-ack-miscounted',
      ['MSG-39'],
      'Confirms one operation less than came',
      ['client-feed-committed-first', 'client-feed-twice'],
    ],
    () => [
      at('outgoing', {
        when: ({ args: [message] }) => message.kind === 'control' && message.message.name === 'FEED_ACK',
        then: ({ args: [message, next] }) => {
          if (message.kind !== 'control' || message.message.name !== 'FEED_ACK') return;
          next({ kind: 'control', message: { name: 'FEED_ACK', n: message.message.n - 1 } });
        },
      }),
    ],
  ),
  mutant(
    [
      'client-feed-ack-uncommitted',
      ['SYNC-43'],
      'Confirms a CHECKPOINT before it is committed',
      ['client-feed-acknowledged', 'client-feed-twice'],
    ],
    () => [
      within('control', 'CHECKPOINT', {
        then: (call) => {
          const [connection, { n }] = call.args;
          call.standard();
          connection.sendControl({ name: 'FEED_ACK', n });
        },
      }),
    ],
  ),
  mutant(['client-second-copy-refused', ['SYNC-45'], 'Refuses an operation that it has already'], () => {
    const known = new WeakMap<ClientConnection, Set<string>>();
    return [
      at('feed', {
        when: ({ args: [connection, operations] }) => {
          const ids = known.get(connection) ?? new Set<string>();
          known.set(connection, ids);
          return operations.some((bytes) => {
            const id = Buffer.from(bytes.subarray(0, 16)).toString('hex');
            const isKnown = ids.has(id);
            ids.add(id);
            return isKnown;
          });
        },
        then: ({ args: [connection] }) => connection.fail(new ProtocolError('operation.id-conflict')),
      }),
    ];
  }),
  mutant(['client-refused-without-ref', ['SYNC-46'], 'Does not name the operation that it refuses'], () => [
    at('lastWord', {
      when: ({ args: [, , , detail] }) => detail?.ref !== undefined,
      then: (call) => {
        const [role, state, error] = call.args;
        return call.with(role, state, error);
      },
    }),
  ]),
  mutant(['client-refused-skipped', ['SYNC-46'], 'Skips an operation that it has to refuse'], () => [
    at('feed', {
      when: ({ args: [, operations] }) => operations.some((bytes) => !isRight(bytes)),
      then: () => {},
    }),
  ]),
  mutant(
    ['client-fed-without-scope', ['SYNC-67'], 'Takes operations that it did not ask for', ['client-scope-revoked']],
    () => [within('createIntake', 'count', { when: (call) => call.refusal() !== undefined, then: () => {} })],
  ),
  mutant(['client-checkpoint-uncounted', ['SYNC-68'], 'Does not compare n with what came'], () => [
    within('createIntake', 'checkpoint', {
      when: (call) => call.refusal() !== undefined && call.args[0].n !== (call.self as { fed: number }).fed,
      then: ({ args: [{ n, more }] }) => ({ cursors: [], n, more }),
    }),
  ]),
  mutant(
    [
      'client-checkpoint-of-any-scope',
      ['SYNC-68'],
      'Takes cursors of scopes that are not active',
      ['client-scope-revoked'],
    ],
    () => [
      within('createIntake', 'checkpoint', {
        when: (call) => call.refusal() !== undefined && call.args[0].n === (call.self as { fed: number }).fed,
        then: ({ args: [{ n, more }] }) => ({ cursors: [], n, more }),
      }),
    ],
  ),
];

/** Whether an operation of the checks is whole. */
function isRight(bytes: Uint8Array): boolean {
  return bytes.length > 60 && bytes[bytes.length - 1] !== 0;
}

interface Window {
  readonly operations: number;
  readonly bytes: number;
}

const pushing: readonly ClientMutant[] = [
  mutant(['client-window-of-any-number', ['LIM-14', 'SYNC-48'], 'Keeps no limit of operations in flight'], () => [
    within('createPushQueue', 'next', {
      when: ({ self }) => (self as { readonly window: Window }).window.operations >= 256,
      then: (call) => unlimited(call.self, call.args[0]),
    }),
  ]),
  mutant(['client-window-of-any-size', ['LIM-15', 'SYNC-48'], 'Keeps no limit of bytes in flight'], () => [
    within('createPushQueue', 'next', {
      when: ({ self }) => (self as { readonly window: Window }).window.bytes > 700_000,
      then: (call) => unlimited(call.self, call.args[0]),
    }),
  ]),
  mutant(['client-second-copy-sent', ['SYNC-49'], 'Sends a second copy of what is in flight'], () => [
    within('createPushQueue', 'add', {
      when: (call) => call.args.length > 0 && throws(() => call.standard()),
      then: ({ self, args: [bytes, ticket] }) => {
        const queue = self as { answer(id: Id): unknown; add(bytes: Uint8Array, ticket: unknown): void };
        queue.answer(Id.from(bytes));
        queue.add(bytes, ticket);
      },
    }),
  ]),
  mutant(['client-answer-unasked-taken', ['SYNC-50'], 'Takes answers about operations that are not in flight'], () => [
    within('control', 'ACK', { when: (call) => call.refusal() !== undefined, then: () => {} }),
    within('control', 'REJECT', { when: (call) => call.refusal() !== undefined, then: () => {} }),
  ]),
  mutant(
    ['client-unanswered-told-as-stored', ['SYNC-52'], 'Tells that what is unanswered at the end was stored'],
    () => [
      within('createPushQueue', 'drain', {
        then: (call) => {
          for (const { ticket } of call.standard()) ticket.done({ status: 'stored', cursor: new Uint8Array(40) });
          return [];
        },
      }),
    ],
  ),
  mutant(['client-rejected-sent-again', ['SYNC-66'], 'Sends a rejected operation again at once'], () => {
    const sent = new Map<string, Uint8Array>();
    return [
      at('outgoing', {
        when: ({ args: [message] }) => {
          if (message.kind === 'operations') {
            for (const bytes of message.operations) sent.set(Buffer.from(bytes.subarray(0, 16)).toString('hex'), bytes);
          }
          return false;
        },
        then: (call) => call.standard(),
      }),
      within('control', 'REJECT', {
        when: (call) => call.args[1].code === ErrorCode.QUOTA,
        then: (call) => {
          const [connection, { ids }] = call.args;
          call.standard();
          const again = sent.get(Buffer.from(ids).toString('hex'));
          if (again !== undefined) connection.send({ kind: 'operations', operations: [again] });
        },
      }),
    ];
  }),
];

function throws(run: () => unknown): boolean {
  try {
    run();
    return false;
  } catch {
    return true;
  }
}

/** What a queue hands out whose window is forgotten. */
function unlimited(self: unknown, operations: number): Uint8Array[] {
  const queue = self as {
    readonly window: { fits(length: number): boolean };
    next(n: number, bytes: number): Uint8Array[];
  };
  const { fits } = queue.window;
  queue.window.fits = () => true;
  const run = (Object.getPrototypeOf(queue) as typeof queue).next.call(queue, operations, Number.MAX_SAFE_INTEGER);
  queue.window.fits = fits;
  return run;
}

export const syncMutants: readonly ClientMutant[] = [...subscribing, ...feeding, ...pushing];
