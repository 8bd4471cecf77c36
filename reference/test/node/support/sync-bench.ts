import { randomBytes } from 'node:crypto';
import { Id } from '../../../src/bytes/id.ts';
import type { Ending } from '../../../src/node/ending.ts';
import { Server, type ServerOptions } from '../../../src/node/server.ts';
import { type ServerParts, standardServerParts } from '../../../src/node/server-parts.ts';
import { SyncClient, type SyncClientOptions } from '../../../src/node/sync-client.ts';
import type { SyncStatus } from '../../../src/node/sync-client-events.ts';
import type { Change } from '../../../src/sync/journal.ts';
import { OWN } from '../../../src/sync/log-entry.ts';
import { Replica } from '../../../src/sync/replica.ts';
import { encodeOperation, type PlainOperation, teamOf } from '../../../src/wire/operation.ts';
import { ListJournal } from '../../sync/list-journal.ts';
import { operation, sha256 } from '../../sync/operations.ts';
import { ManualScheduler } from './manual-scheduler.ts';
import { type MemoryLink, memoryLinks, settled } from './memory-link.ts';

/** The least Unix time that nodes reckon with; the scheduler's clock begins there. */
export const UNIX_SECONDS = 1_700_000_000;

/** A node's data: a replica over a journal that outlives it. */
export class Store {
  journal: ListJournal;
  replica!: Replica;
  readonly #unixSeconds: () => number;

  constructor(kept: Change[] = [], unixSeconds: () => number = () => UNIX_SECONDS) {
    this.journal = new ListJournal(kept);
    this.#unixSeconds = unixSeconds;
    this.restart();
  }

  /** The node is killed and starts again: what was not committed is gone. */
  restart(): void {
    const { journal, changes } = this.journal.reopened();
    this.journal = journal as ListJournal;
    const unixSeconds = this.#unixSeconds;
    this.replica = Replica.open({ journal, changes }, { sha256, randomBytes, unixSeconds });
  }

  /** Goes back to what it was when `kept` was copied. */
  restore(kept: readonly Change[]): void {
    this.journal.kept.splice(0, this.journal.kept.length, ...kept);
    this.restart();
  }

  /** Writes an operation of this node, durably. */
  write(members: Parameters<typeof operation>[0] = {}): PlainOperation {
    const written = operation({ counter: this.replica.clock.next(), ...members });
    const { id, collection } = written;
    this.replica.clock.observe(written.counter);
    this.replica.log.append({ id, collection, team: teamOf(written) }, encodeOperation(written), OWN);
    this.replica.commit();
    return written;
  }

  /** Ids of the operations that are durable, in their order. */
  get ids(): string[] {
    const { log } = this.replica;
    return Array.from({ length: log.head }, (_, i) => log.entry(i + 1)!.id.toHex());
  }

  kinds(): string[] {
    return this.journal.kept.map(({ kind }) => kind);
  }
}

/** A server over a store, which can be taken down. */
export class Hub {
  readonly store: Store;
  readonly endings: Ending[] = [];
  isDown = false;
  server!: Server;
  readonly #options: Partial<ServerOptions>;
  readonly #bench: SyncBench;

  constructor(bench: SyncBench, store: Store, options: Partial<ServerOptions>) {
    this.#bench = bench;
    this.#options = options;
    this.store = store;
    this.start();
  }

  /** A new server over what the store has now. */
  start(): void {
    const { parts = standardServerParts } = this.#options;
    this.server = new Server({
      databases: ['bugs'],
      replicas: new Map([['bugs', this.store.replica]]),
      scheduler: this.#bench.scheduler,
      onEnding: (_, ending) => this.endings.push(ending),
      ...this.#options,
      parts: {
        ...parts,
        grease: () => undefined,
        delay: (timer, limits) => (timer === 'ANSWER_GAP' ? 0 : parts.delay(timer, limits)),
      },
    });
  }

  link(): MemoryLink {
    const [own, server] = memoryLinks();
    this.server.accept(server);
    return own;
  }
}

/** A SyncClient over a store, and what it tells. */
export class Caller {
  readonly store: Store;
  readonly told: string[] = [];
  readonly statuses: SyncStatus[] = [];
  readonly endings: (Ending | Error)[] = [];
  links: MemoryLink[] = [];
  sync!: SyncClient;
  readonly #bench: SyncBench;
  readonly #hub: Hub;
  readonly #options: Partial<SyncClientOptions>;

  constructor(bench: SyncBench, hub: Hub, store: Store, options: Partial<SyncClientOptions>) {
    this.#bench = bench;
    this.#hub = hub;
    this.#options = options;
    this.store = store;
    this.start();
  }

  start(): void {
    const { told } = this;
    this.sync = new SyncClient({
      replica: this.store.replica,
      database: 'bugs',
      url: 'hub',
      connect: async () => {
        if (this.#hub.isDown) throw new Error('connect ECONNREFUSED');
        const link = this.#hub.link();
        this.links.push(link);
        return link;
      },
      scheduler: this.#bench.scheduler,
      grease: false,
      onStatus: (status) => this.statuses.push(status),
      onDeadLetter: ({ entry, code }) => told.push(`dead ${entry.seq} ${code}`),
      onPostponed: ({ entry, retry }) => told.push(`postponed ${entry.seq} ${retry}`),
      onSkipped: ({ reason }) => told.push(`skipped ${reason === 'conflict' ? reason : reason.reason}`),
      onRecovery: (code) => told.push(`recovery ${code}`),
      onFault: (error) => told.push(`fault ${(error as Error).message}`),
      onScopeEnded: (scope, code) => told.push(`ended ${scope.col} ${code}`),
      onEnding: (ending) => this.endings.push(ending),
      ...this.#options,
    });
    this.sync.start();
  }

  get link(): MemoryLink {
    return this.links.at(-1)!;
  }

  /** Killed, and started again over what its store has. */
  restart(): void {
    this.link.destroy();
    void this.sync.stop();
    this.store.restart();
    this.start();
  }
}

/** Nodes without sockets, disks and time of their own. */
export class SyncBench {
  readonly scheduler = new ManualScheduler();

  store(kept: Change[] = []): Store {
    return new Store(kept, () => UNIX_SECONDS + this.scheduler.now() / 1000);
  }

  hub(options: Partial<ServerOptions> = {}, store: Store = this.store()): Hub {
    return new Hub(this, store, options);
  }

  caller(hub: Hub, options: Partial<SyncClientOptions> = {}, store: Store = this.store()): Caller {
    return new Caller(this, hub, store, options);
  }

  /** Until nothing more happens within `milliseconds`. */
  async pass(milliseconds = 10): Promise<void> {
    await this.#rest();
    this.scheduler.advance(milliseconds);
    await this.#rest();
  }

  async #rest(): Promise<void> {
    for (let i = 0; i < 12; i++) {
      await settled();
      this.scheduler.advance(0);
    }
  }
}

/** Parts of a server that see, or change, what comes and goes. */
export function serverParts(change: Partial<ServerParts>): ServerParts {
  return { ...standardServerParts, ...change };
}

export function hex(...operations: readonly PlainOperation[]): string[] {
  return operations.map(({ id }) => id.toHex());
}

export const NODE: Id = Id.fromHex('c1c1c1c1c1c141c181c1c1c1c1c1c1c1');
