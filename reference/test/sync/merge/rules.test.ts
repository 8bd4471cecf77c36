/** One test for each rule of the chapter on merging. */
import { describe, expect, it } from 'vitest';
import { Id } from '../../../src/bytes/id.ts';
import { DEFAULT_LIMITS } from '../../../src/registry.ts';
import { encodeOperation, type Operation } from '../../../src/wire/operation.ts';
import {
  bytesOf,
  createIndex,
  dropIndex,
  INDEX,
  id,
  insert,
  permutations,
  plain,
  RECORD,
  remove,
  SEALED,
  shown,
  stateOf,
  TEAM,
  update,
} from './support.ts';

describe('merging', () => {
  it('MERGE-1: a record is collection, team and record id; what differs in one never meets', () => {
    const state = stateOf(
      insert(1, { a: 'none' }),
      insert(1, { a: 'team' }, { team: TEAM }),
      insert(1, { a: 'other team' }, { team: id(0xbb) }),
      insert(1, { a: 'features' }, { collection: 'features' }),
      insert(1, { a: 'other record' }, { record: id(0x78) }),
      remove(9, { team: id(0xbb) }),
      update(9, { a: 'changed' }, { team: TEAM }),
    );
    expect(plain(state.get('bugs', Id.ZERO, RECORD))).toEqual({ a: 'none' });
    expect(plain(state.get('bugs', TEAM, RECORD))).toEqual({ a: 'changed' });
    expect(state.get('bugs', id(0xbb), RECORD)).toBeUndefined();
    expect(plain(state.get('features', Id.ZERO, RECORD))).toEqual({ a: 'features' });
    expect(plain(state.get('bugs', Id.ZERO, id(0x78)))).toEqual({ a: 'other record' });
    expect(state.list('bugs').map(({ target }) => [target.team, target.record])).toEqual([
      [Id.ZERO, RECORD],
      [Id.ZERO, id(0x78)],
      [TEAM, RECORD],
    ]);
    expect(state.list('bugs', TEAM)).toHaveLength(1);
    expect(state.list('bugs', Id.ZERO)).toHaveLength(2);
    expect(state.list('nothing')).toEqual([]);
  });

  it('MERGE-2: of equal counters the greater node wins, of equal nodes the greater id, as unsigned bytes', () => {
    const at = (node: number, operation: number) => ({ node: id(node), id: id(operation) });
    expect(
      shown(insert(1), update(2, { a: 'node 80' }, at(0x80, 1)), update(2, { a: 'node 7f' }, at(0x7f, 9))),
    ).toEqual({ a: 'node 80' });
    expect(shown(insert(1), update(2, { a: 'id 80' }, at(1, 0x80)), update(2, { a: 'id 7f' }, at(1, 0x7f)))).toEqual({
      a: 'id 80',
    });
    expect(shown(insert(1), update(3, { a: 'counter' }, at(1, 1)), update(2, { a: 'node' }, at(0xff, 0xff)))).toEqual({
      a: 'counter',
    });
    // A delete of the same counter and node wins by its id, or loses.
    expect(shown(insert(2, { a: 1 }, at(1, 1)), remove(2, at(1, 2)))).toBeUndefined();
    expect(shown(insert(2, { a: 1 }, at(1, 2)), remove(2, at(1, 1)))).toEqual({ a: 1 });
  });

  it('MERGE-3: E is the greatest stamp of an insert', () => {
    const [first, second] = [insert(3, { a: 1 }), insert(5, { b: 1 })];
    for (const order of [
      [first, second],
      [second, first],
    ])
      expect(stateOf(...order).records()[0]!.state.inserted).toMatchObject({ counter: 5, operation: second.id });
    // A delete between the two leaves the record, with what the later insert wrote.
    expect(shown(second, remove(4), first)).toEqual({ b: 1 });
  });

  it('MERGE-4: D is the greatest stamp of a delete', () => {
    const [first, second] = [remove(3), remove(5)];
    expect(stateOf(second, first).records()[0]!.state.deleted).toMatchObject({ counter: 5, operation: second.id });
    expect(shown(insert(4, { a: 1 }), second, first)).toBeUndefined();
    expect(shown(insert(4, { a: 1 }), first)).toEqual({ a: 1 });
  });

  it('MERGE-5: a field has the value of the greatest stamp, of inserts and updates alike', () => {
    const all = [insert(4, { a: 'insert', b: 'insert' }), update(5, { b: 'update' }), update(3, { a: 'early' })];
    for (const order of permutations(all)) expect(shown(...order)).toEqual({ a: 'insert', b: 'update' });
  });

  it('MERGE-6: a record is visible if and only if E is above D', () => {
    expect(shown(remove(2))).toBeUndefined();
    expect(shown(insert(1), remove(2))).toBeUndefined();
    expect(shown(insert(3), remove(2))).toEqual({});
  });

  it('MERGE-7: a field is visible if and only if its stamp is above D', () => {
    const all = [insert(1, { a: 1, b: 1 }), remove(2), insert(3, { b: 2 })];
    for (const order of permutations(all)) expect(shown(...order)).toEqual({ b: 2 });
    // An update after the delete, though before the insert, counts.
    for (const order of permutations([remove(2), update(3, { a: 3 }), insert(4, { b: 4 })]))
      expect(shown(...order)).toEqual({ a: 3, b: 4 });
  });

  it('MERGE-8: an update never revives a record, and waits for its insert if it comes before it', () => {
    expect(shown(insert(1, { a: 1 }), remove(2), update(3, { a: 3 }))).toBeUndefined();
    expect(shown(update(3, { a: 3 }))).toBeUndefined();
    expect(shown(update(3, { a: 3 }), insert(1, { a: 1, b: 1 }))).toEqual({ a: 3, b: 1 });
    expect(shown(update(3, { a: 3 }), insert(4, { b: 1 }))).toEqual({ a: 3, b: 1 });
  });

  it('MERGE-9: an insert over a visible record joins its fields', () => {
    expect(shown(insert(1, { a: 1, b: 1 }), insert(2, { b: 2, c: 2 }))).toEqual({ a: 1, b: 2, c: 2 });
  });

  it('MERGE-10: null is a value like others', () => {
    expect(shown(insert(1, { a: 1 }), update(2, { a: null }))).toEqual({ a: null });
    expect(shown(insert(1, { a: 1 }), update(2, { a: null }), update(3, { a: 3 }))).toEqual({ a: 3 });
  });

  it('MERGE-11: an index is created and dropped by the rules of a record', () => {
    const index = (...all: readonly Operation[]) => stateOf(...all).getIndex('bugs', Id.ZERO, INDEX);
    expect(plain(index(createIndex(1, ['status'])))).toEqual({ fields: ['status'], name: 'byStatus' });
    expect(index(createIndex(1, ['status']), dropIndex(2))).toBeUndefined();
    expect(plain(index(createIndex(3, ['status']), dropIndex(2)))).toEqual({ fields: ['status'], name: 'byStatus' });
    const teams = stateOf(createIndex(1, ['a']), createIndex(1, ['b'], { team: TEAM }), dropIndex(2, { team: TEAM }));
    expect(teams.listIndexes('bugs').map(({ target }) => target.team)).toEqual([Id.ZERO]);
  });

  it('MERGE-12: the definition of an index is that of its greatest createIndex', () => {
    const all = [createIndex(2, ['status']), createIndex(3, ['status', 'title']), createIndex(1, ['a'])];
    for (const order of permutations(all))
      expect(plain(stateOf(...order).getIndex('bugs', Id.ZERO, INDEX))).toMatchObject({ fields: ['status', 'title'] });
  });

  it('MERGE-13: operations on an index and on a record of the same id never touch each other', () => {
    const at = { record: INDEX };
    const state = stateOf(insert(1, { a: 1 }, at), createIndex(2, ['status']), update(3, { b: 2 }, at));
    expect(plain(state.get('bugs', Id.ZERO, INDEX))).toEqual({ a: 1, b: 2 });
    expect(plain(state.getIndex('bugs', Id.ZERO, INDEX))).toEqual({ fields: ['status'], name: 'byStatus' });
    state.apply(dropIndex(9));
    expect(plain(state.get('bugs', Id.ZERO, INDEX))).toEqual({ a: 1, b: 2 });
    state.apply(createIndex(10, ['title']));
    state.apply(remove(11, at));
    expect(state.get('bugs', Id.ZERO, INDEX)).toBeUndefined();
    expect(state.getIndex('bugs', Id.ZERO, INDEX)).toBeDefined();
  });

  it('MERGE-14: a dead letter leaves the state as if it had never been', () => {
    const [base, dead, later] = [insert(1, { a: 1 }), update(5, { a: 5, b: 5 }), update(3, { a: 3 })];
    const state = stateOf(base, dead, later);
    const target = state.records()[0]!.target;
    expect(state.rebuild(target, [base, later])).toEqual({ target, kind: 'changed', names: ['a', 'b'] });
    expect(plain(state.get('bugs', Id.ZERO, RECORD))).toEqual({ a: 3 });
    expect(Buffer.from(state.canonicalBytes()).toString('hex')).toBe(bytesOf(base, later));
  });

  it('MERGE-15: equal sets give the equal state (see laws.test.ts), whatever happened on the way', () => {
    const all = [insert(1, { a: 1 }), update(2, { a: 2 }), remove(3), update(4, { b: 4 }), insert(5, { c: 5 })];
    const states = permutations(all).map((order) => bytesOf(...order, ...order.slice(2)));
    expect(new Set(states).size).toBe(1);
    expect(shown(...all)).toEqual({ b: 4, c: 5 });
  });

  it('MERGE-16: a merged record may have more fields than one operation may carry', () => {
    const half = DEFAULT_LIMITS.FIELDS;
    const some = (from: number) => Object.fromEntries(Array.from({ length: half }, (_, i) => [`f${from + i}`, i]));
    const [first, second] = [insert(1, some(0)), update(2, some(half))];
    for (const each of [first, second]) expect(encodeOperation(each).length).toBeGreaterThan(0);
    expect(Object.keys(shown(first, second)!)).toHaveLength(2 * half);
  });
});

