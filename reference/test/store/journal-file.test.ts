import { describe, expect, it } from 'vitest';
import type { DiskErrorCode } from '../../src/store/disk.ts';
import { type Fault, faultyDisk } from '../../src/store/faulty-disk.ts';
import { MAX_CHANGE_BYTES } from '../../src/store/frame.ts';
import type { MemoryDisk } from '../../src/store/memory-disk.ts';
import { openJournal } from '../../src/store/open-journal.ts';
import type { Change } from '../../src/sync/journal.ts';
import { append, emptyDisk, KEYS, LOG, located, openAll, PATH } from './support.ts';

describe.each(KEYS)('a journal file, %s', (_, key) => {
  it('tells after an opening what was committed, in order, with the places of its appends', () => {
    const disk = emptyDisk();
    const { journal, changes } = openAll(disk, key);
    expect(changes).toEqual([]);
    const places = [journal.add(LOG), journal.add(append(1))];
    journal.commit();
    places.push(journal.add(append(2, 5000)));
    journal.commit();
    journal.close();
    const again = openAll(disk, key);
    expect(again.changes).toEqual([LOG, append(1), append(2, 5000)]);
    expect(again.places).toEqual(places.slice(1));
    expect(again.recovery).toEqual({ kind: 'none', keptBytes: disk.contents(PATH).length, cutBytes: 0, lastSeq: 2 });
    expect(again.places.map((place) => again.journal.read(place))).toEqual([append(1).bytes, append(2, 5000).bytes]);
  });

  it('reads what was added and is not committed yet, and forgets what is rolled back', () => {
    const disk = emptyDisk();
    const { journal } = openAll(disk, key);
    journal.add(append(1));
    journal.commit();
    const place = journal.add(append(2));
    expect(journal.isDirty).toBe(true);
    expect(journal.read(place)).toEqual(append(2).bytes);
    journal.rollback();
    expect(journal.isDirty).toBe(false);
    expect(() => journal.read(place)).toThrow(RangeError);
    expect(journal.add(append(2))).toBe(place);
    journal.commit();
    journal.add(append(3));
    journal.close(); // and what is not committed is not there
    expect(openAll(disk, key).changes).toEqual([append(1), append(2)]);
  });

  it('takes one write and one sync for a transaction, however many changes it has', () => {
    const steps: string[] = [];
    const disk = faultyDisk(emptyDisk(), ({ what }) => void steps.push(what));
    const { journal } = openAll(disk, key);
    for (let seq = 1; seq <= 100; seq++) journal.add(append(seq));
    steps.length = 0;
    journal.commit();
    expect(steps).toEqual(['write', 'sync']);
    journal.commit(); // nothing to do
    expect(steps).toHaveLength(2);
  });

  it('reads old operations in any order', () => {
    const disk = emptyDisk();
    const { journal } = openAll(disk, key);
    const places = Array.from({ length: 500 }, (_, i) => journal.add(append(i + 1, 100 + ((i * 37) % 3000))));
    journal.commit();
    for (const i of [0, 1, 2, 499, 250, 249, 251, 3, 498]) {
      expect(journal.read(places[i]!)).toEqual(append(i + 1, 100 + ((i * 37) % 3000)).bytes);
    }
    places.forEach((place, i) => {
      expect(journal.read(place)).toEqual(append(i + 1, 100 + ((i * 37) % 3000)).bytes);
    });
  });

  it('sees a byte of an old operation that has changed since', () => {
    const disk = emptyDisk();
    const { journal } = openAll(disk, key);
    const place = journal.add(append(1, 10_000));
    const other = journal.add(append(2));
    journal.commit();
    disk.open(PATH, 'write').write(Uint8Array.of(disk.contents(PATH)[place + 5000]! ^ 1), place + 5000);
    expect(() => journal.read(place)).toThrow(/was changed on the disk after it was written: check the disk/);
    expect(journal.read(other)).toEqual(append(2).bytes);
  });

  it('is replaced by a rewrite, and goes on after it', () => {
    const disk = emptyDisk();
    const { journal } = openAll(disk, key);
    const old = [1, 2, 3].map((seq) => journal.add(append(seq)));
    journal.commit();
    const kept: Change[] = [
      LOG,
      { kind: 'dropped', from: 1, marks: new Uint8Array(32) },
      append(3),
      append(4, 300_000),
    ];
    const places = journal.rewrite(kept);
    expect(places).toHaveLength(2);
    expect(journal.read(places[0]!)).toEqual(append(3).bytes);
    expect(places).not.toContain(old[2]);
    const next = journal.add(append(5));
    journal.commit();
    expect(journal.read(next)).toEqual(append(5).bytes);
    journal.close();
    const again = openAll(disk, key);
    expect(again.changes).toEqual([...kept, append(5)]);
    expect(again.places).toEqual([...places, next]);
    expect(disk.paths()).toEqual([PATH]);
  });

  it('gives a rewrite that reads the journal itself what was in it', () => {
    const { journal } = openAll(emptyDisk(), key);
    const places = [1, 2, 3].map((seq) => journal.add(append(seq, 1000)));
    journal.commit();
    const moved = journal.rewrite([2, 3].map((seq) => ({ ...append(seq), bytes: journal.read(places[seq - 1]!) })));
    expect(moved.map((place) => journal.read(place))).toEqual([append(2, 1000).bytes, append(3, 1000).bytes]);
  });

  it('writes zeros ahead, cuts them when it is closed, and takes them for no damage when it was not', () => {
    const disk = emptyDisk();
    const { journal } = openAll(disk, key, 8192);
    journal.add(append(1));
    journal.commit();
    expect(disk.contents(PATH)).toHaveLength(8192);
    journal.add(append(2, 9000));
    journal.commit();
    expect(disk.contents(PATH)).toHaveLength(16_384);
    const killed = openAll(disk.kill(), key, 8192);
    expect(killed.changes).toEqual([append(1), append(2, 9000)]);
    expect(killed.recovery).toMatchObject({ kind: 'none', cutBytes: 0, lastSeq: 2 });
    killed.journal.add(append(3));
    killed.journal.commit();
    journal.close();
    expect(disk.contents(PATH).at(-1)).not.toBe(0);
    expect(disk.contents(PATH).length).toBeLessThan(9300);
  });

  it('refuses to add before its changes were read', () => {
    const { journal } = openJournal(located(emptyDisk(), key));
    expect(() => journal.add(LOG)).toThrow('were not read to their end');
  });
});

