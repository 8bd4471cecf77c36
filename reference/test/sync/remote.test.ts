import { describe, expect, it } from 'vitest';
import { Id } from '../../src/bytes/id.ts';
import type { Change } from '../../src/sync/journal.ts';
import { Remote, type RemoteChange } from '../../src/sync/remote.ts';
import type { Cursor } from '../../src/wire/cursor.ts';
import { ListJournal } from './list-journal.ts';
import { LOG_ID, newId } from './operations.ts';

const log = { head: 1000 };
const cursor = (seq: number): Cursor => ({ log: LOG_ID, seq, mark: Id.ZERO });

/** A remote, and what commits and takes back as a replica does. */
function remoteOver(journal = new ListJournal()) {
  const remote = new Remote('hub', { log, journal });
  return {
    remote,
    journal,
    commit() {
      journal.commit();
      remote.committed();
    },
    rollback() {
      journal.rollback();
      remote.rolledBack();
    },
  };
}

/** What there is to know about a remote. */
function known(remote: Remote) {
  return {
    seen: remote.seen,
    cursors: [remote.cursor('a'), remote.cursor('b')],
    known: Array.from({ length: 20 }, (_, i) => remote.isKnown(i)),
    dead: [...remote.deadLetters],
    refused: [HASH, new Uint8Array(32)].map((hash) => remote.hasRefused(hash)),
  };
}

const HASH = new Uint8Array(32).fill(9);

/** One change of each kind. */
function everything(remote: Remote): void {
  remote.checkpoint([['a', cursor(4)]], [1, 2]);
  remote.acked([3, 5], cursor(7));
  remote.rejected(6, 1025);
  remote.rejected(8, 1026);
  remote.refuse(HASH, 1025);
}

describe('what is known of a remote', () => {
  it('counts when it is committed, and not before', () => {
    const { remote, commit } = remoteOver();
    const before = known(remote);
    everything(remote);
    expect(known(remote)).toEqual(before);
    commit();
    expect(known(remote)).toMatchObject({ seen: cursor(7), cursors: [cursor(4), undefined], refused: [true, false] });
    expect([1, 2, 3, 4, 5].map((seq) => remote.isKnown(seq))).toEqual([true, true, true, false, true]);
    expect([...remote.deadLetters].map(({ seq, code }) => [seq, code])).toEqual([
      [6, 1025],
      [8, 1026],
    ]);
    expect(remote.unknown(1)).toBe(4);
  });

  it('is as before when a commit fails, and who speaks with the server is told', () => {
    const { remote, journal, rollback, commit } = remoteOver();
    let told = 0;
    remote.onRolledBack = () => (told += 1);
    const before = known(remote);
    everything(remote);
    rollback();
    commit();
    expect(known(remote)).toEqual(before);
    expect(journal.kept).toEqual([]);
    expect(told).toBe(1);
  });

  it('counts at once without a journal', () => {
    const remote = new Remote('hub', { log, journal: undefined });
    everything(remote);
    expect(remote.seen).toEqual(cursor(7));
  });

  it('is after a start what it was, from its changes and from what they are rewritten to', () => {
    const { remote, journal, commit } = remoteOver();
    everything(remote);
    commit();
    remote.withdraw(8);
    remote.acked([6], cursor(9));
    commit();
    for (const changes of [journal.kept, [...remote.changes()]]) {
      const again = new Remote('hub', { log, journal: undefined });
      for (const change of changes as readonly Change[]) again.replay(change as RemoteChange);
      expect(known(again)).toEqual(known(remote));
    }
  });

  it('makes `seen` and its acknowledgements, and cursors and what they cover, one transaction', () => {
    const { remote, journal } = remoteOver();
    everything(remote);
    expect(journal.kept).toEqual([]);
    journal.commit();
    expect(journal.kept.map(({ kind }) => kind)).toEqual([
      'cursor',
      'known',
      'seen',
      'known',
      'dead',
      'dead',
      'refused',
    ]);
  });

  it('is not written again when nothing is new', () => {
    const { remote, journal, commit } = remoteOver();
    remote.checkpoint([], [1, 2]);
    remote.refuse(HASH, 1);
    commit();
    remote.checkpoint([], [1, 2]);
    remote.refuse(HASH, 1);
    remote.endScope('a');
    remote.withdraw(1); // the server has it
    expect(journal.isDirty).toBe(false);
  });

  it('is void when the log of the server is another one, save dead letters and refusals', () => {
    const { remote, commit } = remoteOver();
    everything(remote);
    remote.forget();
    commit();
    expect(remote.seen).toBeUndefined();
    expect(remote.cursor('a')).toBeUndefined();
    expect(remote.unknown(1)).toBe(1);
    expect([...remote.deadLetters]).toHaveLength(2);
    expect(remote.hasRefused(HASH)).toBe(true);
  });

  it('loses the cursor of a scope that was ended', () => {
    const { remote, commit } = remoteOver();
    everything(remote);
    commit();
    remote.endScope('a');
    commit();
    expect(remote.cursor('a')).toBeUndefined();
    expect(remote.isKnown(1)).toBe(true);
  });
});

describe('a dead letter', () => {
  it.each(['acked', 'fed'])('comes to life when it is %s after all, withdrawn or not', (way) => {
    const { remote, commit } = remoteOver();
    everything(remote);
    commit();
    remote.withdraw(8);
    commit();
    expect([...remote.deadLetters].map(({ isWithdrawn }) => isWithdrawn)).toEqual([false, true]);
    if (way === 'acked') remote.acked([6, 8], cursor(9));
    else remote.checkpoint([], [6, 8]);
    commit();
    expect([...remote.deadLetters]).toEqual([]);
    expect(remote.isKnown(8)).toBe(true);
  });

  it('that was withdrawn because of another server is not sent to this one, either', () => {
    const { remote, commit } = remoteOver();
    remote.withdraw(4);
    commit();
    expect(remote.isDead(4)).toBe(true);
    remote.acked([4], cursor(1));
    commit();
    expect(remote.isDead(4)).toBe(false);
  });

  it('is told of when it dies, lives and is withdrawn, once that is durable', () => {
    const journal = new ListJournal();
    const told: (readonly number[])[] = [];
    const remote = new Remote('hub', { log, journal, onLetters: (seqs) => told.push(seqs) });
    everything(remote);
    expect(told).toEqual([]);
    remote.committed();
    remote.withdraw(8);
    remote.acked([6], cursor(9));
    remote.committed();
    expect(told).toEqual([
      [6, 8],
      [8, 6],
    ]);
  });

  it('is another for each operation', () => {
    const { remote, commit } = remoteOver();
    remote.rejected(6, 1);
    commit();
    expect([remote.isDead(6), remote.isDead(7), remote.isDead(newId().d)]).toEqual([true, false, false]);
  });
});
