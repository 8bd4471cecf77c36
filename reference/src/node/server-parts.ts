import type { Id } from '../bytes/id.ts';
import { onAuth, onHello, onSession, onVerify } from '../handshake/server.ts';
import type { Limits, RefusalName } from '../registry.ts';
import { Answers } from '../sync/answers.ts';
import { ArrivalLog, type LogOptions } from '../sync/arrival-log.ts';
import { Feed, type FeedConfig } from '../sync/feed.ts';
import { PushWindow } from '../sync/push-window.ts';
import { Receiver, type ReceiverConfig } from '../sync/receiver.ts';
import { Subscriptions, type SubscriptionsConfig } from '../sync/subscriptions.ts';
import { decodeHello } from '../wire/hello.ts';
import type { Sha256 } from '../wire/operation.ts';
import { decodeVerify } from '../wire/verify.ts';
import type { AddressBook } from './address-book.ts';
import { type ConnectionParts, type ControlHandlers, standardParts } from './parts.ts';
import type { ServerConnection } from './server-connection.ts';

/** What a server is made of: see ConnectionParts. The classes of sync are replaced by subclasses of them. */
export interface ServerParts extends ConnectionParts {
  /** Why a new connection is turned away; `undefined` when it may come in. */
  turnAway(book: AddressBook, address: string, now: number): RefusalName | undefined;

  readonly decodeHello: typeof decodeHello;
  readonly decodeVerify: typeof decodeVerify;
  readonly onHello: typeof onHello;
  readonly onVerify: typeof onVerify;
  readonly onSession: typeof onSession;
  readonly onAuth: typeof onAuth;

  /** One for each database. */
  createLog(id: Id, sha256: Sha256, options?: LogOptions): ArrivalLog;
  /** These, one for each connection that is open. */
  createReceiver(config: ReceiverConfig): Receiver;
  createAnswers(): Answers;
  createPushWindow(limits: Limits): PushWindow;
  createFeed(config: FeedConfig): Feed;
  createSubscriptions(config: SubscriptionsConfig): Subscriptions;

  /** What is done with each control message in OPEN. */
  readonly control: ControlHandlers<ServerConnection>;
  /** What is done with the operations of one frame. */
  push(connection: ServerConnection, operations: readonly Uint8Array[]): void;
  /** The end of a turn: what was stored goes to the others, then come the own answers, then the own feed. */
  settle(connection: ServerConnection): void;
  /** The node is shutting down. */
  shutdown(connection: ServerConnection): void;
}

export const standardServerParts: ServerParts = {
  ...standardParts,
  turnAway: (book, address, now) => book.judge(address, now),
  decodeHello,
  decodeVerify,
  onHello,
  onVerify,
  onSession,
  onAuth,
  createLog: (id, sha256, options) => new ArrivalLog(id, sha256, options),
  createReceiver: (config) => new Receiver(config),
  createAnswers: () => new Answers(),
  createPushWindow: (limits) => new PushWindow(limits),
  createFeed: (config) => new Feed(config),
  createSubscriptions: (config) => new Subscriptions(config),
  control: {
    SUBSCRIBE: (connection, message) => connection.subscribe(message),
    FEED_ACK: (connection, { n }) => connection.acknowledgeFeed(n),
    PING: (connection, { d }) => connection.pong(d),
    PONG: (connection, { d }) => connection.takePong(d),
    ERROR: (connection, { code, retry }) => connection.hear('ERROR', code, retry),
    CLOSE: (connection, message) => connection.closeBack(message),
  },
  push: (connection, operations) => connection.judge(operations),
  settle(connection) {
    connection.spread();
    connection.answerSoon();
    connection.feed();
  },
  shutdown: (connection) => connection.close('GOING_AWAY'),
};
