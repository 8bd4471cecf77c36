/**
 * One node of a world: its disk, which outlives crashes, and the process on it, which does not. The process is the code of
 * the nodes themselves: folder, journal, Replica, Database, Server, SyncClient.
 */
import { Id } from '../src/bytes/id.ts';
import type { CryptoProvider } from '../src/crypto/provider.ts';
import { Database } from '../src/database/database.ts';
import { ProtocolError } from '../src/errors.ts';
import { Server } from '../src/node/server.ts';
import { SyncClient } from '../src/node/sync-client.ts';
import { PowerLoss } from '../src/store/faulty-disk.ts';
import { openFolder } from '../src/store/folder.ts';
import type { MemoryDisk } from '../src/store/memory-disk.ts';
import { type Journal, type OpenedJournal, StorageError } from '../src/sync/journal.ts';
import { type LogEntry, OWN } from '../src/sync/log-entry.ts';
import { Replica } from '../src/sync/replica.ts';
import { writeSomething } from './author.ts';
import { newState } from './bug.ts';
import { checkCompaction, checkDurable, checkLog } from './checks.ts';
import { Ledger } from './ledger.ts';
import { SimulatedDisk } from './node-disk.ts';
import type { NodePlan } from './plan.ts';
import type { Random } from './random.ts';
import type { Life } from './virtual-time.ts';
import { watchedClient, watchedServer } from './watch.ts';
import { witnessCrypto } from './witness-crypto.ts';
import type { World } from './world.ts';

export const DATABASE = 'bugs';
const FOLDER = 'data';

/** A running process. */
export interface Process {
  readonly life: Life;
  readonly replica: Replica;
  readonly database: Database;
  readonly server: Server | undefined;
  /** By the names of their hubs. */
  readonly clients: ReadonlyMap<string, SyncClient>;
}

interface Backup {
  readonly disk: MemoryDisk;
  readonly ledger: Ledger;
}

export const urlOf = (hub: string): string => `tcp://${hub}:7420`;

export class SimulatedNode {
  readonly plan: NodePlan;
  readonly world: World;
  readonly disk: SimulatedDisk;
  readonly random: Random;
  process: Process | undefined;
  ledger = new Ledger();
  /** A client that never comes back. */
  isGone = false;
  /** How often a backup was put in the place of what was there. */
  restores = 0;
  /** Until when everything is refused for now. */
  refusesUntil = 0;
  stalledUntil = 0;
  #backup: Backup | undefined;
  #lives = 0;
  #life: Life | undefined;
  #starting: { cancel(): void } | undefined;

  constructor(world: World, plan: NodePlan, random: Random) {
    this.world = world;
    this.plan = plan;
    this.random = random;
    this.disk = new SimulatedDisk(random.fork('disk'));
  }

  get name(): string {
    return this.plan.name;
  }

  say(what: string): void {
    this.world.say(this.name, what);
  }

  start(): void {
    if (this.process !== undefined || this.isGone) return;
    this.#starting?.cancel();
    const life: Life = { isOver: false };
    this.#life = life;
    this.#lives += 1;
    try {
      this.process = this.#run(life);
      this.say(`starts, log of ${this.process.replica.log.head}`);
      for (const client of this.process.clients.values()) client.start();
    } catch (error) {
      if (life.isOver) return; // it lost its power meanwhile
      life.isOver = true;
      if (!(error instanceof StorageError) || error.kind === 'damaged') throw error;
      this.say(`cannot start: ${error.kind}`);
      this.disk.lose('kill');
      this.startIn(1000);
    }
  }

  startIn(delay: number): void {
    this.#starting?.cancel();
    this.#starting = this.world.time.after(delay, () => this.start());
  }

