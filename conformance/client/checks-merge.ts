/** What records a set of operations comes to: chapter 10. */
import { nodeCrypto } from '../../reference/src/crypto/node.ts';
import { Id, type Value } from '../../reference/src/wire/index.ts';
import { indexRecord } from '../../reference/src/wire/operation.ts';
import { type ClientCheck, expectEqual } from './check.ts';
import { freshId, type Made, madeBytes, RECORD, TEAM } from './operations.ts';
import type { Scene } from './scene.ts';

type Shown = readonly Readonly<Record<string, Value>>[];

interface Example {
  readonly operations: readonly Made[];
  /** Records of the collection `bugs`, by team and record. */
  readonly records: Shown;
  /** Its indexes. */
  readonly indexes?: Shown;
}

/** Holds whether the operations come in their order here or the other way round. */
async function holds(scene: Scene, { operations, records, indexes = [] }: Example): Promise<void> {
  const all = operations.map((each) => madeBytes({ record: RECORD, ...each }));
  for (const order of bothWays(all)) {
    const node = scene.node();
    const hub = await node.live();
    hub.hand(order, 1);
    await node.settle();
    expectEqual('records', node.database.list('bugs').map(shown), records);
    expectEqual('indexes', node.database.indexes('bugs').map(shown), indexes);
  }
}

function bothWays<T>(all: readonly T[]): T[][] {
  return [[...all], [...all].reverse()];
}

function everyWay<T>(all: readonly T[]): T[][] {
  if (all.length < 2) return [[...all]];
  return all.flatMap((first, i) => everyWay(all.toSpliced(i, 1)).map((rest) => [first, ...rest]));
}

function shown({ fields }: { readonly fields: ReadonlyMap<string, Value> }): Record<string, Value> {
  return Object.fromEntries(fields);
}

function shownOf(fields: ReadonlyMap<string, Value> | undefined): Record<string, Value> | undefined {
  return fields && Object.fromEntries(fields);
}

function example(id: string, title: string, requirement: string, ...examples: readonly Example[]): ClientCheck {
  return {
    id,
    title,
    requirements: [requirement],
    async run(scene) {
      for (const each of examples) await holds(scene, each);
    },
  };
}

const [HIGH, LOW, MIDDLE] = ['f0', '10', '70'].map((first) => Id.fromHex(`${first}b0b0b0b0b040b080b0b0b0b0b0b0b0`));
const INDEX = indexRecord('byTitle', nodeCrypto.sha256);
const create = (counter: number, ...fields: string[]): Made => ({
  type: 'createIndex',
  counter,
  record: INDEX,
  changes: { fields, name: 'byTitle' },
});
const drop = (counter: number): Made => ({ type: 'dropIndex', counter, record: INDEX });
const insert = (counter: number, changes: Made['changes'] = { a: counter }): Made => ({ counter, changes: changes! });
const update = (counter: number, changes: Made['changes'] = { a: counter }): Made => ({
  type: 'update',
  counter,
  changes: changes!,
});
const remove = (counter: number): Made => ({ type: 'delete', counter });

const records: readonly ClientCheck[] = [
  example('client-merge-record-key', 'Collection, team and record id together are the record', 'MERGE-1', {
    operations: [
      insert(1),
      { ...insert(2), team: TEAM },
      { ...insert(3), collection: 'bugs2' },
      { ...insert(4), record: Id.fromHex('870e8400e29b41d4a716446655440000') },
    ],
    records: [{ a: 1 }, { a: 4 }, { a: 2 }],
  }),
  example(
    'client-merge-stamps',
    'Stamps are compared by counter, node and id, as unsigned bytes',
    'MERGE-2',
    {
      operations: [insert(1), { ...update(2 ** 40), node: LOW! }, { ...update(300, { a: 0 }), node: HIGH! }],
      records: [{ a: 2 ** 40 }],
    },
    {
      operations: [
        insert(1),
        { ...update(7, { a: 'high' }), node: HIGH! },
        { ...update(7, { a: 'middle' }), node: MIDDLE! },
      ],
      records: [{ a: 'high' }],
    },
    {
      operations: [
        insert(1),
        { ...update(7, { a: 'low' }), node: LOW! },
        { ...update(7, { a: 'middle' }), node: MIDDLE! },
      ],
      records: [{ a: 'middle' }],
    },
    {
      operations: [insert(1), { ...update(7, { a: 'high' }), id: HIGH! }, { ...update(7, { a: 'low' }), id: LOW! }],
      records: [{ a: 'high' }],
    },
  ),
  example('client-merge-inserted', 'The greatest insert counts, whichever came last', 'MERGE-3', {
    operations: [insert(9, { a: 1 }), remove(5), insert(3, { a: 2 })],
    records: [{ a: 1 }],
  }),
  example('client-merge-deleted', 'The greatest delete counts, whichever came last', 'MERGE-4', {
    operations: [insert(5), remove(9), remove(3)],
    records: [],
  }),
  example('client-merge-fields', 'Each field has the value with the greatest stamp, as a whole', 'MERGE-5', {
    operations: [
      insert(3, { a: 'i', b: 'i', list: ['i', 'j'] }),
      update(9, { a: 'u' }),
      update(5, { a: 'v', b: 'v', list: ['v'] }),
    ],
    records: [{ a: 'u', b: 'v', list: ['v'] }],
  }),
  example(
    'client-merge-visible',
    'A record shows exactly when its greatest insert is above its greatest delete',
    'MERGE-6',
    { operations: [insert(3), remove(5)], records: [] },
    { operations: [insert(5), remove(3)], records: [{ a: 5 }] },
  ),
  example('client-merge-field-below-delete', 'Fields of before a delete do not come back', 'MERGE-7', {
    operations: [insert(1, { a: 1, b: 1 }), remove(3), update(4, { c: 4 }), insert(5, { a: 5 })],
    records: [{ a: 5, c: 4 }],
  }),
  example(
    'client-merge-update-alone',
    'An update shows no record, before its insert or after a delete, and counts when an insert comes',
    'MERGE-8',
    { operations: [update(5)], records: [] },
    { operations: [insert(1), remove(3), update(5)], records: [] },
    { operations: [update(5, { a: 5 }), insert(1, { a: 1, b: 1 })], records: [{ a: 5, b: 1 }] },
  ),
  example('client-merge-insert-joins', 'An insert over a visible record joins its fields', 'MERGE-9', {
    operations: [insert(1, { a: 1, b: 1 }), insert(5, { b: 5, c: 5 })],
    records: [{ a: 1, b: 5, c: 5 }],
  }),
  example('client-merge-null', 'Null is a value', 'MERGE-10', {
    operations: [insert(1, { a: 1, b: null }), update(5, { a: null })],
    records: [{ a: null, b: null }],
  }),
];

