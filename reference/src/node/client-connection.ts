import { Id } from '../bytes/id.ts';
import { ProtocolError, refuse } from '../errors.ts';
import type { ClientConfig } from '../handshake/config.ts';
import type { ClientState, Opened } from '../handshake/state.ts';
import { FrameType } from '../registry.ts';
import type { Checkpoint, FeedIntake } from '../sync/feed-intake.ts';
import type { PushQueue } from '../sync/push-queue.ts';
import type { ControlMessage, ControlMessageOf } from '../wire/control/message.ts';
import { AckStatus } from '../wire/control/rules.ts';
import type { Frame } from '../wire/frame.ts';
import type { Operation } from '../wire/operation.ts';
import type { ClientParts } from './client-parts.ts';
import { Connection } from './connection.ts';
import type { ConnectionConfig } from './connection-config.ts';
import type { Ending } from './ending.ts';

const ID_BYTES = 16;
/** Operations in one push frame: a quarter of the window, so that both ends work while frames are under way. */
const PUSH_RUN = 64;
/** Pushes go on when less than this waits for the link. */
const PUSH_BACKLOG_BYTES = 1 << 18;

/** What became of a pushed operation. */
export type PushResult =
  | { readonly status: 'stored' | 'duplicate' /** 40 bytes: the server's head */; readonly cursor: Uint8Array }
  | {
      readonly status: 'rejected';
      readonly code: number;
      /** Milliseconds to wait; absent: never again. */
      readonly retry?: number | undefined;
      readonly message?: string | undefined;
    };

/** Held by whoever waits for something of the peer: one of the two is called, once. */
export interface Ticket<T> {
  done(value: T): void;
  /** The connection has ended before. */
  lost(ending: Ending): void;
}

export type PushTicket = Ticket<PushResult>;
type SubscribeTicket = Ticket<ControlMessageOf<'SUBSCRIBED'>>;

/** A fed operation: what it says, and the bytes that are its identity. */
export interface FedOperation {
  readonly operation: Operation;
  readonly bytes: Uint8Array;
}

/** What the application is told. */
export interface ClientEvents {
  readonly onOpen?: (open: Opened) => void;
  readonly onOperations?: (operations: readonly FedOperation[]) => void;
  /**
   * Judges a fed operation that decodes; throws ProtocolError to refuse it. Whether it goes on to `onOperations`. Without
   * this, all that is not sealed goes on.
   */
  readonly onAdmit?: (operation: Operation, bytes: Uint8Array) => boolean;
  /** A fed operation was refused. Whether it is passed over; else the connection ends. */
  readonly onRefused?: (bytes: Uint8Array, error: ProtocolError) => boolean;
  /** Commits what was fed so far together with the cursors. The CHECKPOINT is acknowledged when it returns or resolves. */
  readonly onCheckpoint?: (checkpoint: Checkpoint) => void | Promise<void>;
  readonly onRevoked?: (s: number, code: number) => void;
  readonly onEnding?: (ending: Ending) => void;
}

/** A client's connection. Its public methods are what `ClientParts` and `Client` are written in. */
export class ClientConnection extends Connection<ClientState, ClientParts> {
  protected state: ClientState = { kind: 'CLOSED', spoken: false, refusal: undefined };
  readonly #handshake: ClientConfig;
  readonly #events: ClientEvents;
  readonly #queue: PushQueue<PushTicket>;
  readonly #intake: FeedIntake;
  /** By `req`. */
  readonly #subscribing = new Map<number, SubscribeTicket>();
  /** Fences whose PING is still to be sent, and those that the unanswered PING serves. */
  readonly #pinging: Ticket<void>[] = [];
  readonly #pinged: Ticket<void>[] = [];
  #committed: number | undefined;
  #isOpen = false;
  #isAwake = false;
  #ending: Ending | undefined;
  /** `cur` of the latest ACK. */
  seen: Uint8Array | undefined;

  constructor(handshake: ClientConfig, events: ClientEvents, config: ConnectionConfig<ClientParts>) {
    super('client', config);
    this.#handshake = handshake;
    this.#events = events;
    this.#queue = config.parts.createPushQueue(config.limits);
    this.#intake = config.parts.createIntake();
  }

