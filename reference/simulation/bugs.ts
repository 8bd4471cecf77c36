/** Ways to be wrong that the simulation has to find: each breaks one rule, in the seams that the nodes have. */

import type { Id } from '../src/bytes/id.ts';
import { standardServerParts } from '../src/node/server-parts.ts';
import type { DiskFile } from '../src/store/disk.ts';
import { ArrivalLog } from '../src/sync/arrival-log.ts';
import type { Feed } from '../src/sync/feed.ts';
import { Feed as StandardFeed } from '../src/sync/feed.ts';
import type { LogEntry } from '../src/sync/log-entry.ts';
import { MergeState } from '../src/sync/merge/index.ts';
import { Subscriptions } from '../src/sync/subscriptions.ts';
import type { ScopeRequest } from '../src/wire/control/message.ts';
import { decodeCursor, encodeCursor } from '../src/wire/cursor.ts';
import { type Operation, peekOperation } from '../src/wire/operation.ts';
import type { Bug } from './bug.ts';

/** Milliseconds by which a lazy journal is late. */
const LATE = 40;

const BUGS = {
  'lost-ack': {
    about: 'ACK goes out when a commit was begun, not when it is durable (SYNC-80)',
    journal: ({ journal, changes }, time, life) => ({
      changes,
      journal: {
        get isDirty() {
          return journal.isDirty;
        },
        add: (change) => journal.add(change),
        commit: () => void time.after(LATE, () => journal.commit(), life),
        rollback: () => journal.rollback(),
        read: (place) => journal.read(place),
        rewrite(all) {
          journal.commit();
          return journal.rewrite(all);
        },
        close: () => journal.close(),
      },
    }),
  },
  'no-sync': {
    about: 'what is written is never synced: the power takes it away (SYNC-80)',
    disk: (disk) => {
      const lazy = (file: DiskFile): DiskFile => ({
        size: () => file.size(),
        read: (target, position) => file.read(target, position),
        write: (bytes, position) => file.write(bytes, position),
        truncate: (length) => file.truncate(length),
        sync() {},
        close: () => file.close(),
      });
      return { ...disk, open: (path, access) => lazy(disk.open(path, access)) };
    },
  },
  'cursor-ahead': {
    about: 'CHECKPOINT shows the head of the log, not how far the feed is (SYNC-82)',
    server: (parts) => ({
      ...parts,
      createFeed: (config) =>
        new (class extends StandardFeed {
          override checkpoint(): ReturnType<Feed['checkpoint']> {
            const message = super.checkpoint();
            const cur = encodeCursor(config.log.cursor(config.log.head));
            return { ...message, sc: message.sc.map(({ s }) => ({ s, cur })) };
          }
        })(config),
    }),
  },
  lamport: {
    about: 'a feed is resumed after the counter of the last operation, not after its position',
    server: (parts) => ({
      ...parts,
      createSubscriptions: (config) =>
        new (class extends Subscriptions {
          override start(request: ScopeRequest): void {
            const { log, feed } = config;
            const { s, col, team, cur } = request;
            const position = cur === undefined ? 0 : decodeCursor(cur).seq;
            const counterAt = (seq: number): number => {
              const entry = seq === 0 ? undefined : log.entry(seq);
              return entry === undefined ? 0 : peekOperation(entry.bytes).counter;
            };
            const since = counterAt(position);
            let from = 0;
            while (from < log.head && counterAt(from + 1) <= since) from += 1;
            // what is older than the cursor says was seen, wherever it stands
            feed.start({ s, collection: col, team }, from);
            this.#skipOld(since, from);
          }

          #skipOld(since: number, from: number): void {
            const { feed, log } = config;
            const mayFeed = feed.mayFeed.bind(feed);
            const head = log.head;
            feed.mayFeed = (entry: LogEntry) =>
              mayFeed(entry) && (entry.seq > head || entry.seq <= from || peekOperation(entry.bytes).counter > since);
          }
        })(config),
    }),
  },
  'arrival-order': {
    about: 'a record is what was written to it last, in the order of arrival (MERGE-15)',
    newState: () => new ArrivalOrderState(),
  },
  'no-seen': {
    about: '`seen` is not sent, so a restored server that went on is not noticed (SYNC-110)',
    client: (parts) => ({
      ...parts,
      outgoing(message, next, connection) {
        if (message.kind !== 'control' || message.message.name !== 'SUBSCRIBE')
          parts.outgoing(message, next, connection);
        else {
          const { seen: _, ...others } = message.message;
          parts.outgoing({ kind: 'control', message: others }, next, connection);
        }
      },
    }),
  },
  'fed-is-known': {
    about: 'what was fed counts as the server\u2019s before its CHECKPOINT (SYNC-92)',
    client: (parts, replica, remote) => ({
      ...parts,
      feed(connection, operations) {
        parts.feed(connection, operations);
        const seqs = operations.map((bytes) => replica.log.find(peekOperation(bytes).id)?.seq);
        remote().checkpoint(
          [],
          seqs.filter((seq) => seq !== undefined),
        );
      },
    }),
  },
  'pending-dominates': {
    about: 'in compaction, own operations that may still be refused dominate others (SYNC-122)',
    replica(replica) {
      const compact = replica.compact.bind(replica);
      replica.compact = () => {
        const remotes = [...replica.remotes];
        for (const remote of remotes) Object.assign(remote, { isKnown: () => true, isDead: () => false });
        try {
          return compact();
        } finally {
          for (const remote of remotes) for (const name of ['isKnown', 'isDead']) Reflect.deleteProperty(remote, name);
        }
      };
    },
  },
  'forgotten-ids': {
    about: 'after a restart nobody knows which operations the log has (SYNC-85)',
    server: (parts) => ({
      ...parts,
      createLog: (id, sha256, options) =>
        new (class extends ArrivalLog {
          #replayed = 0;
          override replay(...of: Parameters<ArrivalLog['replay']>): void {
            super.replay(...of);
            this.#replayed = this.last;
          }
          override find(operation: Id): LogEntry | undefined {
            const entry = super.find(operation);
            return entry === undefined || entry.seq <= this.#replayed ? undefined : entry;
          }
        })(id, sha256, options),
    }),
  },
  echo: {
    about: 'operations are fed back on the connection that brought them (SYNC-34)',
    server: (parts) => ({
      ...parts,
      createFeed: (config) =>
        new (class extends StandardFeed {
          override mayFeed(): boolean {
            return true;
          }
        })(config),
    }),
  },
  'nonce-reuse': {
    about: 'every seventh frame is sealed with the nonce of the one before (CHAN-2)',
    server: (parts) => ({
      ...parts,
      createSealer(crypto, key, direction, limits) {
        let count = 0;
        let last = new Uint8Array(0);
        const careless = {
          ...crypto,
          aead(of: Uint8Array) {
            const aead = crypto.aead(of);
            return {
              ...aead,
              seal(nonce: Uint8Array, plaintext: Uint8Array, target: Uint8Array, at: number) {
                count += 1;
                if (count % 7 !== 0) last = nonce.slice();
                aead.seal(last, plaintext, target, at);
              },
            };
          },
        };
        return standardServerParts.createSealer(careless, key, direction, limits);
      },
    }),
  },
} as const satisfies { readonly [name: string]: Bug };

export const bugs: { readonly [name: string]: Bug } = BUGS;

/** Takes the stamps for the order in which operations come. */
class ArrivalOrderState extends MergeState {
  #count = 0;

  override apply(operation: Operation): ReturnType<MergeState['apply']> {
    this.#count += 1;
    return super.apply(operation.type === 'sealed' ? operation : { ...operation, counter: this.#count });
  }
}
