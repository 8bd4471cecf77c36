import { describe, expect, it } from 'vitest';
import { Id } from '../../src/bytes/id.ts';
import { DEFAULT_LIMITS, type Limits } from '../../src/registry.ts';
import type { ArrivalLog } from '../../src/sync/arrival-log.ts';
import { Feed } from '../../src/sync/feed.ts';
import { decodeCursor } from '../../src/wire/cursor.ts';
import { append, newId, newLog, operation } from './operations.ts';

const ALL = { collection: undefined, team: undefined };

function setUp(count: number, limits: Partial<Limits> = {}): { log: ArrivalLog; feed: Feed } {
  const log = newLog();
  for (let i = 0; i < count; i++) append(log, operation());
  return { log, feed: new Feed({ log, limits: { ...DEFAULT_LIMITS, ...limits }, connection: 1 }) };
}

/** Seqs of operations, and CHECKPOINTs as `n:scope@position,...` with `+` for more. */
function steps(feed: Feed): (number | string)[] {
  const seen: (number | string)[] = [];
  for (let step = feed.next(); step !== undefined; step = feed.next()) {
    if (step.kind === 'operations') seen.push(...step.entries.map((entry) => entry.seq));
    else {
      const { n, sc, more } = step.message;
      seen.push(`${n}:${sc.map(({ s, cur }) => `${s}@${decodeCursor(cur).seq}`).join(',')}${more ? '+' : ''}`);
    }
  }
  return seen;
}

