import { Id } from '../bytes/id.ts';
import { nodeCrypto } from '../crypto/node.ts';
import type { CryptoProvider } from '../crypto/provider.ts';
import type { ClientConfig } from '../handshake/config.ts';
import type { Opened } from '../handshake/state.ts';
import type { Link } from '../link/link.ts';
import { connectTcp } from '../link/tcp.ts';
import { parseLinkUrl } from '../link/url.ts';
import { DEFAULT_LIMITS, type Limits } from '../registry.ts';
import { SubscribeMode } from '../sync/subscriptions.ts';
import type { ControlMessageOf, ScopeRequest } from '../wire/control/message.ts';
import { ClientConnection, type ClientEvents, type PushResult, type Ticket } from './client-connection.ts';
import { type ClientParts, standardClientParts } from './client-parts.ts';
import { describeEnding, type Ending } from './ending.ts';
import { type Scheduler, systemScheduler } from './scheduler.ts';
import { SERVER_CAPABILITIES } from './server.ts';

export interface ClientOptions
  extends Partial<Pick<ClientConfig, 'capabilities' | 'credential' | 'extensions' | 'grease' | 'node' | 'target'>>,
    ClientEvents {
  /** The client's own database. */
  readonly database: string;
  readonly crypto?: CryptoProvider;
  readonly limits?: Limits;
  readonly scheduler?: Scheduler;
  readonly parts?: ClientParts;
}

/** A connection ended while something was waited for: an answer, or OPEN. */
export class ConnectionEnded extends Error {
  override readonly name = 'ConnectionEnded';
  readonly ending: Ending;

  constructor(ending: Ending) {
    super(describeEnding(ending), { cause: ending.error });
    this.ending = ending;
  }
}

/** The ticket of a promise. */
class Waiter<T> implements Ticket<T> {
  readonly done: (value: T) => void;
  readonly #reject: (error: Error) => void;

  constructor(resolve: (value: T) => void, reject: (error: Error) => void) {
    this.done = resolve;
    this.#reject = reject;
  }

  lost(ending: Ending): void {
    this.#reject(new ConnectionEnded(ending));
  }
}

function ignore(): void {}

/** A client with one open connection. It does not reconnect: whoever holds it decides what an end means. */
export class Client {
  /** What the handshake has agreed on. */
  readonly open: Opened;
  /** Resolves, never rejects, when the connection has ended. */
  readonly ended: Promise<Ending>;
  readonly #connection: ClientConnection;
  #requests = 0;

  private constructor(connection: ClientConnection, open: Opened, ended: Promise<Ending>) {
    this.#connection = connection;
    this.open = open;
    this.ended = ended;
  }

  /**
   * Resolves in OPEN. Throws RangeError for a bad URL; rejects with the system's error when there is no link, and with
   * ConnectionEnded when the handshake fails.
   */
  static async connect(url: string, options: ClientOptions): Promise<Client> {
    return Client.over(await connectTcp(parseLinkUrl(url)), options);
  }

  /** As `connect`, over a link that is up. */
  static over(link: Link, options: ClientOptions): Promise<Client> {
    const { crypto = nodeCrypto, limits = DEFAULT_LIMITS, scheduler = systemScheduler } = options;
    const {
      parts = standardClientParts,
      capabilities = SERVER_CAPABILITIES,
      node = Id.from(crypto.randomBytes(16)),
    } = options;
    const { onOpen, onEnding, ...events } = options;
    return new Promise((resolve, reject) => {
      const ended = new Promise<Ending>((end) => {
        const connection: ClientConnection = new ClientConnection(
          { ...options, capabilities, limits, node },
          {
            ...events,
            onOpen(open) {
              resolve(new Client(connection, open, ended));
              onOpen?.(open);
            },
            onEnding(ending) {
              reject(new ConnectionEnded(ending));
              end(ending);
              onEnding?.(ending);
            },
          },
          { link, parts, crypto, limits, scheduler },
        );
        queueMicrotask(() => connection.begin()); // `ended` exists by then
      });
    });
  }

  /** 40 bytes, `cur` of the latest ACK: what to give as `seen` on the next connection. */
  get seen(): Uint8Array | undefined {
    return this.#connection.seen;
  }

  /** Resolves with the server's statuses: a refused scope is an answer, not an error. Rejects with ConnectionEnded. */
  subscribe(sc: readonly ScopeRequest[], seen?: Uint8Array): Promise<ControlMessageOf<'SUBSCRIBED'>> {
    return this.#subscribe(SubscribeMode.add, sc, seen);
  }

  unsubscribe(sc: readonly number[]): Promise<ControlMessageOf<'SUBSCRIBED'>> {
    return this.#subscribe(
      SubscribeMode.remove,
      sc.map((s) => ({ s })),
    );
  }

  /**
   * Pushes one encoded operation. Resolves with the server's answer; rejects with ConnectionEnded when the connection
   * ends before, and then nobody knows whether it was stored. Throws RangeError while a copy of it is on its way.
   */
  push(bytes: Uint8Array): Promise<PushResult> {
    return this.#until((ticket) => this.#connection.push(bytes, ticket));
  }

  /** Resolves when everything that was sent before has been dealt with. */
  fence(): Promise<void> {
    return this.#until((ticket) => this.#connection.fence(ticket));
  }

  /** Says CLOSE; resolves when the connection has ended. */
  close(): Promise<Ending> {
    this.#connection.close();
    return this.ended;
  }

  #subscribe(mode: number, sc: readonly ScopeRequest[], seen?: Uint8Array): Promise<ControlMessageOf<'SUBSCRIBED'>> {
    const message = {
      name: 'SUBSCRIBE',
      req: this.#requests++,
      mode,
      sc,
      ...(seen === undefined ? {} : { seen }),
    } as const;
    return this.#until((ticket) => this.#connection.subscribe(message, ticket));
  }

  /** A promise that also rejects at the end of the connection. Nobody has to wait for it. */
  #until<T>(begin: (ticket: Ticket<T>) => void): Promise<T> {
    const promise = new Promise<T>((resolve, reject) => begin(new Waiter(resolve, reject)));
    promise.catch(ignore);
    return promise;
  }
}