  /** Says HELLO. */
  begin(): void {
    this.start();
    this.turn(() => this.follow(this.parts.clientHello(this.crypto, this.#handshake, this.scheduler.date())));
  }

  /** Throws RangeError as `PushQueue.add` does. The operation leaves with the others of this turn. */
  push(bytes: Uint8Array, ticket: PushTicket): void {
    if (this.#ending !== undefined) ticket.lost(this.#ending);
    else {
      this.#queue.add(bytes, ticket);
      this.#wake();
    }
  }

  subscribe(message: ControlMessageOf<'SUBSCRIBE'>, ticket: SubscribeTicket): void {
    if (this.#ending !== undefined) ticket.lost(this.#ending);
    else {
      this.#subscribing.set(message.req, ticket);
      this.#intake.ask(message);
      this.sendControl(message);
      this.#wake();
    }
  }

  /** The ticket of a PONG that answers for all that was sent before this call. One PING is unanswered at a time. */
  fence(ticket: Ticket<void>): void {
    if (this.#ending !== undefined) ticket.lost(this.#ending);
    else {
      this.#pinging.push(ticket);
      this.#wake();
    }
  }

  takeFed(operations: readonly Uint8Array[]): void {
    this.#intake.count(operations.length);
    const fed: FedOperation[] = [];
    for (const bytes of operations) {
      const operation = this.#judge(bytes);
      if (this.isOver) return;
      if (operation !== undefined) fed.push({ operation, bytes });
    }
    if (fed.length > 0) this.#events.onOperations?.(fed);
  }

  checkpoint(message: ControlMessageOf<'CHECKPOINT'>): void {
    const checkpoint = this.#intake.checkpoint(message);
    const committing = this.#events.onCheckpoint?.(checkpoint);
    if (committing === undefined) this.#committed = checkpoint.n;
    else {
      committing.then(
        () => this.turn(() => (this.#committed = checkpoint.n)),
        (error: unknown) => this.fail(error),
      );
    }
  }

  /** FEED_ACK for the latest CHECKPOINT that is committed. */
  acknowledgeFeed(): void {
    if (this.#committed === undefined) return;
    this.sendControl({ name: 'FEED_ACK', n: this.#committed });
    this.#committed = undefined;
  }

  /** Sends what waits, as far as the window and the link allow, and then a PING if somebody wants a fence. */
  pushOn(): void {
    if (this.isClosing) return;
    while (this.outbound.backlog < PUSH_BACKLOG_BYTES && !this.isOver && !this.isClosing) {
      const operations = this.#queue.next(PUSH_RUN, this.outbound.frameMaximum);
      if (operations.length === 0) break;
      this.send({ kind: 'operations', operations });
    }
    if (this.#pinging.length > 0 && this.#queue.waiting === 0 && !this.liveness.waits) {
      this.#pinged.push(...this.#pinging.splice(0));
      this.ping();
    }
  }

  acked({ ids, st, cur }: ControlMessageOf<'ACK'>): void {
    this.seen = cur;
    for (let i = 0; i < st.length; i++) {
      const { ticket } = this.#queue.answer(Id.from(ids, ID_BYTES * i));
      ticket.done({ status: st[i] === AckStatus.STORED ? 'stored' : 'duplicate', cursor: cur });
    }
  }

  rejected({ ids, code, retry, msg }: ControlMessageOf<'REJECT'>): void {
    for (let at = 0; at < ids.length; at += ID_BYTES) {
      this.#queue.answer(Id.from(ids, at)).ticket.done({ status: 'rejected', code, retry, message: msg });
    }
  }

  subscribed(message: ControlMessageOf<'SUBSCRIBED'>): void {
    this.#intake.subscribed(message);
    this.#subscribing.get(message.req)?.done(message);
    this.#subscribing.delete(message.req);
  }

  revoked(s: number, code: number): void {
    this.#intake.revoked(s);
    this.#events.onRevoked?.(s, code);
  }

  takePong(d: Uint8Array): void {
    this.liveness.answered(d);
    for (const ticket of this.#pinged.splice(0)) ticket.done();
  }

  /** SYNC-46: the word about a fed operation that is refused names it. Nothing for one that goes no further. */
  #judge(bytes: Uint8Array): Operation | undefined {
    try {
      if (bytes.length > this.limits.OPERATION_BYTES) refuse('operation.too-large', `${bytes.length} bytes`);
      const operation = this.parts.decodeOperation(bytes, { sha256: this.crypto.sha256 });
      return this.#admits(operation, bytes) ? operation : undefined;
    } catch (error) {
      if (error instanceof ProtocolError && this.#events.onRefused?.(bytes, error) === true) return undefined;
      this.fail(error, bytes.length < ID_BYTES ? {} : { ref: Id.from(bytes) });
      throw error;
    }
  }

  #admits(operation: Operation, bytes: Uint8Array): boolean {
    if (this.#events.onAdmit !== undefined) return this.#events.onAdmit(operation, bytes);
    if (operation.type === 'sealed') refuse('operation.mode');
    return true;
  }

  protected onClear(frame: Frame, raw: Uint8Array): void {
    const { parts, crypto, state } = this;
    if (frame.type === FrameType.WELCOME) {
      const input = { welcome: parts.decodeWelcome(frame.payload), frame: raw };
      this.follow(parts.onWelcome(crypto, this.#handshake, state, input));
    } else if (frame.type === FrameType.COMPLETE) {
      parts.decodeComplete(frame.payload);
      this.follow(parts.onComplete(state));
    } else refuse('frame.unexpected-type');
  }

  protected onHandshake(message: ControlMessage): void {
    const { parts, crypto, state } = this;
    if (message.name === 'SESSION') this.follow(parts.onSession(crypto, this.#handshake, state, message));
    else if (message.name === 'AUTH') this.follow(parts.onAuth(crypto, this.#handshake, state, message));
    else refuse('control.unexpected');
  }

  protected onOpen(open: Opened): void {
    this.#isOpen = true;
    this.#events.onOpen?.(open);
  }

  protected onControl(message: ControlMessage): void {
    const act = this.parts.control[message.name] ?? refuse('control.unexpected', message.name);
    (act as (connection: ClientConnection, message: ControlMessage) => void)(this, message);
  }

  protected onOperations(operations: readonly Uint8Array[]): void {
    this.parts.feed(this, operations);
  }

  answer(): void {} // a client answers PING alone, and that at once

  protected onTurn(): void {
    if (this.#isOpen && !this.isOver) this.parts.settle(this);
  }

  protected onOver(ending: Ending): void {
    this.#ending = ending;
    const pushes = this.#queue.drain().map(({ ticket }) => ticket);
    for (const ticket of [...pushes, ...this.#subscribing.values(), ...this.#pinged, ...this.#pinging])
      ticket.lost(ending);
    this.#events.onEnding?.(ending);
  }

  protected onGone(): void {}

  /** What the application asks for in one turn leaves in one write. */
  #wake(): void {
    if (this.#isAwake) return;
    this.#isAwake = true;
    // A microtask. `queueMicrotask` would make an AsyncResource for each, which costs more than the promise.
    void Promise.resolve().then(() => {
      this.#isAwake = false;
      this.turn(() => {});
    });
  }
}
