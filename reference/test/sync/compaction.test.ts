import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CompactionEntry, droppable, summarize } from '../../src/sync/compaction.ts';
import { MergeState } from '../../src/sync/merge/index.ts';
import type { Operation, PlainOperation } from '../../src/wire/operation.ts';
import { bytesOf, createIndex, dropIndex, histories, insert, remove, SEALED, TEAM, update } from './merge/support.ts';

/** A log with the seqs from 1 on; the ones in `pinned` may still be withdrawn. */
function logOf(operations: readonly Operation[], pinned: readonly number[] = []): CompactionEntry[] {
  return operations.map((operation, i) => ({ seq: i + 1, operation, isPinned: pinned.includes(i + 1) }));
}

const dropped = (operations: readonly Operation[], pinned?: readonly number[]) => [
  ...droppable(() => logOf(operations, pinned)),
];

function compacted(log: readonly CompactionEntry[]): CompactionEntry[] {
  const seqs = droppable(() => log);
  return log.filter(({ seq }) => !seqs.has(seq));
}

const hexOf = (entries: readonly CompactionEntry[]) => bytesOf(...entries.map(({ operation }) => operation));

describe('an operation may be dropped', () => {
  it('when every field that it wrote was written later, wherever that stands in the log', () => {
    expect(dropped([insert(1, { a: 1 }), update(2, { a: 2 }), update(3, { a: 3 })])).toEqual([2]);
    expect(dropped([insert(1, { a: 1 }), update(3, { a: 3 }), update(2, { a: 2 })])).toEqual([3]);
    expect(dropped([update(2, { a: 2, b: 2 }), update(3, { a: 3 }), update(4, { b: 4 })])).toEqual([1]);
  });

  it('not while one of its fields is the greatest', () => {
    expect(dropped([update(2, { a: 2, b: 2 }), update(3, { a: 3 })])).toEqual([]);
  });

  it('as an insert only when another insert or a delete is above it', () => {
    expect(dropped([insert(1, { a: 1 }), update(2, { a: 2 })])).toEqual([]);
    expect(dropped([insert(1, { a: 1 }), insert(2, { a: 2 })])).toEqual([1]);
    expect(dropped([insert(1), insert(2)])).toEqual([1]);
    expect(dropped([insert(1, { a: 1 }), remove(2)])).toEqual([1]);
  });

  it('with all of its effects by a delete above it', () => {
    expect(dropped([insert(1, { a: 1 }), update(2, { b: 2 }), remove(3), update(4, { c: 4 })])).toEqual([1, 2]);
  });

  it('as a delete by a greater delete alone: the greatest is never dropped', () => {
    expect(dropped([remove(1), remove(3), remove(2)])).toEqual([1, 3]);
    expect(dropped([remove(1), insert(2, { a: 2 })])).toEqual([]);
    expect(dropped([remove(5), insert(1, { a: 2 })])).toEqual([2]);
    expect(dropped([remove(5)])).toEqual([]);
  });

  it('on an index likewise', () => {
    expect(dropped([createIndex(1, ['a']), createIndex(2, ['b'])])).toEqual([1]);
    expect(dropped([createIndex(1, ['a']), dropIndex(2), dropIndex(3)])).toEqual([1, 2]);
    expect(dropped([dropIndex(1), createIndex(2, ['a'])])).toEqual([]);
  });

  it('not for what happens to another record, team, collection or space', () => {
    const at = { team: TEAM };
    expect(dropped([insert(1, { a: 1 }), insert(2, { a: 2 }, at), remove(3, at)])).toEqual([2]);
    expect(dropped([insert(1, { a: 1 }), remove(3, { collection: 'features' })])).toEqual([]);
    expect(dropped([createIndex(1, ['a']), remove(2, { record: createIndex(1, ['a']).record })])).toEqual([]);
  });

  it('as an update without fields at once: it has no effect', () => {
    expect(dropped([update(1)])).toEqual([1]);
    expect(dropped([insert(1)])).toEqual([]);
  });

  it('never as a sealed one', () => {
    expect(dropped([SEALED, { ...SEALED, counter: 10 }, remove(99, { team: TEAM })])).toEqual([]);
  });

  it('not while it may be withdrawn, nor for one that may be', () => {
    const all = [insert(1, { a: 1 }), update(2, { a: 2 }), update(3, { a: 3 })];
    expect(dropped(all)).toEqual([2]);
    expect(dropped(all, [2])).toEqual([]);
    expect(dropped(all, [3])).toEqual([]);
    expect(dropped([insert(1, { a: 1 }), remove(2)], [2])).toEqual([]);
    expect(dropped([remove(1), remove(2)], [2])).toEqual([]);
    expect(dropped([remove(1), remove(2)], [1])).toEqual([]);
  });

  it('so that 100 updates of one field leave the insert and one', () => {
    const updates = Array.from({ length: 100 }, (_, i) => update(i + 2, { a: i }));
    expect(compacted(logOf([insert(1, { a: 0, b: 0 }), ...updates])).map(({ seq }) => seq)).toEqual([1, 101]);
  });
});

