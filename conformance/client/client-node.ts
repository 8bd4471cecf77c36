import { nodeCrypto } from '../../reference/src/crypto/node.ts';
import type { CryptoProvider } from '../../reference/src/crypto/provider.ts';
import type { Database } from '../../reference/src/database/database.ts';
import { SyncClient, type SyncClientOptions } from '../../reference/src/node/sync-client.ts';
import { openFolder } from '../../reference/src/store/folder.ts';
import { MemoryDisk } from '../../reference/src/store/memory-disk.ts';
import { type Journal, StorageError } from '../../reference/src/sync/journal.ts';
import { Replica } from '../../reference/src/sync/replica.ts';
import type { Value } from '../../reference/src/wire/index.ts';
import { Id } from '../../reference/src/wire/index.ts';
import { CheckFailure } from './check.ts';
import { GlassHub } from './glass-hub.ts';
import { HandTime } from './hand-time.ts';
import { MemoryLink } from './memory-link.ts';
import type { WholeParts } from './whole-parts.ts';

const OWN_NODE: Id = Id.fromHex('c1c1c1c1c1c141c181c1c1c1c1c1c1c1');
/** Microtasks that whatever is going on needs to come to rest. */
const TURNS = 60;
/** Tasks that are due at one time, at most. */
const MOST_STEPS = 500;
/** Waits are not drawn at random: a client comes back at once. */
const EAGER: CryptoProvider = {
  ...nodeCrypto,
  randomBytes: (length) => (length === 4 ? new Uint8Array(4) : nodeCrypto.randomBytes(length)),
};

let made = 0;

/** Ids that ascend, so that a check comes out the same each time. */
const ASCENDING: Pick<CryptoProvider, 'randomBytes' | 'sha256'> = {
  sha256: nodeCrypto.sha256,
  randomBytes(length) {
    const bytes = new Uint8Array(length).fill(8);
    new DataView(bytes.buffer).setUint32(0, ++made);
    return bytes;
  },
};

/** What the application was told, one line each. */
type Told = string[];

/** A whole client: its data on a disk in memory, its own time, and a server of glass at the other end of each link. */
export class ClientNode {
  readonly time: HandTime;
  readonly disk: MemoryDisk;
  readonly replica: Replica;
  readonly database: Database;
  readonly told: Told = [];
  /** All that it has dialled, in order, and when; also those where nobody answered. */
  readonly hubs: GlassHub[] = [];
  readonly links: MemoryLink[] = [];
  readonly dials: number[] = [];
  /** The disk after each commit, if the power were lost then. */
  readonly durable: MemoryDisk[] = [];
  /** No room on the disk. */
  isFull = false;
  /** Nobody answers. */
  isDown = false;
  readonly #parts: WholeParts;

