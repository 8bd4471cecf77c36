/**
 * A journal in one file (frame.ts says how it is laid out).
 *
 * 1. Bytes below `#end` are durable whole transactions. A commit writes the whole transaction at `#end` by one write, then
 *    syncs once, and only then moves `#end`.
 * 2. After a failed write the file is cut back to `#end`: if that works, the next commit may succeed. After a failed sync
 *    nobody knows what is on the disk, and asking again may say "fine" of pages that are gone: nothing more is written.
 * 3. A place is the offset of a frame, and is given out before the frame is written: only one transaction is open.
 * 4. `rewrite` fills another file, syncs it, renames it over the old one and syncs the folder; until the rename the old
 *    file is untouched. A file that is made is made in the same way, so no file is ever there without its header.
 */
import { type Change, type Journal, StorageError } from '../sync/journal.ts';
import { APPEND_HEAD_BYTES, encodeChange } from './change-codec.ts';
import { codeOf, type Disk, type DiskFile, folderOf, isFull, writeFully } from './disk.ts';
import { FileWindow } from './file-window.ts';
import { type FrameFormat, MAX_CHANGE_BYTES } from './frame.ts';
import { frameAt } from './scan.ts';

/** A file, how its frames are made, and where it ends. */
export interface OpenFile {
  readonly file: DiskFile;
  readonly format: FrameFormat;
  readonly end: number;
}

export interface JournalFileSettings {
  readonly disk: Disk;
  readonly path: string;
  /** A format for a new file: with an id of its own. */
  readonly newFormat: () => FrameFormat;
  /** Zeros are written ahead in steps of so many bytes, so that a commit does not change the size of the file; 0: never. */
  readonly preallocate: number;
}

/** Gathered for one write while a file is rewritten. */
const REWRITE_BYTES = 262_144;

export class JournalFile implements Journal {
  readonly #settings: JournalFileSettings;
  #file: DiskFile;
  #format: FrameFormat;
  #window: FileWindow;
  #end: number;
  /** Up to here the file holds transactions and then zeros. */
  #allocated: number;
  #transaction: { readonly change: Uint8Array; readonly place: number }[] = [];
  #transactionEnd: number;
  #broken: StorageError | undefined;
  #isClosed = false;

  constructor(settings: JournalFileSettings, { file, format, end }: OpenFile) {
    this.#settings = settings;
    this.#file = file;
    this.#format = format;
    this.#window = new FileWindow(file);
    this.#end = this.#transactionEnd = end;
    this.#allocated = file.size();
  }

  get isDirty(): boolean {
    return this.#transaction.length > 0;
  }

  /** Throws RangeError for a change that has no form or more than 64 MiB. */
  add(change: Change): number {
    this.#check();
    const bytes = encoded(change);
    const place = this.#transactionEnd;
    this.#transaction.push({ change: bytes, place });
    this.#transactionEnd += this.#format.overhead + bytes.length;
    return place;
  }

  commit(): void {
    if (!this.isDirty) return;
    try {
      this.#check();
      const bytes = this.#frames();
      this.#write(bytes);
      this.#sync();
      this.#end += bytes.length;
    } finally {
      this.rollback();
    }
  }

  rollback(): void {
    this.#transaction = [];
    this.#transactionEnd = this.#end;
  }

