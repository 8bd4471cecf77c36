import type { CryptoProvider } from '../crypto/provider.ts';
import { type Journal, type OpenedJournal, StorageError } from '../sync/journal.ts';
import { FileSeal } from './at-rest.ts';
import { codeOf, type Disk, type DiskFile, folderOf } from './disk.ts';
import { FileWindow } from './file-window.ts';
import { FILE_ID_BYTES, FrameFormat, formatOf, type HeaderFault, MOST_HEADER_BYTES } from './frame.ts';
import { JournalFile, writeFile } from './journal-file.ts';
import { openingFailed } from './opening-failed.ts';
import { examine, type Recovery, recover } from './recovery.ts';
import { type Placed, type ScanEnd, scan, UnknownChange } from './scan.ts';

export interface JournalLocation {
  readonly disk: Disk;
  readonly path: string;
  readonly database: string;
  readonly crypto: CryptoProvider;
  /** The folder's key; without one the journal is plain. */
  readonly key: Uint8Array | undefined;
}

/** The changes of a journal. `recovery` is known when they have all been read, and throws before. */
export interface JournalContents {
  readonly changes: Iterable<Placed>;
  readonly recovery: Recovery;
}

export interface OpenedJournalFile extends JournalContents, OpenedJournal {}

/** Zeros written ahead: 1 MiB, a quarter less time for each commit in the research. */
export const PREALLOCATE_BYTES: number = 1024 * 1024;

/**
 * Opens the journal at `path`, made if it is not there. Reading its changes to the end is what recovers it; before that
 * nothing can be added. Throws StorageError when the file cannot be used as it is; then nothing was changed.
 */
export function openJournal(location: JournalLocation, preallocate = PREALLOCATE_BYTES): OpenedJournalFile {
  const { disk, path } = location;
  const newFormat = (): FrameFormat => {
    const fileId = location.crypto.randomBytes(FILE_ID_BYTES);
    return new FrameFormat(fileId, sealOf(location)?.(fileId));
  };
  const { file, format } = attempt(path, () => {
    if (disk.exists(`${path}.new`)) disk.remove(`${path}.new`);
    if (!disk.exists(path)) {
      writeFile(disk, `${path}.new`, newFormat(), [], []).file.close();
      disk.rename(`${path}.new`, path);
      disk.syncFolder(folderOf(path));
    }
    return openFile(location, 'write');
  });
  const reading = new Reading(location, file, format, (found, lastSeq) =>
    attempt(path, () => recover(disk, path, file, found, lastSeq)),
  );
  const pending = new PendingJournal(file, () => {
    const end = reading.recovery.keptBytes;
    return new JournalFile({ disk, path, newFormat, preallocate }, { file, format, end });
  });
  return {
    journal: pending,
    changes: reading.changes(),
    get recovery() {
      return reading.recovery;
    },
  };
}

/** Reads a journal that is left as it is. Throws StorageError as `openJournal` does. */
export function readJournal(location: JournalLocation): JournalContents & { close(): void } {
  const { file, format } = attempt(location.path, () => openFile(location, 'read'));
  const size = file.size();
  const reading = new Reading(location, file, format, (found, lastSeq) => examine(size, found, lastSeq));
  return {
    changes: reading.changes(),
    get recovery() {
      return reading.recovery;
    },
    close: () => file.close(),
  };
}

class Reading {
  readonly #location: JournalLocation;
  readonly #file: DiskFile;
  readonly #format: FrameFormat;
  readonly #onEnd: (found: ScanEnd, lastSeq: number) => Recovery;
  #recovery: Recovery | undefined;

  constructor(
    location: JournalLocation,
    file: DiskFile,
    format: FrameFormat,
    onEnd: (found: ScanEnd, lastSeq: number) => Recovery,
  ) {
    this.#location = location;
    this.#file = file;
    this.#format = format;
    this.#onEnd = onEnd;
  }

  get recovery(): Recovery {
    if (this.#recovery === undefined) throw new Error('the changes of the journal were not read to their end');
    return this.#recovery;
  }

  *changes(): Generator<Placed, void> {
    const scanning = scan(new FileWindow(this.#file), this.#format, this.#file.size());
    let lastSeq = 0;
    for (;;) {
      const { done, value } = this.#next(scanning);
      if (done === true) {
        this.#recovery = this.#onEnd(value, lastSeq);
        return;
      }
      const { change } = value;
      if (change.kind === 'append') lastSeq = change.seq;
      else if (change.kind === 'dropped') lastSeq = change.from + change.marks.length / 16 - 1;
      yield value;
    }
  }

  #next(scanning: Generator<Placed, ScanEnd>): IteratorResult<Placed, ScanEnd> {
    const { path } = this.#location;
    try {
      return scanning.next();
    } catch (cause) {
      const why = cause instanceof UnknownChange ? cause.message : `it cannot be read (${codeOf(cause)})`;
      throw new StorageError('damaged', `${path}: ${why}; nothing was changed`, { cause });
    }
  }
}

/** Stands for the journal until its changes have been read: what is added before would overwrite them. */
class PendingJournal implements Journal {
  readonly #file: DiskFile;
  readonly #make: () => Journal;
  #made: Journal | undefined;
  #isClosed = false;

  constructor(file: DiskFile, make: () => Journal) {
    this.#file = file;
    this.#make = make;
  }

  get isDirty(): boolean {
    return this.#made?.isDirty ?? false;
  }
  add(...of: Parameters<Journal['add']>): number {
    return this.#journal().add(...of);
  }
  commit(): void {
    this.#made?.commit();
  }
  rollback(): void {
    this.#made?.rollback();
  }
  read(place: number): Uint8Array {
    return this.#journal().read(place);
  }
  rewrite(...of: Parameters<Journal['rewrite']>): number[] {
    return this.#journal().rewrite(...of);
  }
  close(): void {
    if (this.#made !== undefined) this.#made.close();
    else if (!this.#isClosed) this.#file.close();
    this.#isClosed = true;
  }

  #journal(): Journal {
    this.#made ??= this.#make();
    return this.#made;
  }
}

function sealOf({ crypto, key, database }: JournalLocation): ((fileId: Uint8Array) => FileSeal) | undefined {
  return key && ((fileId) => new FileSeal(crypto, key, fileId, database));
}

const SENTENCES: { readonly [F in HeaderFault]: string } = {
  'no journal': 'is not a journal, or its first bytes are damaged',
  damaged: 'has a damaged header',
  'is sealed': 'is encrypted, in a folder that is not',
  'is plain': 'is not encrypted, in a folder that is',
  'other key': 'has a damaged header, or belongs to another folder or database',
};

function openFile(location: JournalLocation, access: 'read' | 'write'): { file: DiskFile; format: FrameFormat } {
  const file = location.disk.open(location.path, access);
  const beginning = new Uint8Array(MOST_HEADER_BYTES);
  const format = formatOf(beginning.subarray(0, file.read(beginning, 0)), sealOf(location));
  if (format instanceof FrameFormat) return { file, format };
  file.close();
  const advice = 'it was left as it is: put a backup in its place, or move it away to begin with an empty log';
  throw new StorageError('damaged', `${location.path} ${SENTENCES[format]}; ${advice}`);
}

function attempt<T>(path: string, action: () => T): T {
  try {
    return action();
  } catch (cause) {
    throw openingFailed(path, cause);
  }
}
