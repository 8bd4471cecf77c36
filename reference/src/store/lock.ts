/**
 * One process at a time uses a data folder: a file in it says which. A process that was killed does not hold it: its number
 * runs no more, or runs another program, which its start tells. The file is made in one step that fails when it is there;
 * a stale one is moved away first, and put back if it was not the stale one that was moved.
 */
import { decodeUtf8, encodeUtf8 } from '../bytes/utf8.ts';
import { StorageError } from '../sync/journal.ts';
import { codeOf, type Disk, type ProcessMark, readSmall, writeFully } from './disk.ts';

const LOCK_BYTES = 1024;
/** What this process holds, by disk: its own number does not say whether it holds a folder or did before a restart. */
const held = new WeakMap<Disk, Set<string>>();

/** Locks a folder for this process; the result lets go of it. Throws StorageError `locked`. */
export function lockFolder(disk: Disk, folder: string): () => void {
  const path = `${folder}/lock`;
  const mine = held.get(disk) ?? new Set<string>();
  held.set(disk, mine);
  if (mine.has(folder)) throw lockedBy(folder, disk.process);
  take(disk, folder, path);
  mine.add(folder);
  return () => {
    if (mine.delete(folder) && isMine(disk, path)) disk.remove(path);
  };
}

/** Who has locked the folder, if that process runs. */
export function holderOf(disk: Disk, folder: string): ProcessMark | undefined {
  const holder = readMark(disk, `${folder}/lock`);
  if (holder === undefined) return undefined;
  const isSelf = holder.id === disk.process.id;
  return (isSelf ? held.get(disk)?.has(folder) === true : disk.isRunning(holder)) ? holder : undefined;
}

export function lockedBy(folder: string, { id }: ProcessMark): StorageError {
  return new StorageError(
    'locked',
    `${folder} is in use by process ${id}: end that one first, or use another folder (two nodes never share one)`,
  );
}

function take(disk: Disk, folder: string, path: string): void {
  const text = encodeUtf8(`${JSON.stringify(disk.process)}\n`);
  for (let attempts = 0; attempts < 3; attempts++) {
    try {
      const file = disk.create(path);
      try {
        writeFully(file, text, 0);
      } finally {
        file.close();
      }
      if (isMine(disk, path)) return;
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error;
    }
    const holder = holderOf(disk, folder);
    if (holder !== undefined) throw lockedBy(folder, holder);
    moveAway(disk, path);
  }
  throw new StorageError('locked', `${folder} is being opened by several processes at once: start one of them again`);
}

function moveAway(disk: Disk, path: string): void {
  const stale = readMark(disk, path);
  const aside = `${path}.stale-${disk.process.id}`;
  try {
    disk.rename(path, aside);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return; // somebody else has moved it
    throw error;
  }
  const moved = readMark(disk, aside);
  if (moved?.id === stale?.id && moved?.started === stale?.started) disk.remove(aside);
  else disk.rename(aside, path);
}

function isMine(disk: Disk, path: string): boolean {
  const mark = readMark(disk, path);
  return mark?.id === disk.process.id && mark.started === disk.process.started;
}

/** `undefined` when there is no lock, or one that a crash left without its contents. */
function readMark(disk: Disk, path: string): ProcessMark | undefined {
  try {
    const mark: unknown = JSON.parse(decodeUtf8(readSmall(disk, path, LOCK_BYTES)) ?? '');
    const { id, started } = mark as ProcessMark;
    return Number.isInteger(id) && id > 0 && typeof started === 'string' ? { id, started } : undefined;
  } catch {
    return undefined;
  }
}