  /** Ends the process, as it is in the middle of whatever it does. */
  crash(how: 'kill' | 'power', down: number | null): void {
    this.say(`crashes (${how})`);
    if (this.#life !== undefined) this.#life.isOver = true;
    this.process = undefined;
    this.world.abandon(this.name);
    // Not at once: the code that is under way goes on until it touches the disk, and must not touch the next one.
    this.world.time.after(0, () => this.disk.lose(how));
    this.#starting?.cancel();
    if (down === null) this.isGone = true;
    else this.startIn(1 + down);
  }

  /** Crashes after so many more things done to the disk. */
  crashSoon(how: 'kill' | 'power', after: number, down: number | null): void {
    if (this.process === undefined) return;
    if (after === 0) this.crash(how, down);
    else this.disk.crash = { after, stop: () => this.crash(how, down) };
  }

  backUp(): void {
    this.#backup = { disk: this.disk.memory.kill(), ledger: new Ledger(this.ledger) };
    this.say(`is backed up, log of ${this.process?.replica.log.head ?? '?'}`);
  }

  restore(down: number): void {
    const backup = this.#backup;
    if (backup === undefined || this.isGone) return;
    if (this.process !== undefined) this.crash('kill', down);
    this.say('is restored');
    this.restores += 1;
    this.ledger = new Ledger(backup.ledger);
    this.world.time.after(0, () => (this.disk.memory = backup.disk.kill()));
  }

  write(count: number, random: Random): void {
    for (let i = 0; i < count && this.process !== undefined; i++) {
      const { database, replica } = this.process;
      const leaps = this.plan.ahead > 0 && random.chance(0.1);
      if (leaps) replica.clock.observe(replica.clock.bound() - random.between(1, 10_000));
      const last = replica.log.last;
      this.attempt(() => {
        writeSomething(database, random);
        for (let seq = last + 1; seq <= replica.log.head; seq++)
          this.ledger.promise(replica.log.entry(seq)!.id.toHex(), 'it was written here');
      });
    }
  }

  compact(): void {
    const { process } = this;
    if (process === undefined) return;
    const { replica } = process;
    this.attempt(() => replica.commit());
    if (this.process === undefined) return;
    const before = entriesOf(replica);
    this.ledger.compacting = new Set(before.map(({ id }) => id.toHex()));
    this.attempt(() => {
      const { dropped } = replica.compact();
      this.ledger.compacting = undefined;
      const left = new Set(entriesOf(replica).map(({ id }) => id.toHex()));
      for (const { id } of before) if (!left.has(id.toHex())) this.#lost(id.toHex());
      if (dropped > 0) this.say(`compacts: ${before.length} to ${left.size}`);
      checkCompaction(this, replica, before);
    });
  }

  /** An operation that this node got by some other way. */
  take(entry: LogEntry): void {
    const { process } = this;
    if (process === undefined || process.replica.log.find(entry.id) !== undefined) return;
    const { replica } = process;
    this.attempt(() => {
      replica.clock.judge(this.world.history.written.get(entry.id.toHex())!.operation.counter);
      replica.clock.observe(this.world.history.written.get(entry.id.toHex())!.operation.counter);
      replica.log.append({ id: entry.id, collection: entry.collection, team: entry.team }, entry.bytes, 0);
      replica.commit();
      this.say(`is brought ${this.world.trace.nameOf(entry.id)}`);
    });
  }

  /** Does what may fail by its disk or its clock. */
  attempt(action: () => void): void {
    const life = this.#life;
    try {
      action();
    } catch (error) {
      if (life?.isOver === true || error instanceof PowerLoss) return;
      if (error instanceof StorageError) this.say(`cannot: ${error.kind}`);
      else if (error instanceof ProtocolError && error.reason === 'operation.clock') this.say('cannot: clock');
      else throw error;
    }
  }

  /** Compares what a crash now would leave with what is owed. */
  imagineCrash(random: Random): void {
    const memory = this.disk.imagine(random);
    const replica = this.#openOn(memory, witnessCrypto(random, this.world.nonces));
    checkDurable(this, replica);
  }

  #openOn(disk: MemoryDisk, crypto: CryptoProvider): Replica {
    const folder = openFolder(disk, FOLDER, { crypto, preallocate: 0 });
    const opened = folder.openDatabase(DATABASE);
    const replica = Replica.open(opened, {
      sha256: crypto.sha256,
      randomBytes: crypto.randomBytes,
      unixSeconds: () => this.world.time.unixSeconds(),
    });
    if (opened.recovery.kind === 'damaged' && !this.disk.hasFailed)
      this.world.fail('I1', `${this.name}: a crash left a damaged journal`);
    return replica;
  }

