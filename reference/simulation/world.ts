/**
 * A world: nodes, the network between them, time, and whoever watches. The same setup and steps give the same history, bit
 * for bit: nothing here, and nothing in the nodes, asks the real clock or real randomness.
 */
import type { Id } from '../src/bytes/id.ts';
import { ProtocolError } from '../src/errors.ts';
import type { Link } from '../src/link/link.ts';
import { describeEnding, type Ending } from '../src/node/ending.ts';
import { DEFAULT_LIMITS, type Limits } from '../src/registry.ts';
import { PowerLoss } from '../src/store/faulty-disk.ts';
import { StorageError } from '../src/sync/journal.ts';
import { scopeKey } from '../src/sync/scope-key.ts';
import type { PlainOperation } from '../src/wire/operation.ts';
import type { Bug } from './bug.ts';
import { checkConverged, checkDurable, checkState, nameOf } from './checks.ts';
import { History, isRefusable } from './ledger.ts';
import type { Setup, Step } from './plan.ts';
import { Random } from './random.ts';
import { entriesOf, SimulatedNode, urlOf } from './simulated-node.ts';
import { Trace } from './trace.ts';
import { type Life, VirtualTime } from './virtual-time.ts';
import { Wire } from './wire.ts';
import { NonceBook } from './witness-crypto.ts';

export interface Failure {
  readonly invariant: string;
  readonly what: string;
}

export interface WorldOptions {
  readonly bug?: Bug | undefined;
  /** Whether the lines of the trace are kept. */
  readonly isTraced?: boolean;
  /** After which part of the events a crash is imagined, from 0 to 1. */
  readonly imagined?: number | undefined;
}

const SMALL_WINDOWS = {
  PUSH_WINDOW_OPERATIONS: 6,
  FEED_WINDOW_OPERATIONS: 12,
  CHECKPOINT_OPERATIONS: 4,
  BATCH_OPERATIONS: 5,
};

/** Milliseconds in which a healed world has to become quiet: a few of the longest waits there are. */
const PATIENCE = 40 * 60_000;
/** Milliseconds for which it then has to stay quiet. */
const SILENCE = 120_000;
/** Events of one world: more than any that ends needs. */
const MOST_EVENTS = 600_000;
/** After how many of all events a crash is imagined, unless more is asked for. */
const IMAGINED = 0.015;
/** Refusals that need no bug: silence, and clocks that differ. */
const HONEST_ENDINGS: readonly string[] = [
  'connection.timeout',
  'connection.idle',
  'feed.slow-consumer',
  'operation.clock',
];

export class World {
  readonly setup: Setup;
  readonly bug: Bug | undefined;
  readonly time = new VirtualTime();
  readonly trace: Trace;
  readonly history = new History();
  readonly limits: Limits;
  readonly nonces = new NonceBook((what) => this.fail('I6', what));
  readonly checking: Random;
  failure: Failure | undefined;
  readonly #nodes = new Map<string, SimulatedNode>();
  readonly #wires = new Set<Wire>();
  readonly #random: Random;
  readonly #imagined: number;
  #dialled = 0;
  /** Operations on the wire while nobody has any business. */
  #noise = 0;
  #isHealed = false;

  constructor(setup: Setup, options: WorldOptions = {}) {
    this.setup = setup;
    this.bug = options.bug;
    this.#imagined = options.imagined ?? IMAGINED;
    this.trace = new Trace(options.isTraced ?? false);
    this.limits = setup.hasSmallWindows ? { ...DEFAULT_LIMITS, ...SMALL_WINDOWS } : DEFAULT_LIMITS;
    this.#random = new Random(setup.seed);
    this.checking = this.#random.fork('checking');
    for (const plan of setup.nodes) {
      this.#nodes.set(plan.name, new SimulatedNode(this, plan, this.#random.fork(plan.name)));
    }
  }

  get nodes(): Iterable<SimulatedNode> {
    return this.#nodes.values();
  }

  /** The first one counts. */
  fail(invariant: string, what: string): void {
    if (this.failure !== undefined) return;
    this.say('', `FAILURE ${invariant}: ${what}`);
    this.failure = { invariant, what };
  }

