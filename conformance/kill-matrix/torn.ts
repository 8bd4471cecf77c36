/** A node that is killed while it writes leaves the beginning of a transaction behind. */
import { Id } from '../../reference/src/bytes/id.ts';
import { openFolder } from '../../reference/src/store/folder.ts';
import type { MemoryDisk } from '../../reference/src/store/memory-disk.ts';

/** Path of the data folder on each disk. */
export const FOLDER = 'data';
/** Bytes of operations in that transaction: several sectors, so that it is plain that some were not written. */
const TORN_BYTES = 4096;

/**
 * Puts the beginning of a transaction behind the journal of `database`, as after a kill in the middle of a write: new
 * operations that look like the last one. Nobody was told of them. An empty log is left as it is.
 */
export function tear(disk: MemoryDisk, database: string): void {
  const scratch = disk.kill();
  const folder = openFolder(scratch, FOLDER);
  const opened = folder.openDatabase(database);
  const last = [...opened.changes].map(({ change }) => change).findLast(({ kind }) => kind === 'append');
  if (last?.kind !== 'append') return;
  const from = opened.recovery.keptBytes;
  let until = from;
  for (let seq = last.seq + 1, size = 0; size < TORN_BYTES; seq++) {
    const bytes = last.bytes.slice();
    bytes.set(crypto.getRandomValues(new Uint8Array(16)));
    const place = opened.journal.add({ kind: 'append', seq, mark: Id.ZERO, isOwn: false, bytes });
    size += bytes.length;
    if (size < TORN_BYTES / 2 || until === from) until = place + 1;
  }
  opened.journal.commit();
  const path = folder.journalPath(database);
  const written = scratch.contents(path);
  const before = disk.contents(path);
  const torn = new Uint8Array(Math.max(until, before.length));
  torn.set(before);
  torn.set(written.subarray(from, until), from);
  disk.place(path, torn);
}
