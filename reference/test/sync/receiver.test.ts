import { describe, expect, it } from 'vitest';
import { Id } from '../../src/bytes/id.ts';
import { ProtocolError, refuse } from '../../src/errors.ts';
import { DEFAULT_LIMITS } from '../../src/registry.ts';
import { LamportClock } from '../../src/sync/clock.ts';
import { Receiver, type ReceiverConfig } from '../../src/sync/receiver.ts';
import { decodeOperation, encodeOperation } from '../../src/wire/operation.ts';
import { encoded, newId, newLog, operation } from './operations.ts';

function receiver(changes: Partial<ReceiverConfig> = {}): Receiver {
  const clock = new LamportClock(0, () => 1_800_000_000);
  const standard = { log: newLog(), clock, limits: DEFAULT_LIMITS, decode: decodeOperation, rights: () => {} };
  return new Receiver({ ...standard, ...changes });
}

function reasonOf(judge: Receiver, bytes: Uint8Array): string {
  const verdict = judge.judge(bytes, 1);
  return verdict.kind === 'rejected' ? verdict.error.reason : verdict.kind;
}

describe('the receiver of pushed operations', () => {
  it('stores a right operation as it came, with its origin', () => {
    const judge = receiver();
    const bytes = encoded();
    const verdict = judge.judge(bytes, 9);
    expect(verdict).toMatchObject({ kind: 'stored', entry: { seq: 1, origin: 9 } });
    expect([...judge.config.log.entry(1)!.bytes]).toEqual([...bytes]);
  });

  it('calls a known operation with the same bytes a duplicate, on whichever connection', () => {
    const judge = receiver();
    const bytes = encoded();
    judge.judge(bytes, 1);
    expect(judge.judge(bytes, 1).kind).toBe('duplicate');
    expect(judge.judge(bytes, 2).kind).toBe('duplicate');
    expect(judge.config.log.head).toBe(1);
  });

  it('refuses a known id with other bytes and keeps the first one', () => {
    const judge = receiver();
    const first = operation();
    judge.judge(encodeOperation(first), 1);
    expect(reasonOf(judge, encodeOperation({ ...first, counter: 2 }))).toBe('operation.id-conflict');
    expect(reasonOf(judge, encodeOperation(first))).toBe('duplicate');
  });

  it('does not learn the id of what it refuses', () => {
    const judge = receiver();
    const right = operation();
    const wrong = encodeOperation(right).slice(0, -1);
    expect(reasonOf(judge, wrong)).toBe('record.truncated');
    expect(reasonOf(judge, encodeOperation(right))).toBe('stored');
  });

  it('names what it cannot read by its first 16 bytes', () => {
    const id = newId();
    const verdict = receiver().judge(id.toBytes(), 1);
    expect(verdict).toMatchObject({ kind: 'rejected', id });
  });

  it('throws only where there is no id to answer about', () => {
    expect(() => receiver().judge(new Uint8Array(15), 1)).toThrow(ProtocolError);
    expect(() => receiver().judge(new Uint8Array(15), 1)).toThrow(/fewer than 16/);
  });

  it('judges the size before the form, and takes an operation of exactly the limit', () => {
    const judge = receiver({ limits: { ...DEFAULT_LIMITS, OPERATION_BYTES: 100 } });
    expect(reasonOf(judge, new Uint8Array(101))).toBe('operation.too-large');
    expect(reasonOf(judge, new Uint8Array(100))).not.toBe('operation.too-large');
  });

  it('acknowledges a duplicate to whoever may not write, and tells no conflict', () => {
    const log = newLog();
    const first = operation();
    receiver({ log }).judge(encodeOperation(first), 1);
    const judge = receiver({ log, rights: () => refuse('database.denied') });
    expect(reasonOf(judge, encodeOperation(first))).toBe('duplicate');
    expect(reasonOf(judge, encodeOperation({ ...first, counter: 2 }))).toBe('database.denied');
    expect(reasonOf(judge, encoded())).toBe('database.denied');
  });

  it('refuses a sealed operation, since its databases are smart', () => {
    const bytes = encodeOperation({
      id: newId(),
      counter: 1,
      node: newId(),
      type: 'sealed',
      tag: new Uint8Array(16),
      epoch: new Uint8Array(16),
      team: newId(),
      nonce: new Uint8Array(12),
      ciphertext: new Uint8Array(64),
      mac: new Uint8Array(16),
      extensions: [],
    });
    expect(reasonOf(receiver(), bytes)).toBe('operation.mode');
  });

  it('takes the team from the extension', () => {
    const judge = receiver();
    const team = newId();
    judge.judge(encoded({ team }), 1);
    judge.judge(encoded(), 1);
    expect(judge.config.log.entry(1)!.team).toEqual(team);
    expect(judge.config.log.entry(2)!.team).toEqual(Id.ZERO);
  });

  it('lets a fault of its own through', () => {
    const judge = receiver({
      decode: () => {
        throw new TypeError('broken');
      },
    });
    expect(() => judge.judge(encoded(), 1)).toThrow(TypeError);
  });
});
