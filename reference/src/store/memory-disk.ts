/**
 * A disk in memory that can crash, for the simulation and the tests.
 *
 * 1. What a `sync` of a file covered survives every crash; of the writes since, each sector of 512 bytes may or may not,
 *    or a prefix of them does, and the file may be shorter than it was. What was not written reads as zeros.
 * 2. What a `syncFolder` covered survives; of the names made, changed and removed since, a prefix does, in their order.
 * 3. A kill of the process alone loses nothing that was written.
 */
import { type Disk, DiskError, type DiskFile, folderOf, type ProcessMark } from './disk.ts';

const SECTOR = 512;

/** From 0 up to, but not including, 1. */
export type Random = () => number;

interface Write {
  /** `undefined` for a truncation. */
  readonly bytes: Uint8Array | undefined;
  /** Where it begins; for a truncation the new length. */
  readonly at: number;
}

class Inode {
  contents = new Uint8Array(0);
  size = 0;
  durable = new Uint8Array(0);
  pending: Write[] = [];

  apply({ bytes, at }: Write): void {
    if (bytes === undefined) {
      if (at < this.size) this.contents.fill(0, at, this.size);
      this.reserve(at);
      this.size = at;
      return;
    }
    this.reserve(at + bytes.length);
    this.contents.set(bytes, at);
    this.size = Math.max(this.size, at + bytes.length);
  }

  sync(): void {
    this.durable = this.contents.slice(0, this.size);
    this.pending = [];
  }

  static of(bytes: Uint8Array): Inode {
    const inode = new Inode();
    inode.apply({ bytes, at: 0 });
    inode.sync();
    return inode;
  }

  private reserve(size: number): void {
    if (size <= this.contents.length) return;
    const grown = new Uint8Array(Math.max(size, 2 * this.contents.length, 1024));
    grown.set(this.contents.subarray(0, this.size));
    this.contents = grown;
  }
}

type Names = Map<string, Inode>;

interface NameChange {
  readonly folder: string;
  readonly apply: (names: Names) => void;
}

export class MemoryDisk implements Disk {
  /** Each start of a node on the disk is another process. */
  readonly process: ProcessMark;
  #names: Names = new Map();
  #durableNames: Names = new Map();
  #pendingNames: NameChange[] = [];
  #folders = new Set<string>(['.', '/']);

  constructor(processId = 1) {
    this.process = { id: processId, started: 'memory' };
  }

