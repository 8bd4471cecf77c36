/** Clients that do not wait as they should. */
import { Backoff } from '../../reference/src/sync/backoff.ts';
import type { Outbox } from '../../reference/src/sync/outbox.ts';
import { at, type ClientMutant, mutant, type Row, within } from './mutant.ts';

/** Draws its waits in another way: `ceiling` by the number of failures before. */
function draws(row: Row, wait: (failures: number, fraction: number) => number): ClientMutant {
  return mutant(row, () => [
    at('createBackoff', {
      then: () => {
        const backoff = new Backoff();
        let failures = 0;
        backoff.failed = (fraction) => Math.floor(wait(failures++, fraction));
        backoff.reset = () => {
          failures = 0;
        };
        return backoff;
      },
    }),
  ]);
}

const ceiling = (failures: number, first = 1000, longest = 300_000): number => Math.min(longest, first * 2 ** failures);

export const waitMutants: readonly ClientMutant[] = [
  draws(['client-comes-back-at-once', ['SYNC-94', 'LIM-33', 'LIM-34'], 'Does not wait'], () => 0),
  draws(
    [
      'client-waits-without-jitter',
      ['SYNC-94', 'LIM-33', 'LIM-34'],
      'Waits as long as it may',
      ['client-retry-of-reject'],
    ],
    (failures) => ceiling(failures),
  ),
  draws(
    ['client-waits-the-same', ['SYNC-94', 'LIM-34'], 'Waits no longer after many failures'],
    (_, fraction) => 1000 * fraction,
  ),
  draws(
    ['client-first-wait-long', ['SYNC-94', 'LIM-33'], 'Begins with a wait of up to 3 s'],
    (failures, fraction) => fraction * ceiling(failures, 3000),
  ),
  draws(
    ['client-waits-for-an-hour', ['SYNC-94', 'LIM-34'], 'Waits up to an hour'],
    (failures, fraction) => fraction * ceiling(failures, 1000, 3_600_000),
  ),
  mutant(['client-backoff-never-reset', ['SYNC-94'], 'Goes on with long waits after a good connection'], () => [
    within('createBackoff', 'reset', { then: () => {} }),
  ]),
  mutant(['client-backoff-reset-by-open', ['SYNC-94'], 'Begins anew with short waits whenever it got to OPEN'], () => {
    let made: Backoff | undefined;
    return [
      at('createBackoff', {
        then: (call) => {
          made = call.standard();
          return made;
        },
      }),
      at('onSession', {
        then: (call) => {
          made?.reset();
          return call.standard();
        },
      }),
    ];
  }),
  mutant(['client-retry-ignored', ['SYNC-95'], 'Sends again at once what is refused for now'], () => [
    within('createOutbox', 'retry', { then: (call) => call.with(call.args[0], 0) }),
  ]),
  mutant(['client-retry-blocks', ['SYNC-95'], 'Sends nothing while one operation waits'], () => [
    within('createOutbox', 'next', {
      when: ({ self }) => Number.isFinite((self as Outbox).nextRetry),
      then: () => undefined,
    }),
  ]),
  mutant(['client-retry-of-one-connection', ['SYNC-95'], 'Forgets with the connection what is to wait'], () => [
    at('createOutbox', { then: (call) => call.with({ ...call.args[0], retries: new Map() }) }),
  ]),
  ...(['ERROR', 'CLOSE'] as const).map((name) =>
    mutant([`client-retry-of-${name.toLowerCase()}-ignored`, ['SYNC-95'], `Does not read the retry of ${name}`], () => [
      at('incoming', {
        when: ({ args: [message] }) => message.kind === 'control' && message.message.name === name,
        then: ({ args: [message, next] }) => {
          if (message.kind !== 'control' || message.message.name !== name) return;
          const { retry: _, ...rest } = message.message;
          next({ ...message, message: rest });
        },
      }),
    ]),
  ),
];
