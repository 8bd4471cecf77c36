import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Id, type PlainOperation } from '../../../reference/src/wire/index.ts';
import { MergeModel } from '../../src/model/merge.ts';

const id = (n: number): Id => Id.from(Uint8Array.from({ length: 16 }, (_, i) => (i === 15 ? n : 0)));
const RECORD = id(200);

let ids = 0;
function operation(type: PlainOperation['type'], counter: number, fields = {}, more = {}): PlainOperation {
  const changes = new Map(Object.entries(fields)) as PlainOperation['changes'];
  const head = { id: id(++ids % 256), counter, node: id(1), type, collection: 'bugs', record: RECORD };
  return { ...head, changes, extensions: [], ...more };
}

function fieldsOf(...operations: readonly PlainOperation[]): readonly string[] {
  return [...new MergeModel(operations).visible().values()].flatMap((fields) => [...fields.keys()].sort());
}

describe('the model of merging', () => {
  it('shows a record for an insert, and not for an update alone', () => {
    expect(fieldsOf(operation('update', 1, { a: 1 }))).toEqual([]);
    expect(new MergeModel([operation('insert', 1, { a: 1 })]).visible().size).toBe(1);
    expect(fieldsOf(operation('update', 5, { a: 1 }), operation('insert', 1, { b: 1 }))).toEqual(['a', 'b']);
  });

  it('hides what a later delete is above, and shows what comes after it', () => {
    const before = [operation('insert', 1, { a: 1 }), operation('delete', 5)];
    expect(fieldsOf(...before)).toEqual([]);
    expect(fieldsOf(...before, operation('update', 9, { c: 1 }))).toEqual([]);
    expect(fieldsOf(...before, operation('insert', 6, { b: 1 }))).toEqual(['b']);
    expect(fieldsOf(...before, operation('insert', 4, { b: 1 }))).toEqual([]);
  });

  it('breaks a tie of counters by the node, then by the id', () => {
    const low = operation('update', 3, { a: 'low' }, { node: id(1), id: id(9) });
    const high = operation('update', 3, { a: 'high' }, { node: id(2), id: id(8) });
    const higher = operation('update', 3, { a: 'higher' }, { node: id(2), id: id(9) });
    const only = new MergeModel([higher, operation('insert', 1)]);
    expect(new MergeModel([low, high, higher, operation('insert', 1)]).difference(only)).toMatch(/inserted/);
    const insert = operation('insert', 1);
    expect(new MergeModel([low, high, higher, insert]).difference(new MergeModel([insert, higher]))).toBeUndefined();
  });

  it('keeps teams, collections, and indexes apart', () => {
    const team = [{ type: 1, value: id(7).toBytes() }];
    const all = [
      operation('insert', 1),
      operation('delete', 9, {}, { extensions: team }),
      operation('delete', 9, {}, { collection: 'others' }),
      operation('dropIndex', 9),
    ];
    expect(new MergeModel(all).visible().size).toBe(1);
  });

  it('takes the definition of the greatest createIndex whole', () => {
    const old = operation('createIndex', 1, { fields: ['a'], name: 'x' });
    const young = operation('createIndex', 2, { fields: ['b'], name: 'x' });
    expect(new MergeModel([young, old]).difference(new MergeModel([young]))).toBeUndefined();
    expect(new MergeModel([young, old]).difference(new MergeModel([old]))).toBeDefined();
  });

  it('tells values of different types apart', () => {
    const at = { id: id(1) };
    const [number, text] = [operation('insert', 1, { a: 1 }, at), operation('insert', 1, { a: '1' }, at)];
    expect(new MergeModel([number]).difference(new MergeModel([text]))).toBeDefined();
  });

  it('does not depend on order or repetition', () => {
    const any = fc.record({
      type: fc.constantFrom('insert' as const, 'update' as const, 'delete' as const, 'createIndex' as const),
      counter: fc.nat(4),
      field: fc.constantFrom('a', 'b'),
      id: fc.integer({ min: 1, max: 255 }),
    });
    const history = fc.uniqueArray(any, { selector: (of) => of.id, maxLength: 12 }).chain((list) => {
      const operations = list.map(({ type, counter, field, ...of }) =>
        operation(type, counter, type === 'delete' ? {} : { [field]: of.id }, { id: id(of.id) }),
      );
      return fc.tuple(
        fc.constant(operations),
        fc.shuffledSubarray(operations, { minLength: operations.length }),
        fc.subarray(operations),
      );
    });
    fc.assert(
      fc.property(history, ([straight, shuffled, again]) => {
        expect(new MergeModel(straight).difference(new MergeModel([...shuffled, ...again]))).toBeUndefined();
      }),
    );
  });
});