describe('a state beside the rules', () => {
  it('counts sealed operations and is not changed by them', () => {
    const state = stateOf(insert(1, { a: 1 }));
    const before = state.canonicalBytes();
    expect(state.apply(SEALED)).toBeUndefined();
    expect(state.sealed).toBe(1);
    expect(state.canonicalBytes()).toEqual(before);
  });

  it('is marked by a delete, by an early update and by a dropIndex, not by an update without fields', () => {
    const states = [[], [remove(1)], [update(1, { a: 1 })], [dropIndex(1)], [insert(1)], [createIndex(1, ['a'])]];
    expect(new Set(states.map((all) => bytesOf(...all))).size).toBe(states.length);
    expect(bytesOf(update(1))).toBe(bytesOf());
  });

  it('gives the fields by the bytes of their names', () => {
    const state = stateOf(insert(2, { '\u{1f525}': 1, b: 1 }), update(1, { '\uff5e': 1, a: 1 }));
    expect([...state.get('bugs', Id.ZERO, RECORD)!.keys()]).toEqual(['a', 'b', '\uff5e', '\u{1f525}']);
  });

  it('shows a record with operations on top, without being changed', () => {
    const state = stateOf(insert(1, { a: 1 }));
    const before = state.canonicalBytes();
    const target = state.records()[0]!.target;
    const other = insert(9, { z: 9 }, { record: id(0x78) });
    expect(plain(state.viewWith(target, [update(2, { a: 2 }), other, SEALED]))).toEqual({ a: 2 });
    expect(state.viewWith(target, [remove(2)])).toBeUndefined();
    expect(plain(state.viewWith({ ...target, record: id(0x78) }, [other]))).toEqual({ z: 9 });
    expect(plain(state.viewWith({ ...target, space: 'index', record: INDEX }, [createIndex(1, ['a'])]))).toEqual({
      fields: ['a'],
      name: 'byStatus',
    });
    expect(state.canonicalBytes()).toEqual(before);
    expect(state.list('bugs')).toHaveLength(1);
  });
});