describe('a change that is too large', () => {
  it('is refused when it is added, and the transaction goes on', () => {
    const disk = emptyDisk();
    const { journal } = openAll(disk);
    journal.add(append(1));
    expect(() => journal.add({ ...append(2), bytes: new Uint8Array(MAX_CHANGE_BYTES) })).toThrow(RangeError);
    journal.commit();
    expect(openAll(disk.kill()).changes).toEqual([append(1)]);
  });
});

describe('a disk that fails', () => {
  interface Failing {
    readonly disk: MemoryDisk;
    readonly opened: ReturnType<typeof openAll>;
    fault: (what: string) => Fault;
  }
  function failing(preallocate = 0): Failing {
    const disk = emptyDisk();
    const state = { disk, fault: (_: string): Fault => undefined };
    const opened = openAll(
      faultyDisk(disk, ({ what }) => state.fault(what)),
      undefined,
      preallocate,
    );
    return Object.assign(state, { opened });
  }
  const only = (what: string, fault: Fault) => (of: string) => (of === what ? fault : undefined);

  it.each([0, 4096])(
    'and is full (%i bytes ahead): nothing is kept of the transaction; with room it goes on',
    (ahead) => {
      const state = failing(ahead);
      const { journal } = state.opened;
      journal.add(append(1));
      journal.commit();
      const place = journal.add(append(2, 5000));
      for (const written of [undefined, 0, 1, 700]) {
        state.fault = only('write', written === undefined ? { code: 'ENOSPC' } : { code: 'ENOSPC', written });
        if (!journal.isDirty) journal.add(append(2, 5000));
        expect(() => journal.commit()).toThrow(
          expect.objectContaining({ kind: 'full', message: expect.stringContaining('make room') }),
        );
        expect(journal.isDirty).toBe(false);
        expect(openAll(state.disk.kill()).changes).toEqual([append(1)]);
      }
      state.fault = () => undefined;
      expect(journal.add(append(2))).toBe(place);
      journal.commit();
      expect(journal.read(place)).toEqual(append(2).bytes);
      expect(openAll(state.disk.kill()).changes).toEqual([append(1), append(2)]);
      expect(openAll(state.disk.crash(() => 0)).changes).toEqual([append(1), append(2)]);
    },
  );

  it('and has no room for zeros ahead: what is needed is written all the same', () => {
    const state = failing(4096);
    let writes = 0;
    state.fault = (what) => (what === 'write' && writes++ === 0 ? { code: 'ENOSPC', written: 100 } : undefined);
    state.opened.journal.add(append(1));
    state.opened.journal.commit();
    expect(openAll(state.disk.kill()).changes).toEqual([append(1)]);
  });

  it.each<[string, DiskErrorCode]>([
    ['sync', 'EIO'],
    ['sync', 'ENOSPC'],
    ['write', 'EIO'],
    ['write', 'EROFS'],
  ])('in a %s with %s: nothing more is written until it is opened again', (what, code) => {
    const state = failing();
    const { journal } = state.opened;
    const first = journal.add(append(1));
    journal.commit();
    journal.add(append(2));
    state.fault = only(what, { code });
    const broken = expect.objectContaining({
      kind: 'broken',
      message: expect.stringContaining('start the node again'),
    });
    expect(() => journal.commit()).toThrow(broken);
    state.fault = () => undefined;
    expect(() => journal.add(append(2))).toThrow(broken);
    expect(() => journal.rewrite([])).toThrow(broken);
    expect(journal.read(first)).toEqual(append(1).bytes); // what is durable can be fed
    journal.close();
    const after = openAll(state.disk.crash(() => 0));
    expect(after.changes).toEqual([append(1)]);
    after.journal.add(append(2));
    after.journal.commit();
  });

  it('to cut back what a full disk has left of a write: nothing more is written', () => {
    const state = failing();
    const { journal } = state.opened;
    journal.add(append(1));
    state.fault = (what) =>
      what === 'write' ? { code: 'ENOSPC', written: 9 } : what === 'truncate' ? { code: 'EIO' } : undefined;
    expect(() => journal.commit()).toThrow(expect.objectContaining({ kind: 'broken' }));
    expect(openAll(state.disk.kill()).recovery).toMatchObject({ kind: 'torn', cutBytes: 9 });
  });

  it('to write all at once: the rest is written', () => {
    const state = failing();
    let writes = 0;
    state.fault = (what) => (what === 'write' && writes++ < 3 ? { short: 7 } : undefined);
    state.opened.journal.add(append(1));
    state.opened.journal.commit();
    expect(writes).toBe(4);
    expect(openAll(state.disk.kill()).changes).toEqual([append(1)]);
  });

  it('while it is rewritten: full leaves everything as it was, and it goes on', () => {
    const state = failing();
    const { journal } = state.opened;
    const place = journal.add(append(1));
    journal.commit();
    state.fault = only('write', { code: 'ENOSPC', written: 3 });
    expect(() => journal.rewrite([LOG])).toThrow(expect.objectContaining({ kind: 'full' }));
    state.fault = () => undefined;
    expect(state.disk.paths()).toEqual([PATH]);
    expect(journal.read(place)).toEqual(append(1).bytes);
    journal.add(append(2));
    journal.commit();
    expect(openAll(state.disk.kill()).changes).toEqual([append(1), append(2)]);
  });

  it.each(['rename', 'syncFolder'])(
    'in the %s of a rewrite: nothing more is written, the old one can be read',
    (what) => {
      const state = failing();
      const { journal } = state.opened;
      const place = journal.add(append(1));
      journal.commit();
      state.fault = only(what, { code: 'EIO' });
      expect(() => journal.rewrite([LOG])).toThrow(expect.objectContaining({ kind: 'broken' }));
      expect(() => journal.add(append(2))).toThrow(expect.objectContaining({ kind: 'broken' }));
      expect(journal.read(place)).toEqual(append(1).bytes);
      const after = openAll(state.disk.kill()).changes;
      expect(after).toEqual(what === 'rename' ? [append(1)] : [LOG]);
    },
  );

  it.each<[DiskErrorCode, string]>([
    ['EROFS', 'mounted read-only'],
    ['EACCES', 'belong to whoever runs this'],
    ['ENOSPC', 'make room'],
  ])('with %s when a journal is made: a sentence says %s', (code, says) => {
    const disk = faultyDisk(emptyDisk(), ({ what }) => (what === 'create' ? { code } : undefined));
    expect(() => openAll(disk)).toThrow(says);
  });

  it('in what a rewrite is given: the error is that one, and the journal goes on', () => {
    const disk = emptyDisk();
    const { journal } = openAll(disk);
    journal.add(append(1));
    journal.commit();
    const bad = (function* (): Generator<Change> {
      yield LOG;
      throw new Error('a reader that fails');
    })();
    expect(() => journal.rewrite(bad)).toThrow('a reader that fails');
    journal.add(append(2));
    journal.commit();
    expect(openAll(disk.kill()).changes).toEqual([append(1), append(2)]);
  });
});
