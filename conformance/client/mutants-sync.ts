/** Clients that are wrong in OPEN. */
import { ProtocolError } from '../../reference/src/errors.ts';
import type { ClientConnection } from '../../reference/src/node/client-connection.ts';
import type { ControlMessageOf, ScopeRequest } from '../../reference/src/wire/control/message.ts';
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
  mutant(
    [
      'client-subscribe-under-another-id',
      ['MSG-10'],
      'Sends SUBSCRIBE under the id of SUBSCRIBED where a number is large',
    ],
    () => [
      at('outgoing', {
        when: ({ args: [message] }) =>
          message.kind === 'control' &&
          message.message.name === 'SUBSCRIBE' &&
          message.message.sc.some(({ s }) => s >= 2 ** 31),
        then: ({ args: [message, next] }) => {
          if (message.kind !== 'control' || message.message.name !== 'SUBSCRIBE') return;
          const { req, sc } = message.message;
          next({ kind: 'control', message: { name: 'SUBSCRIBED', req, st: 0, sc: sc.map(({ s }) => ({ s, st: 0 })) } });
        },
      }),
    ],
  ),
  subscribes(
    [
      'client-req-always-zero',
      ['MSG-11'],
      'Numbers all its requests with 0',
      ['client-dead-letter-through-recovery', 'client-recovers'],
    ],
    (message) => ({
      ...message,
      req: 0,
    }),
  ),
  subscribes(
    ['client-mode-always-add', ['MSG-12'], 'Adds what it means to remove', ['client-recovers']],
    (message) => ({
      ...message,
      mode: 0,
    }),
  ),
  subscribes(
    [
      'client-seen-left-out',
      ['MSG-13'],
      'Does not say what it has seen',
      [
        'client-book-survives',
        'client-seen-with-acks',
        'client-dead-letter-through-recovery',
        'client-seen-first',
        'client-recovers',
        'client-recovery-durable',
      ],
    ],
    ({ seen: _, ...message }) => message,
  ),
  subscribes(
    [
      'client-scopes-first-alone',
      ['MSG-14'],
      'Asks for the first scope alone',
      ['client-covers-the-scopes-listed', 'client-cursor-of-its-filter'],
    ],
    (message) => ({
      ...message,
      sc: message.sc.slice(0, 1),
    }),
  ),
  scopes(['client-scope-number-signed', ['MSG-15'], 'Counts scopes in 31 bits'], (scope) => ({
    ...scope,
    s: scope.s % 2 ** 31,
  })),
  scopes(
    ['client-collection-left-out', ['MSG-16'], 'Asks for all collections', ['client-covers-the-scopes-listed']],
    ({ col: _, ...scope }) => scope,
  ),
  scopes(['client-tag-left-out', ['MSG-17'], 'Asks for all tags'], ({ tag: _, ...scope }) => scope),
  scopes(['client-team-left-out', ['MSG-18'], 'Asks for all teams'], ({ team: _, ...scope }) => scope),
  scopes(
    [
      'client-cursor-left-out',
      ['MSG-19'],
      'Asks from the beginning',
      [
        'client-book-survives',
        'client-checkpoint-whole',
        'client-ack-is-no-cursor',
        'client-cursor-of-its-filter',
        'client-refuses-fed',
        'client-skips-fed',
        'client-fed-conflict',
      ],
    ],
    ({ cur: _, ...scope }) => scope,
  ),
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
      ['client-feed-committed-first', 'client-feed-twice', 'client-skips-fed'],
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
      ['client-feed-committed-first', 'client-feed-twice', 'client-cursor-of-its-filter', 'client-skips-fed'],
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
      ['client-feed-acknowledged', 'client-feed-twice', 'client-skips-fed'],
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
  mutant(
    ['client-second-copy-refused', ['SYNC-45'], 'Refuses an operation that it has already', ['client-fed-conflict']],
    () => {
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
    },
  ),
  mutant(['client-refused-without-ref', ['SYNC-46'], 'Does not name the operation that it refuses'], () => [
    at('lastWord', {
      when: ({ args: [, , , detail] }) => detail?.ref !== undefined,
      then: (call) => {
        const [role, state, error] = call.args;
        return call.with(role, state, error);
      },
    }),
  ]),
  mutant(
    [
      'client-refused-skipped',
      ['SYNC-46'],
      'Skips an operation that it has to refuse',
      [
        'client-compacts-no-last-delete',
        'client-merge-stamps',
        'client-merge-inserted',
        'client-merge-visible',
        'client-merge-field-below-delete',
        'client-merge-index',
        'client-merge-spaces',
        'client-merge-any-order',
      ],
    ],
    () => [
      at('feed', {
        when: ({ args: [, operations] }) => operations.some((bytes) => !isRight(bytes)),
        then: () => {},
      }),
    ],
  ),
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

export const syncMutants: readonly ClientMutant[] = [...subscribing, ...feeding];