  read(place: number): Uint8Array {
    if (this.#isClosed) throw new Error(`${this.#settings.path} is closed`);
    if (place >= this.#end) return this.#uncommitted(place);
    let frame: ReturnType<typeof frameAt>;
    try {
      frame = frameAt(this.#window, this.#format, place, this.#end);
    } catch (cause) {
      throw this.#damaged(place, `could not be read (${codeOf(cause)})`, cause);
    }
    if (frame === undefined) throw this.#damaged(place, 'was changed on the disk after it was written');
    return frame.change.subarray(APPEND_HEAD_BYTES);
  }

  rewrite(changes: Iterable<Change>): number[] {
    this.#check();
    if (this.isDirty) throw new Error('a journal is rewritten between transactions');
    const { disk, path, newFormat } = this.#settings;
    const fresh = `${path}.new`;
    const places: number[] = [];
    let next: OpenFile;
    try {
      next = writeFile(disk, fresh, newFormat(), changes, places);
    } catch (cause) {
      throw this.#rewriteFailed(cause);
    }
    try {
      disk.rename(fresh, path);
      disk.syncFolder(folderOf(path));
    } catch (cause) {
      next.file.close(); // which of the two a crash would leave is not known
      throw this.#break(`${path} could not be replaced (${codeOf(cause)})`, cause);
    }
    this.#file.close();
    this.#file = next.file;
    this.#format = next.format;
    this.#window = new FileWindow(next.file);
    this.#end = this.#transactionEnd = this.#allocated = next.end;
    return places;
  }

  /** Discards the open transaction. */
  close(): void {
    if (this.#isClosed) return;
    this.rollback();
    this.#isClosed = true;
    try {
      if (this.#allocated > this.#end && this.#broken === undefined) this.#file.truncate(this.#end);
    } catch {
      // zeros at the end are ignored when the file is opened
    } finally {
      this.#file.close();
    }
  }

  #check(): void {
    if (this.#isClosed) throw new Error(`${this.#settings.path} is closed`);
    if (this.#broken !== undefined) throw this.#broken;
  }

  #uncommitted(place: number): Uint8Array {
    const found = this.#transaction.find((added) => added.place === place);
    if (found === undefined) throw new RangeError(`nothing was added at ${place}`);
    return found.change.subarray(APPEND_HEAD_BYTES);
  }

  #frames(): Uint8Array {
    const bytes = new Uint8Array(this.#transactionEnd - this.#end);
    const last = this.#transaction.length - 1;
    let at = 0;
    this.#transaction.forEach(({ change, place }, i) => {
      at = this.#format.put(bytes, at, place, place - this.#end, i === last, change);
    });
    return bytes;
  }

  /** Invariant 2. */
  #write(bytes: Uint8Array): void {
    try {
      this.#allocate(this.#end + bytes.length);
      writeFully(this.#file, bytes, this.#end);
      this.#allocated = Math.max(this.#allocated, this.#end + bytes.length);
    } catch (cause) {
      const what = `${this.#settings.path} could not be written (${codeOf(cause)})`;
      try {
        this.#file.truncate(this.#end);
        this.#allocated = this.#end;
      } catch {
        throw this.#break(what, cause);
      }
      if (!isFull(cause)) throw this.#break(what, cause);
      throw new StorageError('full', `${what}: make room on the disk; nothing that was acknowledged is lost`, {
        cause,
      });
    }
  }

  #allocate(needed: number): void {
    const { preallocate } = this.#settings;
    if (preallocate === 0 || needed <= this.#allocated) return;
    const upTo = Math.ceil(needed / preallocate) * preallocate;
    try {
      writeFully(this.#file, new Uint8Array(upTo - this.#allocated), this.#allocated);
      this.#allocated = upTo;
    } catch (cause) {
      if (!isFull(cause)) throw cause; // what is needed now may still fit
    }
  }

  #sync(): void {
    try {
      this.#file.sync();
    } catch (cause) {
      throw this.#break(`${this.#settings.path} could not be made durable (${codeOf(cause)})`, cause);
    }
  }

  #rewriteFailed(cause: unknown): Error {
    if (cause instanceof StorageError || cause instanceof RangeError) return cause;
    const what = `${this.#settings.path} could not be rewritten (${codeOf(cause)})`;
    const room = 'make room on the disk; it is as it was before';
    if (isFull(cause)) return new StorageError('full', `${what}: ${room}`, { cause });
    return codeOf(cause) === 'unknown error' ? (cause as Error) : this.#break(what, cause);
  }

  #break(what: string, cause: unknown): StorageError {
    const advice = 'nothing more is written to it; check the disk and start the node again';
    this.#broken = new StorageError('broken', `${what}: ${advice}`, { cause });
    return this.#broken;
  }

  #damaged(place: number, what: string, cause?: unknown): StorageError {
    const { path } = this.#settings;
    return new StorageError('damaged', `the change at byte ${place} of ${path} ${what}: check the disk`, { cause });
  }
}

/** Makes a durable file of `changes`, each a transaction, under a name that is not yet the right one. */
export function writeFile(
  disk: Disk,
  path: string,
  format: FrameFormat,
  changes: Iterable<Change>,
  places: number[],
): OpenFile {
  if (disk.exists(path)) disk.remove(path);
  const file = disk.create(path);
  try {
    let end = 0;
    let gathered = new Uint8Array(REWRITE_BYTES);
    let used = format.headerBytes;
    gathered.set(format.header());
    const flush = (): void => {
      writeFully(file, gathered.subarray(0, used), end);
      end += used;
      used = 0;
    };
    for (const change of changes) {
      const bytes = encoded(change);
      const length = format.overhead + bytes.length;
      if (used + length > gathered.length) flush();
      if (length > gathered.length) gathered = new Uint8Array(length);
      if (change.kind === 'append') places.push(end + used);
      used = format.put(gathered, used, end + used, 0, true, bytes);
    }
    flush();
    file.sync();
    return { file, format, end };
  } catch (error) {
    file.close();
    try {
      disk.remove(path);
    } catch {
      // it is removed when the journal is opened
    }
    throw error;
  }
}

function encoded(change: Change): Uint8Array {
  const bytes = encodeChange(change);
  if (bytes.length <= MAX_CHANGE_BYTES) return bytes;
  throw new RangeError(`a change of ${bytes.length} bytes; at most ${MAX_CHANGE_BYTES} are kept`);
}
