/** Clients that are wrong when something is wrong with the server or its feed. */
import { refuse } from '../../reference/src/errors.ts';
import { ErrorCode } from '../../reference/src/registry.ts';
import type { Change, Journal } from '../../reference/src/sync/journal.ts';
import { at, type ClientMutant, mutant, type Row, within } from './mutant.ts';

const feed: readonly ClientMutant[] = [
  mutant(['client-skips-at-once', ['SYNC-100'], 'Skips what it refuses, without a word', ['client-skips-fed']], () => [
    within('createFedReceiver', 'skips', { then: () => true }),
  ]),
  mutant(
    [
      'client-skips-after-one',
      ['SYNC-100'],
      'Skips all that it refuses once it has refused something',
      ['client-skips-fed'],
    ],
    () => {
      let isTired = false;
      return [
        within('createFedReceiver', 'skips', {
          then: (call) => {
            if (isTired) return true;
            isTired = true;
            return call.standard();
          },
        }),
      ];
    },
  ),
  mutant(['client-stalls', ['SYNC-101'], 'Ends each connection by what it refuses', ['client-refuses-fed']], () => [
    within('createFedReceiver', 'skips', { then: (call) => call.standard() && false }),
  ]),
  mutant(
    ['client-conflict-is-an-error', ['SYNC-102'], 'Refuses a fed operation whose id it has with other bytes'],
    () => [
      within('createFedReceiver', 'judge', {
        when: (call) => call.refusal() === undefined && call.standard().kind === 'conflict',
        then: () => refuse('operation.id-conflict'),
      }),
    ],
  ),
  mutant(['client-conflict-untold', ['SYNC-102'], 'Passes over a conflict in silence'], () => [
    within('createFedReceiver', 'judge', {
      when: (call) => call.refusal() === undefined && call.standard().kind === 'conflict',
      then: () => ({ kind: 'known', seq: 1 }) as const,
    }),
  ]),
];

/** Says SUBSCRIBE in another way, or not. */
const isSubscribe = (message: { kind: string }): boolean =>
  message.kind === 'control' && (message as { message?: { name: string } }).message?.name === 'SUBSCRIBE';

/** Reads a code in SUBSCRIBED as none. */
function overlooks(row: Row, code: number): ClientMutant {
  return mutant(row, () => [
    within('control', 'SUBSCRIBED', {
      then: (call) => {
        const [connection, message] = call.args;
        const read = (st: number) => (st === code ? 0 : st);
        call.with(connection, {
          ...message,
          st: read(message.st),
          sc: message.sc.map(({ s, st }) => ({ s, st: read(st) })),
        });
      },
    }),
  ]);
}