describe('the feed', () => {
  it('says nothing without a scope', () => {
    const { feed } = setUp(3);
    feed.askCheckpoint();
    expect(steps(feed)).toEqual([]);
  });

  it('shows a new scope in a CHECKPOINT, even over an empty log', () => {
    const { feed } = setUp(0);
    feed.start({ s: 7, ...ALL }, 0);
    expect(steps(feed)).toEqual(['0:7@0']);
    expect(steps(feed)).toEqual([]);
  });

  it('feeds from the position on, in the order of the log, and then shows how far', () => {
    const { feed } = setUp(5);
    feed.start({ s: 1, ...ALL }, 2);
    expect(steps(feed)).toEqual([3, 4, 5, '3:1@5']);
  });

  it('feeds live operations at once and shows the end of the run when it is told of it', () => {
    const { feed, log } = setUp(0);
    feed.start({ s: 1, ...ALL }, 0);
    steps(feed);
    append(log, operation());
    expect(steps(feed)).toEqual([1]);
    expect(feed.owesCheckpoint).toBe(true);
    append(log, operation());
    expect(steps(feed)).toEqual([2]);
    feed.endRun();
    expect(steps(feed)).toEqual(['2:1@2']);
    expect(feed.owesCheckpoint).toBe(false);
    feed.endRun();
    expect(steps(feed)).toEqual([]);
  });

  it('passes over what is not for the scope and owes a CHECKPOINT for it', () => {
    const { feed, log } = setUp(0);
    feed.start({ s: 1, collection: 'bugs', team: undefined }, 0);
    steps(feed);
    append(log, operation({ collection: 'users' }));
    expect(steps(feed)).toEqual([]);
    feed.endRun();
    expect(steps(feed)).toEqual(['0:1@1']);
  });

  it('never feeds what came on the same connection, and moves past it', () => {
    const { feed, log } = setUp(0);
    append(log, operation(), 1);
    append(log, operation(), 2);
    feed.start({ s: 1, ...ALL }, 0);
    expect(steps(feed)).toEqual([2, '1:1@2']);
  });

  it('filters by collection and team; the zero team means operations without one', () => {
    const team = newId();
    for (const [filter, seqs] of [
      [{ collection: 'bugs', team: undefined }, [1, 3]],
      [{ collection: undefined, team }, [3, 4]],
      [{ collection: undefined, team: Id.ZERO }, [1, 2]],
      [{ collection: 'users', team }, [4]],
      [{ collection: '', team: undefined }, []],
    ] as const) {
      const { feed, log } = setUp(0);
      append(log, operation());
      append(log, operation({ collection: 'users' }));
      append(log, operation({ team }));
      append(log, operation({ collection: 'users', team }));
      feed.start({ s: 1, ...filter }, 0);
      expect(steps(feed)).toEqual([...seqs, `${seqs.length}:1@4`]);
    }
  });

  it('feeds an operation that several scopes want once, when they stand at one place', () => {
    const { feed } = setUp(2);
    feed.start({ s: 1, ...ALL }, 0);
    feed.start({ s: 2, collection: 'bugs', team: undefined }, 0);
    expect(steps(feed)).toEqual([1, 2, '2:1@2,2@2']);
  });

  it('brings a scope that lies behind up to the others first', () => {
    const { feed } = setUp(4);
    feed.start({ s: 1, ...ALL }, 3);
    feed.start({ s: 2, ...ALL }, 1);
    expect(steps(feed)).toEqual([2, 3, 4, '3:1@4,2@4']);
  });

  it('puts a CHECKPOINT between operations at the latest after its number of them', () => {
    const { feed } = setUp(5, { CHECKPOINT_OPERATIONS: 2 });
    feed.raiseBarrier();
    feed.start({ s: 1, ...ALL }, 0);
    expect(steps(feed)).toEqual([1, 2, '2:1@2+', 3, 4, '4:1@4+', 5]);
    feed.endRun();
    expect(steps(feed)).toEqual(['5:1@5']);
  });

  it('puts a CHECKPOINT before the operation that would pass its bytes', () => {
    const { log } = setUp(4);
    const { length } = log.entry(1)!.bytes;
    const limits = { ...DEFAULT_LIMITS, CHECKPOINT_BYTES: 2 * length + 1 };
    const feed = new Feed({ log, limits, connection: 1 });
    feed.start({ s: 1, ...ALL }, 0);
    expect(steps(feed)).toEqual([1, 2, '2:1@2', 3, 4]);
  });

  it('stops at a full window, says how far it is, and goes on after FEED_ACK', () => {
    const { feed } = setUp(5, { FEED_WINDOW_OPERATIONS: 2 });
    feed.raiseBarrier();
    feed.start({ s: 1, ...ALL }, 0);
    expect(steps(feed)).toEqual([1, 2, '2:1@2+']);
    expect(feed.isHeld).toBe(true);
    expect(steps(feed)).toEqual([]);
    expect(feed.acknowledge(2)).toBe(true);
    expect(steps(feed)).toEqual([3, 4, '4:1@4+']);
    feed.acknowledge(4);
    expect(steps(feed)).toEqual([5]);
    expect(feed.isHeld).toBe(false);
  });

  it('is not held by a window that nothing waits for', () => {
    const { feed } = setUp(2, { FEED_WINDOW_OPERATIONS: 2 });
    feed.start({ s: 1, ...ALL }, 0);
    expect(steps(feed)).toEqual([1, 2, '2:1@2']);
    expect(feed.isHeld).toBe(false);
  });

  it('answers PONG by a CHECKPOINT, also when nothing has moved', () => {
    const { feed } = setUp(0);
    feed.start({ s: 1, ...ALL }, 0);
    steps(feed);
    feed.askCheckpoint();
    expect(steps(feed)).toEqual(['0:']);
  });

  it('says more about the head of the latest SUBSCRIBE or PING alone, so it ends under load', () => {
    const { feed, log } = setUp(3, { CHECKPOINT_OPERATIONS: 1 });
    feed.start({ s: 1, ...ALL }, 0);
    feed.raiseBarrier();
    expect(feed.next()).toMatchObject({ kind: 'operations' });
    append(log, operation());
    expect(steps(feed)).toEqual(['1:1@1+', 2, '2:1@2+', 3, '3:1@3', 4]);
  });

  it('does not mention a scope that is gone, and still counts what it was fed', () => {
    const { feed } = setUp(2);
    feed.start({ s: 1, ...ALL }, 0);
    expect(feed.next()).toMatchObject({ kind: 'operations' });
    feed.stop(1);
    feed.endRun();
    expect(steps(feed)).toEqual(['2:']);
    expect(feed.scopes).toBe(0);
  });

  it('makes runs of at most a batch', () => {
    const { feed } = setUp(300, { CHECKPOINT_OPERATIONS: 1000 });
    feed.start({ s: 1, ...ALL }, 0);
    const lengths: number[] = [];
    for (let step = feed.next(); step?.kind === 'operations'; step = feed.next()) lengths.push(step.entries.length);
    expect(lengths).toEqual([256, 44]);
  });
});
