import { describe, expect, it } from 'vitest';
import { ProtocolError } from '../../src/errors.ts';
import { LamportClock } from '../../src/sync/clock.ts';
import { FedReceiver } from '../../src/sync/fed-receiver.ts';
import { Remote } from '../../src/sync/remote.ts';
import { encodeOperation, type PlainOperation } from '../../src/wire/operation.ts';
import { append, newLog, operation, sha256 } from './operations.ts';

const BOUND = 4096 * 1_700_000_000;

function setUp() {
  const log = newLog();
  const clock = new LamportClock(0, () => 0);
  const remote = new Remote('hub', { log, journal: undefined });
  const receiver = new FedReceiver({ log, clock, remote, sha256 });
  const judge = (fed: PlainOperation) => receiver.judge(fed, encodeOperation(fed));
  return { log, clock, remote, receiver, judge };
}

describe('the receiver of fed operations', () => {
  it('stores what is new, as received, and its clock is at least the counter', () => {
    const { log, clock, judge } = setUp();
    const fed = operation({ counter: 7 });
    expect(judge(fed)).toEqual({ kind: 'stored', seq: 1 });
    expect([...log.entry(1)!.bytes]).toEqual([...encodeOperation(fed)]);
    expect(clock.value).toBe(7);
    judge(operation({ counter: 3 }));
    expect(clock.value).toBe(7);
  });

  it('knows what it has, also when its counter would be refused by now', () => {
    const { log, judge } = setUp();
    const known = operation({ counter: BOUND + 1 });
    append(log, known);
    expect(judge(known)).toEqual({ kind: 'known', seq: 1 });
    expect(log.last).toBe(1);
  });

  it('keeps the first of two with one id, and tells that before it looks at the counter', () => {
    const { log, judge } = setUp();
    const kept = operation();
    append(log, kept);
    expect(judge({ ...kept, counter: BOUND + 1 })).toEqual({ kind: 'conflict' });
    expect([...log.entry(1)!.bytes]).toEqual([...encodeOperation(kept)]);
  });

  it('takes a counter at the bound and refuses the next, which moves nothing', () => {
    const { log, clock, judge } = setUp();
    expect(() => judge(operation({ counter: BOUND + 1 }))).toThrow(ProtocolError);
    expect([log.last, clock.value]).toEqual([0, 0]);
    expect(judge(operation({ counter: BOUND })).kind).toBe('stored');
  });

  it('skips bytes that were refused before, and no others', () => {
    const { receiver, remote } = setUp();
    const refusal = new ProtocolError('operation.clock');
    const [one, other] = [encodeOperation(operation()), encodeOperation(operation())];
    expect(receiver.skips(one, refusal)).toBe(false);
    expect(receiver.skips(other, refusal)).toBe(false);
    expect(receiver.skips(one, refusal)).toBe(true);
    expect([...remote.changes()].map(({ kind }) => kind)).toEqual(['refused', 'refused']);
  });
});