  open(path: string, access: 'read' | 'write'): DiskFile {
    return new MemoryFile(this.#inode(path), path, access === 'write');
  }

  create(path: string): DiskFile {
    if (this.#names.has(path)) throw new DiskError('EEXIST', path);
    if (!this.#folders.has(folderOf(path))) throw new DiskError('ENOENT', folderOf(path));
    const inode = new Inode();
    this.#change(folderOf(path), (names) => void names.set(path, inode));
    return new MemoryFile(inode, path, true);
  }

  exists(path: string): boolean {
    return this.#names.has(path) || this.#folders.has(path);
  }

  list(folder: string): string[] {
    if (!this.#folders.has(folder)) throw new DiskError('ENOENT', folder);
    return [...this.#names.keys(), ...this.#folders]
      .filter((path) => path !== folder && folderOf(path) === folder)
      .map((path) => path.slice(path.lastIndexOf('/') + 1));
  }

  /** Folders are durable at once: what is not durable is the names in them. */
  makeFolder(path: string): void {
    for (let at = path; !this.#folders.has(at); at = folderOf(at)) this.#folders.add(at);
  }

  rename(from: string, to: string): void {
    const inode = this.#inode(from);
    this.#change(folderOf(to), (names) => {
      names.delete(from);
      names.set(to, inode);
    });
  }

  remove(path: string): void {
    this.#inode(path);
    this.#change(folderOf(path), (names) => void names.delete(path));
  }

  syncFolder(path: string): void {
    for (const { folder, apply } of this.#pendingNames) if (folder === path) apply(this.#durableNames);
    this.#pendingNames = this.#pendingNames.filter(({ folder }) => folder !== path);
  }

  isRunning({ id }: ProcessMark): boolean {
    return id === this.process.id;
  }

  /** The disk after a kill of the process: everything written is there (invariant 3). */
  kill(): MemoryDisk {
    return this.#next(this.#names, (inode) => inode.contents.slice(0, inode.size));
  }

  /** The disk after a loss of power (invariants 1 and 2). */
  crash(random: Random): MemoryDisk {
    const names: Names = new Map(this.#durableNames);
    const kept = Math.floor(random() * (this.#pendingNames.length + 1));
    for (const { apply } of this.#pendingNames.slice(0, kept)) apply(names);
    return this.#next(names, (inode) => survivor(inode, random));
  }

  /** What is in a file now. */
  contents(path: string): Uint8Array {
    const inode = this.#inode(path);
    return inode.contents.slice(0, inode.size);
  }

  /** Puts a durable file there: a damage, a backup. */
  place(path: string, bytes: Uint8Array): void {
    const inode = Inode.of(bytes);
    this.makeFolder(folderOf(path));
    this.#names.set(path, inode);
    this.#durableNames.set(path, inode);
  }

  paths(): string[] {
    return [...this.#names.keys()].sort();
  }

  #inode(path: string): Inode {
    const inode = this.#names.get(path);
    if (inode === undefined) throw new DiskError('ENOENT', path);
    return inode;
  }

  #change(folder: string, apply: (names: Names) => void): void {
    apply(this.#names);
    this.#pendingNames.push({ folder, apply });
  }

  #next(names: Names, contentsOf: (inode: Inode) => Uint8Array): MemoryDisk {
    const disk = new MemoryDisk(this.process.id + 1);
    for (const [path, inode] of names) disk.place(path, contentsOf(inode));
    for (const folder of this.#folders) disk.makeFolder(folder);
    return disk;
  }
}

class MemoryFile implements DiskFile {
  readonly #inode: Inode;
  readonly #path: string;
  readonly #isWritable: boolean;
  #isOpen = true;

  constructor(inode: Inode, path: string, isWritable: boolean) {
    this.#inode = inode;
    this.#path = path;
    this.#isWritable = isWritable;
  }

  size(): number {
    return this.#use().size;
  }

  read(target: Uint8Array, position: number): number {
    const { contents, size } = this.#use();
    const there = contents.subarray(position, Math.min(size, position + target.length));
    target.set(there);
    return there.length;
  }

  write(bytes: Uint8Array, position: number): number {
    this.#put({ bytes: bytes.slice(), at: position });
    return bytes.length;
  }

  truncate(length: number): void {
    this.#put({ bytes: undefined, at: length });
  }

  sync(): void {
    this.#use().sync();
  }

  close(): void {
    this.#use();
    this.#isOpen = false;
  }

  #put(write: Write): void {
    const inode = this.#use();
    if (!this.#isWritable) throw new DiskError('EACCES', this.#path);
    inode.apply(write);
    inode.pending.push(write);
  }

  #use(): Inode {
    if (!this.#isOpen) throw new Error(`${this.#path} is used after it was closed`);
    return this.#inode;
  }
}

/** Invariant 1. */
function survivor({ durable, pending, contents, size }: Inode, random: Random): Uint8Array {
  const fate = random();
  if (fate < 0.2) return durable.slice();
  if (fate < 0.4) return contents.slice(0, size);
  const after = Inode.of(durable);
  const whole = Math.floor(random() * (pending.length + 1));
  for (const write of pending.slice(0, whole)) after.apply(write);
  const torn = pending[whole];
  if (torn?.bytes !== undefined) {
    if (fate < 0.7) tear(after, torn.bytes, torn.at, random);
    else scatter(after, torn.bytes, torn.at, random);
  }
  return after.contents.slice(0, after.size);
}

/** A prefix of a write: where the file is made longer it may end anywhere, within the file a sector is old or new. */
function tear(inode: Inode, bytes: Uint8Array, at: number, random: Random): void {
  const end = at + Math.floor(random() * bytes.length);
  const to = end < inode.size ? Math.max(at, end - (end % SECTOR)) : end;
  inode.apply({ bytes: bytes.subarray(0, to - at), at });
}

/** Some sectors of a write, in no order; those that are missing in between are as they were before. */
function scatter(inode: Inode, bytes: Uint8Array, at: number, random: Random): void {
  for (let from = at; from < at + bytes.length; from = nextSector(from)) {
    const to = Math.min(at + bytes.length, nextSector(from));
    if (random() < 0.5) inode.apply({ bytes: bytes.subarray(from - at, to - at), at: from });
  }
  if (random() < 0.5) inode.apply({ bytes: undefined, at: Math.max(inode.size, at + bytes.length) });
}

function nextSector(at: number): number {
  return (Math.floor(at / SECTOR) + 1) * SECTOR;
}
