import { describe, expect, it } from 'vitest';
import type { Id } from '../../src/bytes/id.ts';
import { ProtocolError } from '../../src/errors.ts';
import type { RefusalName } from '../../src/registry.ts';
import { Answers, packIds } from '../../src/sync/answers.ts';
import type { LogEntry } from '../../src/sync/log-entry.ts';
import { encodeCursor } from '../../src/wire/cursor.ts';
import { newId, newLog } from './operations.ts';

const log = newLog();
const head = () => log.cursor(0);
const cur = encodeCursor(log.cursor(0));

function rejected(id: Id, reason: RefusalName = 'operation.id-conflict') {
  return { kind: 'rejected', id, error: new ProtocolError(reason) } as const;
}

function stored(id: Id) {
  return { kind: 'stored', id, entry: {} as LogEntry } as const;
}

describe('answers', () => {
  it('say nothing when there is nothing to answer', () => {
    expect(new Answers().flush(head)).toEqual([]);
  });

  it('group a run of stored and duplicate operations into one ACK, in their order', () => {
    const answers = new Answers();
    const [a, b] = [newId(), newId()];
    answers.add(stored(a));
    answers.add({ kind: 'duplicate', id: b });
    expect(answers.count).toBe(2);
    expect(answers.flush(head)).toEqual([{ name: 'ACK', ids: packIds([a, b]), st: Uint8Array.of(0, 1), cur }]);
    expect(answers.count).toBe(0);
    expect(answers.flush(head)).toEqual([]);
  });

  it('group rejections by their reason', () => {
    const answers = new Answers();
    const [a, b, c] = [newId(), newId(), newId()];
    answers.add(rejected(a));
    answers.add(rejected(b));
    answers.add(rejected(c, 'operation.too-large'));
    expect(answers.count).toBe(3);
    expect(answers.flush(head)).toMatchObject([
      { name: 'REJECT', ids: packIds([a, b]), code: 0x0403 },
      { name: 'REJECT', ids: packIds([c]), code: 0x0402 },
    ]);
  });

  it('give a permanent rejection no retry', () => {
    const answers = new Answers();
    answers.add(rejected(newId()));
    expect(answers.flush(head)[0]).not.toHaveProperty('retry');
  });

  it('never make a message too large to send', () => {
    const answers = new Answers();
    const ids = Array.from({ length: 2500 }, newId);
    for (const id of ids) answers.add(stored(id));
    for (const id of ids) answers.add(rejected(id));
    const messages = answers.flush(head);
    expect(messages.map(({ name, ids: packed }) => [name, packed.length / 16])).toEqual([
      ['ACK', 1024],
      ['ACK', 1024],
      ['ACK', 452],
      ['REJECT', 1024],
      ['REJECT', 1024],
      ['REJECT', 452],
    ]);
  });
});
