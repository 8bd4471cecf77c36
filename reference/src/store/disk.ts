/**
 * What the store needs of a file system, all of it synchronous: one commit per turn of the event loop serves every
 * connection, and an asynchronous write and sync take twice as long. Failures are errors with a `code` as Node's have:
 * ENOENT, EEXIST, ENOSPC, EIO, EROFS, EACCES, ...
 *
 * What an implementation promises, and no more: bytes are durable after the `sync` of their file; that a name leads to a
 * file (after `create`, `rename`, `remove`) is durable after the `syncFolder` of its folder; a rename is atomic.
 */
export interface Disk {
  /** Opens a file that is there. */
  open(path: string, access: 'read' | 'write'): DiskFile;
  /** Makes a file that is not there yet (EEXIST), for its owner alone, and opens it for writing. */
  create(path: string): DiskFile;
  exists(path: string): boolean;
  /** Names in a folder, in no order. */
  list(folder: string): string[];
  /** Makes a folder for its owner alone, with those above it; nothing when it is there. */
  makeFolder(path: string): void;
  /** Puts a file in the place of another, or where none was. */
  rename(from: string, to: string): void;
  remove(path: string): void;
  syncFolder(path: string): void;
  /** Who uses the disk now. */
  readonly process: ProcessMark;
  /** Whether that process still runs. A number that has been given to another process since is not that process. */
  isRunning(process: ProcessMark): boolean;
}

export interface DiskFile {
  size(): number;
  /** Fills `target` from `position` on; the result is smaller than `target` only where the file ends. */
  read(target: Uint8Array, position: number): number;
  /** Writes at `position`; the result is the number of bytes written, which may be fewer. */
  write(bytes: Uint8Array, position: number): number;
  /** Bytes behind `length` are gone; a shorter file grows by zeros. */
  truncate(length: number): void;
  /** As fdatasync: contents and size. */
  sync(): void;
  close(): void;
}

export interface ProcessMark {
  readonly id: number;
  /** Tells processes of equal number apart; empty where the system does not say. */
  readonly started: string;
}

export type DiskErrorCode = 'ENOENT' | 'EEXIST' | 'ENOSPC' | 'EIO' | 'EROFS' | 'EACCES';

/** A failure of a disk that is not Node's. */
export class DiskError extends Error {
  override readonly name = 'DiskError';
  readonly code: DiskErrorCode;

  constructor(code: DiskErrorCode, path: string) {
    super(`${code}: ${path}`);
    this.code = code;
  }
}

export function codeOf(error: unknown): string {
  const code = (error as { readonly code?: unknown } | undefined)?.code;
  return typeof code === 'string' ? code : 'unknown error';
}

/** There is no room; it may work later. */
export function isFull(error: unknown): boolean {
  return ['ENOSPC', 'EDQUOT'].includes(codeOf(error));
}

/** Writes all of `bytes`, however few a single write takes. */
export function writeFully(file: DiskFile, bytes: Uint8Array, position: number): void {
  let done = 0;
  while (done < bytes.length) {
    const written = file.write(done === 0 ? bytes : bytes.subarray(done), position + done);
    if (written <= 0) throw new DiskError('EIO', 'a write that writes nothing');
    done += written;
  }
}

/** The whole of a small file. Throws RangeError when it is longer than `limit`. */
export function readSmall(disk: Disk, path: string, limit: number): Uint8Array {
  const file = disk.open(path, 'read');
  try {
    const size = file.size();
    if (size > limit) throw new RangeError(`${path} has ${size} bytes, at most ${limit} are expected`);
    const bytes = new Uint8Array(size);
    return bytes.subarray(0, file.read(bytes, 0));
  } finally {
    file.close();
  }
}

/** Puts a file in place, durably and in one step: after a crash it is the old one or the new one. */
export function replaceFile(disk: Disk, path: string, bytes: Uint8Array): void {
  const fresh = `${path}.new`;
  if (disk.exists(fresh)) disk.remove(fresh);
  const file = disk.create(fresh);
  try {
    writeFully(file, bytes, 0);
    file.sync();
  } finally {
    file.close();
  }
  disk.rename(fresh, path);
  disk.syncFolder(folderOf(path));
}

export function folderOf(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash <= 0 ? (slash === 0 ? '/' : '.') : path.slice(0, slash);
}
