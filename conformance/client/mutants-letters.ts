/** Clients that are wrong with what a server refuses for good. */
import { OWN } from '../../reference/src/sync/log-entry.ts';
import type { Remote } from '../../reference/src/sync/remote.ts';
import type { Replica } from '../../reference/src/sync/replica.ts';
import { at, type ClientMutant, mutant, within } from './mutant.ts';
import { over, remoteLike } from './outbox-faults.ts';

export const letterMutants: readonly ClientMutant[] = [
  over(
    ['client-dead-letter-sent-again', ['SYNC-96'], 'Sends a dead letter again', ['client-book-survives']],
    ({ remote }) => ({ remote: remoteLike(remote, { isDead: () => false }) }),
  ),
  mutant(
    ['client-dead-letter-forgotten-in-recovery', ['SYNC-96', 'SYNC-111'], 'Sends a dead letter again when it recovers'],
    () => {
      const recovered = new WeakSet<Remote>();
      return [
        within('remote', 'forget', {
          then: (call) => {
            recovered.add(call.self as Remote);
            call.standard();
          },
        }),
        within('remote', 'isDead', { when: ({ self }) => recovered.has(self as Remote), then: () => false }),
      ];
    },
  ),
  mutant(
    [
      'client-refusal-for-now',
      ['SYNC-96'],
      'Takes each REJECT for one with retry',
      ['client-book-survives', 'client-dead-letter-out-of-state'],
    ],
    () => [
      within('control', 'REJECT', {
        when: ({ args: [, { retry }] }) => retry === undefined,
        then: (call) => {
          const [connection, message] = call.args;
          call.with(connection, { ...message, retry: 2 ** 40 });
        },
      }),
    ],
  ),
  mutant(['client-dead-letter-never-covered', ['SYNC-97'], 'Does not revive a dead letter that is fed'], () => [
    within('remote', 'checkpoint', {
      then: (call) => {
        const [moved, seqs] = call.args;
        return call.with(
          moved,
          seqs.filter((seq) => !(call.self as Remote).isDead(seq)),
        );
      },
    }),
  ]),
  mutant(
    ['client-dead-letter-never-acked', ['SYNC-97'], 'Does not heed what another server says of a dead letter'],
    () => {
      const dead = new Set<number>();
      return [
        within('remote', 'rejected', {
          then: (call) => {
            dead.add(call.args[0]);
            call.standard();
          },
        }),
        within('remote', 'acked', {
          then: (call) =>
            call.with(
              call.args[0].filter((seq) => !dead.has(seq)),
              call.args[1],
            ),
        }),
      ];
    },
  ),
  mutant(['client-withdraws-anything', ['SYNC-141'], 'Withdraws what was not refused'], () => {
    let replica: Replica | undefined;
    return [
      at('createDatabase', {
        then: (call) => {
          replica = call.args[0].replica;
          return call.standard();
        },
      }),
      within('createDatabase', 'withdraw', {
        when: (call) => !call.standard(),
        then: ({ args: [operation] }) => {
          const entry = replica?.log.find(operation);
          if (replica === undefined || entry === undefined) return false;
          for (const remote of replica.remotes) remote.withdraw(entry.seq);
          replica.commit();
          return true;
        },
      }),
    ];
  }),
  mutant(['client-dead-letter-in-state', ['MERGE-14'], 'Leaves a dead letter in the state'], () => [
    within('createState', 'rebuild', { then: () => undefined }),
  ]),
  mutant(
    ['client-relayed-letter-out', ['MERGE-14'], "Takes somebody else's refused operation out of the state"],
    () => [
      at('remote', {
        then: (call) => {
          const [, replica] = call.args;
          const remote = call.standard();
          const rejected = remote.rejected.bind(remote);
          remote.rejected = (seq, code) => {
            const entry = replica.log.entry(seq);
            if (entry !== undefined) Object.assign(entry, { origin: OWN });
            rejected(seq, code);
          };
          return remote;
        },
      }),
    ],
  ),
];
