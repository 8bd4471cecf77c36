/**
 * The data folder of a node:
 *
 *   folder.json             format, version, node id, how its files are encrypted
 *   lock                    which process uses it
 *   db-<name>/journal       the journal of a database (database-name.ts)
 *   db-<name>/journal.damaged-1, -2, ...    what was cut off because it was damaged
 */
import type { Id } from '../bytes/id.ts';
import { Id as IdOf } from '../bytes/id.ts';
import { nodeCrypto } from '../crypto/node.ts';
import type { CryptoProvider } from '../crypto/provider.ts';
import type { ScryptCost } from '../crypto/scrypt.ts';
import { StorageError } from '../sync/journal.ts';
import { CHECK_BYTES, DEFAULT_COST, folderKey, keyCheck, SALT_BYTES } from './at-rest.ts';
import { databaseFolder, databaseOfFolder } from './database-name.ts';
import { type Disk, folderOf, readSmall, replaceFile } from './disk.ts';
import {
  decodeFolderHeader,
  encodeFolderHeader,
  type FolderEncryption,
  type FolderHeader,
  MOST_HEADER_JSON_BYTES,
} from './folder-header.ts';
import { holderOf, lockedBy, lockFolder } from './lock.ts';
import {
  type JournalContents,
  type JournalLocation,
  type OpenedJournalFile,
  openJournal,
  readJournal,
} from './open-journal.ts';
import { openingFailed } from './opening-failed.ts';

export interface FolderSettings {
  /** Encrypts a new folder, opens an encrypted one. */
  readonly password?: Uint8Array | undefined;
  readonly crypto?: CryptoProvider;
  /** The id of the node, for a folder that is made; default: random. */
  readonly newNodeId?: (() => Id) | undefined;
  /** What a guess of the password costs, for a folder that is made. */
  readonly cost?: ScryptCost;
  /** Bytes of zeros written ahead of a journal; 0: none. */
  readonly preallocate?: number;
}

export interface DataFolder {
  /** 16 bytes, the same over all restarts. */
  readonly nodeId: Id;
  readonly isEncrypted: boolean;
  /** Names of the databases that are in the folder, in order. */
  databases(): string[];
  /** The journal of a database, made if it is new. Each database is opened once. */
  openDatabase(name: string): OpenedJournalFile;
  /** Path of the journal of a database, for sentences. */
  journalPath(name: string): string;
  /** Closes every journal and lets go of the folder. */
  close(): void;
}

export interface ReadOnlyFolder extends Pick<DataFolder, 'nodeId' | 'isEncrypted' | 'databases' | 'journalPath'> {
  /** Throws RangeError when there is no such database. */
  readDatabase(name: string): JournalContents & { close(): void };
}

/**
 * Opens the data folder at `path`, made if it is not there, and locks it. Throws StorageError: `locked`, `password` (wrong,
 * missing, or given for a folder that is not encrypted), `damaged` (its header), `full`, `broken`.
 */
export function openFolder(disk: Disk, path: string, settings: FolderSettings = {}): DataFolder {
  const folder = trimmed(path);
  const release = attempt(folder, () => {
    disk.makeFolder(folder);
    disk.syncFolder(folderOf(folder));
    return lockFolder(disk, folder);
  });
  try {
    const header = attempt(folder, () => headerOf(disk, folder) ?? makeHeader(disk, folder, settings));
    const located = locating(disk, folder, settings, keyOf(folder, header, settings));
    const opened = new Map<string, OpenedJournalFile>();
    return {
      ...describing(disk, folder, header),
      openDatabase(name) {
        if (opened.has(name)) throw new Error(`the database ${name} is open already`);
        const location = located(name);
        attempt(location.path, () => {
          disk.makeFolder(folderOf(location.path));
          disk.syncFolder(folder);
        });
        const journal = openJournal(location, settings.preallocate);
        opened.set(name, journal);
        return journal;
      },
      close() {
        for (const { journal } of opened.values()) journal.close();
        release();
      },
    };
  } catch (error) {
    release();
    throw error;
  }
}

