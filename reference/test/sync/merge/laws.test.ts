import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Id } from '../../../src/bytes/id.ts';
import { MergeState } from '../../../src/sync/merge/index.ts';
import type { PlainOperation } from '../../../src/wire/operation.ts';
import { bytesOf, histories, id, operation, permutations, stateOf, type Type } from './support.ts';

const hex = (state: MergeState) => Buffer.from(state.canonicalBytes()).toString('hex');

function joined(...states: readonly MergeState[]): MergeState {
  const result = new MergeState();
  for (const state of states) result.join(state);
  return result;
}

describe('states are a join-semilattice', () => {
  const state = histories().map((operations) => stateOf(...operations));

  it('x v y = y v x', () => {
    fc.assert(
      fc.property(state, state, (x, y) => {
        expect(hex(joined(x, y))).toBe(hex(joined(y, x)));
      }),
    );
  });

  it('x v (y v z) = (x v y) v z', () => {
    fc.assert(
      fc.property(state, state, state, (x, y, z) => {
        expect(hex(joined(x, joined(y, z)))).toBe(hex(joined(joined(x, y), z)));
      }),
    );
  });

  it('x v x = x, and the empty state is the bottom', () => {
    fc.assert(
      fc.property(state, (x) => {
        expect(hex(joined(x, x))).toBe(hex(x));
        expect(hex(joined(x, new MergeState()))).toBe(hex(x));
      }),
    );
  });

  it('a join leaves the joined as they were', () => {
    fc.assert(
      fc.property(state, state, (x, y) => {
        const before = [hex(x), hex(y)];
        const both = joined(x, y);
        both.apply(operation('delete', 100));
        both.apply(operation('dropIndex', 100));
        expect([hex(x), hex(y)]).toEqual(before);
      }),
    );
  });
});

describe('equal sets of operations give the equal state', () => {
  it('in any order, with any repetition', () => {
    fc.assert(
      fc.property(
        histories().chain((all) =>
          fc.tuple(
            fc.constant(all),
            fc.shuffledSubarray(all, { minLength: all.length }),
            fc.array(fc.constantFrom(...(all.length > 0 ? all : [operation('delete', 0)])), { maxLength: 8 }),
          ),
        ),
        ([all, shuffled, repeated]) => {
          const repetitions = all.length > 0 ? repeated : [];
          expect(bytesOf(...shuffled, ...repetitions)).toBe(bytesOf(...all));
          expect(bytesOf(...repetitions, ...shuffled)).toBe(bytesOf(...all));
        },
      ),
    );
  });

  it('in any grouping: replicas that applied parts, overlapping or not, and were joined', () => {
    fc.assert(
      fc.property(
        histories().chain((all) =>
          fc.tuple(fc.constant(all), fc.array(fc.nat(6), { minLength: all.length, maxLength: all.length })),
        ),
        ([all, groups]) => {
          const parts = [1, 2, 4].map((bit) => stateOf(...all.filter((_, i) => ((groups[i]! + 1) & bit) !== 0)));
          expect(hex(joined(...parts))).toBe(bytesOf(...all));
        },
      ),
    );
  });

  it('and what they show does not depend on the order, nor do the rows of a list', () => {
    const view = (all: readonly PlainOperation[]) => {
      const state = stateOf(...all);
      return [...state.list('bugs'), ...state.listIndexes('bugs')].map(({ target, fields }) => [target, [...fields]]);
    };
    fc.assert(
      fc.property(histories(), (all) => {
        expect(view(all)).toEqual(view(all.toReversed()));
      }),
    );
  });

  it('every history of three operations of any type on one record and one index, every order, with duplicates', () => {
    const types: readonly Type[] = ['insert', 'update', 'delete', 'createIndex', 'dropIndex'];
    // Stamps that differ by the counter, by the node alone and by the id alone.
    const stamps = [
      [1, 1, 1],
      [1, 1, 0x80],
      [1, 0x80, 1],
      [2, 1, 2],
    ] as const;
    const changes: { readonly [type: string]: readonly object[] } = {
      insert: [{ a: 1 }, { b: 1 }, {}],
      update: [{ a: 2 }, { b: 2 }, { a: 3, b: 3 }],
      createIndex: [{ fields: ['a'], name: 'n' }],
    };
    const operations = stamps.flatMap(([counter, node, operationId]) =>
      types.flatMap((type) =>
        (changes[type] ?? [{}]).map((body) =>
          operation(type, counter, body, { node: id(node), id: new Id(operationId << 24, 0, 0, 1) }),
        ),
      ),
    );
    const orders = permutations([0, 1, 2]);
    let histories3 = 0;
    for (const [i, x] of operations.entries()) {
      for (const [j, y] of operations.entries()) {
        if (j < i || y.id.equals(x.id)) continue;
        for (const z of operations.slice(j)) {
          if (z.id.equals(x.id) || z.id.equals(y.id)) continue;
          const all = [x, y, z];
          const states = new Set(orders.map((order) => bytesOf(...order.map((at) => all[at]!))));
          for (const order of [
            [0, 0, 1, 2],
            [2, 1, 0, 2, 1],
            [1, 0, 1, 2, 0],
          ])
            states.add(bytesOf(...order.map((at) => all[at]!)));
          if (states.size !== 1) expect.fail(`${states.size} states of ${all.map(({ type }) => type)}`);
          histories3 += 1;
        }
      }
    }
    expect(histories3).toBeGreaterThan(700);
  });
});
