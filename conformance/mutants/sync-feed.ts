/** Mutants of chapter 9: nodes that feed, or tell how far they fed, wrongly. */
import { Id } from '../../reference/src/bytes/id.ts';
import { refuse } from '../../reference/src/errors.ts';
import type { Connection } from '../../reference/src/node/connection.ts';
import type { Outgoing } from '../../reference/src/node/messages.ts';
import type { Feed } from '../../reference/src/sync/feed.ts';
import type { LogEntry } from '../../reference/src/sync/log-entry.ts';
import type { Subscriptions } from '../../reference/src/sync/subscriptions.ts';
import { type ControlMessageOf, encodeCursor, peekOperation } from '../../reference/src/wire/index.ts';
import { underId, wrongly } from './control-connection.ts';
import { withDependents } from './dependents.ts';
import { type About, sends } from './factories.ts';
import { at, type Mutant, within } from './mutant.ts';
import { numberOf, Traces } from './traces.ts';

type Checkpoint = ControlMessageOf<'CHECKPOINT'>;

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

const feeding: readonly Mutant[] = [
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

const catchUp: readonly Mutant[] = [
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
          when: ({ args: [{ connection }] }) => traces.hello(connection)?.capabilities === 0x10,
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

const windows: readonly Mutant[] = [
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
    limits: { SLOW_CONSUMER_TIMEOUT: 200 },
    faults: () => [
      at('delay', {
        when: ({ args: [timer] }) => timer === 'SLOW_CONSUMER_TIMEOUT',
        then: () => Number.POSITIVE_INFINITY,
      }),
    ],
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

/** Sends something else in place of some CHECKPOINTs. */
function tells(
  about: About,
  when: (message: Checkpoint, connection: Connection) => boolean,
  then: (message: Checkpoint, connection: Connection) => readonly (Checkpoint | Outgoing)[],
): Mutant {
  return sends('CHECKPOINT', about, when, then);
}

const isOfScope33 = ({ sc }: Checkpoint): boolean => sc.length === 1 && sc[0]!.s === 33;

/** The entries as they stand in a record, with members of the first replaced. */
function entries(
  { sc }: Checkpoint,
  replaced: { readonly s?: string; readonly cur?: Uint8Array },
): Map<string, string | number | Uint8Array>[] {
  return sc.map(
    (entry, i) =>
      new Map<string, string | number | Uint8Array>(Object.entries(i === 0 ? { ...entry, ...replaced } : entry)),
  );
}

const messages: readonly Mutant[] = [
  tells(
    { name: 'sync-checkpoint-under-another-id', breaks: ['MSG-40'], title: 'Writes CHECKPOINT under the id 24' },
    isOfScope33,
    (message) => [underId(message, 0x24)],
  ),
  tells(
    { name: 'sync-checkpoint-without-sc', breaks: ['MSG-41'], title: 'Leaves sc out of a CHECKPOINT of one scope' },
    isOfScope33,
    (message) => [wrongly(message, { sc: undefined })],
  ),
  tells(
    { name: 'sync-checkpoint-s-of-text', breaks: ['MSG-42'], title: 'Writes the number of a scope as a string' },
    isOfScope33,
    (message) => [wrongly(message, { sc: entries(message, { s: '33' }) })],
  ),
  tells(
    { name: 'sync-checkpoint-cursor-cut', breaks: ['MSG-43'], title: 'Writes a cursor without its mark' },
    isOfScope33,
    (message) => [wrongly(message, { sc: entries(message, { cur: message.sc[0]!.cur.slice(0, 24) }) })],
  ),
  tells(
    { name: 'sync-checkpoint-n-negative', breaks: ['MSG-44'], title: 'Writes -1 into n while nothing was fed' },
    isOfScope33,
    (message) => [wrongly(message, { n: -1 })],
  ),
  tells(
    { name: 'sync-checkpoint-more-of-int', breaks: ['MSG-45'], title: 'Writes more as 0 or 1' },
    isOfScope33,
    (message) => [wrongly(message, { more: 0 })],
  ),
  tells(
    {
      name: 'sync-checkpoint-of-new-scope-missing',
      breaks: ['SYNC-32', 'LIM-20'],
      title: 'Says nothing of a new scope to which nothing belongs',
    },
    isOfScope33,
    () => [],
  ),
  tells(
    {
      name: 'sync-checkpoint-after-run-missing',
      breaks: ['SYNC-31', 'LIM-20'],
      title: 'Says nothing after a run of seventeen operations',
    },
    ({ n, sc }) => n === 17 && sc.length > 0,
    () => [],
  ),
];

/** What was told on each connection last. */
class Told {
  readonly #n = new Map<number, number>();
  readonly #asked = new Set<number>();

  /** Notes what leaves; gives the `n` of the CHECKPOINT before. */
  checkpoint(connection: number, n: number): { readonly before: number | undefined; readonly isAsked: boolean } {
    const before = this.#n.get(connection);
    this.#n.set(connection, n);
    const isAsked = this.#asked.delete(connection);
    return { before, isAsked };
  }

  pong(connection: number): void {
    this.#asked.add(connection);
  }
}

const checkpoints: readonly Mutant[] = [
  {
    name: 'sync-checkpoint-past-others-missing',
    breaks: ['SYNC-33', 'LIM-20'],
    title: 'Says nothing of a position that moved while nothing was fed, unless it is asked',
    faults() {
      const told = new Told();
      return [
        at('outgoing', {
          when({ args: [message, , connection] }) {
            if (message.kind !== 'control') return false;
            const number = numberOf(connection);
            if (message.message.name === 'PONG') told.pong(number);
            if (message.message.name !== 'CHECKPOINT') return false;
            const { before, isAsked } = told.checkpoint(number, message.message.n);
            return before === message.message.n && !isAsked;
          },
          then: () => {},
        }),
      ];
    },
  },
  {
    name: 'sync-checkpoint-after-pong-missing',
    breaks: ['SYNC-34', 'LIM-20'],
    title: 'Says nothing after a PONG when it had nothing to say after the two before',
    faults() {
      const empty = new Map<number, number>();
      return [
        at('outgoing', {
          when({ args: [message, , connection] }) {
            if (message.kind !== 'control' || message.message.name !== 'CHECKPOINT') return false;
            const number = numberOf(connection);
            const count = message.message.sc.length > 0 ? 0 : (empty.get(number) ?? 0) + 1;
            empty.set(number, count);
            return count > 2;
          },
          then: () => {},
        }),
      ];
    },
  },
  {
    name: 'sync-checkpoint-after-512',
    breaks: ['SYNC-30', 'LIM-18'],
    title: 'Feeds 512 operations without a CHECKPOINT',
    faults: () => [
      at('createFeed', {
        then: (call) => {
          const [{ limits, ...config }] = call.args;
          return call.with({ ...config, limits: { ...limits, CHECKPOINT_OPERATIONS: 512 } });
        },
      }),
    ],
  },
  {
    name: 'sync-checkpoint-after-512-kib',
    breaks: ['SYNC-30', 'LIM-19'],
    title: 'Feeds 512 KiB without a CHECKPOINT',
    faults: () => [
      at('createFeed', {
        then: (call) => {
          const [{ limits, ...config }] = call.args;
          return call.with({ ...config, limits: { ...limits, CHECKPOINT_BYTES: 1 << 19 } });
        },
      }),
    ],
  },
  tells(
    {
      name: 'sync-checkpoint-lists-fed-scopes-only',
      breaks: ['SYNC-36'],
      title: 'Tells of three scopes the cursor of the first only',
    },
    ({ sc, n }) => sc.length === 3 && n > 0,
    (message) => [{ ...message, sc: message.sc.slice(0, 1) }],
  ),
  {
    name: 'sync-checkpoint-lists-removed',
    breaks: ['SYNC-37'],
    title: 'Tells the cursor of a scope that was removed',
    faults() {
      const removed = new WeakMap<object, number>();
      return [
        within('createFeed', 'stop', {
          when({ self, args: [s] }) {
            removed.set(self as object, s);
            return false;
          },
          then: (call) => call.standard(),
        }),
        within('createFeed', 'checkpoint', {
          when: (call) => removed.has(call.self as object) && call.standard().sc.length > 0,
          then(call) {
            const message = call.standard();
            return {
              ...message,
              sc: [...message.sc, { s: removed.get(call.self as object)!, cur: message.sc[0]!.cur }],
            };
          },
        }),
      ];
    },
  },
  {
    name: 'sync-checkpoint-of-the-head',
    breaks: ['SYNC-38'],
    title: 'Tells the cursor of the head in the middle of a catch-up',
    faults: () => [
      within('createFeed', 'checkpoint', {
        when: (call) => call.standard().more,
        then(call) {
          const { log } = (call.self as Feed).config;
          const message = call.standard();
          return { ...message, sc: message.sc.map(({ s }) => ({ s, cur: encodeCursor(log.cursor(log.head)) })) };
        },
      }),
    ],
  },
  {
    name: 'sync-checkpoint-n-of-different-ones',
    breaks: ['SYNC-39'],
    title: 'Does not count an operation again that it feeds again',
    faults() {
      const fed = new Map<number, Set<string>>();
      const idsOf = (connection: Connection): Set<string> => {
        const ids = fed.get(numberOf(connection)) ?? new Set();
        fed.set(numberOf(connection), ids);
        return ids;
      };
      return [
        at('outgoing', {
          when({ args: [message, , connection] }) {
            const ids = idsOf(connection);
            if (message.kind === 'operations') for (const bytes of message.operations) ids.add(Id.from(bytes).toHex());
            return (
              message.kind === 'control' && message.message.name === 'CHECKPOINT' && message.message.n !== ids.size
            );
          },
          then({ args: [message, next, connection] }) {
            if (message.kind !== 'control' || message.message.name !== 'CHECKPOINT') return;
            next({ kind: 'control', message: { ...message.message, n: idsOf(connection).size } });
          },
        }),
      ];
    },
  },
  {
    name: 'sync-checkpoint-n-of-scopes',
    breaks: ['SYNC-39'],
    title: 'Counts an operation once for each of two scopes, however often it feeds it',
    faults: () => [
      within('createFeed', 'checkpoint', {
        when: (call) => (call.self as Feed).scopes === 2 && call.standard().n === 2,
        then: (call) => ({ ...call.standard(), n: 4 }),
      }),
    ],
  },
  tells(
    { name: 'sync-checkpoint-never-more', breaks: ['SYNC-40'], title: 'Never says that there is more' },
    ({ more }) => more,
    (message) => [{ ...message, more: false }],
  ),
];

export const feedMutants: readonly Mutant[] = withDependents([
  ...feeding,
  ...catchUp,
  ...windows,
  ...messages,
  ...checkpoints,
]);
