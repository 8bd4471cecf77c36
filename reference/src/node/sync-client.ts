/**
 * Keeps a replica in step with one server, in both directions and for as long as it runs (chapter 9).
 *
 * 1. There is at most one connection, or attempt at one, at a time.
 * 2. However one ends, the next attempt comes: after the wait of the backoff, and not before the server's `retry`.
 * 3. What other parts of the node commit to the replica goes to the server, too.
 */
import { Id } from '../bytes/id.ts';
import { nodeCrypto } from '../crypto/node.ts';
import type { CryptoProvider } from '../crypto/provider.ts';
import { ProtocolError } from '../errors.ts';
import type { ClientConfig } from '../handshake/config.ts';
import type { Link } from '../link/link.ts';
import { connectTcp } from '../link/tcp.ts';
import { parseLinkUrl } from '../link/url.ts';
import { DEFAULT_LIMITS, type Limits } from '../registry.ts';
import type { Backoff } from '../sync/backoff.ts';
import { Outbox } from '../sync/outbox.ts';
import type { Remote } from '../sync/remote.ts';
import type { Replica } from '../sync/replica.ts';
import type { Selection } from '../sync/scope-key.ts';
import { type ClientParts, standardClientParts } from './client-parts.ts';
import type { Ending } from './ending.ts';
import { type Scheduler, systemScheduler, type Timer } from './scheduler.ts';
import { SERVER_CAPABILITIES } from './server.ts';
import type { SyncEvents, SyncStatus } from './sync-client-events.ts';
import { SyncSession } from './sync-client-session.ts';

export interface SyncClientOptions
  extends Partial<Pick<ClientConfig, 'capabilities' | 'credential' | 'extensions' | 'grease' | 'node' | 'target'>>,
    SyncEvents {
  readonly replica: Replica;
  /** The client's own database. */
  readonly database: string;
  /** Where the server is, and its name for the replica: what is known of it is kept under this. One client for each. */
  readonly url: string;
  /** Makes the link instead of a TCP connection to `url`. */
  readonly connect?: (() => Promise<Link>) | undefined;
  /** What to be fed; default: everything. */
  readonly scopes?: readonly Selection[] | undefined;
  /** What to push; default: everything. */
  readonly pushes?: readonly Selection[] | undefined;
  readonly scheduler?: Scheduler | undefined;
  readonly crypto?: CryptoProvider | undefined;
  readonly limits?: Limits | undefined;
  readonly parts?: ClientParts | undefined;
}

const EVERYTHING: readonly Selection[] = [{}];
/** Milliseconds in OPEN after which a connection has lasted. */
const LASTED = 10_000;
/** A timer counts in int32. */
const LONGEST_WAIT = 2 ** 31 - 1;

export class SyncClient {
  readonly remote: Remote;
  readonly #options: SyncClientOptions;
  readonly #scheduler: Scheduler;
  readonly #crypto: CryptoProvider;
  readonly #limits: Limits;
  readonly #backoff: Backoff;
  readonly #retries = new Map<number, number>();
  readonly #node: Id;
  #status: SyncStatus = { kind: 'stopped' };
  #session: SyncSession | undefined;
  #openedAt: number | undefined;
  #timer: Timer | undefined;
  /** Of the attempt that goes on: an earlier one has no say. */
  #attempt = 0;
  #release: (() => void) | undefined;
  #onStopped: (() => void) | undefined;

  /** Throws RangeError for a bad URL, unless `connect` is given. */
  constructor(options: SyncClientOptions) {
    const { scheduler = systemScheduler, crypto = nodeCrypto, limits = DEFAULT_LIMITS } = options;
    if (options.connect === undefined) parseLinkUrl(options.url);
    this.#options = options;
    this.#scheduler = scheduler;
    this.#crypto = crypto;
    this.#limits = limits;
    this.#node = options.node ?? Id.from(crypto.randomBytes(16));
    this.remote = options.replica.remote(options.url);
    this.#backoff = (options.parts ?? standardClientParts).createBackoff();
  }

  get status(): SyncStatus {
    return this.#status;
  }

