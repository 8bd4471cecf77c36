import type { Id } from '../bytes/id.ts';
import type { CryptoProvider } from '../crypto/provider.ts';
import type { Disk } from '../store/disk.ts';
import { openFolder } from '../store/folder.ts';
import { nodeDisk } from '../store/node-disk.ts';
import type { OpenedJournalFile } from '../store/open-journal.ts';
import { recoverySentence } from '../store/recovery.ts';
import { Replica, type ReplicaConfig } from '../sync/replica.ts';
import type { Scheduler } from './scheduler.ts';

export interface DataOptions {
  readonly crypto: CryptoProvider;
  readonly scheduler: Scheduler;
  readonly password?: Uint8Array | undefined;
  readonly createLog?: ReplicaConfig['createLog'];
  /** Default: `Replica.open`. */
  readonly openReplica?: (opened: OpenedJournalFile, config: ReplicaConfig) => Replica;
  /** Drops from each log what section 9.17 lets go. */
  readonly compact?: boolean | undefined;
  readonly disk?: Disk;
}

/** What a node keeps, opened: its id, and a replica for each of its databases. */
export interface Data {
  readonly node: Id;
  readonly replicas: ReadonlyMap<string, Replica>;
  /** What was found and mended at the start, in sentences for people. */
  readonly findings: readonly string[];
  /** Closes the journals and lets go of the folder. Everything that was committed is there already. */
  close(): void;
}

/** Opens the data folder at `path` for these databases. Throws StorageError. */
export function openData(path: string, databases: readonly string[], options: DataOptions): Data {
  const { crypto, scheduler, password, createLog, openReplica = Replica.open, disk = nodeDisk } = options;
  const folder = openFolder(disk, path, { password, crypto });
  try {
    const replicas = new Map<string, Replica>();
    const findings: string[] = [];
    for (const name of new Set(databases)) {
      const opened = folder.openDatabase(name);
      const replica = openReplica(opened, {
        sha256: crypto.sha256,
        randomBytes: crypto.randomBytes,
        unixSeconds: () => scheduler.date() / 1000,
        ...(createLog === undefined ? {} : { createLog }),
      });
      const finding = recoverySentence(folder.journalPath(name), opened.recovery);
      if (finding !== undefined) findings.push(finding);
      if (options.compact === true) replica.compact();
      replicas.set(name, replica);
    }
    return { node: folder.nodeId, replicas, findings, close: () => folder.close() };
  } catch (error) {
    folder.close();
    throw error;
  }
}
