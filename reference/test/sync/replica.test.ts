import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { Id } from '../../src/bytes/id.ts';
import { type LogEntry, OWN } from '../../src/sync/log-entry.ts';
import { Replica } from '../../src/sync/replica.ts';
import { encodeOperation, type PlainOperation } from '../../src/wire/operation.ts';
import { FULL, ListJournal } from './list-journal.ts';
import { newId, operation, sha256 } from './operations.ts';

const CONFIG = { sha256, randomBytes, unixSeconds: () => 1_800_000_000 };

function open(journal: ListJournal): Replica {
  return Replica.open({ journal, changes: journal.reopened().changes }, CONFIG);
}

function append(replica: Replica, stored: PlainOperation, origin = 0): void {
  replica.clock.observe(stored.counter);
  replica.log.append({ id: stored.id, collection: stored.collection, team: Id.ZERO }, encodeOperation(stored), origin);
}

describe('a replica', () => {
  it('shows nothing before it is durable, and knows it all the same', () => {
    const replica = open(new ListJournal());
    const stored = operation();
    append(replica, stored);
    expect(replica.log.head).toBe(0);
    expect(replica.log.find(stored.id)?.seq).toBe(1);
    expect(replica.isDirty).toBe(true);
    replica.commit();
    expect(replica.log.head).toBe(1);
    expect(replica.isDirty).toBe(false);
  });

  it('tells of each entry once, when it is durable', () => {
    const replica = open(new ListJournal());
    const told: number[][] = [];
    replica.onCommit((entries: readonly LogEntry[]) => told.push(entries.map(({ seq }) => seq)));
    append(replica, operation());
    append(replica, operation());
    expect(told).toEqual([]);
    replica.commit();
    replica.commit();
    append(replica, operation());
    replica.commit();
    expect(told).toEqual([[1, 2], [3]]);
  });

  it('is after a start what it was: log, marks, ids, clock, own operations', () => {
    const journal = new ListJournal();
    const before = open(journal);
    const stored = [operation({ counter: 5 }), operation({ counter: 70 }), operation({ counter: 6 })];
    append(before, stored[0]!);
    append(before, stored[1]!, OWN);
    append(before, stored[2]!, 9);
    before.commit();
    const after = open(journal);
    expect(after.log.id).toEqual(before.log.id);
    expect(after.log.head).toBe(3);
    expect(after.clock.value).toBe(70);
    for (const seq of [0, 1, 2, 3]) expect(after.log.cursor(seq)).toEqual(before.log.cursor(seq));
    for (const [at, { id, collection }] of stored.entries()) {
      expect(after.log.find(id)).toMatchObject({ seq: at + 1, collection, origin: at === 1 ? OWN : 0 });
      expect([...after.log.entry(at + 1)!.bytes]).toEqual([...before.log.entry(at + 1)!.bytes]);
    }
    expect(after.log.find(newId())).toBeUndefined();
  });

  it('is as before when a commit fails, and goes on when there is room again', () => {
    const journal = new ListJournal();
    const replica = open(journal);
    append(replica, operation());
    replica.commit();
    const before = replica.log.cursor(1);
    const lost = operation();
    append(replica, lost);
    journal.failure = FULL;
    expect(() => replica.commit()).toThrow(FULL);
    expect(replica.log.find(lost.id)).toBeUndefined();
    expect(replica.log.last).toBe(1);
    journal.failure = undefined;
    append(replica, lost);
    replica.commit();
    expect(replica.log.cursor(1)).toEqual(before);
    expect(replica.log.find(lost.id)?.seq).toBe(2);
    expect(open(journal).log.head).toBe(2);
  });

  it('compacts to what still matters, with the same positions and marks, also after a start', () => {
    const journal = new ListJournal();
    const replica = open(journal);
    const record = newId();
    const edits = [1, 2, 3, 4, 5].map((counter) => operation({ counter, record, changes: new Map([['n', counter]]) }));
    for (const edit of edits) append(replica, edit);
    replica.commit();
    const cursors = [0, 1, 2, 3, 4, 5].map((seq) => replica.log.cursor(seq));
    expect(replica.compact()).toEqual({ dropped: 4 });
    for (const each of [replica, open(journal)]) {
      expect(each.log.head).toBe(5);
      expect(each.clock.value).toBe(5);
      for (const cursor of cursors) expect(each.log.judge(cursor)).toBeUndefined();
      expect([1, 2, 3, 4].map((seq) => each.log.entry(seq))).toEqual([undefined, undefined, undefined, undefined]);
      expect(each.log.entry(5)!.id).toEqual(edits[4]!.id);
      expect(each.log.find(edits[0]!.id)).toBeUndefined();
      expect(each.log.find(edits[4]!.id)?.seq).toBe(5);
    }
    append(replica, operation({ counter: 9 }));
    replica.commit();
    expect(open(journal).log.cursor(6)).toEqual(replica.log.cursor(6));
  });

  it('does not drop what its own operations dominate while no server has taken them', () => {
    const replica = open(new ListJournal());
    const record = newId();
    append(replica, operation({ counter: 1, record }));
    append(replica, operation({ counter: 2, record }), OWN);
    replica.commit();
    expect(replica.compact()).toEqual({ dropped: 0 });
  });

  it('reads operations back that have left its memory', () => {
    const journal = new ListJournal();
    const replica = open(journal);
    const large = new Map([['text', 'x'.repeat(200_000)]]);
    const stored = Array.from({ length: 60 }, () => operation({ changes: large }));
    for (const each of stored) {
      append(replica, each, 7);
      replica.commit();
    }
    for (const [at, each] of stored.entries()) {
      const entry = replica.log.entry(at + 1)!;
      expect(entry).toMatchObject({ seq: at + 1, origin: 7, collection: 'bugs' });
      expect(entry.id).toEqual(each.id);
      expect(Buffer.compare(entry.bytes, encodeOperation(each))).toBe(0);
    }
  });
});

describe('who listens to a replica', () => {
  it('hears of all entries in their order, also when one of them commits', () => {
    const replica = open(new ListJournal());
    const told: number[] = [];
    let isFirst = true;
    replica.onCommit(() => {
      if (!isFirst) return;
      isFirst = false;
      append(replica, operation());
      replica.commit();
    });
    replica.onCommit((entries) => told.push(...entries.map(({ seq }) => seq)));
    append(replica, operation());
    replica.commit();
    expect(told).toEqual([1, 2]);
  });

  it('hears when a commit has failed, whoever asked for it', () => {
    const journal = new ListJournal();
    const replica = open(journal);
    const told: unknown[] = [];
    const release = replica.onFailure((error) => told.push(error));
    append(replica, operation());
    journal.failure = FULL;
    expect(() => replica.commit()).toThrow(FULL);
    release();
    append(replica, operation());
    expect(() => replica.commit()).toThrow(FULL);
    expect(told).toEqual([FULL]);
  });
});
