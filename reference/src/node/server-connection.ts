import { Id } from '../bytes/id.ts';
import { ProtocolError, refuse } from '../errors.ts';
import type { ServerConfig } from '../handshake/config.ts';
import { type Opened, type ServerState, W_HELLO } from '../handshake/state.ts';
import { FrameType } from '../registry.ts';
import type { Answers } from '../sync/answers.ts';
import type { Feed } from '../sync/feed.ts';
import { StorageError } from '../sync/journal.ts';
import type { PushWindow } from '../sync/push-window.ts';
import type { Receiver } from '../sync/receiver.ts';
import type { Subscriptions } from '../sync/subscriptions.ts';
import type { Verdict } from '../sync/verdict.ts';
import type { ControlMessage, ControlMessageOf } from '../wire/control/message.ts';
import type { Frame } from '../wire/frame.ts';
import type { AddressBook } from './address-book.ts';
import { Connection } from './connection.ts';
import type { ConnectionConfig } from './connection-config.ts';
import type { Ending } from './ending.ts';
import type { HostedDatabase, Member } from './hosted-database.ts';
import type { TimerName } from './parts.ts';
import type { Timer } from './scheduler.ts';
import type { ServerParts } from './server-parts.ts';

/** The feed reads on when less than this waits for the link: enough to keep it busy, too little to matter. */
const FEED_BACKLOG_BYTES = 1 << 18;

/** What a connection needs of its server. */
export interface Host {
  readonly handshake: ServerConfig;
  readonly book: AddressBook;
  /** Exists when `handshake.serves` says so. */
  database(name: string): HostedDatabase;
  onOver(connection: ServerConnection, ending: Ending): void;
  onGone(connection: ServerConnection): void;
}

/** What there is once a connection is open. */
interface Service {
  readonly database: HostedDatabase;
  readonly receiver: Receiver;
  readonly answers: Answers;
  readonly window: PushWindow;
  readonly feed: Feed;
  readonly subscriptions: Subscriptions;
}

/** One client's connection. Its public methods are what `ServerParts` is written in. */
export class ServerConnection extends Connection<ServerState, ServerParts> implements Member {
  protected state: ServerState = W_HELLO;
  /** From 1, unique in its server: the origin of what comes on it. */
  readonly number: number;
  readonly #host: Host;
  #service: Service | undefined;
  #isHalfOpen = false;
  /** Runs while the feed is held by a full window. */
  #patience: Timer | undefined;
  /** Runs while a CHECKPOINT is owed. */
  #runEnd: Timer | undefined;
  /** Whether the feed goes on reading the log in the next turn of the event loop. */
  #scansSoon = false;
  /** Runs while answers wait for company. */
  #answering: Timer | undefined;
  #answeredAt = Number.NEGATIVE_INFINITY;

  constructor(number: number, host: Host, config: ConnectionConfig<ServerParts>) {
    super('server', config);
    this.number = number;
    this.#host = host;
  }

  /** Begins, or is turned away by `refusal`. */
  begin(refusal: ProtocolError | undefined): void {
    this.start();
    if (refusal === undefined) {
      this.#isHalfOpen = true;
      this.#host.book.enter(this.remoteAddress);
    } else this.fail(refusal);
  }

  /** Judges pushed operations; their answers wait for the end of the turn, or for a PONG. */
  judge(operations: readonly Uint8Array[]): void {
    const { receiver, answers, window } = this.#serving();
    for (const operation of operations) window.open(operation.length);
    window.check();
    for (const operation of operations) answers.add(this.#verdict(receiver, operation));
  }

  /** A journal that takes nothing more is a reason to refuse (SYNC-87), not to end the connection. */
  #verdict(receiver: Receiver, operation: Uint8Array): Verdict {
    try {
      return receiver.judge(operation, this.number);
    } catch (error) {
      if (!(error instanceof StorageError)) throw error;
      return { kind: 'rejected', id: Id.from(operation), error: notDurable(error) };
    }
  }

