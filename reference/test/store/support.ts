import { Id } from '../../src/bytes/id.ts';
import { nobleCrypto } from '../../src/crypto/noble.ts';
import { nodeCrypto } from '../../src/crypto/node.ts';
import type { Disk } from '../../src/store/disk.ts';
import { MemoryDisk, type Random } from '../../src/store/memory-disk.ts';
import { type JournalLocation, type OpenedJournalFile, openJournal } from '../../src/store/open-journal.ts';
import type { Recovery } from '../../src/store/recovery.ts';
import type { Change, Journal } from '../../src/sync/journal.ts';

export const PATH = 'data/db-bugs/journal';
/** Cheap for tests; real folders have DEFAULT_COST. */
export const CHEAP = { log2N: 4, r: 8, p: 1 } as const;
export const KEY: Uint8Array = new Uint8Array(32).fill(7);
export const KEYS = [
  ['plain', undefined],
  ['sealed', KEY],
] as const;

/** The same numbers for the same seed (mulberry32). */
export function seeded(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function emptyDisk(): MemoryDisk {
  const disk = new MemoryDisk();
  disk.makeFolder('data/db-bugs');
  return disk;
}

export function located(disk: Disk, key?: Uint8Array): JournalLocation {
  return { disk, path: PATH, database: 'bugs', crypto: key === undefined ? nobleCrypto : nodeCrypto, key };
}

export interface Opened {
  readonly journal: Journal;
  readonly changes: Change[];
  readonly places: number[];
  readonly recovery: Recovery;
}

/** Opens the journal and reads all of it. */
export function openAll(disk: Disk, key?: Uint8Array, preallocate = 0): Opened {
  const opened: OpenedJournalFile = openJournal(located(disk, key), preallocate);
  const all = [...opened.changes];
  return {
    journal: opened.journal,
    changes: all.map(({ change }) => change),
    places: all.filter(({ change }) => change.kind === 'append').map(({ place }) => place),
    recovery: opened.recovery,
  };
}

/** An append whose bytes are `length` long and belong to `seq`. */
export function append(seq: number, length = 20): Extract<Change, { kind: 'append' }> {
  const bytes = Uint8Array.from({ length }, (_, i) => (seq * 31 + i * 7 + 1) & 0xff);
  return { kind: 'append', seq, mark: new Id(seq, 1, 2, 3), isOwn: seq % 2 === 0, bytes };
}

export const LOG: Change = { kind: 'log', id: new Id(1, 2, 3, 4), clock: 5 };
