/** Mutants of chapter 9: nodes that do not keep to the feed window. */
import { refuse } from '../../reference/src/errors.ts';
import type { Feed } from '../../reference/src/sync/feed.ts';
import { type Mutant, within } from './mutant.ts';
import { endsBecause, neverRunsOut } from './witnesses.ts';

export const windows: readonly Mutant[] = [
  {
    name: 'sync-window-unheeded',
    breaks: ['SYNC-27', 'LIM-16', 'LIM-17'],
    title: 'Feeds whether it is acknowledged or not',
    faults: () => [
      within('createFeed', 'fits', {
        when: (call) => !call.standard(),
        then: () => true,
      }),
    ],
  },
  {
    name: 'sync-window-of-512',
    breaks: ['LIM-16'],
    title: 'Stops after 512 operations without a FEED_ACK',
    faults: () => [
      within('createFeed', 'fits', {
        when: (call) => call.standard() && (call.self as Feed).window.operations >= 512,
        then: () => false,
      }),
    ],
  },
  {
    name: 'sync-window-of-two-mebibytes',
    breaks: ['LIM-17'],
    title: 'Stops after 2 MiB without a FEED_ACK',
    faults: () => [
      within('createFeed', 'fits', {
        when: (call) => call.standard() && (call.self as Feed).window.bytes + call.args[0] > 1 << 21,
        then: () => false,
      }),
    ],
  },
  {
    name: 'sync-waits-for-slow-consumers',
    breaks: ['SYNC-29', 'LIM-27'],
    title: 'Waits without end for a client that does not acknowledge',
    faults: () => [neverRunsOut('SLOW_CONSUMER_TIMEOUT', endsBecause('feed.slow-consumer'))],
  },
  {
    name: 'sync-old-feed-ack-refused',
    breaks: ['SYNC-41'],
    title: 'Refuses a FEED_ACK that is not above the one before',
    faults() {
      const latest = new WeakMap<object, number>();
      return [
        within('createFeed', 'acknowledge', {
          when(call) {
            const [n] = call.args;
            const before = latest.get(call.self as object) ?? -1;
            latest.set(call.self as object, Math.max(before, n));
            return n < before;
          },
          then: ({ args: [n] }) => refuse('feed.ack', `n ${n}`),
        }),
      ];
    },
  },
  {
    name: 'sync-feed-ack-unjudged',
    breaks: ['SYNC-42'],
    title: 'Takes any number in a FEED_ACK',
    faults: () => [
      within('createFeed', 'acknowledge', {
        when: (call) => call.refusal() === 'feed.ack',
        then: () => false,
      }),
    ],
  },
];