const indexes: readonly ClientCheck[] = [
  example(
    'client-merge-index',
    'An index is there exactly when its greatest createIndex is above its greatest dropIndex, by its key',
    'MERGE-11',
    { operations: [create(5, 'a'), drop(9), drop(3)], records: [], indexes: [] },
    { operations: [create(9, 'a'), drop(5)], records: [], indexes: [{ fields: ['a'], name: 'byTitle' }] },
    {
      operations: [create(5, 'a'), { ...drop(9), team: TEAM }, { ...drop(9), collection: 'tags' }],
      records: [],
      indexes: [{ fields: ['a'], name: 'byTitle' }],
    },
  ),
  example('client-merge-index-definition', 'An index is defined by its greatest createIndex alone', 'MERGE-12', {
    operations: [create(5, 'a', 'b'), create(9, 'c')],
    records: [],
    indexes: [{ fields: ['c'], name: 'byTitle' }],
  }),
  example('client-merge-spaces', 'Index operations and record operations of equal keys do not meet', 'MERGE-13', {
    operations: [
      { ...insert(3, { a: 3 }), record: INDEX },
      create(4, 'a'),
      { ...insert(5, { b: 5 }), record: INDEX },
      drop(6),
      create(7, 'c'),
      { ...remove(2), record: INDEX },
    ],
    records: [{ a: 3, b: 5 }],
    indexes: [{ fields: ['c'], name: 'byTitle' }],
  }),
];

const FIELDS = 1024;

const whole: readonly ClientCheck[] = [
  {
    id: 'client-merge-any-order',
    title: 'The same operations come to the same records in any order, repeated, and in any groups',
    requirements: ['MERGE-15'],
    async run(scene) {
      const operations = [
        insert(7, { s: 'open', t: 'i' }),
        update(8, { s: 'busy' }),
        remove(9),
        insert(11, { t: 'j' }),
      ];
      const all = [...operations, update(10, { s: 'late' })];
      const node = scene.node();
      const hub = await node.live();
      const orders = everyWay(all).map((order) => ({ order, record: freshId() }));
      for (const { order, record } of orders) hub.hand(order.map((each) => madeBytes({ record, ...each })));
      await node.settle();
      const others = new Set(orders.map(({ record }) => JSON.stringify(shownOf(node.database.get('bugs', record)))));
      expectEqual('the record, in any order', [...others], [JSON.stringify({ s: 'late', t: 'j' })]);
      const bytes = operations.map((each) => madeBytes({ record: RECORD, ...each }));
      for (const [i, each] of [...bytes, ...bytes].entries()) {
        hub.hand([each], i + 1);
        await node.settle();
      }
      expectEqual('the record, twice', shownOf(node.database.get('bugs', RECORD)), { t: 'j' });
    },
  },
  {
    id: 'client-merge-large',
    title: 'A record may have more fields than one operation may carry',
    requirements: ['MERGE-16'],
    async run(scene) {
      const record = freshId();
      const node = scene.node();
      const hub = await node.live();
      const fieldsOf = (from: number) =>
        Object.fromEntries(Array.from({ length: FIELDS }, (_, i) => [`f${from + i}`, from + i] as const));
      hub.hand([madeBytes({ record, changes: fieldsOf(0) })]);
      hub.hand([madeBytes({ record, type: 'update', counter: 2, changes: fieldsOf(FIELDS) })], 1);
      await node.settle();
      expectEqual('fields', node.database.get('bugs', record)?.size, 2 * FIELDS);
    },
  },
];

export const mergeChecks: readonly ClientCheck[] = [...records, ...indexes, ...whole];
