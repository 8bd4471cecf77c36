import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Id } from '../../src/bytes/id.ts';
import { DEFAULT_LIMITS } from '../../src/registry.ts';
import { PushQueue } from '../../src/sync/push-queue.ts';
import { encoded, newId } from './operations.ts';

const limits = { ...DEFAULT_LIMITS, PUSH_WINDOW_OPERATIONS: 3 };

describe('the push queue', () => {
  it('gives operations out in order, as far as the window goes', () => {
    const queue = new PushQueue<number>(limits);
    const operations = Array.from({ length: 5 }, () => encoded());
    for (const [i, bytes] of operations.entries()) queue.add(bytes, i);
    expect(queue.next(2, Infinity)).toEqual(operations.slice(0, 2));
    expect(queue.next(9, Infinity)).toEqual(operations.slice(2, 3));
    expect(queue.next(9, Infinity)).toEqual([]);
    expect(queue.answer(Id.from(operations[1]!)).ticket).toBe(1);
    expect(queue.next(9, Infinity)).toEqual(operations.slice(3, 4));
    expect(queue.waiting).toBe(1);
  });

  it('limits a run by its bytes, but lets a large operation go alone', () => {
    const queue = new PushQueue<number>(limits);
    const operations = Array.from({ length: 3 }, () => encoded());
    for (const [i, bytes] of operations.entries()) queue.add(bytes, i);
    expect(queue.next(9, 1)).toEqual(operations.slice(0, 1));
    expect(queue.next(9, 2 * operations[0]!.length)).toEqual(operations.slice(1, 3));
  });

  it('takes no second copy of an operation that is on its way', () => {
    const queue = new PushQueue<number>(limits);
    const bytes = encoded();
    queue.add(bytes, 1);
    expect(() => queue.add(bytes, 2)).toThrow(RangeError);
    queue.next(1, Infinity);
    expect(() => queue.add(bytes, 2)).toThrow(/on its way/);
    queue.answer(Id.from(bytes));
    queue.add(bytes, 2);
    expect(queue.waiting).toBe(1);
  });

  it('refuses an answer about what was not sent, or was answered', () => {
    const queue = new PushQueue<number>(limits);
    const bytes = encoded();
    expect(() => queue.answer(newId())).toThrow(/not in flight/);
    queue.add(bytes, 1);
    expect(() => queue.answer(Id.from(bytes))).toThrow(/not in flight/);
    queue.next(1, Infinity);
    queue.answer(Id.from(bytes));
    expect(() => queue.answer(Id.from(bytes))).toThrow(/not in flight/);
  });

  it('hands back what is unanswered at the end, sent or not, in order', () => {
    const queue = new PushQueue<number>(limits);
    for (let i = 0; i < 5; i++) queue.add(encoded(), i);
    queue.next(2, Infinity);
    expect(queue.drain().map(({ ticket }) => ticket)).toEqual([0, 1, 2, 3, 4]);
    expect(queue.waiting).toBe(0);
  });

  it('is never above its window and loses nothing, whatever order the answers come in', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat({ max: 4 }), fc.nat({ max: 9 })), { maxLength: 60 }), (turns) => {
        const queue = new PushQueue<number>(limits);
        const flight: Uint8Array[] = [];
        let added = 0;
        let answered = 0;
        for (const [adds, pick] of turns) {
          for (let i = 0; i < adds; i++) queue.add(encoded(), added++);
          flight.push(...queue.next(2, Infinity));
          expect(flight.length).toBeLessThanOrEqual(limits.PUSH_WINDOW_OPERATIONS);
          const [chosen] = flight.splice(pick % Math.max(1, flight.length), 1);
          if (chosen === undefined) continue;
          queue.answer(Id.from(chosen));
          answered += 1;
        }
        expect(queue.drain()).toHaveLength(added - answered);
      }),
    );
  });
});
