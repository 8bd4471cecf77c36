/** Mutants of chapter 9: nodes that feed what they should not, or not what they should. */
import { Id } from '../../reference/src/bytes/id.ts';
import type { Feed } from '../../reference/src/sync/feed.ts';
import type { LogEntry } from '../../reference/src/sync/log-entry.ts';
import type { Subscriptions } from '../../reference/src/sync/subscriptions.ts';
import { peekOperation } from '../../reference/src/wire/index.ts';
import type { About } from './factories.ts';
import { at, type Mutant, within } from './mutant.ts';
import { Traces } from './traces.ts';

/** Withholds entries of the log from a feed. */
function withholds(about: About, when: (entry: LogEntry, connection: number) => boolean): Mutant {
  return {
    ...about,
    faults: () => [
      within('createFeed', 'mayFeed', {
        when: (call) => call.standard() && when(call.args[0], (call.self as Feed).config.connection),
        then: () => false,
      }),
    ],
  };
}

const counterOf = ({ bytes }: LogEntry): number => peekOperation(bytes).counter;

const endsInOnes = (id: Id): boolean => id.c === -1 && id.d === -1;

export const feeding: readonly Mutant[] = [
  {
    name: 'sync-feed-by-counter',
    breaks: ['SYNC-22'],
    title: 'Feeds nothing that is older, by its counter, than what it has fed',
    faults() {
      const greatest = new Map<number, number>();
      return [
        within('createFeed', 'mayFeed', {
          when(call) {
            if (!call.standard()) return false;
            const { connection } = (call.self as Feed).config;
            const counter = counterOf(call.args[0]);
            const before = greatest.get(connection) ?? 0;
            greatest.set(connection, Math.max(before, counter));
            return counter < before;
          },
          then: () => false,
        }),
      ];
    },
  },
  {
    name: 'sync-feed-sorted-by-counter',
    breaks: ['SYNC-22'],
    title: 'Feeds what it has for a scope in the order of the counters',
    faults() {
      const sorted = (operations: readonly Uint8Array[]): readonly Uint8Array[] =>
        [...operations].sort((x, y) => peekOperation(x).counter - peekOperation(y).counter);
      return [
        at('outgoing', {
          when: ({ args: [message] }) =>
            message.kind === 'operations' &&
            sorted(message.operations).some((bytes, i) => bytes !== message.operations[i]),
          then: ({ args: [message, next] }) => {
            if (message.kind === 'operations') next({ ...message, operations: sorted(message.operations) });
          },
        }),
      ];
    },
  },
  withholds(
    {
      name: 'sync-index-operations-withheld',
      breaks: ['SYNC-22'],
      title: 'Feeds index operations to scopes without col only',
    },
    ({ bytes }) => peekOperation(bytes).type === 'createIndex',
  ),
  {
    name: 'sync-team-ignored',
    breaks: ['SYNC-22', 'MSG-18'],
    title: 'Does not look at the team of a scope that has a col, too',
    faults: () => [
      within('createSubscriptions', 'start', {
        when: ({ args: [{ col, team }] }) => col !== undefined && team !== undefined && !team.isZero,
        then: (call) => call.with({ ...call.args[0], team: undefined }),
      }),
    ],
  },
  {
    name: 'sync-col-ignored-beside-nothing',
    breaks: ['MSG-16', 'SYNC-22'],
    title: 'Takes a scope without col for one of operations without team',
    faults: () => [
      within('createSubscriptions', 'start', {
        when: ({ args: [{ col, team }] }) => col === undefined && team === undefined,
        then: (call) => call.with({ ...call.args[0], team: Id.ZERO }),
      }),
    ],
  },
  {
    name: 'sync-feeds-without-scope',
    breaks: ['SYNC-23'],
    title: 'Takes a SUBSCRIBE without entries for one to everything',
    faults: () => [
      within('createSubscriptions', 'subscribe', {
        when: ({ args: [{ mode, sc, seen }] }) => mode === 0 && sc.length === 0 && seen === undefined,
        then(call) {
          const { feed, log } = (call.self as Subscriptions).config;
          feed.start({ s: 1, collection: undefined, team: undefined }, log.head);
          return call.standard();
        },
      }),
    ],
  },
  {
    name: 'sync-feeds-refused-scope',
    breaks: ['SYNC-23', 'SYNC-6'],
    title: 'Feeds a scope whose cursor it refuses, from the start',
    faults: () => [
      within('createSubscriptions', 'judge', {
        when: (call) => call.standard()?.startsWith('subscription.cursor') === true,
        then(call) {
          const { s, col } = call.args[0];
          (call.self as Subscriptions).config.feed.start({ s, collection: col, team: undefined }, 0);
          return call.standard();
        },
      }),
    ],
  },
  {
    name: 'sync-fed-back',
    breaks: ['SYNC-24'],
    title: 'Feeds the operations that came on a connection back on it, all but the first',
    faults() {
      const first = new WeakMap<object, number>();
      return [
        within('createFeed', 'mayFeed', {
          when(call) {
            if (call.standard()) return false;
            const feed = call.self as Feed;
            const [{ seq }] = call.args;
            if (!first.has(feed)) first.set(feed, seq);
            return first.get(feed) !== seq;
          },
          then: () => true,
        }),
      ];
    },
  },
  {
    name: 'sync-not-fed-to-the-same-node',
    breaks: ['SYNC-25'],
    title: 'Feeds no operation to a node whose id it has for the author, where that id ends in eight FF',
    faults() {
      const traces = new Traces();
      return [
        traces.ofHello(),
        within('createFeed', 'mayFeed', {
          when(call) {
            const node = traces.hello((call.self as Feed).config.connection)?.node;
            const author = peekOperation(call.args[0].bytes).node;
            return call.standard() && node !== undefined && endsInOnes(node) && author.equals(node);
          },
          then: () => false,
        }),
      ];
    },
  },
  {
    name: 'sync-duplicate-counts-as-origin',
    breaks: ['SYNC-25', 'SYNC-24'],
    title: 'Feeds an operation to nobody who has pushed it, even as a duplicate',
    faults() {
      const pushed = new Set<string>();
      return [
        within('createReceiver', 'judge', {
          when(call) {
            const [bytes, origin] = call.args;
            if (call.refusal() === undefined && call.standard().kind === 'duplicate')
              pushed.add(`${origin} ${Id.from(bytes).toHex()}`);
            return false;
          },
          then: (call) => call.standard(),
        }),
        within('createFeed', 'mayFeed', {
          when: (call) =>
            call.standard() && pushed.has(`${(call.self as Feed).config.connection} ${call.args[0].id.toHex()}`),
          then: () => false,
        }),
      ];
    },
  },
];

export const catchUp: readonly Mutant[] = [
  {
    name: 'sync-catch-up-reversed',
    breaks: ['SYNC-22'],
    title: 'Feeds a run of thirteen operations from the latest to the first',
    faults: () => [
      at('outgoing', {
        when: ({ args: [message] }) => message.kind === 'operations' && message.operations.length === 13,
        then: ({ args: [message, next] }) => {
          if (message.kind === 'operations') next({ ...message, operations: [...message.operations].reverse() });
        },
      }),
    ],
  },
  {
    name: 'sync-fed-unasked',
    breaks: ['SYNC-23'],
    title: 'Feeds everything to a client that offers a capability which it does not know',
    faults() {
      const traces = new Traces();
      return [
        traces.ofHello(),
        at('createFeed', {
          when: ({ args: [{ connection }] }) => traces.hello(connection)?.capabilities === 0x20,
          then(call) {
            const feed = call.standard();
            feed.start({ s: 1, collection: undefined, team: undefined }, call.args[0].log.head);
            return feed;
          },
        }),
      ];
    },
  },
];