const recovery: readonly ClientMutant[] = [
  mutant(['client-seen-of-first-ack', ['SYNC-110'], 'Says `seen` of the first ACK', ['client-seen-with-acks']], () => [
    within('remote', 'acked', {
      then: (call) => {
        const remote = call.self as { readonly seen: Parameters<typeof call.with>[1] | undefined };
        return call.with(call.args[0], remote.seen ?? call.args[1]);
      },
    }),
  ]),
  mutant(
    [
      'client-seen-with-scopes-alone',
      ['SYNC-110'],
      'Says nothing where it has no scope to subscribe',
      ['client-subscribe-fields'],
    ],
    () => [
      at('outgoing', {
        when: ({ args: [message] }) =>
          message.kind === 'control' && message.message.name === 'SUBSCRIBE' && message.message.sc.length === 0,
        then: () => {},
      }),
    ],
  ),
  mutant(
    [
      'client-pushes-unanswered',
      ['SYNC-133'],
      'Does not wait for the answer to `seen`',
      [
        'client-subscribed-unasked',
        'client-dead-letter-through-recovery',
        'client-seen-first',
        'client-recovers',
        'client-recovery-durable',
      ],
    ],
    () => [
      at('outgoing', {
        when: ({ args: [message] }) => isSubscribe(message),
        then: ({ args: [message, next, connection] }) => {
          next(message);
          if (message.kind !== 'control' || message.message.name !== 'SUBSCRIBE') return;
          const { req, sc } = message.message;
          const client = connection as unknown as { subscribed(message: object): void };
          queueMicrotask(() =>
            client.subscribed({ name: 'SUBSCRIBED', req, st: 0, sc: sc.map(({ s }) => ({ s, st: 0 })) }),
          );
        },
      }),
      within('control', 'SUBSCRIBED', { then: () => {} }),
    ],
  ),
  overlooks(
    ['client-divergence-overlooked', ['SYNC-111'], 'Does not heed CURSOR_DIVERGED', ['client-recovery-durable']],
    ErrorCode.CURSOR_DIVERGED,
  ),
  overlooks(['client-lead-overlooked', ['SYNC-111'], 'Does not heed CURSOR_AHEAD'], ErrorCode.CURSOR_AHEAD),
  mutant(['client-recovers-nothing', ['SYNC-111', 'SYNC-134'], 'Subscribes from zero and keeps its book'], () => [
    within('remote', 'forget', { then: () => {} }),
  ]),
  mutant(['client-recovers-own-alone', ['SYNC-111', 'SYNC-134'], 'Gives back its own operations alone'], () => [
    at('remote', {
      then: (call) => {
        const [, replica] = call.args;
        const remote = call.standard();
        const forget = remote.forget.bind(remote);
        remote.forget = () => {
          forget();
          const relayed = Array.from({ length: replica.log.head }, (_, i) => i + 1).filter(
            (seq) => replica.log.entry(seq)?.origin === 0,
          );
          const changes: Change = { kind: 'known', remote: remote.name, seqs: relayed };
          replica.journal?.add(changes);
          const committed = remote.committed.bind(remote);
          remote.committed = () => {
            committed();
            remote.replay({ kind: 'known', remote: remote.name, seqs: relayed });
            remote.committed = committed;
          };
        };
        return remote;
      },
    }),
  ]),
  mutant(
    [
      'client-recovers-with-cursors',
      ['SYNC-111'],
      'Hands in its cursors again when it recovers',
      ['client-cursor-of-its-filter', 'client-recovery-durable'],
    ],
    () => {
      const cursors = new Map<string, Uint8Array>();
      const key = (scope: { col?: string | undefined }) => scope.col ?? '';
      return [
        at('outgoing', {
          when: ({ args: [message] }) => isSubscribe(message),
          then: ({ args: [message, next] }) => {
            if (message.kind !== 'control' || message.message.name !== 'SUBSCRIBE') return;
            for (const scope of message.message.sc) if (scope.cur !== undefined) cursors.set(key(scope), scope.cur);
            const sc = message.message.sc.map((scope) =>
              message.kind === 'control' && message.message.name === 'SUBSCRIBE' && message.message.mode === 0
                ? { ...scope, cur: cursors.get(key(scope)) }
                : scope,
            );
            next({ ...message, message: { ...message.message, sc } });
          },
        }),
      ];
    },
  ),
  mutant(['client-recovery-in-memory', ['SYNC-134'], 'Keeps a recovery with the next thing that it keeps'], () => {
    let held: Change | undefined;
    let isAlone = false;
    return [
      within('journal', 'add', {
        then: (call) => {
          const [change] = call.args;
          isAlone = change.kind === 'forgotten';
          if (isAlone) held = change;
          return call.standard();
        },
      }),
      within('journal', 'commit', {
        then: (call) => {
          const journal = call.self as Journal;
          if (isAlone) {
            isAlone = false;
            journal.rollback();
            return;
          }
          if (held !== undefined) Object.getPrototypeOf(journal).add.call(journal, held);
          held = undefined;
          call.standard();
        },
      }),
    ];
  }),
];

export const recoveryMutants: readonly ClientMutant[] = [...feed, ...recovery];