  #run(life: Life): Process {
    const { world, plan } = this;
    const { time, bug, limits } = world;
    const crypto = witnessCrypto(this.random.fork(`life ${this.#lives}`), world.nonces);
    const mounted = this.disk.mount();
    const folder = openFolder(bug?.disk?.(mounted) ?? mounted, FOLDER, { crypto, preallocate: plan.preallocate });
    const opened = folder.openDatabase(DATABASE);
    const usual: OpenedJournal = { journal: this.#watched(opened.journal, life), changes: opened.changes };
    let replica: Replica | undefined;
    const parts = watchedServer(this, life, () => replica!);
    replica = Replica.open(bug?.journal?.(usual, time, life) ?? usual, {
      sha256: crypto.sha256,
      randomBytes: crypto.randomBytes,
      unixSeconds: () => time.unixSeconds() + plan.ahead,
      createLog: (id, sha256, options) => parts.createLog(id, sha256, options),
    });
    bug?.replica?.(replica);
    if (opened.recovery.kind === 'damaged' && !this.disk.hasFailed)
      world.fail('I1', `${this.name} finds its journal damaged`);
    this.disk.hasFailed = false;
    this.#settleCompaction(replica);
    this.#witness(entriesOf(replica), replica);
    checkDurable(this, replica);
    replica.onCommit((entries) => {
      if (!life.isOver) this.#witness(entries, replica!);
    });
    const scheduler = time.scheduler(life);
    const server = plan.isHub
      ? new Server({
          databases: [DATABASE],
          replicas: new Map([[DATABASE, replica]]),
          node: folder.nodeId,
          crypto,
          limits,
          scheduler,
          parts,
          onEnding: (connection, ending) => world.ended(this.name, connection.remoteAddress, ending, life),
        })
      : undefined;
    const clients = new Map(
      plan.upstream.map((hub) => [hub, this.#client(hub, { life, replica: replica!, crypto, node: folder.nodeId })]),
    );
    const database = new Database({ replica, node: folder.nodeId, crypto });
    return { life, replica, database, server, clients };
  }

  #client(
    hub: string,
    { life, replica, crypto, node }: { life: Life; replica: Replica; crypto: CryptoProvider; node: Id },
  ): SyncClient {
    const { world, plan } = this;
    return new SyncClient({
      replica,
      database: DATABASE,
      target: DATABASE,
      node,
      url: urlOf(hub),
      connect: () => world.connect(this, hub, life),
      scopes: plan.scope === undefined ? [{}] : [{ col: plan.scope }],
      pushes: plan.pushes === undefined ? [{}] : [{ col: plan.pushes }],
      scheduler: world.time.scheduler(life),
      crypto,
      limits: world.limits,
      parts: watchedClient(this, life, hub, replica),
      onEnding: (ending) => world.ended(this.name, hub, ending, life),
      onRecovery: () => world.recovered(this, hub),
      onDeadLetter: ({ entry }) => this.say(`${world.trace.nameOf(entry.id)} is a dead letter`),
      onSkipped: ({ bytes }) => void this.ledger.skipped.add(Id.from(bytes).toHex()),
    });
  }

  /** An operator looks at the node once its journal takes nothing more. */
  #watched(journal: Journal, life: Life): Journal {
    const guarded = <T>(action: () => T): T => {
      try {
        return action();
      } catch (error) {
        const isBroken = error instanceof StorageError && error.kind === 'broken';
        if (isBroken && !life.isOver) {
          this.world.time.after(500, () => this.crash('kill', 100), life);
        }
        throw error;
      }
    };
    return {
      get isDirty() {
        return journal.isDirty;
      },
      add: (change) => journal.add(change),
      commit: () => guarded(() => journal.commit()),
      rollback: () => journal.rollback(),
      read: (place) => journal.read(place),
      rewrite: (changes) => guarded(() => journal.rewrite(changes)),
      close: () => journal.close(),
    };
  }

  /** What became durable is written into the history. */
  #witness(entries: readonly LogEntry[], replica: Replica): void {
    const { history, trace } = this.world;
    const { log } = replica;
    for (const { id, bytes, origin } of entries) {
      if (history.written.has(id.toHex())) continue;
      const name = `${origin === OWN ? this.name : 'somebody'}.${history.written.size + 1}`;
      trace.christen(id, name);
      history.wrote(name, bytes);
      if (origin === OWN) this.say(`writes ${name}`);
    }
    for (const { seq, id } of entries) history.link(log.id, seq, log.mark(seq - 1), log.mark(seq), id.toHex());
    checkLog(this, log);
  }

  /** Which of the two files a crash has left shows now. */
  #settleCompaction(replica: Replica): void {
    const before = this.ledger.compacting;
    this.ledger.compacting = undefined;
    for (const id of before ?? []) if (replica.log.find(Id.fromHex(id)) === undefined) this.#lost(id);
  }

  #lost(id: string): void {
    this.ledger.dropped.add(id);
    this.world.history.dropped.add(id);
  }

  newState = () => newState(this.world.bug);
}

/** What is in the log and durable. */
export function entriesOf({ log }: Pick<Replica, 'log'>): LogEntry[] {
  const entries: LogEntry[] = [];
  for (let seq = 1; seq <= log.head; seq++) {
    const entry = log.entry(seq);
    if (entry !== undefined) entries.push(entry);
  }
  return entries;
}
