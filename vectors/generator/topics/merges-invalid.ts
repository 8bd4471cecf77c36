/** States that a node with a mistake comes to. */

import { u64 } from '../hex.ts';
import type { JsonIndexState, JsonRecordState, JsonState } from '../merged-state.ts';
import { front, type Vector } from '../vector-file.ts';
import { fieldsOf } from './merge-operations.ts';
import { NODE } from './operations.ts';

interface Base {
  readonly id: string;
  readonly state: JsonState;
}

/** Where a wrong state first differs: in the order of this list. */
type Failure = 'records' | 'E' | 'D' | 'fields' | 'visible' | 'indexes';

type Field = JsonRecordState['fields'][number];

type Row = readonly [
  id: string,
  base: string,
  failure: Failure,
  requirements: readonly string[],
  note: string,
  change: (state: JsonState) => JsonState,
];

const ofRecord = (change: (record: JsonRecordState) => Partial<JsonRecordState>) => (state: JsonState) => ({
  ...state,
  records: state.records.map((record, at) => (at === 0 ? { ...record, ...change(record) } : record)),
});

const ofIndex = (change: (index: JsonIndexState) => Partial<JsonIndexState>) => (state: JsonState) => ({
  ...state,
  indexes: state.indexes.map((index, at) => (at === 0 ? { ...index, ...change(index) } : index)),
});

/** Other fields, which are shown if the record is. */
const withFields = (change: (fields: readonly Field[]) => readonly Field[]) =>
  ofRecord((record) => {
    const fields = change(record.fields);
    const shown = fields.map(([name, value]) => [name, value] as const);
    return record.visible === undefined ? { fields } : { fields, visible: shown };
  });

const text = (value: string) => ({ string: value });
const int = (value: number) => ({ int: String(value) });
/** The stamp of the operation at a place of its vector, by the node of all that name none. */
const stampAt = (counter: number, at: number) => stamp(counter, NODE, `0000000000004000800000000000000${at}`);
const stamp = (counter: number, node: string, operation: string) => u64(counter) + node + operation;
/** Node and id of an operation: the last 32 bytes of its stamp. */
const nodeOf = (whole: string) => whole.slice(16, 48);
const idOf = (whole: string) => whole.slice(48);

const replaced = (name: string, value: Field[1], stampFrom: (before: string) => string) =>
  withFields((fields) => fields.map((field) => (field[0] === name ? [name, value, stampFrom(field[2])] : field)));

const ROWS: readonly Row[] = [
  [
    'last-arrival-wins',
    'counter-decides',
    'fields',
    ['MERGE-5'],
    'the value that came last',
    replaced('title', text('late'), () => stampAt(299, 3)),
  ],
  [
    'node-signed',
    'node-unsigned',
    'fields',
    ['MERGE-2'],
    'bytes taken as signed: 7f above 80',
    replaced('title', text('node 7f'), () => stamp(2, '7f'.repeat(16), idOf(stampAt(0, 3)))),
  ],
  [
    'id-ignored',
    'id-decides',
    'fields',
    ['MERGE-2'],
    'a tie that is left to the order of arrival',
    replaced('title', text('id 0a'), (before) => stamp(2, nodeOf(before), '0a'.repeat(16))),
  ],
  [
    'first-insert',
    'insert-over-visible',
    'E',
    ['MERGE-3'],
    'E is that of the first insert',
    ofRecord(() => ({ E: stampAt(1, 1) })),
  ],
  [
    'delete-forgotten',
    'delete-alone',
    'records',
    ['MERGE-4'],
    'no trace of the delete',
    (state) => ({ ...state, records: [] }),
  ],
  [
    'least-delete',
    'greatest-delete',
    'D',
    ['MERGE-4'],
    'D is that of the delete that came last',
    ofRecord(() => ({ D: stampAt(3, 3) })),
  ],
  [
    'delete-hides-nothing',
    'delete-before-insert',
    'E',
    ['MERGE-6'],
    'the insert shows, for the delete came before it',
    ofRecord(() => ({ E: stampAt(1, 2), fields: [['a', int(1), stampAt(1, 2)]], visible: fieldsOf({ a: 1 }) })),
  ],
  [
    'field-below-delete',
    'greatest-insert',
    'fields',
    ['MERGE-7'],
    'a field from before the delete comes back with the record',
    withFields((fields) => [['a', int(1), stampAt(1, 1)], ...fields]),
  ],
  [
    'revived',
    'concurrent-update-and-delete',
    'visible',
    ['MERGE-8'],
    'the update shows the deleted record',
    ofRecord(() => ({ visible: fieldsOf({ a: 3 }) })),
  ],
  [
    'early-update-lost',
    'update-before-insert',
    'fields',
    ['MERGE-8'],
    'an update of a record that is not there is thrown away',
    replaced('a', int(1), () => stampAt(1, 2)),
  ],
  [
    'insert-replaces',
    'insert-over-visible',
    'fields',
    ['MERGE-9'],
    'the second insert takes away what it does not name',
    withFields((fields) => fields.slice(1)),
  ],
  [
    'null-unsets',
    'null-is-a-value',
    'fields',
    ['MERGE-10'],
    'null takes the field away',
    withFields((fields) => fields.slice(1)),
  ],
  [
    'teams-meet',
    'teams-apart',
    'records',
    ['MERGE-1'],
    'one record for all teams',
    (state) => ({ ...state, records: state.records.slice(0, 1) }),
  ],
  [
    'index-definition-latest',
    'index-definition',
    'indexes',
    ['MERGE-12'],
    'the definition that came last',
    ofIndex(() => ({
      visible: [
        ['fields', { array: [text('priority')] }],
        ['name', text('byStatus')],
      ],
    })),
  ],
  [
    'index-not-dropped',
    'index-dropped',
    'indexes',
    ['MERGE-11'],
    'a createIndex below the dropIndex shows',
    ofIndex(() => ({
      E: stampAt(2, 3),
      visible: [
        ['fields', { array: [text('status')] }],
        ['name', text('byStatus')],
      ],
    })),
  ],
  [
    'delete-drops-index',
    'index-and-record',
    'indexes',
    ['MERGE-13'],
    'the delete of the record counts for the index',
    ({ indexes: [index], ...state }) => {
      const { E: _, visible: __, ...rest } = index!;
      return { ...state, indexes: [{ ...rest, D: stampAt(4, 3) }] };
    },
  ],
  [
    'dead-letter-counts',
    'dead-letter',
    'fields',
    ['MERGE-14'],
    'the refused update shows',
    withFields(() => [
      ['a', int(5), stampAt(5, 2)],
      ['b', int(5), stampAt(5, 2)],
    ]),
  ],
];

export function invalidMerges(valid: readonly Base[]): readonly Vector[] {
  return ROWS.map(([id, base, failure, requirements, note, change]) => ({
    ...front(id, requirements, note),
    base,
    state: change(valid.find((vector) => vector.id === base)!.state),
    failure,
  }));
}
