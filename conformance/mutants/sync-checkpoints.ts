/** Mutants of chapter 9: nodes that tell wrongly how far they fed. */
import { Id } from '../../reference/src/bytes/id.ts';
import type { Connection } from '../../reference/src/node/connection.ts';
import type { Limits } from '../../reference/src/registry.ts';
import type { Feed } from '../../reference/src/sync/feed.ts';
import { type ControlMessageOf, encodeCursor } from '../../reference/src/wire/index.ts';
import { type Fault, witnessed } from './fault.ts';
import { at, type Mutant, within } from './mutant.ts';
import { tells } from './sync-checkpoint-messages.ts';
import { numberOf } from './traces.ts';

/** What was told on each connection last. */
class Told {
  readonly #n = new Map<number, number>();
  readonly #asked = new Set<number>();
  readonly #scopes = new Map<number, Set<number>>();

  /** Notes what leaves; whether nothing was fed since the CHECKPOINT before, no scope is new, and nobody asked. */
  isIdle(connection: number, { n, sc }: ControlMessageOf<'CHECKPOINT'>): boolean {
    const before = this.#n.get(connection);
    const known = this.#scopes.get(connection) ?? new Set();
    const isKnown = sc.length > 0 && sc.every(({ s }) => known.has(s));
    this.#n.set(connection, n);
    this.#scopes.set(connection, known);
    for (const { s } of sc) known.add(s);
    return !this.#asked.delete(connection) && before === n && isKnown;
  }

  pong(connection: number): void {
    this.#asked.add(connection);
  }
}

/** Feeds by other limits. It matters on a connection that is fed more operations, or more bytes, than the right ones. */
function feedsBy(other: Partial<Limits>, operations: number, bytes: number): readonly Fault[] {
  const fed = new WeakMap<object, { operations: number; bytes: number }>();
  const much = within('createFeed', 'fits', {
    when: ({ self, args: [length] }) => {
      const sum = fed.get(self as Feed) ?? { operations: 0, bytes: 0 };
      fed.set(self as Feed, { operations: sum.operations + 1, bytes: sum.bytes + length });
      return sum.operations + 1 > operations || sum.bytes + length > bytes;
    },
    then: (call) => call.standard(),
  });
  const fault = at('createFeed', {
    then: (call) => {
      const [config] = call.args;
      return call.with({ ...config, limits: { ...config.limits, ...other } });
    },
  });
  return [witnessed(fault, much)];
}

export const checkpoints: readonly Mutant[] = [
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
            return told.isIdle(number, message.message);
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
    faults: () => feedsBy({ CHECKPOINT_OPERATIONS: 512 }, 256, Number.POSITIVE_INFINITY),
  },
  {
    name: 'sync-checkpoint-after-512-kib',
    breaks: ['SYNC-30', 'LIM-19'],
    title: 'Feeds 512 KiB without a CHECKPOINT',
    faults: () => feedsBy({ CHECKPOINT_BYTES: 1 << 19 }, Number.POSITIVE_INFINITY, 1 << 18),
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
