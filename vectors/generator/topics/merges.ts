import { mergedState } from '../merged-state.ts';
import { front, head, KIT, type Topic } from '../vector-file.ts';
import {
  bytesOf,
  createIndex,
  type Draft,
  decoded,
  dropIndex,
  INDEX,
  insert,
  OTHER_RECORD,
  remove,
  specId,
  TEAM,
  update,
  type Values,
} from './merge-operations.ts';
import { invalidMerges } from './merges-invalid.ts';

const OTHER_TEAM = 'bb0e8400e29b41d4a716446655440000';
const STATUS = ['status'];

type Row = readonly [
  id: string,
  requirements: readonly string[],
  note: string,
  operations: readonly Draft[],
  deadLetters?: readonly number[],
];

const many = (from: number, count: number): Values =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`f${String(from + i).padStart(4, '0')}`, null]));

/** The example of section 10.5. */
const ALICE = (last: string) => ({ node: 'a1', id: specId(last) });
const EXAMPLE: readonly Draft[] = [
  insert(7, { status: 'open', title: 'Crash' }, ALICE('31')),
  update(8, { status: 'busy' }, ALICE('32')),
  update(8, { status: 'done', title: 'Crash!' }, { node: 'b0', id: specId('33') }),
];
const EXAMPLE_DELETE = remove(9, ALICE('34'));

