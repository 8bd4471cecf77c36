/** Mutants of chapter 9: nodes that say that something is durable which is not. */

import { Id } from '../../reference/src/bytes/id.ts';
import type { ServerConnection } from '../../reference/src/node/server-connection.ts';
import type { Feed } from '../../reference/src/sync/feed.ts';
import { decodeCursor, encodeCursor } from '../../reference/src/wire/cursor.ts';
import { sending } from './factories.ts';
import { type Fault, witnessed } from './fault.ts';
import { at, within } from './links-parts.ts';
import { LateJournal, Lives } from './lives.ts';
import type { Mutant } from './mutant.ts';

/** Which connections of a process there are, and whether one of them is fed. */
class Readers {
  readonly #feeds = new Set<Feed>();
  readonly connections = new Set<ServerConnection>();
  readonly pushers = new Set<ServerConnection>();

  get areThere(): boolean {
    return [...this.#feeds].some(({ scopes }) => scopes > 0);
  }

  trace(): readonly Fault[] {
    return [
      at('openJournal', {
        when: () => {
          this.#feeds.clear();
          this.connections.clear();
          return false;
        },
        then: (call) => call.standard(),
      }),
      at('createFeed', {
        when: (call) => {
          this.#feeds.add(call.standard());
          return false;
        },
        then: (call) => call.standard(),
      }),
      at('push', {
        when: ({ args: [connection] }) => {
          this.pushers.add(connection);
          return false;
        },
        then: (call) => call.standard(),
      }),
      at('settle', {
        when: ({ args: [connection] }) => {
          this.connections.add(connection);
          return false;
        },
        then: (call) => call.standard(),
      }),
    ];
  }
}

/** Takes some transactions for durable before they are; `isLate` is asked in their commit, with their operations. */
function late(isLate: (operations: number) => boolean): Fault {
  let operations = 0;
  return witnessed(
    at('openJournal', { then: ({ args: [journal] }) => new LateJournal(journal, isLate) }),
    // more often than it matters: the operations of all transactions count
    within('openJournal', 'add', {
      when: ({ args: [change] }) => change.kind === 'append' && isLate(++operations),
      then: (call) => call.standard(),
    }),
  );
}

export const durability: readonly Mutant[] = [
  {
    name: 'durability-ack-first',
    breaks: ['SYNC-80', 'SYNC-82', 'SYNC-83', 'SYNC-84', 'SYNC-85', 'SYNC-86'],
    title: 'While nobody reads, sends its ACKs and writes what they are about when it is ended, or somebody reads',
    faults() {
      const readers = new Readers();
      return [...readers.trace(), late(() => !readers.areThere)];
    },
  },
  {
    name: 'durability-feed-first',
    breaks: ['SYNC-81'],
    title: 'Feeds the first two operations of its log before it writes them, until it refuses a counter',
    faults() {
      const readers = new Readers();
      let journal: LateJournal | undefined;
      const lives = new Lives();
      let hasRefused = false;
      const isLate = (): boolean => readers.areThere && lives.log!.last < 3 && !hasRefused;
      return [
        ...readers.trace(),
        lives.ofLog(),
        within('createReceiver', 'clock', {
          when: (call) => {
            hasRefused ||= call.refusal() !== undefined;
            return false;
          },
          then: (call) => call.standard(),
        }),
        witnessed(
          at('openJournal', {
            then: ({ args: [inner] }) => {
              journal = new LateJournal(inner, isLate);
              return journal;
            },
          }),
          within('openJournal', 'commit', { when: isLate, then: (call) => call.standard() }),
        ),
        within('control', 'PING', {
          when: ({ args: [connection] }) => journal?.isBehind === true && readers.pushers.has(connection),
          then: (call) => {
            journal?.write();
            for (const connection of readers.connections) connection.refresh();
            return call.standard();
          },
        }),
        within('createAnswers', 'flush', { when: () => journal?.isBehind === true, then: () => [] }),
      ];
    },
  },
  {
    name: 'durability-long-transaction-written-later',
    breaks: ['SYNC-83', 'SYNC-80', 'SYNC-82', 'SYNC-84', 'SYNC-85', 'SYNC-86'],
    title: 'Says that a transaction of more than a hundred operations is durable, and writes it with the next one',
    faults: () => [late((operations) => operations > 100)],
  },
  {
    name: 'durability-head-of-what-is-to-come',
    breaks: ['SYNC-82', 'SYNC-64'],
    title: 'Shows in an ACK the position of an operation that it has not got yet, in a log of more than 200',
    faults: () => [
      sending(
        'ACK',
        ({ st, cur }) => st.length === 1 && decodeCursor(cur).seq > 200,
        (message) => {
          const { log, seq } = decodeCursor(message.cur);
          const cur = encodeCursor({ log, seq: seq + 1, mark: Id.from(crypto.getRandomValues(new Uint8Array(16))) });
          return [{ ...message, cur }];
        },
      ),
    ],
  },
];
