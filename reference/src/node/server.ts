import { Id } from '../bytes/id.ts';
import { nodeCrypto } from '../crypto/node.ts';
import type { CryptoProvider } from '../crypto/provider.ts';
import { ProtocolError } from '../errors.ts';
import type { ServerCredential } from '../handshake/credential.ts';
import type { Link, Listener } from '../link/link.ts';
import { listenTcp } from '../link/tcp.ts';
import { parseLinkUrl } from '../link/url.ts';
import { Capability, DEFAULT_LIMITS, type Limits } from '../registry.ts';
import { Replica } from '../sync/replica.ts';
import { isDatabaseName } from '../wire/clear-message.ts';
import { AddressBook } from './address-book.ts';
import type { Ending } from './ending.ts';
import { HostedDatabase } from './hosted-database.ts';
import { type Scheduler, systemScheduler } from './scheduler.ts';
import { type Host, ServerConnection } from './server-connection.ts';
import { type ServerParts, standardServerParts } from './server-parts.ts';

export interface ServerOptions {
  /** Names of the databases that are served: 1 to 64 of `A-Z a-z 0-9 . _ -` each. */
  readonly databases: readonly string[];
  /** What the node knows of them already; those that are not in here begin anew, in memory. */
  readonly replicas?: ReadonlyMap<string, Replica> | undefined;
  /** Own node id; random when absent. */
  readonly node?: Id | undefined;
  /** Without one every client may come in, and nobody knows who anybody is. */
  readonly credential?: ServerCredential | undefined;
  /** Capability bits to select from. Default: COMPRESSION and SELECTIVE_SYNC. */
  readonly capabilities?: number | undefined;
  readonly crypto?: CryptoProvider | undefined;
  readonly limits?: Limits | undefined;
  readonly scheduler?: Scheduler | undefined;
  readonly parts?: ServerParts | undefined;
  /** Told of every connection that ends, for logs. */
  readonly onEnding?: ((connection: ServerConnection, ending: Ending) => void) | undefined;
}

export const SERVER_CAPABILITIES: number = Capability.COMPRESSION | Capability.SELECTIVE_SYNC;

/**
 * A node that takes any number of clients in: of level L2 with replicas that have a journal, of level L1 with those in
 * memory, which begin anew with each instance. Nothing that a client does makes its methods throw or reject.
 */
export class Server {
  readonly node: Id;
  readonly #parts: ServerParts;
  readonly #config: { readonly crypto: CryptoProvider; readonly limits: Limits; readonly scheduler: Scheduler };
  readonly #host: Host;
  readonly #connections = new Set<ServerConnection>();
  readonly #listeners: Listener[] = [];
  #count = 0;
  #onEmpty: (() => void) | undefined;

  /** Throws RangeError for a bad database name. */
  constructor(options: ServerOptions) {
    const { crypto = nodeCrypto, limits = DEFAULT_LIMITS, scheduler = systemScheduler } = options;
    const { parts = standardServerParts, capabilities = SERVER_CAPABILITIES, credential } = options;
    this.node = options.node ?? Id.from(crypto.randomBytes(16));
    this.#parts = parts;
    this.#config = { crypto, limits, scheduler };
    const databases = new Map<string, HostedDatabase>();
    for (const name of options.databases) {
      if (!isDatabaseName(name)) throw new RangeError(`${JSON.stringify(name)} is not a database name`);
      const replica = options.replicas?.get(name) ?? inMemory(crypto, parts);
      databases.set(name, new HostedDatabase(replica, scheduler));
    }
    this.#host = {
      handshake: {
        node: this.node,
        capabilities,
        limits,
        serves: (name) => databases.has(name),
        ...(credential === undefined ? {} : { credential }),
      },
      book: new AddressBook(limits),
      database: (name) => databases.get(name)!,
      onOver: (connection, ending) => options.onEnding?.(connection, ending),
      onGone: (connection) => {
        this.#connections.delete(connection);
        if (this.#connections.size === 0) this.#onEmpty?.();
      },
    };
  }

  /** Connections whose link is there, whatever their state. */
  get connections(): number {
    return this.#connections.size;
  }

  /**
   * Takes links in at `url`; resolves to the URL with the port that is really used. Throws RangeError for a bad URL,
   * rejects with the system's error (`EADDRINUSE`, ...).
   */
  async listen(url: string): Promise<string> {
    const listener = await listenTcp(parseLinkUrl(url), (link) => this.accept(link));
    this.#listeners.push(listener);
    return listener.url;
  }

  /** Takes one link in. */
  accept(link: Link): void {
    const connection = new ServerConnection(++this.#count, this.#host, { ...this.#config, link, parts: this.#parts });
    this.#connections.add(connection);
    const refusal = this.#parts.turnAway(this.#host.book, link.remoteAddress, this.#config.scheduler.now());
    connection.begin(refusal === undefined ? undefined : new ProtocolError(refusal));
  }

  /** Takes no more links in, says CLOSE GOING_AWAY on those that are there, and resolves when they are gone. */
  async close(): Promise<void> {
    const closed = this.#listeners.map((listener) => listener.close());
    for (const connection of this.#connections) this.#parts.shutdown(connection);
    if (this.#connections.size > 0) await new Promise<void>((resolve) => (this.#onEmpty = resolve));
    await Promise.all(closed);
  }
}

/** Level L1: every counter is taken. */
function inMemory({ sha256, randomBytes }: CryptoProvider, { createLog }: ServerParts): Replica {
  return Replica.open(undefined, { sha256, randomBytes, createLog, unixSeconds: () => Number.POSITIVE_INFINITY });
}
