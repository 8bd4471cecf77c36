import { describe, expect, it } from 'vitest';
import { ArrivalLog } from '../../src/sync/arrival-log.ts';
import { Outbox, type OutboxConfig } from '../../src/sync/outbox.ts';
import { Remote } from '../../src/sync/remote.ts';
import type { Cursor } from '../../src/wire/cursor.ts';
import { ListJournal } from './list-journal.ts';
import { append, LOG_ID, newId, newLog, operation, sha256 } from './operations.ts';

const CURSOR: Cursor = { log: LOG_ID, seq: 1, mark: LOG_ID };

function outboxOf(count: number, config: Partial<OutboxConfig> = {}) {
  const log = newLog();
  for (let i = 0; i < count; i++) append(log, operation());
  const remote = new Remote('hub', { log, journal: undefined });
  const whole = { log, remote, pushes: [{}], retries: new Map<number, number>(), ...config };
  return { log, remote, whole, outbox: new Outbox(whole) };
}

/** All that is to be sent now. */
function rest(outbox: Outbox, now = 0): number[] {
  const seqs: number[] = [];
  for (let entry = outbox.next(now); entry !== undefined; entry = outbox.next(now)) seqs.push(entry.seq);
  return seqs;
}

describe('the outbox', () => {
  it('gives out each entry once, in the order of the log, and what comes later', () => {
    const { log, outbox } = outboxOf(3);
    expect(rest(outbox)).toEqual([1, 2, 3]);
    expect(rest(outbox)).toEqual([]);
    append(log, operation());
    expect(rest(outbox)).toEqual([4]);
  });

  it('passes over what the remote has, dead letters, and what it feeds on this connection', () => {
    const { remote, outbox } = outboxOf(6);
    remote.acked([1, 4], CURSOR);
    remote.rejected(2, 1);
    outbox.fed(5);
    expect(rest(outbox)).toEqual([3, 6]);
    expect(outbox.pending).toBe(3);
    expect(outbox.covered([{}])).toEqual([5]);
    expect(outbox.covered([{}])).toEqual([]);
  });

  it('takes for covered what belongs to a scope that has moved, and nothing else', () => {
    const { log, outbox } = outboxOf(1);
    append(log, operation({ collection: 'tags' }));
    outbox.fed(1);
    outbox.fed(2);
    expect(outbox.covered([{ col: 'bugs' }])).toEqual([1]);
    outbox.fed(2);
    expect(outbox.covered([])).toEqual([]);
    expect(outbox.covered([{}])).toEqual([]);
  });

  it('gives out on the next connection what was sent or fed, and neither acknowledged nor covered', () => {
    const { remote, whole, outbox } = outboxOf(4);
    outbox.fed(2);
    rest(outbox);
    remote.acked([3], CURSOR);
    expect(rest(new Outbox(whole))).toEqual([1, 2, 4]);
  });

  it('gives out relayed operations, but none above the durable head', () => {
    const log = new ArrivalLog(LOG_ID, sha256, { journal: new ListJournal() });
    const { outbox } = outboxOf(0, { log });
    append(log, operation(), 7);
    expect(rest(outbox)).toEqual([]);
    log.committed();
    append(log, operation(), 8);
    expect(rest(outbox)).toEqual([1]);
  });

  it('keeps to the selections', () => {
    const team = newId();
    const { log, outbox, remote, whole } = outboxOf(1, { pushes: [{ col: 'notes' }, { team }] });
    append(log, operation({ collection: 'notes' }));
    append(log, operation({ team }));
    expect(rest(outbox)).toEqual([2, 3]);
    expect(outbox.pending).toBe(2);
    expect(rest(new Outbox({ ...whole, remote, pushes: [] }))).toEqual([]);
  });

  it('holds back what is to be retried until its time, on any connection, while the others go on', () => {
    const { outbox, whole } = outboxOf(3);
    rest(outbox);
    outbox.retry(2, 500);
    outbox.retry(1, 900);
    expect(outbox.nextRetry).toBe(500);
    outbox.wake(499);
    expect(rest(outbox, 499)).toEqual([]);
    const next = new Outbox(whole);
    expect(rest(next, 499)).toEqual([3]);
    next.wake(500);
    expect(rest(next, 500)).toEqual([2]);
    expect(next.nextRetry).toBe(900);
    next.wake(1000);
    expect(rest(next, 1000)).toEqual([1]);
    expect(next.nextRetry).toBe(Number.POSITIVE_INFINITY);
  });

  it('looks at everything again after a restart, but sends nothing twice on one connection', () => {
    const { remote, outbox } = outboxOf(3);
    remote.acked([1, 2], CURSOR);
    expect(rest(outbox)).toEqual([3]);
    remote.forget();
    outbox.restart();
    expect(rest(outbox)).toEqual([1, 2]);
  });
});
