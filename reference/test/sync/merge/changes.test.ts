/** What `apply` tells about what changed: for whoever watches a collection. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MergeState, targetKey, targetOf, type VisibleChange } from '../../../src/sync/merge/index.ts';
import type { PlainOperation } from '../../../src/wire/operation.ts';
import { equalFields, equalValues, type Fields } from '../../../src/wire/value.ts';
import { createIndex, dropIndex, histories, insert, remove, stateOf, update } from './support.ts';

const told = (before: readonly PlainOperation[], next: PlainOperation) => {
  const change = stateOf(...before).apply(next);
  return change === undefined ? undefined : [change.kind, ...change.names];
};

describe('a change is told', () => {
  it('when a record appears, with all that shows then', () => {
    expect(told([update(2, { a: 2 })], insert(1, { a: 1, b: 1 }))).toEqual(['appeared', 'a', 'b']);
    expect(told([remove(1)], insert(2))).toEqual(['appeared']);
  });

  it('when it changes, with the names of what did', () => {
    expect(told([insert(1, { a: 1, b: 1 })], update(2, { a: 2, b: 1, c: 1 }))).toEqual(['changed', 'a', 'c']);
    expect(told([insert(1, { a: 1 }), insert(3, { b: 3 })], remove(2))).toEqual(['changed', 'a']);
  });

  it('when it vanishes, with all that showed', () => {
    expect(told([insert(1, { a: 1 }), update(3, { b: 3 })], remove(2))).toEqual(['vanished', 'a', 'b']);
  });

  it('of indexes likewise', () => {
    expect(told([], createIndex(1, ['a']))).toEqual(['appeared', 'fields', 'name']);
    expect(told([createIndex(1, ['a'])], createIndex(2, ['b']))).toEqual(['changed', 'fields']);
    expect(told([createIndex(1, ['a'])], dropIndex(2))).toEqual(['vanished', 'fields', 'name']);
    expect(told([createIndex(1, ['a'])], createIndex(2, ['a']))).toBeUndefined();
  });

  it('not when nothing shows', () => {
    expect(told([], update(1, { a: 1 }))).toBeUndefined();
    expect(told([], remove(1))).toBeUndefined();
    expect(told([remove(3)], insert(2, { a: 1 }))).toBeUndefined();
    expect(told([insert(1, { a: 1 })], update(2, { a: 1 }))).toBeUndefined();
    expect(told([insert(2, { a: 2 })], update(1, { a: 1 }))).toBeUndefined();
  });

  it('exactly when what shows is other than before, and for exactly these fields', () => {
    const look = (state: MergeState): Map<string, Fields> =>
      new Map(
        ['bugs', 'features']
          .flatMap((collection) => [...state.list(collection), ...state.listIndexes(collection)])
          .map(({ target, fields }) => [targetKey(target), fields]),
      );
    const check = (before: Map<string, Fields>, after: Map<string, Fields>, change: VisibleChange | undefined) => {
      const keys = [...new Set([...before.keys(), ...after.keys()])];
      const changed = keys.filter((key) => {
        const [x, y] = [before.get(key), after.get(key)];
        return x === undefined || y === undefined || !equalFields(x, y);
      });
      expect(changed).toEqual(change === undefined ? [] : [targetKey(change.target)]);
      if (change === undefined) return;
      const [x, y] = [before.get(changed[0]!), after.get(changed[0]!)];
      const kind = x === undefined ? 'appeared' : y === undefined ? 'vanished' : 'changed';
      expect(change.kind).toBe(kind);
      const names = [...new Set([...(x ?? []), ...(y ?? [])].map(([name]) => name))].filter((name) => {
        const [old, now] = [x?.get(name), y?.get(name)];
        return old === undefined || now === undefined || !equalValues(old, now);
      });
      expect([...change.names].sort()).toEqual(names.sort());
    };
    fc.assert(
      fc.property(histories(20), (all) => {
        const state = new MergeState();
        for (const each of all) {
          const before = look(state);
          check(before, look(state), undefined);
          const change = state.apply(each);
          check(before, look(state), change);
        }
      }),
    );
  });

  it('by `rebuild` likewise', () => {
    fc.assert(
      fc.property(histories(10), fc.nat(9), (all, at) => {
        fc.pre(all.length > 0);
        const dead = all[at % all.length]!;
        const rest = all.filter((each) => each !== dead);
        const state = stateOf(...all);
        const target = targetOf(dead);
        const look = () => state.viewWith(target, []);
        const before = look();
        const change = state.rebuild(target, rest);
        const after = look();
        const isSame = before === undefined || after === undefined ? before === after : equalFields(before, after);
        expect(change === undefined).toBe(isSame);
        expect(state.canonicalBytes()).toEqual(stateOf(...rest).canonicalBytes());
      }),
    );
  });
});
