import * as fs from 'node:fs';
import { codeOf, type Disk, type DiskFile, folderOf, type ProcessMark } from './disk.ts';

class NodeFile implements DiskFile {
  readonly #fd: number;

  constructor(fd: number) {
    this.#fd = fd;
  }

  size(): number {
    return fs.fstatSync(this.#fd).size;
  }

  read(target: Uint8Array, position: number): number {
    let done = 0;
    while (done < target.length) {
      const read = fs.readSync(this.#fd, target, done, target.length - done, position + done);
      if (read === 0) break;
      done += read;
    }
    return done;
  }

  write(bytes: Uint8Array, position: number): number {
    return fs.writeSync(this.#fd, bytes, 0, bytes.length, position);
  }

  truncate(length: number): void {
    fs.ftruncateSync(this.#fd, length);
  }

  sync(): void {
    fs.fdatasyncSync(this.#fd);
  }

  close(): void {
    fs.closeSync(this.#fd);
  }
}

const OWNER_FILE = 0o600;
const OWNER_FOLDER = 0o700;

/** The file system of the machine. */
export const nodeDisk: Disk = {
  open: (path, access) => new NodeFile(fs.openSync(path, access === 'read' ? 'r' : 'r+')),
  create: (path) => new NodeFile(fs.openSync(path, 'wx+', OWNER_FILE)),
  exists: (path) => fs.existsSync(path),
  list: (folder) => fs.readdirSync(folder),
  makeFolder,
  rename: (from, to) => fs.renameSync(from, to),
  remove: (path) => fs.unlinkSync(path),
  syncFolder(path) {
    if (process.platform === 'win32') return; // folders cannot be opened there; the file system orders names itself
    const fd = fs.openSync(path, 'r');
    try {
      fs.fsyncSync(fd);
    } finally {
      fs.closeSync(fd);
    }
  },
  process: { id: process.pid, started: startOf(process.pid) },
  isRunning,
};

function isRunning({ id, started }: ProcessMark): boolean {
  try {
    process.kill(id, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false; // EPERM: it runs, as somebody else
  }
  if (isZombie(id)) return false;
  const now = startOf(id);
  return started === '' || now === '' || started === now;
}

/** Whether a process has ended and only its parent has not looked yet, on Linux. */
function isZombie(id: number): boolean {
  return statOf(id)[0] === 'Z';
}

/** What /proc says behind the name of the program, which is in parentheses and may hold blanks; else nothing. */
function statOf(id: number): readonly string[] {
  try {
    const stat = fs.readFileSync(`/proc/${id}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return [];
  }
}

/** When a process began, on Linux: the boot of the machine and the clock ticks since; else empty. */
function startOf(id: number): string {
  try {
    const boot = fs.readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    const ticks = statOf(id)[19] ?? ''; // its start is the 20th word
    if (ticks === '') return '';
    return `${boot}/${ticks}`;
  } catch {
    return '';
  }
}

/**
 * Makes the folder, and those above it. Not by the option `recursive`: where a folder is there and takes none (/proc, for
 * one), Node tries it again without end.
 */
function makeFolder(path: string): void {
  if (fs.existsSync(path) && fs.statSync(path).isDirectory()) return;
  const above = folderOf(path);
  if (above !== path) makeFolder(above);
  try {
    fs.mkdirSync(path, { mode: OWNER_FOLDER });
  } catch (error) {
    // another process was faster
    if (codeOf(error) !== 'EEXIST' || !fs.statSync(path).isDirectory()) throw error;
  }
}