  /** A history ends with its failure, though the code that is under way goes on for a moment. */
  say(who: string, what: string): void {
    if (this.failure !== undefined) return;
    if (this.#isHealed && /^[<>].*: operations/.test(what)) this.#noise += 1;
    this.trace.add(this.time.now, who, what);
  }

  /** Plays the history to its end, or to its first failure. */
  async play(steps: readonly Step[]): Promise<Failure | undefined> {
    for (const node of this.nodes) this.#guarded(() => node.start());
    for (const step of steps) {
      if (this.failure !== undefined) return this.failure;
      if (step.kind === 'wait') await this.#pass(step.ms);
      else this.#guarded(() => this.#do(step));
    }
    await this.#finish();
    return this.failure;
  }

  /** A client dials. */
  connect(from: SimulatedNode, to: string, life: Life): Promise<Link> {
    const random = this.#random.fork(`wire ${this.#dialled++}`);
    const hub = this.#nodes.get(to)!;
    return new Promise((resolve, reject) => {
      const delay = 0.1 + this.setup.weather.latency[1] * random.fraction();
      this.time.after(delay, () => {
        const { process } = hub;
        const isStalled = Math.max(from.stalledUntil, hub.stalledUntil) > this.time.now;
        if (life.isOver || isStalled) return; // no answer
        if (process?.server === undefined) {
          this.time.after(delay, () => reject(new Error(`${to} does not listen`)), life);
          return;
        }
        const ends = [
          { name: from.name, life },
          { name: to, life: process.life },
        ] as const;
        const wire = new Wire(this.time, this.setup.weather, random, ...ends);
        this.#wires.add(wire);
        process.server.accept(wire.server);
        this.time.after(delay, () => resolve(wire.client), life);
      });
    });
  }

  /** The connections of a process that is gone: some of their other ends learn it. */
  abandon(name: string): void {
    for (const wire of this.#wiresOf(name)) {
      if (wire.random.chance(0.7)) wire.break();
      else for (const end of [wire.client, wire.server]) if (end.life.isOver) end.silence();
    }
  }

  ended(who: string, peer: string, ending: Ending | Error, life: Life): void {
    if (life.isOver) return;
    if (ending instanceof Error) {
      this.say(who, `cannot reach ${peer}`);
      return;
    }
    this.say(who, `connection with ${peer} ended: ${describeEnding(ending)}`);
    const { error } = ending;
    if (error === undefined || error instanceof StorageError || error instanceof PowerLoss) return;
    const isTampered = this.#wiresOf(who).some((wire) => wire.isTampered && wire.joins(who, peer));
    if (error instanceof ProtocolError && (isTampered || HONEST_ENDINGS.includes(error.reason))) return;
    if (error instanceof Error && error.message.startsWith('what came since the last commit')) return;
    const why =
      error instanceof ProtocolError ? `${error.reason} (${error.message})` : String((error as Error).stack ?? error);
    this.fail('I8', `${who} ends its connection with ${peer}: ${why}`);
  }

  recovered(node: SimulatedNode, hub: string): void {
    this.say(node.name, `compares everything with ${hub} anew`);
    if (this.#nodes.get(hub)!.restores === 0)
      this.fail('I8', `${node.name} finds another log at ${hub}, which was never restored`);
  }

  #do(step: Exclude<Step, { kind: 'wait' }>): void {
    this.say('', JSON.stringify(step));
    if (step.kind === 'carry') {
      const entries = this.#process(step.from) === undefined ? [] : entriesOf(this.#process(step.from)!.replica);
      const to = this.#nodes.get(step.to)!;
      if (entries.length > 0 && to.plan.scope === undefined) to.take(entries[step.salt % entries.length]!);
      return;
    }
    const node = this.#nodes.get(step.node)!;
    switch (step.kind) {
      case 'write':
        node.write(step.count, this.#random.fork(`write ${step.salt}`));
        break;
      case 'crash':
        node.crashSoon(step.how, step.after, step.down);
        break;
      case 'cut':
      case 'tamper': {
        const wires = this.#wiresOf(step.node).filter((wire) => !wire.isOver);
        const wire = wires[step.salt % Math.max(1, wires.length)];
        if (wire === undefined) break;
        if (step.kind === 'tamper') wire.tampering = step.how;
        else if (step.after === 0) wire.break();
        else wire.breaksAfter = step.after;
        break;
      }
      case 'stall':
        node.stalledUntil = this.time.now + step.ms;
        for (const wire of this.#wiresOf(step.node)) wire.stalledUntil = node.stalledUntil;
        break;
      case 'backup':
        node.backUp();
        break;
      case 'restore':
        node.restore(step.down);
        break;
      case 'fault':
        node.disk.faults.push({ code: step.code, after: step.after, times: step.times });
        break;
      case 'compact':
        node.compact();
        break;
      case 'refuse':
        node.refusesUntil = this.time.now + step.ms;
    }
  }

  #process(name: string) {
    return this.#nodes.get(name)!.process;
  }

  #wiresOf(name: string): Wire[] {
    const found: Wire[] = [];
    for (const wire of this.#wires) {
      if (wire.isOver && !wire.isTampered) this.#wires.delete(wire);
      else if (wire.client.remoteAddress === name || wire.server.remoteAddress === name) found.push(wire);
    }
    return found;
  }

  async #pass(milliseconds: number): Promise<void> {
    const end = this.time.now + milliseconds;
    while (this.failure === undefined && (await this.#step(end)));
  }

  async #step(end: number): Promise<boolean> {
    if (this.time.count > MOST_EVENTS) {
      this.fail('I7', `${MOST_EVENTS} events and no end`);
      return false;
    }
    try {
      const isMore = await this.time.step(end);
      if (isMore && this.checking.chance(this.#imagined)) this.#imagine();
      return isMore;
    } catch (error) {
      this.thrown(error);
      return true;
    }
  }

  #imagine(): void {
    const node = this.checking.pick([...this.nodes]);
    if (node.process !== undefined) node.imagineCrash(this.checking.fork(`${this.time.count}`));
  }

  #guarded(action: () => void): void {
    try {
      action();
    } catch (error) {
      this.thrown(error);
    }
  }

  /** Something was thrown where nothing may be. */
  thrown(error: unknown): void {
    if (error instanceof PowerLoss) return;
    this.fail('I8', `thrown: ${(error as Error)?.stack ?? String(error)}`);
  }

  async #finish(): Promise<void> {
    await this.#heal();
    const expected = this.#expected();
    await this.#calm(expected);
    if (this.failure !== undefined || !this.setup.endsInBlackout) return;
    this.say('', 'blackout');
    for (const node of this.nodes) if (node.process !== undefined) this.#guarded(() => node.crash('power', 10));
    await this.#pass(1000);
    await this.#calm(expected);
  }