const ROWS: readonly Row[] = [
  ['spec-two-updates', ['MERGE-2', 'MERGE-5', 'MERGE-15'], 'section 10.5: i, a and b', EXAMPLE],
  ['spec-deleted', ['MERGE-6'], 'section 10.5: then d', [...EXAMPLE, EXAMPLE_DELETE]],
  [
    'spec-inserted-again',
    ['MERGE-7', 'MERGE-8'],
    'section 10.5: then an update with counter 10 and an insert with counter 11',
    [
      ...EXAMPLE,
      EXAMPLE_DELETE,
      update(10, { status: 'late' }, ALICE('35')),
      insert(11, { title: 'Again' }, ALICE('36')),
    ],
  ],
  ['insert', ['MERGE-1', 'MERGE-3', 'MERGE-6'], 'one insert makes a record', [insert(1, { title: 'a' })]],
  ['insert-empty', ['MERGE-6'], 'a record without fields is visible', [insert(1, {})]],
  [
    'counter-decides',
    ['MERGE-2', 'MERGE-5'],
    'the greater counter wins, whatever came last',
    [insert(1, { title: 'first' }), update(300, { title: 'greatest' }), update(299, { title: 'late' })],
  ],
  [
    'counter-greatest',
    ['MERGE-2', 'MERGE-5'],
    '2^53 - 1 is above 2^53 - 2: no precision is lost',
    [
      insert(1, {}),
      update('9007199254740990', { a: 1 }, { node: 'ff' }),
      update('9007199254740991', { a: 2 }, { node: '00' }),
      update(4294967295, { b: 1 }, { node: 'ff' }),
      update(4294967296, { b: 2 }, { node: '00' }),
    ],
  ],
  [
    'node-decides',
    ['MERGE-2', 'MERGE-5'],
    'equal counters: the greater node wins',
    [insert(1, {}), update(2, { title: 'node 02' }, { node: '02' }), update(2, { title: 'node 01' }, { node: '01' })],
  ],
  [
    'node-unsigned',
    ['MERGE-2', 'MERGE-5'],
    'node 80.. is above 7f..: bytes are unsigned',
    [insert(1, {}), update(2, { title: 'node 80' }, { node: '80' }), update(2, { title: 'node 7f' }, { node: '7f' })],
  ],
  [
    'id-decides',
    ['MERGE-2', 'MERGE-5'],
    'equal counters and nodes, as after a copied database: the greater operation id wins',
    [insert(1, {}), update(2, { title: 'id 0b' }, { id: '0b' }), update(2, { title: 'id 0a' }, { id: '0a' })],
  ],
  [
    'id-unsigned',
    ['MERGE-2', 'MERGE-5'],
    'id ff.. is above 01..: bytes are unsigned',
    [insert(1, {}), update(2, { title: 'id ff' }, { id: 'ff' }), update(2, { title: 'id 01' }, { id: '01' })],
  ],
  [
    'node-before-id',
    ['MERGE-2'],
    'the node is compared before the id',
    [
      insert(1, {}),
      update(2, { title: 'node 02' }, { node: '02', id: '01' }),
      update(2, { title: 'node 01' }, { node: '01', id: 'ff' }),
    ],
  ],
  [
    'fields-merge-one-by-one',
    ['MERGE-5'],
    'two authors write other fields at the same time: both stay',
    [
      insert(1, { priority: 1, title: 'a' }),
      update(2, { priority: 2 }, { node: '01' }),
      update(2, { title: 'b' }, { node: '02' }),
    ],
  ],
  [
    'greatest-insert',
    ['MERGE-3', 'MERGE-7'],
    'E is the greatest insert; the delete between the two takes what the first wrote',
    [insert(1, { a: 1, b: 1 }), remove(2), insert(3, { b: 3 })],
  ],
  [
    'greatest-delete',
    ['MERGE-4', 'MERGE-6'],
    'D is the greatest delete; an insert between the two does not show',
    [remove(5), insert(4, { a: 4 }), remove(3)],
  ],
  ['delete-alone', ['MERGE-4', 'MERGE-6'], 'a delete of a record that is not known is kept', [remove(7)]],
  [
    'delete-before-insert',
    ['MERGE-6'],
    'a greater delete came first: the insert does not show when it comes',
    [remove(2), insert(1, { a: 1 })],
  ],
  [
    'delete-and-insert-tie',
    ['MERGE-2', 'MERGE-6'],
    'equal counters and nodes: the delete has the greater id and wins',
    [insert(2, { a: 1 }, { id: '7f' }), remove(2, { id: '80' })],
  ],
  [
    'insert-and-delete-tie',
    ['MERGE-2', 'MERGE-6'],
    'equal counters: the insert has the greater node and wins',
    [insert(2, { a: 1 }, { node: '81' }), remove(2, { node: '80' })],
  ],
  [
    'field-after-delete',
    ['MERGE-7', 'MERGE-8'],
    'an update between the delete and the new insert counts',
    [insert(1, { a: 1, b: 1 }), remove(2), update(3, { a: 3 }), insert(4, { c: 4 })],
  ],
  [
    'concurrent-update-and-delete',
    ['MERGE-7', 'MERGE-8'],
    'an update above the delete waits for an insert: the record does not show',
    [insert(1, { a: 1 }), remove(2), update(3, { a: 3 })],
  ],
  [
    'update-before-insert',
    ['MERGE-8'],
    'an update came before its insert and has the greater counter',
    [update(2, { a: 2 }), insert(1, { a: 1, b: 1 })],
  ],
  ['update-alone', ['MERGE-8'], 'an update makes no record; its fields wait', [update(2, { a: 2 })]],
  [
    'update-empty',
    ['MERGE-5', 'MERGE-15'],
    'an update without fields leaves nothing',
    [insert(1, { a: 1 }), update(2, {}), update(3, {}, { record: OTHER_RECORD })],
  ],
  [
    'insert-over-visible',
    ['MERGE-3', 'MERGE-9'],
    'a second insert joins its fields to those that are there',
    [insert(1, { a: 1, b: 1 }), insert(2, { b: 2, c: 2 })],
  ],
  [
    'insert-below-visible',
    ['MERGE-5', 'MERGE-9'],
    'a smaller insert adds what is not there',
    [insert(5, { a: 5 }), insert(4, { a: 4, b: 4 })],
  ],
  [
    'null-is-a-value',
    ['MERGE-10'],
    'null is shown, and above what was there',
    [insert(1, { a: 1, b: 1 }), update(2, { a: null }), update(3, { b: null }), update(4, { b: 4 })],
  ],
  [
    'collections-apart',
    ['MERGE-1'],
    'equal record ids in two collections are two records',
    [insert(1, { a: 1 }), insert(1, { a: 2 }, { collection: 'features' }), remove(2, { collection: 'features' })],
  ],
  [
    'teams-apart',
    ['MERGE-1'],
    'equal collections and record ids in two teams, and without one, never meet',
    [
      insert(1, { a: 0 }),
      insert(2, { a: 1 }, { team: TEAM }),
      update(3, { a: 2 }, { team: OTHER_TEAM }),
      remove(9, { team: TEAM }),
    ],
  ],
  [
    'records-sorted',
    ['MERGE-1', 'MERGE-15'],
    'four records, by the unsigned bytes of collection, team and record',
    [
      insert(4, { a: 4 }, { collection: '\u{ff5e}' }),
      insert(3, { a: 3 }, { collection: '\u{1f525}' }),
      insert(2, { a: 2 }, { record: '80'.repeat(16) }),
      insert(1, { a: 1 }, { record: '7f'.repeat(16) }),
    ],
  ],
  ['index', ['MERGE-11', 'MERGE-12'], 'an index is created', [createIndex(1, STATUS)]],
  [
    'index-dropped',
    ['MERGE-11'],
    'and dropped; what is below the dropIndex does not show',
    [dropIndex(3), createIndex(1, STATUS), createIndex(2, STATUS)],
  ],
  [
    'index-created-again',
    ['MERGE-11'],
    'and created again above the dropIndex',
    [createIndex(1, STATUS), dropIndex(2), createIndex(3, ['status', 'title'])],
  ],
  [
    'index-definition',
    ['MERGE-12'],
    'the definition is that of the greatest createIndex as a whole: fields are not joined',
    [createIndex(2, STATUS), createIndex(3, ['title']), createIndex(1, ['priority'])],
  ],
  [
    'indexes-of-teams',
    ['MERGE-11'],
    'the indexes of two teams never meet',
    [createIndex(1, STATUS), createIndex(1, ['title'], { team: TEAM }), dropIndex(2, { team: TEAM })],
  ],
  [
    'index-and-record',
    ['MERGE-11', 'MERGE-13'],
    'an index and a record of the same id never touch each other',
    [createIndex(3, STATUS), insert(1, { a: 1 }, { record: INDEX }), remove(4, { record: INDEX }), dropIndex(2)],
  ],
  [
    'dead-letter',
    ['MERGE-14'],
    'operation 1 was refused for good: the state is that of the others',
    [insert(1, { a: 1 }), update(5, { a: 5, b: 5 }), update(3, { a: 3 })],
    [1],
  ],
  [
    'dead-delete',
    ['MERGE-14'],
    'a delete that was refused for good leaves no D',
    [insert(1, { a: 1 }), remove(2)],
    [1],
  ],
  [
    'repeated',
    ['MERGE-15'],
    'six operations of three authors on one record and one index, in any order and repetition',
    [
      insert(1, { a: 1, b: 1 }, { node: '01' }),
      remove(2, { node: '02' }),
      update(3, { a: 3 }, { node: '02' }),
      insert(3, { c: 3 }, { node: '03' }),
      createIndex(4, STATUS, { node: '01' }),
      update(4, { c: 4 }, { node: '01' }),
    ],
  ],
  [
    'more-fields-than-an-operation',
    ['MERGE-16'],
    '1,025 fields: one operation carries 1,024 at most',
    [insert(1, many(0, 1024)), update(2, many(1024, 1))],
  ],
];

/** In their order, from the last to the first, and with everything twice. */
function ordersOf(count: number): number[][] {
  const forward = Array.from({ length: count }, (_, i) => i);
  const odd = forward.filter((i) => i % 2 === 1);
  const even = forward.filter((i) => i % 2 === 0);
  const orders = [forward, forward.toReversed(), [...odd, ...even, ...odd, ...forward]];
  return orders.filter((order, at) => orders.findIndex((other) => other.join() === order.join()) === at);
}

export const merges: Topic = () => {
  const valid = ROWS.map(([id, requirements, note, drafts, deadLetters = []]) => {
    const operations = drafts.map((draft, i) => bytesOf(draft, i + 1));
    const counted = operations.filter((_, i) => !deadLetters.includes(i));
    return {
      ...front(id, requirements, note),
      operations,
      deadLetters,
      orders: ordersOf(operations.length),
      state: mergedState(counted.map(decoded)),
    };
  });
  return {
    ...head(
      'merges',
      'Operations, and the one state that they come to in each of the orders. A state of `invalid` is not that of `base`.',
      KIT,
    ),
    valid,
    invalid: invalidMerges(valid),
  };
};
