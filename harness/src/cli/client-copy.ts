/**
 * The copy of a database that the `client` command works on, and its connection: in memory for the command, or in a folder
 * for good, where it works without a connection, too.
 */
import { Id } from '../../../reference/src/bytes/id.ts';
import { nodeCrypto } from '../../../reference/src/crypto/node.ts';
import { Database } from '../../../reference/src/database/database.ts';
import { clientPsk } from '../../../reference/src/handshake/credential.ts';
import { type Data, openData } from '../../../reference/src/node/data-folder.ts';
import { describeEnding, type Ending, errorName } from '../../../reference/src/node/ending.ts';
import { withLimits } from '../../../reference/src/node/limits.ts';
import { readPskFile } from '../../../reference/src/node/psk-file.ts';
import { systemScheduler } from '../../../reference/src/node/scheduler.ts';
import { SyncClient } from '../../../reference/src/node/sync-client.ts';
import type { Refused, SyncStatus } from '../../../reference/src/node/sync-client-events.ts';
import { ErrorCode } from '../../../reference/src/registry.ts';
import { readPasswordFile } from '../../../reference/src/store/password-file.ts';
import { Replica } from '../../../reference/src/sync/replica.ts';
import type { Selection } from '../../../reference/src/sync/scope-key.ts';

export interface CopyOptions {
  readonly database: string;
  readonly psk?: string;
  readonly data?: string;
  readonly passwordFile?: string;
  /** Milliseconds. */
  readonly timeout: number;
}

/** What a client sees of its server at one moment. */
export type Reach = { readonly isLive: true } | { readonly isLive: false; readonly why: string };

/** A client that ends does not wait longer than this for the other CLOSE, in milliseconds. */
const CLOSE_TIMEOUT = 1000;

export class Copy {
  readonly database: Database;
  readonly replica: Replica;
  readonly isKept: boolean;
  readonly #data: Data | undefined;
  readonly #sync: SyncClient;
  readonly #url: string;
  readonly #timeout: number;
  /** Refused for good or for now, by seq. */
  readonly refused = new Map<number, Refused & { readonly retry?: number }>();
  /** Looks again at what somebody waits for. */
  #look: (() => void) | undefined;
  /** Told of each change of the connection. */
  onStatus: ((status: SyncStatus) => void) | undefined;

  /** Throws StorageError, and RangeError for a bad URL or file. */
  constructor(url: string, options: CopyOptions, scopes: readonly Selection[], print: (line: string) => void) {
    const { psk, database, timeout } = options;
    this.#url = url;
    this.#timeout = timeout;
    this.isKept = options.data !== undefined;
    const credential = psk === undefined ? {} : { credential: credentialOf(psk) };
    this.#data = dataOf(options);
    for (const finding of this.#data?.findings ?? []) print(`warning: ${finding}`);
    const node = this.#data?.node ?? Id.from(nodeCrypto.randomBytes(16));
    const { sha256, randomBytes } = nodeCrypto;
    const unixSeconds = () => systemScheduler.date() / 1000;
    this.replica = this.#data?.replicas.get(database) ?? Replica.open(undefined, { sha256, randomBytes, unixSeconds });
    this.database = new Database({ replica: this.replica, node, crypto: nodeCrypto });
    try {
      this.#sync = new SyncClient({
        replica: this.replica,
        database,
        url,
        node,
        scopes,
        limits: withLimits({ CLOSE_TIMEOUT }),
        ...credential,
        onStatus: (status) => {
          this.onStatus?.(status);
          this.#look?.();
        },
        onPushed: () => this.#look?.(),
        onProgress: () => this.#look?.(),
        onDeadLetter: (refused) => this.#refuse(refused),
        onPostponed: (refused) => this.#refuse(refused),
        onSkipped: ({ reason }) =>
          print(
            `warning: the server has fed an operation that is passed over: ${reason === 'conflict' ? 'its id is taken' : reason.message}`,
          ),
        onRecovery: () =>
          print('warning: the server has lost data, or was restored from a backup; it is given what it lacks'),
        onScopeEnded: (_, code) => print(`warning: the server does not let this client read (${errorName(code)})`),
        onFault: (error) => print(`warning: ${(error as Error).message}`),
      });
    } catch (error) {
      this.#data?.close();
      throw error;
    }
  }

  /** Writes that this copy has and the server has not. */
  get pending(): number {
    return this.#sync.pending;
  }

  /** Connects; resolves when everything that the server has is here, or when that has failed. */
  reach(): Promise<Reach> {
    this.#sync.start();
    return this.#until(({ kind }) => kind === 'live');
  }

  /** Resolves when the server has everything, or has refused what it lacks, or when that has failed. */
  drain(): Promise<Reach> {
    return this.#until(
      () => this.pending <= [...this.refused.values()].filter(({ retry }) => retry !== undefined).length,
    );
  }

  async close(): Promise<void> {
    await this.#sync.stop();
    this.database.close();
    this.#data?.close();
  }

  #refuse(refused: Refused & { readonly retry?: number }): void {
    this.refused.set(refused.entry.seq, refused);
    this.#look?.();
  }

  #until(isDone: (status: SyncStatus) => boolean): Promise<Reach> {
    return new Promise((resolve) => {
      const end = (reach: Reach): void => {
        timer.cancel();
        this.#look = undefined;
        resolve(reach);
      };
      const late = `${this.#url} did not answer within ${this.#timeout} ms`;
      const timer = systemScheduler.set(this.#timeout, () => end({ isLive: false, why: late }));
      this.#look = () => {
        const { status } = this.#sync;
        if (status.kind === 'waiting') end({ isLive: false, why: explain(this.#url, status.reason) });
        else if (isDone(status)) end({ isLive: true });
      };
      this.#look();
    });
  }
}

function credentialOf(path: string): ReturnType<typeof clientPsk> {
  const { kid, psk } = readPskFile(path);
  return clientPsk(kid, psk);
}

function dataOf({ data, passwordFile, database }: CopyOptions): Data | undefined {
  if (data === undefined) {
    if (passwordFile !== undefined) throw new RangeError('--password-file is about the data folder: name it by --data');
    return undefined;
  }
  const password = passwordFile === undefined ? undefined : readPasswordFile(passwordFile);
  return openData(data, [database], { crypto: nodeCrypto, scheduler: systemScheduler, password });
}

/** Why there is no connection, in a sentence that helps. */
function explain(url: string, reason: Ending | Error): string {
  if (reason instanceof Error) {
    const { code } = reason as NodeJS.ErrnoException;
    if (code === 'ECONNREFUSED') return `nothing listens at ${url}`;
    if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return `the host of ${url} is not known`;
    return code === undefined ? reason.message : `${url} cannot be reached (${code})`;
  }
  const hint = HINTS.get(reason.code ?? 0);
  return `${url}: ${describeEnding(reason)}${hint === undefined ? '' : `; ${hint}`}`;
}

const HINTS = new Map<number, string>([
  [ErrorCode.AUTH_REQUIRED, 'it asks for a proof: name a pre-shared key by --psk'],
  [ErrorCode.AUTH_FAILED, 'it does not know this pre-shared key, or has another one under its name'],
  [ErrorCode.NO_SUCH_OR_DENIED, 'it has no such database, or does not let this client in: see --database'],
]);
