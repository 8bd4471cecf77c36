import { describe, expect, it } from 'vitest';
import { concat, Id } from '../../../../reference/src/wire/index.ts';
import { type Answer, answerName, Pushes } from '../../../src/peer/oracle/pushes.ts';

const operation = (n: number): Uint8Array => concat(new Uint8Array(15), Uint8Array.of(n), new Uint8Array(40));
const idOf = (n: number): Uint8Array => operation(n).subarray(0, 16);
const hex = (n: number): string => Id.from(idOf(n)).toHex();
const stored = (): Answer => ({ kind: 'stored' });

describe('Pushes', () => {
  it('takes answers in any order and grouping', () => {
    const pushes = new Pushes();
    for (const n of [1, 2, 3]) pushes.sent(operation(n));
    pushes.answered(concat(idOf(3), idOf(1)), stored);
    pushes.answered(idOf(2), () => ({ kind: 'rejected', code: 0x0401 }));
    expect([1, 2, 3].map((n) => pushes.answersTo(hex(n)).map(answerName))).toEqual([
      ['stored'],
      ['OP_MALFORMED'],
      ['stored'],
    ]);
    expect(pushes.inFlight).toBe(0);
  });

  it('takes as many answers about an id as there were copies of it', () => {
    const pushes = new Pushes();
    pushes.sent(operation(1));
    pushes.sent(operation(1));
    pushes.answered(idOf(1), stored);
    pushes.answered(idOf(1), () => ({ kind: 'duplicate' }));
    expect(() => pushes.answered(idOf(1), stored)).toThrow('answers about operations in flight only');
  });

  it('fails an answer about an id that was not pushed', () => {
    expect(() => new Pushes().answered(idOf(1), stored)).toThrow(expect.objectContaining({ requirement: 'SYNC-53' }));
  });

  it('fails a PONG that comes before an answer to what was pushed before its PING', () => {
    const pushes = new Pushes();
    pushes.sent(operation(1));
    const before = pushes.mark;
    pushes.sent(operation(2));
    pushes.answered(idOf(1), stored);
    expect(() => pushes.checkFence(before)).not.toThrow();
    expect(() => pushes.checkFence(pushes.mark)).toThrow(expect.objectContaining({ requirement: 'CTRL-16' }));
  });

  it('expects no answer to what has no id', () => {
    const pushes = new Pushes();
    pushes.sent(new Uint8Array(15));
    expect(pushes.inFlight).toBe(0);
  });
});
