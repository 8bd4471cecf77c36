import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Id } from '../../src/bytes/id.ts';
import { DEFAULT_LIMITS } from '../../src/registry.ts';
import { Feed } from '../../src/sync/feed.ts';
import type { LogEntry } from '../../src/sync/log-entry.ts';
import { matches, type ScopeFilter } from '../../src/sync/scope.ts';
import { decodeCursor } from '../../src/wire/cursor.ts';
import { append, newLog, operation } from './operations.ts';

const TEAMS = [Id.ZERO, Id.fromHex('11'.repeat(16))];
const COLLECTIONS = ['bugs', 'users'];
const LIMITS = {
  ...DEFAULT_LIMITS,
  FEED_WINDOW_OPERATIONS: 5,
  FEED_WINDOW_BYTES: 1000,
  CHECKPOINT_OPERATIONS: 3,
  CHECKPOINT_BYTES: 500,
};
const CONNECTIONS = 3;

const index = (length: number) => fc.nat({ max: length - 1 });
const action = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('push' as const),
      collection: index(2),
      team: index(2),
      origin: index(4),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant('read' as const), on: index(CONNECTIONS), times: fc.nat({ max: 4 }) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('ack' as const), on: index(CONNECTIONS), age: fc.nat({ max: 2 }) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('ping' as const), on: index(CONNECTIONS) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('endRun' as const), on: index(CONNECTIONS) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('start' as const),
      on: index(CONNECTIONS),
      collection: fc.option(index(2)),
      team: fc.option(index(2)),
      from: fc.double({ min: 0, max: 1, noNaN: true }),
    }),
  },
);

/** A subscriber that checks what it is fed, step by step. */
class Model {
  readonly feed: Feed;
  readonly scopes = new Map<number, { filter: ScopeFilter; from: number; cursor: number }>();
  readonly fed: LogEntry[] = [];
  readonly shown: number[] = [];
  acked = 0;
  private sinceOperations = 0;
  private sinceBytes = 0;

  constructor(feed: Feed) {
    this.feed = feed;
  }

  take(): boolean {
    const step = this.feed.next();
    if (step === undefined) return false;
    if (step.kind === 'operations') {
      expect(step.entries.length).toBeGreaterThan(0);
      for (const entry of step.entries) {
        this.fed.push(entry);
        this.sinceOperations += 1;
        this.sinceBytes += entry.bytes.length;
      }
      expect(this.fed.length - this.acked).toBeLessThanOrEqual(LIMITS.FEED_WINDOW_OPERATIONS);
      expect(bytesOf(this.fed.slice(this.acked))).toBeLessThanOrEqual(LIMITS.FEED_WINDOW_BYTES);
      expect(this.sinceOperations).toBeLessThanOrEqual(LIMITS.CHECKPOINT_OPERATIONS);
      expect(this.sinceBytes).toBeLessThanOrEqual(LIMITS.CHECKPOINT_BYTES);
    } else {
      expect(step.message.n).toBe(this.fed.length);
      for (const { s, cur } of step.message.sc) {
        const { seq } = decodeCursor(cur);
        expect(seq).toBeGreaterThanOrEqual(this.scopes.get(s)!.cursor);
        this.scopes.get(s)!.cursor = seq;
      }
      this.shown.push(step.message.n);
      this.sinceOperations = 0;
      this.sinceBytes = 0;
    }
    return true;
  }

  acknowledge(age: number): void {
    const n = this.shown.at(-1 - age);
    if (n === undefined) return;
    this.feed.acknowledge(n);
    this.acked = Math.max(this.acked, n);
  }
}

function bytesOf(entries: readonly LogEntry[]): number {
  return entries.reduce((sum, entry) => sum + entry.bytes.length, 0);
}

describe('the feed, under any interleaving of pushes, reads and acknowledgements', () => {
  it('feeds each subscriber exactly the operations of its scopes, in order, within its limits', () => {
    fc.assert(
      fc.property(fc.array(action, { maxLength: 120 }), (actions) => {
        const log = newLog();
        const models = Array.from(
          { length: CONNECTIONS },
          (_, i) => new Model(new Feed({ log, limits: LIMITS, connection: i + 1 })),
        );
        for (const act of actions) {
          if (act.kind === 'push') {
            const team = TEAMS[act.team]!;
            const members = { collection: COLLECTIONS[act.collection]!, ...(team.isZero ? {} : { team }) };
            append(log, operation(members), act.origin);
            continue;
          }
          const model = models[act.on]!;
          if (act.kind === 'read') for (let i = 0; i < act.times; i++) model.take();
          else if (act.kind === 'ack') model.acknowledge(act.age);
          else if (act.kind === 'endRun') model.feed.endRun();
          else if (act.kind === 'ping') {
            model.feed.raiseBarrier();
            model.feed.askCheckpoint();
          } else {
            const s = model.scopes.size + 1;
            const from = Math.floor(act.from * log.head);
            const filter = {
              s,
              collection: act.collection === null ? undefined : COLLECTIONS[act.collection],
              team: act.team === null ? undefined : TEAMS[act.team],
            };
            model.feed.raiseBarrier();
            model.feed.start(filter, from);
            model.scopes.set(s, { filter, from, cursor: from });
          }
        }
        models.forEach((model, i) => {
          // A reader that reads everything and acknowledges what it can gets to the end.
          for (let idle = 0; idle < 2; ) {
            idle = model.take() ? 0 : idle + 1;
            model.acknowledge(0);
            model.feed.endRun();
          }
          const seqs = model.fed.map(({ seq }) => seq);
          for (const { filter, from, cursor } of model.scopes.values()) {
            const due = Array.from({ length: log.head }, (_, at) => log.entry(at + 1)!).filter(
              (entry) => entry.seq > from && matches(filter, entry) && entry.origin !== i + 1,
            );
            // A scope that begins later may repeat older operations: its own are a subsequence, in order.
            let at = -1;
            for (const { seq } of due) {
              const next = seqs.indexOf(seq, at + 1);
              expect(next).toBeGreaterThan(at);
              at = next;
            }
            expect(cursor).toBe(log.head);
          }
          const wanted = (entry: LogEntry) =>
            [...model.scopes.values()].some(({ filter, from }) => entry.seq > from && matches(filter, entry));
          for (const entry of model.fed) expect(wanted(entry) && entry.origin !== i + 1).toBe(true);
        });
      }),
      { numRuns: 300 },
    );
  });
});