  constructor(parts: WholeParts, disk: MemoryDisk = new MemoryDisk(), time: HandTime = new HandTime()) {
    this.#parts = parts;
    this.disk = disk;
    this.time = time;
    const folder = openFolder(disk, 'data', { preallocate: 0, newNodeId: () => OWN_NODE });
    const { journal, changes } = folder.openDatabase('bugs');
    const { sha256, randomBytes } = EAGER;
    const unixSeconds = () => time.date() / 1000;
    const watched = parts.journal(this.#watched(journal));
    this.replica = Replica.open({ journal: watched, changes }, { sha256, randomBytes, unixSeconds });
    parts.clock(this.replica.clock);
    for (const remote of this.replica.remotes) parts.remote(remote, this.replica);
    const state = parts.createState();
    this.database = parts.createDatabase({ replica: this.replica, node: folder.nodeId, crypto: ASCENDING, state });
  }

  /** The same client in a new process, on what a disk holds: that of now, or one of before. */
  again(disk: MemoryDisk = this.disk.kill()): ClientNode {
    return new ClientNode(this.#parts, disk, this.time);
  }

  /** A client of the server `url`, running. */
  sync(options: Partial<SyncClientOptions> = {}): SyncClient {
    const { told } = this;
    const { url = 'hub' } = options;
    const isKnown = [...this.replica.remotes].some(({ name }) => name === url);
    if (!isKnown) this.#parts.remote(this.replica.remote(url), this.replica);
    const client = new SyncClient({
      replica: this.replica,
      database: 'bugs',
      node: OWN_NODE,
      url,
      grease: false,
      scheduler: this.time,
      crypto: EAGER,
      parts: this.#parts,
      connect: () => this.#dial(),
      onDeadLetter: ({ entry }) => told.push(`dead ${entry.seq}`),
      onPostponed: ({ entry }) => told.push(`postponed ${entry.seq}`),
      onSkipped: ({ bytes, reason }) =>
        told.push(`skipped ${Id.from(bytes).toHex()} ${reason === 'conflict' ? reason : reason.reason}`),
      onFault: () => told.push('fault'),
      ...options,
    });
    client.start();
    return client;
  }

  /** The latest hub, brought into OPEN; what it was asked is not answered yet. */
  async open(): Promise<GlassHub> {
    await this.settle();
    const hub = this.hubs.at(-1);
    if (hub?.hello === undefined) throw new CheckFailure('a connection', 'none');
    hub.welcome();
    await this.settle();
    hub.complete();
    await this.settle();
    hub.session();
    await this.settle();
    return hub;
  }

  /** As `sync`, on a connection on which everything is granted. */
  async live(options: Partial<SyncClientOptions> = {}): Promise<GlassHub> {
    this.sync(options);
    return this.granted();
  }

  /** As `open`, and everything is granted. */
  async granted(): Promise<GlassHub> {
    const hub = await this.open();
    hub.grant();
    await this.settle();
    return hub;
  }

  /** Ends the latest connection, and waits for the next one. */
  async cut(): Promise<void> {
    const before = this.hubs.length;
    this.hubs.at(-1)!.link.end();
    await this.comesBack(before);
  }

  /** Until there are more connections than `before`. */
  async comesBack(before: number, within = 400_000): Promise<void> {
    const end = this.time.now() + within;
    await this.settle();
    while (this.hubs.length <= before && this.time.now() < end) {
      this.time.step(end);
      await this.settle();
    }
    if (this.hubs.length <= before) throw new CheckFailure('another connection', `none in ${within} ms`);
  }

  async pass(milliseconds: number): Promise<void> {
    const end = this.time.now() + milliseconds;
    await this.settle();
    while (this.time.step(end)) await this.settle();
  }

  /** Until nothing happens any more without time that passes. */
  async settle(): Promise<void> {
    for (let steps = 0; steps < MOST_STEPS; steps++) {
      for (let i = 0; i < TURNS; i++) await Promise.resolve();
      if (!this.time.step()) return;
    }
    throw new CheckFailure('a client that comes to rest', 'one that does not');
  }

  /** Inserts a record; the bytes of the operation. */
  write(title: Value = 'x', collection = 'bugs'): Uint8Array {
    this.database.insert(collection, { title });
    return this.bytes();
  }

  /** The bytes of the latest operation of the log. */
  bytes(): Uint8Array {
    return this.replica.log.entry(this.replica.log.head)!.bytes;
  }

  /** Titles that show, in alphabetical order. */
  get titles(): string[] {
    return this.database
      .list('bugs')
      .map(({ fields }) => String(fields.get('title')))
      .sort();
  }

  /** Operations of the log, in order. */
  get log(): Uint8Array[] {
    const { log } = this.replica;
    return Array.from({ length: log.head }, (_, i) => log.entry(i + 1)?.bytes).filter((bytes) => bytes !== undefined);
  }

  /** Compacts the log; the bytes of what is left, in hex. */
  compact(): string[] {
    this.replica.compact(this.#parts.droppable);
    return this.log.map((bytes) => Buffer.from(bytes).toString('hex'));
  }

  async #dial(): Promise<MemoryLink> {
    this.dials.push(this.time.now());
    if (this.isDown) throw new Error('nobody answers');
    const [own, other] = MemoryLink.pair();
    this.hubs.push(new GlassHub(other));
    this.links.push(own);
    return own;
  }

  #watched(journal: Journal): Journal {
    const commit = journal.commit.bind(journal);
    journal.commit = () => {
      if (this.isFull) {
        journal.rollback();
        throw new StorageError('full', 'no room');
      }
      commit();
      this.durable.push(this.disk.crash(() => 0));
    };
    return journal;
  }
}
