import { beforeEach, describe, expect, it } from 'vitest';
import { Capability, DEFAULT_LIMITS, ErrorCode } from '../../src/registry.ts';
import type { ArrivalLog } from '../../src/sync/arrival-log.ts';
import { Feed } from '../../src/sync/feed.ts';
import { SubscribeMode, Subscriptions } from '../../src/sync/subscriptions.ts';
import type { ScopeRequest } from '../../src/wire/control/message.ts';
import { encodeCursor } from '../../src/wire/cursor.ts';
import { append, newId, newLog, operation } from './operations.ts';

const { BAD_SUBSCRIPTION, MODE_MISMATCH, CURSOR_AHEAD, CURSOR_DIVERGED } = ErrorCode;
const limits = { ...DEFAULT_LIMITS, SCOPES: 3 };
let log: ArrivalLog;
let feed: Feed;

function subscriptions(capabilities: number = Capability.SELECTIVE_SYNC): Subscriptions {
  return new Subscriptions({ log, feed, limits, capabilities });
}

beforeEach(() => {
  log = newLog();
  for (let i = 0; i < 3; i++) append(log, operation());
  feed = new Feed({ log, limits, connection: 1 });
});

let requests = 0;

function add(to: Subscriptions, sc: readonly ScopeRequest[], seen?: Uint8Array) {
  return to.subscribe({ name: 'SUBSCRIBE', req: requests++, mode: SubscribeMode.add, sc, seen });
}

function remove(from: Subscriptions, ...sc: readonly number[]) {
  const entries = sc.map((s) => ({ s }));
  return from.subscribe({ name: 'SUBSCRIBE', req: requests++, mode: SubscribeMode.remove, sc: entries });
}

const statuses = (message: { readonly sc: readonly { readonly st: number }[] }) => message.sc.map(({ st }) => st);

describe('subscriptions', () => {
  it('start scopes and answer each entry in its order', () => {
    const answer = subscriptions().subscribe({
      name: 'SUBSCRIBE',
      req: 9,
      mode: 0,
      sc: [{ s: 2 }, { s: 1, col: 'bugs' }],
    });
    const sc = [
      { s: 2, st: 0 },
      { s: 1, st: 0 },
    ];
    expect(answer).toEqual({ name: 'SUBSCRIBED', req: 9, st: 0, sc });
    expect(feed.isActive(1) && feed.isActive(2)).toBe(true);
  });

  it('take no entries at all', () => {
    expect(add(subscriptions(), [])).toMatchObject({ st: 0, sc: [] });
  });

  it('resume behind a right cursor and refuse one of another log, a damaged one, and one past the head', () => {
    const cursor = log.cursor(2);
    const sc = [
      { s: 1, cur: encodeCursor(cursor) },
      { s: 2, cur: encodeCursor({ ...cursor, log: newId() }) },
      { s: 3, cur: encodeCursor({ ...cursor, mark: newId() }) },
      { s: 4, cur: encodeCursor({ ...cursor, seq: 4 }) },
    ];
    expect(statuses(add(subscriptions(), sc))).toEqual([0, CURSOR_DIVERGED, CURSOR_DIVERGED, CURSOR_AHEAD]);
    expect(feed.next()).toMatchObject({ kind: 'operations', entries: [{ seq: 3 }] });
  });

  it('leave the number of a refused entry free', () => {
    const all = subscriptions();
    const wrong = encodeCursor({ ...log.cursor(0), log: newId() });
    expect(statuses(add(all, [{ s: 1, cur: wrong }, { s: 1 }]))).toEqual([CURSOR_DIVERGED, 0]);
  });

  it('refuse everything by the verdict on seen, in either mode', () => {
    const all = subscriptions();
    add(all, [{ s: 1 }]);
    const seen = encodeCursor({ ...log.cursor(3), seq: 9 });
    expect(add(all, [{ s: 2 }, { s: 3 }], seen)).toMatchObject({
      st: CURSOR_AHEAD,
      sc: [{ st: CURSOR_AHEAD }, { st: CURSOR_AHEAD }],
    });
    const removal = all.subscribe({ name: 'SUBSCRIBE', req: 0, mode: SubscribeMode.remove, sc: [{ s: 1 }], seen });
    expect(removal.sc).toEqual([{ s: 1, st: CURSOR_AHEAD }]);
    expect(feed.isActive(1)).toBe(true);
    expect(feed.isActive(2)).toBe(false);
    expect(add(all, [{ s: 2 }], encodeCursor(log.cursor(3)))).toMatchObject({ st: 0, sc: [{ st: 0 }] });
  });

  it('refuse a number that is in use, also within one message, and one that was removed', () => {
    const all = subscriptions();
    expect(statuses(add(all, [{ s: 1 }, { s: 1 }]))).toEqual([0, BAD_SUBSCRIPTION]);
    expect(statuses(remove(all, 1))).toEqual([0]);
    expect(statuses(add(all, [{ s: 1 }]))).toEqual([BAD_SUBSCRIPTION]);
    expect(statuses(remove(all, 1, 8))).toEqual([BAD_SUBSCRIPTION, BAD_SUBSCRIPTION]);
  });

  it('refuse more scopes than the limit until one is removed', () => {
    const all = subscriptions();
    expect(statuses(add(all, [{ s: 1 }, { s: 2 }, { s: 3 }, { s: 4 }]))).toEqual([0, 0, 0, BAD_SUBSCRIPTION]);
    remove(all, 2);
    expect(statuses(add(all, [{ s: 4 }]))).toEqual([0]);
  });

  it('refuse a selection without SELECTIVE_SYNC', () => {
    const sc = [{ s: 1, col: 'bugs' }, { s: 1, team: newId() }, { s: 1 }];
    expect(statuses(add(subscriptions(0), sc))).toEqual([BAD_SUBSCRIPTION, BAD_SUBSCRIPTION, 0]);
  });

  it('refuse a tag: beside a collection, without E2E, and in a smart database', () => {
    const tag = new Uint8Array(16);
    const both = Capability.SELECTIVE_SYNC | Capability.E2E;
    expect(
      statuses(
        add(subscriptions(), [
          { s: 1, tag, col: 'bugs' },
          { s: 1, tag },
        ]),
      ),
    ).toEqual([BAD_SUBSCRIPTION, MODE_MISMATCH]);
    expect(
      statuses(
        add(subscriptions(both), [
          { s: 1, tag, col: 'bugs' },
          { s: 1, tag },
        ]),
      ),
    ).toEqual([BAD_SUBSCRIPTION, BAD_SUBSCRIPTION]);
    expect(statuses(add(subscriptions(0), [{ s: 1, tag }]))).toEqual([MODE_MISMATCH]);
  });

  it('raise the barrier that `more` is about', () => {
    add(subscriptions(), [{ s: 1 }]);
    expect(feed.hasMore(0)).toBe(false);
    expect(feed.checkpoint().more).toBe(true);
  });
});
