import { describe, expect, it } from 'vitest';
import { faultyDisk, PowerLoss } from '../../src/store/faulty-disk.ts';
import { MemoryDisk } from '../../src/store/memory-disk.ts';
import { type Change, type Journal, StorageError } from '../../src/sync/journal.ts';
import { append, emptyDisk, KEYS, LOG, openAll, PATH, seeded } from './support.ts';

const TRANSACTIONS: readonly Change[][] = [[LOG, append(1)], [append(2), append(3), append(4)], [append(5)]];
const HISTORY: readonly Change[] = TRANSACTIONS.flat();

function written(key: Uint8Array | undefined): Uint8Array {
  const disk = emptyDisk();
  const { journal } = openAll(disk, key);
  for (const changes of TRANSACTIONS) commit(journal, changes);
  return disk.contents(PATH);
}

function commit(journal: Journal, changes: readonly Change[]): void {
  for (const change of changes) journal.add(change);
  journal.commit();
}

function diskWith(bytes: Uint8Array): MemoryDisk {
  const disk = new MemoryDisk();
  disk.place(PATH, bytes);
  return disk;
}

/** Whether `changes` are whole transactions of `all` from its beginning on: how many, or -1. */
function prefixOf(all: readonly Change[][], changes: readonly Change[]): number {
  for (let count = 0; count <= all.length; count++) {
    if (JSON.stringify(all.slice(0, count).flat()) === JSON.stringify(changes)) return count;
  }
  return -1;
}

describe.each(KEYS)('a %s journal', (_, key) => {
  it('of which one byte is another is refused or cut, reported as damage, and the cut bytes are kept', () => {
    const intact = written(key);
    const header = key === undefined ? 29 : 41;
    for (let at = 0; at < intact.length; at++) {
      for (const flip of [0x01, 0x80, 0xff]) {
        const bytes = intact.with(at, intact[at]! ^ flip);
        const disk = diskWith(bytes);
        if (at < header) {
          expect(() => openAll(disk, key), `byte ${at}`).toThrow(StorageError);
          expect(disk.contents(PATH)).toEqual(bytes);
          continue;
        }
        const { changes, recovery } = openAll(disk, key);
        const { kind, keptBytes, cutBytes, damagedCopy } = recovery;
        expect(kind, `byte ${at}`).toBe('damaged');
        expect(prefixOf([...TRANSACTIONS], changes)).toBeLessThan(TRANSACTIONS.length);
        expect(prefixOf([...TRANSACTIONS], changes)).toBeGreaterThanOrEqual(0);
        expect(keptBytes + cutBytes).toBe(bytes.length);
        expect(disk.contents(damagedCopy!)).toEqual(bytes.slice(keptBytes));
        expect(openAll(disk, key).recovery.kind).toBe('none');
      }
    }
  });

  it('that ends anywhere has its whole transactions, and is no damage', () => {
    const intact = written(key);
    for (let length = key === undefined ? 29 : 41; length < intact.length; length++) {
      const { changes, recovery, journal } = openAll(diskWith(intact.slice(0, length)), key);
      expect(prefixOf([...TRANSACTIONS], changes)).toBeGreaterThanOrEqual(0);
      expect(recovery.kind).toBe(recovery.cutBytes > 0 ? 'torn' : 'none');
      commit(journal, [append(9)]);
    }
  });

  it('keeps the bytes of a second damage beside those of the first', () => {
    const intact = written(key);
    const disk = diskWith(intact.with(intact.length - 1, intact.at(-1)! ^ 1));
    expect(openAll(disk, key).recovery.damagedCopy).toBe(`${PATH}.damaged-1`);
    const rest = disk.contents(PATH);
    disk.open(PATH, 'write').write(Uint8Array.of(rest.at(-1)! ^ 1), rest.length - 1);
    expect(openAll(disk, key).recovery.damagedCopy).toBe(`${PATH}.damaged-2`);
  });

  it('that lost power at any step has all that was committed, nothing in part, and goes on', () => {
    for (let seed = 1; seed <= 12; seed++) {
      let steps = Number.POSITIVE_INFINITY;
      for (let lossAt = 1; lossAt <= steps; lossAt++) {
        const random = seeded(seed * 1000 + lossAt);
        const disk = emptyDisk();
        const faulty = faultyDisk(disk, ({ index }) => {
          if (index !== lossAt) return undefined;
          throw new PowerLoss();
        });
        const shape = seeded(seed);
        const transactions: Change[][] = [];
        let committed = 0;
        try {
          const { journal } = openAll(faulty, key, seed % 2 === 0 ? 2048 : 0);
          for (let seq = 1; seq < 20; ) {
            const changes = Array.from({ length: 1 + Math.floor(shape() * 4) }, () =>
              append(seq++, Math.floor(shape() * 900)),
            );
            transactions.push(changes);
            commit(journal, changes);
            committed = transactions.length;
          }
          steps = 0;
        } catch (error) {
          if (!(error instanceof PowerLoss || error instanceof StorageError)) throw error;
        }
        for (const after of [disk.crash(random), disk.crash(random), disk.kill()]) {
          const { changes, recovery, journal } = openAll(after, key);
          const count = prefixOf(transactions, changes);
          expect(count, `seed ${seed}, step ${lossAt}: ${committed} were committed`).toBeGreaterThanOrEqual(committed);
          expect(recovery.kind).not.toBe('damaged');
          commit(journal, [append(100)]);
          expect(
            openAll(
              after.crash(() => 0),
              key,
            ).changes,
          ).toEqual([...changes, append(100)]);
        }
      }
    }
  });

  it('that lost power at any step of a rewrite is the old one or the new one', () => {
    const kept = [LOG, append(4, 3000), append(5)];
    let sawOld = 0;
    let sawNew = 0;
    for (let lossAt = 1, isDone = false; !isDone; lossAt++) {
      const disk = emptyDisk();
      let isArmed = false;
      let index = 0;
      const faulty = faultyDisk(disk, () => {
        if (!isArmed || ++index !== lossAt) return undefined;
        throw new PowerLoss();
      });
      const { journal } = openAll(faulty, key);
      for (const changes of TRANSACTIONS) commit(journal, changes);
      isArmed = true;
      try {
        journal.rewrite(kept);
        isDone = true;
      } catch (error) {
        if (!(error instanceof PowerLoss || error instanceof StorageError)) throw error;
      }
      for (let seed = 0; seed < 20; seed++) {
        const { changes, recovery } = openAll(disk.crash(seeded(seed * 100 + lossAt)), key);
        expect(recovery.kind).toBe('none');
        if (isDone) expect(changes).toEqual(kept);
        else expect([JSON.stringify(HISTORY), JSON.stringify(kept)]).toContain(JSON.stringify(changes));
        if (changes.length === kept.length) sawNew += 1;
        else sawOld += 1;
      }
    }
    expect(sawOld).toBeGreaterThan(0);
    expect(sawNew).toBeGreaterThan(0);
  });
});