/** Opens a data folder that no node uses, to read it; nothing in it is changed. Throws StorageError as `openFolder`. */
export function readFolder(disk: Disk, path: string, settings: FolderSettings = {}): ReadOnlyFolder {
  const folder = trimmed(path);
  const holder = holderOf(disk, folder);
  if (holder !== undefined) throw lockedBy(folder, holder);
  const header = attempt(folder, () => headerOf(disk, folder));
  if (header === undefined) throw new RangeError(`${folder} is not a data folder: it has no folder.json`);
  const located = locating(disk, folder, settings, keyOf(folder, header, settings));
  return {
    ...describing(disk, folder, header),
    readDatabase(name) {
      const location = located(name);
      if (disk.exists(location.path)) return readJournal(location);
      throw new RangeError(`there is no database ${name} in ${folder}`);
    },
  };
}

function describing(
  disk: Disk,
  folder: string,
  header: FolderHeader,
): Pick<DataFolder, keyof ReadOnlyFolder & keyof DataFolder> {
  return {
    nodeId: header.node,
    isEncrypted: header.encryption !== undefined,
    journalPath: (name) => journalPath(folder, name),
    databases: () =>
      attempt(folder, () => disk.list(folder))
        .map(databaseOfFolder)
        .filter((name) => name !== undefined)
        .filter((name) => disk.exists(journalPath(folder, name)))
        .sort(),
  };
}

function locating(
  disk: Disk,
  folder: string,
  { crypto = nodeCrypto }: FolderSettings,
  key: Uint8Array | undefined,
): (database: string) => JournalLocation {
  return (database) => ({ disk, path: journalPath(folder, database), database, crypto, key });
}

function journalPath(folder: string, database: string): string {
  return `${folder}/${databaseFolder(database)}/journal`;
}

/** `undefined` when the folder has none, and nothing that would need one. */
function headerOf(disk: Disk, folder: string): FolderHeader | undefined {
  const path = `${folder}/folder.json`;
  if (!disk.exists(path)) {
    if (!disk.exists(folder) || !disk.list(folder).some((name) => databaseOfFolder(name) !== undefined))
      return undefined;
    throw new StorageError('damaged', `${path} is missing, though there are databases: put it back from a backup`);
  }
  try {
    return decodeFolderHeader(readSmall(disk, path, MOST_HEADER_JSON_BYTES));
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new StorageError('damaged', `${path} ${cause.message}; nothing was changed`, { cause });
  }
}

function makeHeader(disk: Disk, folder: string, settings: FolderSettings): FolderHeader {
  const { password, crypto = nodeCrypto, cost = DEFAULT_COST } = settings;
  const node = settings.newNodeId?.() ?? IdOf.from(crypto.randomBytes(16));
  const header = { node, encryption: password === undefined ? undefined : newEncryption(crypto, password, cost) };
  replaceFile(disk, `${folder}/folder.json`, encodeFolderHeader(header));
  return header;
}

function newEncryption(crypto: CryptoProvider, password: Uint8Array, cost: ScryptCost): FolderEncryption {
  const salt = crypto.randomBytes(SALT_BYTES);
  return { cost, salt, check: keyCheck(crypto, folderKey(password, salt, cost), salt) };
}

/** The key of the folder; `undefined` when it is plain. */
function keyOf(
  folder: string,
  { encryption }: FolderHeader,
  { password, crypto = nodeCrypto }: FolderSettings,
): Uint8Array | undefined {
  if (encryption === undefined) {
    if (password === undefined) return undefined;
    throw new StorageError('password', `${folder} is not encrypted: open it without a password`);
  }
  if (password === undefined) throw new StorageError('password', `${folder} is encrypted: it needs its password`);
  const key = attemptKey(folder, password, encryption);
  const check = keyCheck(crypto, key, encryption.salt);
  if (encryption.check.length === CHECK_BYTES && crypto.constantTimeEqual(check, encryption.check)) return key;
  throw new StorageError('password', `the password is not that of ${folder}`);
}

function attemptKey(folder: string, password: Uint8Array, { salt, cost }: FolderEncryption): Uint8Array {
  try {
    return folderKey(password, salt, cost);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new StorageError('damaged', `${folder}/folder.json demands ${cause.message}`, { cause });
  }
}

function trimmed(path: string): string {
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
}

function attempt<T>(path: string, action: () => T): T {
  try {
    return action();
  } catch (cause) {
    throw openingFailed(path, cause);
  }
}