  /** Entries that the server does not have yet, save those that it has refused for good. Reads the log: not for every turn. */
  get pending(): number {
    const { replica, pushes = EVERYTHING } = this.#options;
    return new Outbox({ log: replica.log, remote: this.remote, pushes, retries: this.#retries }).pending;
  }

  start(): void {
    if (this.#release !== undefined) return;
    this.#release = this.#options.replica.onCommit(() => this.#session?.pump());
    this.#dial();
  }

  /** Says CLOSE; resolves when the connection has ended. What has come by then is committed. */
  async stop(): Promise<void> {
    if (this.#release === undefined) return;
    this.#release();
    this.#release = undefined;
    this.#timer?.cancel();
    this.#attempt += 1;
    if (this.#session !== undefined) {
      const stopped = new Promise<void>((resolve) => (this.#onStopped = resolve));
      this.#session.close();
      await stopped;
    }
    this.#become({ kind: 'stopped' });
  }

  #dial(): void {
    const { connect, url } = this.#options;
    const attempt = ++this.#attempt;
    this.#become({ kind: 'connecting' });
    if (attempt !== this.#attempt) return; // stopped by whoever was told
    this.#timer = this.#scheduler.set(this.#limits.HANDSHAKE_TIMEOUT, () => {
      if (attempt === this.#attempt)
        this.#failed(new Error(`no link to ${url} within ${this.#limits.HANDSHAKE_TIMEOUT} ms`));
    });
    const linking = connect === undefined ? connectTcp(parseLinkUrl(url)) : connect();
    linking.then(
      (link) => {
        if (attempt !== this.#attempt) link.destroy();
        else this.#begin(link);
      },
      (error: unknown) => {
        if (attempt === this.#attempt) this.#failed(error instanceof Error ? error : new Error(String(error)));
      },
    );
  }

  #begin(link: Link): void {
    this.#timer?.cancel();
    const { options, remote } = { options: this.#options, remote: this.remote };
    const { replica, parts = standardClientParts, capabilities = SERVER_CAPABILITIES } = options;
    this.#openedAt = undefined;
    this.#session = new SyncSession(
      {
        handshake: { ...options, capabilities, limits: this.#limits, node: this.#node },
        replica,
        remote,
        scopes: options.scopes ?? EVERYTHING,
        pushes: options.pushes ?? EVERYTHING,
        retries: this.#retries,
        events: options,
        parts,
        crypto: this.#crypto,
        limits: this.#limits,
        scheduler: this.#scheduler,
        onOpen: () => {
          this.#openedAt = this.#scheduler.now();
          this.#become({ kind: 'syncing' });
        },
        onLive: () => this.#become({ kind: 'live' }),
        onEnding: (ending) => this.#ended(ending),
      },
      link,
    );
    this.#session.begin();
  }

  #ended(ending: Ending): void {
    this.#session = undefined;
    const hasLasted = this.#openedAt !== undefined && this.#scheduler.now() - this.#openedAt >= LASTED;
    if (hasLasted) this.#backoff.reset();
    this.#failed(ending, ending.retry ?? patience(ending.error));
    this.#onStopped?.();
    this.#onStopped = undefined;
  }

  /** Invariant 2. */
  #failed(reason: Ending | Error, retry = 0): void {
    this.#timer?.cancel();
    this.#attempt += 1;
    this.#options.onEnding?.(reason);
    if (this.#release === undefined) return;
    const wait = Math.min(LONGEST_WAIT, Math.max(retry, this.#backoff.failed(this.#fraction())));
    this.#timer = this.#scheduler.set(wait, () => this.#dial());
    this.#become({ kind: 'waiting', until: this.#scheduler.now() + wait, reason });
  }

  #fraction(): number {
    return toFraction(this.#crypto.randomBytes(4));
  }

  #become(status: SyncStatus): void {
    this.#status = status;
    this.#options.onStatus?.(status);
  }
}

/** An operation that is refused for now may be taken later; the second refusal passes over it, so that one waits. */
function patience(error: unknown): number | undefined {
  return error instanceof ProtocolError ? error.retry : undefined;
}

/** Four random bytes as a number from 0 to below 1. */
function toFraction(bytes: Uint8Array): number {
  return new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0) / 2 ** 32;
}
