import { clientHello, onAuth, onComplete, onSession, onWelcome } from '../handshake/client.ts';
import type { Limits } from '../registry.ts';
import { Backoff } from '../sync/backoff.ts';
import { FedReceiver, type FedReceiverConfig } from '../sync/fed-receiver.ts';
import { FeedIntake } from '../sync/feed-intake.ts';
import { Outbox, type OutboxConfig } from '../sync/outbox.ts';
import { PushQueue } from '../sync/push-queue.ts';
import { decodeComplete } from '../wire/complete.ts';
import { decodeWelcome } from '../wire/welcome.ts';
import type { ClientConnection, PushTicket } from './client-connection.ts';
import { type ConnectionParts, type ControlHandlers, standardParts } from './parts.ts';

/** What a client is made of: see ConnectionParts. */
export interface ClientParts extends ConnectionParts {
  readonly decodeWelcome: typeof decodeWelcome;
  readonly decodeComplete: typeof decodeComplete;
  readonly clientHello: typeof clientHello;
  readonly onWelcome: typeof onWelcome;
  readonly onComplete: typeof onComplete;
  readonly onSession: typeof onSession;
  readonly onAuth: typeof onAuth;

  createPushQueue(limits: Limits): PushQueue<PushTicket>;
  createIntake(): FeedIntake;
  /** Of a client that syncs a replica, for each of its connections. */
  createOutbox(config: OutboxConfig): Outbox;
  createFedReceiver(config: FedReceiverConfig): FedReceiver;
  /** Of a client that syncs a replica: how long it waits between its connections. */
  createBackoff(): Backoff;

  /** What is done with each control message in OPEN. */
  readonly control: ControlHandlers<ClientConnection>;
  /** What is done with the operations of one frame. */
  feed(connection: ClientConnection, operations: readonly Uint8Array[]): void;
  /** The end of a turn: FEED_ACK for what was committed, then pushes as far as the window allows. */
  settle(connection: ClientConnection): void;
}

export const standardClientParts: ClientParts = {
  ...standardParts,
  decodeWelcome,
  decodeComplete,
  clientHello,
  onWelcome,
  onComplete,
  onSession,
  onAuth,
  createPushQueue: (limits) => new PushQueue(limits),
  createIntake: () => new FeedIntake(),
  createOutbox: (config) => new Outbox(config),
  createFedReceiver: (config) => new FedReceiver(config),
  createBackoff: () => new Backoff(),
  control: {
    SUBSCRIBED: (connection, message) => connection.subscribed(message),
    SCOPE_REVOKED: (connection, { s, code }) => connection.revoked(s, code),
    ACK: (connection, message) => connection.acked(message),
    REJECT: (connection, message) => connection.rejected(message),
    CHECKPOINT: (connection, message) => connection.checkpoint(message),
    PING: (connection, { d }) => connection.sendControl({ name: 'PONG', d }),
    PONG: (connection, { d }) => connection.takePong(d),
    ERROR: (connection, { code, retry }) => connection.hear('ERROR', code, retry),
    CLOSE: (connection, message) => connection.closeBack(message),
  },
  feed: (connection, operations) => connection.takeFed(operations),
  settle(connection) {
    connection.acknowledgeFeed();
    connection.pushOn();
  },
};
