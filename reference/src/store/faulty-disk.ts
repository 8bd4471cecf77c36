import { type Disk, DiskError, type DiskErrorCode, type DiskFile } from './disk.ts';

/** What is about to be done to a disk, counted from 1 over all that changes it. */
export interface DiskStep {
  readonly index: number;
  readonly what: 'create' | 'rename' | 'remove' | 'syncFolder' | 'write' | 'truncate' | 'sync';
  readonly path: string;
}

/** How a step fails: with a code, for a write also after its first `written` bytes; `short` writes fewer, without error. */
export type Fault =
  | { readonly code: DiskErrorCode; readonly written?: number }
  | { readonly short: number }
  | undefined;

/** The power is gone: thrown by the step at which it goes, and by all that follow. */
export class PowerLoss extends Error {
  override readonly name = 'PowerLoss';
}

/** A disk that fails where `faultAt` says so; it may throw PowerLoss. Reading never fails. */
export function faultyDisk(disk: Disk, faultAt: (step: DiskStep) => Fault): Disk {
  let index = 0;
  let loss: PowerLoss | undefined;

  function step(what: DiskStep['what'], path: string): Fault {
    if (loss !== undefined) throw loss;
    index += 1;
    try {
      const fault = faultAt({ index, what, path });
      if (fault !== undefined && 'code' in fault && fault.written === undefined) throw new DiskError(fault.code, path);
      return fault;
    } catch (error) {
      if (error instanceof PowerLoss) loss = error;
      throw error;
    }
  }

  const file = (inner: DiskFile, path: string): DiskFile => ({
    size: () => inner.size(),
    read: (target, position) => inner.read(target, position),
    write(bytes, position) {
      const fault = step('write', path);
      if (fault === undefined) return inner.write(bytes, position);
      const part = bytes.subarray(0, 'short' in fault ? fault.short : fault.written);
      if (part.length > 0) inner.write(part, position);
      if ('code' in fault) throw new DiskError(fault.code, path);
      return part.length;
    },
    truncate(length) {
      step('truncate', path);
      inner.truncate(length);
    },
    sync() {
      step('sync', path);
      inner.sync();
    },
    close: () => inner.close(),
  });

  return {
    open: (path, access) => file(disk.open(path, access), path),
    create(path) {
      step('create', path);
      return file(disk.create(path), path);
    },
    exists: (path) => disk.exists(path),
    list: (folder) => disk.list(folder),
    makeFolder: (path) => disk.makeFolder(path),
    rename(from, to) {
      step('rename', to);
      disk.rename(from, to);
    },
    remove(path) {
      step('remove', path);
      disk.remove(path);
    },
    syncFolder(path) {
      step('syncFolder', path);
      disk.syncFolder(path);
    },
    process: disk.process,
    isRunning: (process) => disk.isRunning(process),
  };
}
