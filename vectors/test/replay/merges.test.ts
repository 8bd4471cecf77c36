import { describe, expect, it } from 'vitest';
import { fromHex } from '../../../reference/src/bytes/hex.ts';
import { nodeCrypto } from '../../../reference/src/crypto/node.ts';
import { droppable, summarize } from '../../../reference/src/sync/compaction.ts';
import { decodeOperation } from '../../../reference/src/wire/operation.ts';
import { mergedState } from '../../generator/merged-state.ts';
import { type Entry, named, topic } from '../files.ts';

const { sha256 } = nodeCrypto;
const decode = (bytes: string) => decodeOperation(fromHex(bytes), { sha256 });
const shows = (name: string) => new Set(topic(name).valid.flatMap(({ requirements }) => requirements));

describe('merges', () => {
  const { valid, invalid } = topic('merges');
  const stateOf = ({ operations, deadLetters }: Entry, order: readonly number[]) =>
    mergedState(order.filter((at) => !deadLetters.includes(at)).map((at) => decode(operations[at])));

  it.each(named(valid))('%s: each order gives the state', (_, vector) => {
    for (const order of vector.orders as number[][]) {
      expect(new Set(order)).toEqual(new Set(vector.operations.keys()));
      expect(stateOf(vector, order)).toEqual(vector.state);
    }
  });

  it.each(named(invalid))('%s is another state', (_, { base, state }) => {
    const vector = valid.find(({ id }) => id === base)!;
    expect(stateOf(vector, vector.orders[0])).not.toEqual(state);
  });

  it('show each rule, right and (where a wrong state can show it) wrong', () => {
    const rules = Array.from({ length: 16 }, (_, i) => `MERGE-${i + 1}`);
    expect(rules.filter((rule) => !shows('merges').has(rule))).toEqual([]);
    const wrong = new Set(invalid.flatMap(({ requirements }) => requirements));
    // 15 is about all of them together, 16 about a limit.
    expect(rules.filter((rule) => !wrong.has(rule))).toEqual(['MERGE-15', 'MERGE-16']);
  });

  it('have orders that differ and repeat', () => {
    const all = valid.flatMap(({ orders }) => orders as number[][]);
    expect(all.some((order) => order.some((at, i) => at < (order[i - 1] ?? 0)))).toBe(true);
    expect(all.some((order) => new Set(order).size < order.length)).toBe(true);
  });
});

describe('compactions', () => {
  const { valid, invalid } = topic('compactions');
  interface Stored {
    readonly seq: number;
    readonly operation: string;
    readonly pinned: boolean;
  }
  const logOf = ({ log }: Entry) =>
    (log as Stored[]).map(({ seq, operation, pinned }) => ({ seq, operation: decode(operation), isPinned: pinned }));
  const stateOf = (log: ReturnType<typeof logOf>) => mergedState(log.map(({ operation }) => operation));

  it.each(named(valid))('%s: what may be dropped, and what a reader at every cursor comes to', (_, vector) => {
    const log = logOf(vector);
    expect([...droppable(() => log)]).toEqual(vector.droppable);
    const retained = log.filter(({ seq }) => vector.retained.includes(seq));
    expect(retained.length + vector.droppable.length).toBe(log.length);
    for (const cursor of [0, ...log.map(({ seq }) => seq)]) {
      const seen = log.filter(({ seq }) => seq <= cursor);
      expect(stateOf([...seen, ...retained.filter(({ seq }) => seq > cursor)])).toEqual(vector.state);
    }
    expect(stateOf(log)).toEqual(vector.state);
    expect(stateOf(log.filter(({ isPinned }) => !isPinned))).toEqual(vector.withdrawn);
    expect(stateOf(retained.filter(({ isPinned }) => !isPinned))).toEqual(vector.withdrawn);
    for (const summary of [summarize(log), summarize(retained)])
      for (const { operation, dominated } of vector.arrivals)
        expect(summary.isDominated(decode(operation))).toBe(dominated);
  });

  it.each(named(invalid))('%s drops what has to stay', (_, { base, dropped }) => {
    const allowed = droppable(() => logOf(valid.find(({ id }) => id === base)!));
    expect((dropped as number[]).every((seq) => allowed.has(seq))).toBe(false);
  });

  it('show each rule that a log can show', () => {
    const rules = [120, 121, 122, 123, 124, 125, 126, 127, 143].map((number) => `SYNC-${number}`);
    expect(rules.filter((rule) => !shows('compactions').has(rule))).toEqual([]);
  });
});
