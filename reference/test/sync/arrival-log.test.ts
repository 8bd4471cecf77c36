import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../src/bytes/hex.ts';
import { Id } from '../../src/bytes/id.ts';
import { encodeCursor } from '../../src/wire/cursor.ts';
import { decodeOperation, encodeOperation, type PlainOperation } from '../../src/wire/operation.ts';
import { append, encoded, LOG_ID, newId, newLog, operation } from './operations.ts';

describe('the arrival log', () => {
  it('numbers operations from 1 in the order in which they come', () => {
    const log = newLog();
    expect(log.head).toBe(0);
    const stored = [operation(), operation(), operation()];
    for (const each of stored) append(log, each);
    expect(log.head).toBe(3);
    expect(stored.map((_, i) => log.entry(i + 1)!.id)).toEqual(stored.map(({ id }) => id));
    expect(log.entry(2)!.seq).toBe(2);
  });

  it('finds operations by id and tells the same bytes from others', () => {
    const log = newLog();
    const stored = operation();
    const bytes = append(log, stored, 7);
    expect(log.find(stored.id)).toMatchObject({ seq: 1, origin: 7, collection: 'bugs' });
    expect(log.holds(stored.id, bytes)).toBe(true);
    expect(log.holds(stored.id, encodeOperation({ ...stored, counter: 2 }))).toBe(false);
    expect(log.find(newId())).toBeUndefined();
  });

  it('keeps its own copy of the bytes, small and large', () => {
    const log = newLog();
    for (const size of [10, 100_000]) {
      const bytes = Buffer.from(encoded({ changes: new Map([['title', 'x'.repeat(size)]]) }));
      const before = toHex(bytes);
      const entry = log.append({ id: newId(), collection: 'bugs', team: Id.ZERO }, bytes, 0);
      bytes.fill(0);
      expect(toHex(entry.bytes)).toBe(before);
    }
  });

  it('marks each position by all that came before it (the example of spec section 9.1)', () => {
    const log = newLog();
    const tail = '64627567738e0e8400e29b41d4a716446655440000424c415a45010000';
    for (const [last, counter, record] of [
      ['3', '1', '77'],
      ['4', '2', '88'],
    ]) {
      const hex = `0000000000004000800000000000000${last}000${counter}000102030405060708090a0b0c0d0e0f${tail}`;
      const bytes = fromHex(hex.replace('64627567738e', `6462756773${record}`));
      const { id, collection } = decodeOperation(bytes) as PlainOperation;
      log.append({ id, collection, team: Id.ZERO }, bytes, 0);
    }
    expect(log.mark(0)).toEqual(Id.ZERO);
    expect(log.mark(1).toHex()).toBe('c29f1f26a58b30caba7d289d8c2a2f57');
    expect(log.mark(2).toHex()).toBe('51c87982e865b9d23cb5f201d2d73f66');
    expect(toHex(encodeCursor(log.cursor(2)))).toBe(`${LOG_ID.toHex()}0000000000000002${log.mark(2).toHex()}`);
  });

  it('judges a cursor by log id, seq and mark, in this order', () => {
    const log = newLog();
    append(log, operation());
    append(log, operation());
    for (const seq of [0, 1, 2]) expect(log.judge(log.cursor(seq))).toBeUndefined();
    const head = log.cursor(2);
    expect(log.judge({ ...head, log: newId() })).toBe('subscription.cursor-diverged');
    expect(log.judge({ ...head, log: newId(), seq: 3 })).toBe('subscription.cursor-diverged');
    expect(log.judge({ ...head, seq: 3 })).toBe('subscription.cursor-ahead');
    expect(log.judge({ ...head, seq: 2 ** 60 })).toBe('subscription.cursor-ahead');
    expect(log.judge({ ...head, mark: newId() })).toBe('subscription.cursor-diverged');
    expect(log.judge({ ...head, seq: 1 })).toBe('subscription.cursor-diverged');
  });
});