  async #heal(): Promise<void> {
    this.say('', 'heals');
    await this.#pass(1);
    for (const node of this.nodes) {
      node.disk.heal();
      node.stalledUntil = 0;
      node.refusesUntil = 0;
      if (node.process === undefined) node.startIn(1);
    }
    for (const wire of this.#wires) {
      wire.breaksAfter = Number.POSITIVE_INFINITY;
      wire.stalledUntil = 0;
      wire.tampering = undefined;
    }
    await this.#pass(1000);
    // Journals that broke before: an operator has started the nodes again by now.
    await this.#pass(3000);
  }

  /** Everything that has to be everywhere: what is durable somewhere, or was when compaction made it unnecessary. */
  #expected(): ReadonlyMap<string, PlainOperation> {
    const expected = new Map<string, PlainOperation>();
    for (const { process, ledger, plan } of this.nodes) {
      if (process === undefined) continue;
      const ids = [...entriesOf(process.replica).map(({ id }) => id.toHex()), ...ledger.dropped];
      for (const id of ids) {
        const { operation } = this.history.written.get(id)!;
        const isPushed = plan.pushes === undefined || plan.pushes === operation.collection;
        if (isPushed && !this.#mayBeRefused(operation.id)) expected.set(id, operation);
      }
    }
    return expected;
  }

  #mayBeRefused(id: Id): boolean {
    return this.setup.nodes[0]!.refuses === 'some' && isRefusable(id);
  }

  /** I7: everybody has everything, and then nobody says anything. */
  async #calm(expected: ReadonlyMap<string, PlainOperation>): Promise<void> {
    const end = this.time.now + PATIENCE;
    let isQuiet = false;
    while (!isQuiet && this.time.now < end && this.failure === undefined) {
      await this.#pass(500);
      isQuiet = this.#isQuiet();
    }
    if (this.failure !== undefined) return;
    if (!isQuiet) {
      this.fail('I7', `no quiet within ${PATIENCE / 60_000} minutes: ${this.#unrest()}`);
      return;
    }
    this.say('', 'is quiet');
    this.#guarded(() => this.#checkAll(expected));
    this.#isHealed = true;
    this.#noise = 0;
    await this.#pass(SILENCE);
    if (this.#noise > 0) this.fail('I7', `${this.#noise} runs of operations went over the wire after all was said`);
    this.#isHealed = false;
  }

  #checkAll(expected: ReadonlyMap<string, PlainOperation>): void {
    for (const node of this.nodes) {
      if (node.process === undefined) continue;
      checkDurable(node, node.process.replica);
      checkState(node);
      const { scope, pushes } = node.plan;
      if (scope !== undefined) continue;
      const has = new Set(entriesOf(node.process.replica).map(({ id }) => id.toHex()));
      for (const [id, operation] of expected) {
        if (has.has(id) || this.history.dropped.has(id)) continue;
        this.fail('I7', `${node.name} lacks ${nameOf(node, id)} (${operation.type}) when all has healed`);
      }
      if (pushes === undefined) checkConverged(node, expected, ({ id }) => this.#mayBeRefused(id));
    }
  }

  #isQuiet(): boolean {
    return this.#unrest() === undefined;
  }

  /** What is still going on. */
  #unrest(): string | undefined {
    for (const wire of this.#wires) if (!wire.isOver && wire.isBusy) return 'bytes are under way';
    for (const node of this.nodes) {
      if (node.isGone) continue;
      const { process, name } = node;
      if (process === undefined) return `${name} is down`;
      if (process.replica.isDirty) return `${name} has something to commit`;
      for (const [hub, client] of process.clients) {
        if (client.status.kind !== 'live') return `${name} is ${client.status.kind}`;
        if (client.pending > 0) return `${name} has ${client.pending} operations for ${hub}`;
        const { scope } = node.plan;
        const cursor = process.replica.remote(urlOf(hub)).cursor(scopeKey(scope === undefined ? {} : { col: scope }));
        const log = this.#process(hub)?.replica.log;
        if (log === undefined) return `${hub} is down`;
        if ((cursor?.seq ?? 0) !== log.head)
          return `${name} is at ${cursor?.seq ?? 0} of ${hub}, which is at ${log.head}`;
      }
    }
    return undefined;
  }
}