describe('a summary tells of an operation that comes', () => {
  const summary = summarize(
    logOf([insert(1, { a: 1, b: 1 }), update(5, { a: 5 }), remove(3), insert(4, { b: 4 }), update(9, { a: 9 })], [5]),
  );
  it.each<[string, Operation, boolean]>([
    ['an insert below the delete', insert(2, { z: 1 }), true],
    ['an update below the delete', update(2, { z: 1 }), true],
    ['a delete below the delete', remove(2), true],
    ['a delete above it', remove(4), false],
    ['an update of a field that was written above it', update(4, { a: 1 }), true],
    ['an update that only one dominates that may be withdrawn', update(6, { a: 1 }), false],
    ['an update of another field', update(4, { z: 1 }), false],
    ['an insert above E', insert(6, { b: 1 }), false],
    ['a sealed one', SEALED, false],
    ['one on another record', update(2, { a: 1 }, { team: TEAM }), false],
  ])('%s', (_, operation, isDominated) => {
    expect(summary.isDominated(operation)).toBe(isDominated);
  });

  it('what it calls dominated changes nothing, and the rest of what it judges does', () => {
    fc.assert(
      fc.property(histories(15), histories(3), (stored, coming) => {
        const known = summarize(logOf(stored));
        for (const each of coming) {
          const isChanged = bytesOf(...stored, each) !== bytesOf(...stored);
          expect(known.isDominated(each)).toBe(!isChanged);
        }
      }),
    );
  });
});

/** A log, and which of its entries may be withdrawn. */
const pinnedLogs = (maxLength: number) =>
  histories(maxLength).chain((all) =>
    fc
      .array(fc.oneof({ weight: 4, arbitrary: fc.constant(false) }, fc.constant(true)), {
        minLength: all.length,
        maxLength: all.length,
      })
      .map((pins) => all.map((operation, i) => ({ seq: i + 1, operation, isPinned: pins[i]! }))),
  );

describe('compaction', () => {
  it('is sound for a reader at every cursor: what it saw and what it is still fed come to the whole', () => {
    let drops = 0;
    fc.assert(
      fc.property(pinnedLogs(25), (log) => {
        const retained = compacted(log);
        drops += log.length - retained.length;
        const whole = hexOf(log);
        for (let cursor = 0; cursor <= log.length; cursor++) {
          const seen = log.filter(({ seq }) => seq <= cursor);
          expect(hexOf([...seen, ...retained.filter(({ seq }) => seq > cursor)])).toBe(whole);
        }
      }),
      { numRuns: 300 },
    );
    expect(drops).toBeGreaterThan(500);
  });

  it('is sound whichever pinned operations are withdrawn', () => {
    fc.assert(
      fc.property(pinnedLogs(15), fc.nat(), (log, bits) => {
        const stays = ({ seq, isPinned }: CompactionEntry) => !isPinned || ((bits >> (seq % 30)) & 1) === 0;
        expect(hexOf(compacted(log).filter(stays))).toBe(hexOf(log.filter(stays)));
      }),
      { numRuns: 300 },
    );
  });

  it('drops neither what is pinned nor the greatest delete, and is at its end after one run', () => {
    fc.assert(
      fc.property(pinnedLogs(20), (log) => {
        const retained = compacted(log);
        expect(retained.filter(({ isPinned }) => isPinned)).toEqual(log.filter(({ isPinned }) => isPinned));
        expect(compacted(retained)).toEqual(retained);
        // The stamps of D do not depend on what was dropped.
        const deletes = (entries: readonly CompactionEntry[]) =>
          stateOfAll(entries)
            .records()
            .flatMap(({ target, state }) => (state.deleted === undefined ? [] : [[target, state.deleted]]));
        expect(deletes(retained)).toEqual(deletes(log));
      }),
    );
  });

  it('again and again, while operations come that are below everything or above it, with readers under way', () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('append' as const), index: fc.nat(30), isPinned: fc.boolean() }),
      fc.record({ kind: fc.constant('compact' as const) }),
      fc.record({ kind: fc.constant('release' as const) }),
      fc.record({ kind: fc.constant('read' as const), reader: fc.nat(3), upTo: fc.nat(40) }),
    );
    fc.assert(
      fc.property(histories(31), fc.array(step, { maxLength: 120, size: 'max' }), (source, steps) => {
        const world = new World();
        for (const each of steps) {
          if (each.kind === 'append') world.append(source[each.index], each.isPinned);
          else if (each.kind === 'compact') world.compact();
          else if (each.kind === 'release') world.release();
          else world.read(each.reader, each.upTo);
        }
        world.compact();
        expect(world.finals()).toEqual(Array(5).fill(bytesOf(...world.all)));
      }),
      { numRuns: 300 },
    );
  });
});

function stateOfAll(entries: readonly CompactionEntry[]): MergeState {
  const state = new MergeState();
  for (const { operation } of entries) state.apply(operation);
  return state;
}

/** A log that is compacted now and then, and four readers of it; the fifth has read nothing. */
class World {
  readonly all: PlainOperation[] = [];
  #log: CompactionEntry[] = [];
  readonly #readers = Array.from({ length: 5 }, () => ({ cursor: 0, state: new MergeState() }));

  append(operation: PlainOperation | undefined, isPinned: boolean): void {
    if (operation === undefined || this.all.includes(operation)) return;
    this.all.push(operation);
    this.#log.push({ seq: this.all.length, operation, isPinned });
  }

  compact(): void {
    this.#log = compacted(this.#log);
  }

  /** All that was pending is acked. */
  release(): void {
    this.#log = this.#log.map((entry) => ({ ...entry, isPinned: false }));
  }

  read(reader: number, upTo: number): void {
    const { cursor, state } = this.#readers[reader]!;
    const to = Math.max(cursor, Math.min(upTo, this.all.length));
    for (const { seq, operation } of this.#log) if (seq > cursor && seq <= to) state.apply(operation);
    this.#readers[reader]!.cursor = to;
  }

  finals(): string[] {
    for (const i of this.#readers.keys()) this.read(i, this.all.length);
    return this.#readers.map(({ state }) => Buffer.from(state.canonicalBytes()).toString('hex'));
  }
}
