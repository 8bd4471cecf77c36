import { describe, expect, it } from 'vitest';
import { ProtocolError } from '../../src/errors.ts';
import { LamportClock } from '../../src/sync/clock.ts';

const NOW = 1_800_000_000;
const BOUND = 4096 * NOW;

function refusalOf(act: () => unknown): ProtocolError {
  try {
    act();
  } catch (error) {
    expect(error).toBeInstanceOf(ProtocolError);
    return error as ProtocolError;
  }
  throw new Error('nothing was refused');
}

describe('the clock', () => {
  it('gives a new operation the next counter and follows the greatest that was stored', () => {
    const clock = new LamportClock(6, () => NOW);
    expect(clock.next()).toBe(7);
    clock.observe(100);
    clock.observe(50);
    expect(clock.next()).toBe(101);
  });

  it('goes back to what was durable when that could not be kept', () => {
    const clock = new LamportClock(7, () => NOW);
    clock.observe(9);
    clock.rolledBack();
    expect(clock.next()).toBe(8);
    clock.observe(9);
    clock.committed();
    clock.rolledBack();
    expect(clock.next()).toBe(10);
  });

  it('takes a counter at its bound and refuses the next one', () => {
    const clock = new LamportClock(0, () => NOW);
    clock.judge(BOUND);
    expect(refusalOf(() => clock.judge(BOUND + 1))).toMatchObject({ reason: 'operation.clock', code: 'CLOCK_JUMP' });
    expect(clock.value).toBe(0);
  });

  it('says when the bound gets there, but no more than five minutes', () => {
    const clock = new LamportClock(0, () => NOW);
    expect(refusalOf(() => clock.judge(BOUND + 1)).retry).toBe(1);
    expect(refusalOf(() => clock.judge(BOUND + 4096)).retry).toBe(1000);
    expect(refusalOf(() => clock.judge(2 ** 53 - 1)).retry).toBe(300_000);
  });

  it('does not author above the bound', () => {
    const clock = new LamportClock(BOUND, () => NOW);
    expect(refusalOf(() => clock.next()).reason).toBe('operation.clock');
  });

  it('reckons with the end of 2023 at the least, whatever the wall clock says', () => {
    const clock = new LamportClock(0, () => 0);
    clock.judge(4096 * 1_700_000_000);
    expect(refusalOf(() => clock.judge(4096 * 1_700_000_000 + 1)).reason).toBe('operation.clock');
  });
});
