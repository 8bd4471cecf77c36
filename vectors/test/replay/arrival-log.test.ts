import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../../reference/src/bytes/hex.ts';
import { Id } from '../../../reference/src/bytes/id.ts';
import { ArrivalLog } from '../../../reference/src/sync/arrival-log.ts';
import { decodeCursor, encodeCursor } from '../../../reference/src/wire/cursor.ts';
import { decodeOperation, teamOf } from '../../../reference/src/wire/operation.ts';
import { type Entry, named, topic } from '../files.ts';
import { providers } from '../providers.ts';
import { refusalOf } from '../refusal-of.ts';

describe('cursors', () => {
  const { valid, invalid } = topic('cursors');
  it.each(named(valid))('%s is written and read', (_, { cursor, bytes }) => {
    const { log, seq, mark } = decodeCursor(fromHex(bytes));
    expect({ log: log.toHex(), mark: mark.toHex() }).toEqual({ log: cursor.log, mark: cursor.mark });
    if (!Number.isSafeInteger(Number(cursor.seq))) return expect(seq).toBe(Number(cursor.seq));
    expect(String(seq)).toBe(cursor.seq);
    expect(toHex(encodeCursor({ log, seq, mark }))).toBe(bytes);
  });
  it.each(named(invalid))('%s is refused', (_, { bytes, reason }) => {
    expect(refusalOf(() => decodeCursor(fromHex(bytes)))).toBe(reason);
  });
});

describe.each(providers)('arrival logs with %s', (_, { sha256 }) => {
  const { valid, invalid } = topic('arrival-logs');
  function logOf({ log: id, entries }: Entry): ArrivalLog {
    const log = new ArrivalLog(Id.fromHex(id), sha256);
    for (const { operation } of entries as { operation: string }[]) {
      const decoded = decodeOperation(fromHex(operation), { sha256 });
      const collection = decoded.type === 'sealed' ? undefined : decoded.collection;
      log.append({ id: decoded.id, collection, team: teamOf(decoded) }, fromHex(operation), 1);
    }
    return log;
  }
  it.each(named(valid))('%s', (_id, vector) => {
    const log = logOf(vector);
    const entries = vector.entries as { mark: string; cursor: string }[];
    expect(log.head).toBe(entries.length);
    for (const [seq, cursor] of [vector.start, ...entries.map((entry) => entry.cursor)].entries()) {
      expect(toHex(encodeCursor(log.cursor(seq)))).toBe(cursor);
      expect(log.judge(decodeCursor(fromHex(cursor)))).toBeUndefined();
    }
    for (const [index, { mark }] of entries.entries()) expect(log.mark(index + 1).toHex()).toBe(mark);
  });
  it.each(named(invalid))('%s is refused', (_id, { base, cursor, reason }) => {
    const log = logOf(valid.find(({ id }) => id === base)!);
    expect(log.judge(decodeCursor(fromHex(cursor)))).toBe(reason);
  });
});
