/** Clients that are wrong with their outbox, their cursors or their dead letters. */
import { OWN } from '../../reference/src/sync/log-entry.ts';
import type { OutboxConfig } from '../../reference/src/sync/outbox.ts';
import type { Remote } from '../../reference/src/sync/remote.ts';
import { at, type ClientMutant, mutant, within } from './mutant.ts';
import { over, remoteLike } from './outbox-faults.ts';

/** The log without some entries. */
function logLike(
  { log }: OutboxConfig,
  isThere: (entry: { seq: number; origin: number }) => boolean,
): OutboxConfig['log'] {
  return {
    get head() {
      return log.head;
    },
    entry(seq) {
      const entry = log.entry(seq);
      return entry !== undefined && isThere(entry) ? entry : undefined;
    },
  };
}

const outbox: readonly ClientMutant[] = [
  over(
    [
      'client-outbox-of-own',
      ['SYNC-91'],
      'Pushes its own operations alone',
      [
        'client-compacts-nothing-of-an-outbox',
        'client-fed-is-not-covered',
        'client-covers-the-scopes-listed',
        'client-recovers',
        'client-recovery-durable',
      ],
    ],
    (config) => ({ log: logLike(config, ({ origin }) => origin === OWN) }),
  ),
  over(['client-outbox-of-any-scope', ['SYNC-91'], 'Pushes what it is not to push'], () => ({ pushes: [{}] })),
  mutant(
    [
      'client-outbox-of-all-servers',
      ['SYNC-91'],
      'Does not push to one server what another one has',
      ['client-compacts-nothing-of-an-outbox', 'client-seen-with-acks', 'client-seen-first'],
    ],
    () => {
      const remotes = new Set<Remote>();
      return [
        at('createOutbox', {
          then: (call) => {
            const [config] = call.args;
            remotes.add(config.remote);
            return call.with({
              ...config,
              log: logLike(
                config,
                ({ seq }) => ![...remotes].some((remote) => remote !== config.remote && remote.isKnown(seq)),
              ),
            });
          },
        }),
      ];
    },
  ),
  over(
    [
      'client-outbox-without-book',
      ['SYNC-91'],
      'Pushes again what the server has',
      [
        'client-book-survives',
        'client-checkpoint-whole',
        'client-seen-with-acks',
        'client-covers-the-scopes-listed',
        'client-resends-in-order',
        'client-retry-of-reject',
        'client-push-awaits-subscribed',
      ],
    ],
    ({ remote }) => ({ remote: remoteLike(remote, { isKnown: () => false, unknown: (from) => from }) }),
  ),
  mutant(['client-fed-counts', ['SYNC-92'], 'Counts what was fed as covered at once'], () => [
    at('createOutbox', {
      then: (call) => {
        const [{ remote }] = call.args;
        const made = call.standard();
        const fed = made.fed.bind(made);
        made.fed = (seq) => {
          fed(seq);
          remote.checkpoint([], [seq]);
        };
        return made;
      },
    }),
  ]),
  mutant(
    ['client-checkpoint-covers-all', ['SYNC-92'], 'Counts all that was fed as covered by a CHECKPOINT of some scope'],
    () => [within('createOutbox', 'covered', { then: (call) => call.with([{}]) })],
  ),
  mutant(
    [
      'client-resends-backwards',
      ['SYNC-93'],
      'Sends again in the order of last to first',
      ['client-recovers', 'client-recovery-durable'],
    ],
    () => [
      at('outgoing', {
        when: ({ args: [message] }) => message.kind === 'operations',
        then: ({ args: [message, next] }) => {
          if (message.kind === 'operations') next({ ...message, operations: [...message.operations].reverse() });
        },
      }),
    ],
  ),
  mutant(
    [
      'client-sends-once',
      ['SYNC-93'],
      'Sends nothing a second time',
      ['client-dead-letter-through-recovery', 'client-retry-of-reject', 'client-recovers'],
    ],
    () => {
      const sent = new WeakMap<Remote, Set<number>>();
      return [
        at('createOutbox', {
          then: (call) => {
            const [config] = call.args;
            const gone = new Set(sent.get(config.remote));
            const made = call.with({ ...config, log: logLike(config, ({ seq }) => !gone.has(seq)) });
            const next = made.next.bind(made);
            made.next = (now) => {
              const entry = next(now);
              if (entry !== undefined) sent.set(config.remote, (sent.get(config.remote) ?? new Set()).add(entry.seq));
              return entry;
            };
            return made;
          },
        }),
      ];
    },
  ),
];

const cursors: readonly ClientMutant[] = [
  mutant(['client-ack-moves-cursor', ['SYNC-139'], 'Takes `cur` of an ACK for the cursor of its scopes'], () => [
    within('remote', 'acked', {
      then: (call) => {
        const [, seen] = call.args;
        call.standard();
        const remote = call.self as Remote;
        if (remote.cursor('everything') !== undefined) remote.checkpoint([['everything', seen]], []);
      },
    }),
  ]),
  mutant(['client-cursor-without-team', ['SYNC-132'], 'Has one cursor for no team, any team and each team'], () => {
    const bare = (scope: string) => scope.replace(/^team [0-9a-f]*(, )?/, '') || 'everything';
    return [
      within('remote', 'cursor', { then: (call) => call.with(bare(call.args[0])) }),
      within('remote', 'checkpoint', {
        then: (call) => {
          const [moved, seqs] = call.args;
          return call.with(
            [...moved].map(([scope, cursor]) => [bare(scope), cursor] as const),
            seqs,
          );
        },
      }),
    ];
  }),
  mutant(
    [
      'client-cursor-kept',
      ['SYNC-132'],
      'Keeps the first cursor of a filter',
      ['client-checkpoint-whole', 'client-fed-conflict'],
    ],
    () => [
      within('remote', 'checkpoint', {
        then: (call) => {
          const [moved, seqs] = call.args;
          const remote = call.self as Remote;
          return call.with(
            [...moved].filter(([scope]) => remote.cursor(scope) === undefined),
            seqs,
          );
        },
      }),
    ],
  ),
  mutant(
    [
      'client-cursor-of-any-server',
      ['SYNC-132'],
      'Hands in the cursor of another server',
      [
        'client-checkpoint-whole',
        'client-seen-with-acks',
        'client-dead-letter-acked-elsewhere',
        'client-relayed-letter-in-state',
        'client-backoff-reset',
        'client-recovers',
        'client-recovery-durable',
      ],
    ],
    () => {
      const remotes = new Set<Remote>();
      return [
        at('remote', {
          then: (call) => {
            const remote = call.standard();
            const cursor = remote.cursor.bind(remote);
            remotes.add(remote);
            remote.cursor = (scope) => cursor(scope) ?? [...remotes].find((other) => other !== remote)?.cursor(scope);
            return remote;
          },
        }),
      ];
    },
  ),
];

export const outboxMutants: readonly ClientMutant[] = [...outbox, ...cursors];