  /** Sends the answers that wait, once what they are about is durable (SYNC-80). */
  answer(): void {
    if (this.#service === undefined) return;
    const { answers, window, database } = this.#service;
    if (answers.count === 0) return;
    database.commit(this);
    const { log } = database.replica;
    for (const message of answers.flush(() => log.cursor(log.head))) this.sendControl(message);
    if (answers.count === 0) window.clear();
    this.#answering?.cancel();
    this.#answering = undefined;
    this.#answeredAt = this.scheduler.now();
  }

  /** Sends them at once, or in a moment if the last ones have only just left and the client can go on meanwhile. */
  answerSoon(): void {
    if (this.#service === undefined || this.#service.answers.count === 0 || this.#service.database.isDirty) return;
    const wait = this.#answeredAt + this.parts.delay('ANSWER_GAP', this.limits) - this.scheduler.now();
    if (wait <= 0 || this.#service.window.isHalfFull) this.answer();
    else this.#answering ??= this.scheduler.set(wait, () => this.turn(() => this.answer()));
  }

  subscribe(message: ControlMessageOf<'SUBSCRIBE'>): void {
    this.sendControl(this.#serving().subscriptions.subscribe(message));
  }

  acknowledgeFeed(n: number): void {
    if (this.#serving().feed.acknowledge(n)) this.#calm();
  }

  /** PONG, behind every answer to what came before the PING; it makes a CHECKPOINT due. */
  pong(d: Uint8Array): void {
    const { feed } = this.#serving();
    this.answer();
    feed.raiseBarrier();
    this.sendControl({ name: 'PONG', d });
    feed.askCheckpoint();
  }

  takePong(d: Uint8Array): void {
    this.liveness.answered(d);
  }

  /** What was stored goes to the other connections, once it is durable (SYNC-81). */
  spread(): void {
    this.#service?.database.commitSoon(this);
  }

  /** What this connection brought and is not durable is refused (SYNC-87). */
  undurable(error: unknown): void {
    const { answers, database } = this.#serving();
    answers.undurable(database.replica.log.head, notDurable(error));
    this.turn(() => {});
  }

  /** Sends what the feed has to say, as far as the window and the link allow. */
  feed(): void {
    const feed = this.#service?.feed;
    if (feed === undefined || this.isClosing) return;
    while (this.outbound.backlog < FEED_BACKLOG_BYTES && !this.isOver && !this.isClosing) {
      const step = feed.next();
      if (step === undefined) break;
      if (step.kind === 'checkpoint') this.sendControl(step.message);
      else this.send({ kind: 'operations', operations: step.entries.map((entry) => entry.bytes) });
    }
    if (feed.isScanning && !this.#scansSoon) {
      this.#scansSoon = true;
      this.scheduler.soon(() => {
        this.#scansSoon = false;
        this.turn(() => {});
      });
    }
    if (feed.owesCheckpoint) this.#runEnd ??= this.#after('RUN_GAP', () => this.#endRun());
    if (!feed.isHeld) this.#calm();
    else
      this.#patience ??= this.#after('SLOW_CONSUMER_TIMEOUT', () => this.fail(new ProtocolError('feed.slow-consumer')));
  }

  refresh(): void {
    this.guard(() => {
      this.answerSoon();
      this.feed();
    });
    this.outbound.flush();
  }

  protected onClear(frame: Frame, raw: Uint8Array): void {
    const { parts, crypto, state } = this;
    const { handshake } = this.#host;
    if (frame.type === FrameType.HELLO) {
      const input = { hello: parts.decodeHello(frame.payload), frame: raw, time: this.scheduler.date() };
      this.follow(parts.onHello(crypto, handshake, state, input));
    } else if (frame.type === FrameType.VERIFY) {
      const input = { mac: parts.decodeVerify(frame.payload), frame: raw };
      this.follow(parts.onVerify(crypto, handshake, state, input));
    } else refuse('frame.unexpected-type');
  }

  protected onHandshake(message: ControlMessage): void {
    const { parts, crypto, state } = this;
    const { handshake } = this.#host;
    if (message.name === 'SESSION') this.follow(parts.onSession(crypto, handshake, state, message));
    else if (message.name === 'AUTH') this.follow(parts.onAuth(crypto, handshake, state, message));
    else refuse('control.unexpected');
  }

  protected onOpen({ database: name, capabilities }: Opened): void {
    this.#leaveBook();
    const { parts, limits, crypto } = this;
    const database = this.#host.database(name);
    const { log, clock } = database.replica;
    const feed = parts.createFeed({ log, limits, connection: this.number });
    const decode = (bytes: Uint8Array) => parts.decodeOperation(bytes, { sha256: crypto.sha256 });
    this.#service = {
      database,
      feed,
      receiver: parts.createReceiver({ log, clock, limits, decode, rights: () => {} }),
      answers: parts.createAnswers(),
      window: parts.createPushWindow(limits),
      subscriptions: parts.createSubscriptions({ log, feed, limits, capabilities }),
    };
    database.join(this);
  }

  protected onControl(message: ControlMessage): void {
    const act = this.parts.control[message.name] ?? refuse('control.unexpected', message.name);
    (act as (connection: ServerConnection, message: ControlMessage) => void)(this, message);
  }

  protected onOperations(operations: readonly Uint8Array[]): void {
    this.parts.push(this, operations);
  }

  protected onTurn(): void {
    if (this.#service !== undefined) this.parts.settle(this);
  }

  protected onOver(ending: Ending): void {
    this.#calm();
    this.#runEnd?.cancel();
    this.#answering?.cancel();
    this.#leaveBook();
    this.#service?.database.leave(this);
    const { error } = ending;
    const failedProof =
      error instanceof ProtocolError && (error.reason === 'verify.mac' || error.reason === 'auth.failed');
    if (failedProof) this.#host.book.failed(this.remoteAddress, this.scheduler.now());
    this.#host.onOver(this, ending);
  }

  protected onGone(): void {
    this.#host.onGone(this);
  }

  #serving(): Service {
    return this.#service ?? refuse('control.unexpected', 'before OPEN');
  }

  #leaveBook(): void {
    if (this.#isHalfOpen) this.#host.book.leave(this.remoteAddress);
    this.#isHalfOpen = false;
  }

  #endRun(): void {
    this.#runEnd = undefined;
    this.turn(() => this.#service?.feed.endRun());
  }

  #after(timer: TimerName, task: () => void): Timer {
    return this.scheduler.set(this.parts.delay(timer, this.limits), task);
  }

  #calm(): void {
    this.#patience?.cancel();
    this.#patience = undefined;
  }
}

/** Milliseconds after which a client may try again: a full disk is emptied by people, a broken one replaced. */
const RETRY_STORAGE = 10_000;

/** Why an operation was not stored, for its author: the disk is full, or broken. */
function notDurable(error: unknown): ProtocolError {
  const isFull = error instanceof StorageError && error.kind === 'full';
  return new ProtocolError(isFull ? 'operation.no-room' : 'operation.not-durable', undefined, {
    cause: error,
    retry: RETRY_STORAGE,
  });
}
