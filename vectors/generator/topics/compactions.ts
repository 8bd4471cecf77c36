import { droppable, summarize } from '../../../reference/src/sync/compaction.ts';
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
} from './merge-operations.ts';

interface Row {
  readonly id: string;
  readonly requirements: readonly string[];
  readonly note: string;
  readonly log: readonly Draft[];
  /** Seqs of the log; 1, 2, 3, ... unless the log was compacted before. */
  readonly seqs?: readonly number[];
  /** Seqs of entries that may still be withdrawn. */
  readonly pinned?: readonly number[];
  /** Operations that come afterwards; a number stands for the operation at this seq. */
  readonly arrivals?: readonly (Draft | number)[];
}

const STATUS = ['status'];
const LOW = { node: '00' };

const ROWS: readonly Row[] = [
  {
    id: 'spec-example',
    requirements: ['SYNC-120'],
    note: 'section 9.17: Bob dominates the update by Alice, nobody her insert',
    log: [
      insert(1, { status: 'open', title: 'Crash' }, { node: 'a1', id: specId('21') }),
      update(2, { status: 'busy' }, { node: 'a1', id: specId('22') }),
      update(3, { status: 'done' }, { node: 'b0', id: specId('23') }),
    ],
  },
  {
    id: 'spec-example-pinned',
    requirements: ['SYNC-122'],
    note: 'its near miss: the update by Bob is an own one that nobody has acked',
    log: [
      insert(1, { status: 'open', title: 'Crash' }, { node: 'a1', id: specId('21') }),
      update(2, { status: 'busy' }, { node: 'a1', id: specId('22') }),
      update(3, { status: 'done' }, { node: 'b0', id: specId('23') }),
    ],
    pinned: [3],
  },
  {
    id: 'one-field',
    requirements: ['SYNC-120', 'SYNC-124'],
    note: 'of many updates of one field the greatest stays, and the insert',
    log: [insert(1, { title: '0' }), ...Array.from({ length: 12 }, (_, i) => update(i + 2, { title: String(i + 1) }))],
  },
  {
    id: 'each-effect',
    requirements: ['SYNC-120'],
    note: 'an update of two fields is dropped when both are dominated, be it by two operations',
    log: [
      insert(1, { a: 1 }),
      update(2, { a: 2, b: 2 }),
      update(3, { b: 3, c: 3 }),
      update(4, { a: 4 }),
      update(5, { b: 5 }),
    ],
  },
  {
    id: 'order-of-arrival',
    requirements: ['SYNC-120'],
    note: 'what dominates may stand before what it dominates: stamps count, not seqs',
    log: [update(9, { a: 9 }), insert(1, { a: 1 }), update(8, { a: 8 }), insert(2, { b: 2 })],
  },
  {
    id: 'ties',
    requirements: ['SYNC-120'],
    note: 'equal counters: the node decides, then the id, as unsigned bytes',
    log: [
      insert(1, {}),
      update(2, { a: 1 }, { node: '7f' }),
      update(2, { a: 2 }, { node: '80', id: '7f' }),
      update(2, { a: 3 }, { node: '80', id: '80' }),
    ],
  },
  {
    id: 'insert-stays',
    requirements: ['SYNC-120'],
    note: 'an insert whose fields are all dominated still makes the record; a greater insert takes over',
    log: [
      insert(1, { a: 1 }),
      update(3, { a: 3 }),
      insert(1, { a: 1 }, { record: OTHER_RECORD }),
      insert(2, {}, { record: OTHER_RECORD }),
      update(3, { a: 3 }, { record: OTHER_RECORD }),
    ],
  },
  {
    id: 'update-empty',
    requirements: ['SYNC-120'],
    note: 'an update without fields has no effect and needs nobody to dominate it',
    log: [update(1, {}), insert(1, {}, { record: OTHER_RECORD })],
  },
  {
    id: 'greatest-delete',
    requirements: ['SYNC-120', 'SYNC-121'],
    note: 'a delete dominates all below it, and the greatest stays; an update above it stays, too',
    log: [
      insert(1, { a: 1 }),
      update(2, { b: 2 }),
      remove(3),
      remove(5),
      remove(4),
      update(6, { a: 6 }),
      insert(2, { c: 2 }, LOW),
    ],
    arrivals: [insert(4, { z: 4 }), insert(6, { z: 6 }), remove(2), remove(7)],
  },
  {
    id: 'delete-and-insert-again',
    requirements: ['SYNC-121'],
    note: 'an insert above a delete does not dominate it: what comes late and is below it must stay hidden',
    log: [insert(1, { a: 1, b: 1 }), remove(2), insert(3, { a: 3 }), insert(4, { a: 4 })],
    arrivals: [update(2, { b: 2 }, LOW)],
  },
  {
    id: 'indexes',
    requirements: ['SYNC-120', 'SYNC-121'],
    note: 'createIndex and dropIndex likewise; a record of the same id has no part in it',
    log: [
      createIndex(1, STATUS),
      createIndex(2, ['title']),
      createIndex(1, STATUS, { team: TEAM }),
      dropIndex(2, { team: TEAM }),
      dropIndex(3, { team: TEAM }),
      createIndex(4, STATUS, { team: TEAM }),
      remove(9, { record: INDEX }),
    ],
  },
  {
    id: 'records-apart',
    requirements: ['SYNC-120'],
    note: 'only operations on the same record dominate: not those of another id, collection or team',
    log: [
      insert(1, { a: 1 }),
      remove(9, { record: OTHER_RECORD }),
      remove(9, { collection: 'features' }),
      remove(9, { team: TEAM }),
      update(2, { a: 2 }, { team: TEAM }),
    ],
  },
  {
    id: 'pinned-update',
    requirements: ['SYNC-122', 'SYNC-126'],
    note: 'the greatest update may still be withdrawn: it dominates nothing and stays',
    log: [insert(1, { a: 1 }), update(2, { a: 2 }), update(3, { a: 3 }), update(4, { a: 4 })],
    pinned: [4],
    arrivals: [update(2, { a: 5 }, LOW), update(3, { a: 5 }, { node: 'ff' })],
  },
  {
    id: 'pinned-delete',
    requirements: ['SYNC-121', 'SYNC-122', 'SYNC-126'],
    note: 'so may the greatest delete: the one below it is the greatest that counts',
    log: [insert(1, { a: 1 }), remove(2), remove(3), insert(4, { a: 4 }), remove(5)],
    pinned: [5],
    arrivals: [insert(3, { b: 3 }, LOW), insert(4, { b: 4 }, LOW)],
  },
  {
    id: 'pinned-and-dominated',
    requirements: ['SYNC-143'],
    note: 'what is pending stays although it is dominated: it is still to be sent',
    log: [insert(1, { a: 1 }), update(2, { a: 2 }), update(3, { a: 3 })],
    pinned: [2],
  },
  {
    id: 'sealed',
    requirements: ['SYNC-127'],
    note: 'a sealed operation stays: nobody here knows what it is about',
    log: ['sealed', insert(1, { a: 1 }, { team: TEAM }), remove(9, { team: TEAM })],
  },
  {
    id: 'nothing-to-drop',
    requirements: ['SYNC-120', 'SYNC-121'],
    note: 'every operation has an effect that shows, waits or hides',
    log: [
      update(5, { c: 5 }),
      insert(3, { a: 3 }),
      update(4, { b: 4 }),
      remove(2),
      remove(1, { record: OTHER_RECORD }),
    ],
  },
  {
    id: 'compacted-before',
    requirements: ['SYNC-120', 'SYNC-123', 'SYNC-124'],
    note: 'a log with gaps from an earlier compaction, and what came since; seqs do not change',
    log: [insert(1, { a: 1 }), update(5, { a: 5 }), update(7, { a: 7 }), insert(2, { b: 2 }), update(3, { b: 3 }, LOW)],
    seqs: [1, 4, 7, 8, 9],
  },
  {
    id: 'forgotten-id',
    requirements: ['SYNC-125', 'SYNC-126', 'SYNC-127'],
    note: 'a dropped operation that comes again is judged anew: dominated, so it may be acked as duplicate',
    log: [insert(1, { a: 1 }), update(2, { a: 2 }), update(3, { a: 3 })],
    arrivals: [2, update(2, { a: 2, b: 2 }), update(4, { a: 4 }), insert(1, { a: 1 }, LOW), update(1, {}), 'sealed'],
  },
];

function vectorOf({ id, requirements, note, log, seqs, pinned = [], arrivals = [] }: Row) {
  const entries = log.map((draft, i) => {
    const seq = seqs?.[i] ?? i + 1;
    return { seq, operation: bytesOf(draft, i + 1), pinned: pinned.includes(seq) };
  });
  const decodedEntries = entries.map(({ seq, operation, pinned: isPinned }) => ({
    seq,
    operation: decoded(operation),
    isPinned,
  }));
  const dropped = droppable(() => decodedEntries);
  const summary = summarize(decodedEntries);
  const coming = arrivals.map((each, i) =>
    typeof each === 'number' ? entries.find(({ seq }) => seq === each)!.operation : bytesOf(each, 0x100 + i),
  );
  return {
    ...front(id, requirements, note),
    log: entries,
    droppable: [...dropped],
    retained: entries.map(({ seq }) => seq).filter((seq) => !dropped.has(seq)),
    state: mergedState(decodedEntries.map(({ operation }) => operation)),
    withdrawn: mergedState(decodedEntries.filter(({ isPinned }) => !isPinned).map(({ operation }) => operation)),
    arrivals: coming.map((operation) => ({ operation, dominated: summary.isDominated(decoded(operation)) })),
  };
}

type Invalid = readonly [
  id: string,
  base: string,
  dropped: readonly number[],
  failure: 'sealed' | 'pinned' | 'greatest-delete' | 'pinned-dominates' | 'not-dominated',
  requirement: string,
  note: string,
];

const INVALID: readonly Invalid[] = [
  ['greatest-update', 'one-field', [12, 13], 'not-dominated', 'SYNC-120', 'the last value goes with those below it'],
  ['one-effect-left', 'each-effect', [3], 'not-dominated', 'SYNC-120', 'its field b is dominated, its field c is not'],
  ['by-seq', 'order-of-arrival', [1], 'not-dominated', 'SYNC-120', 'the oldest seq has the greatest stamp'],
  ['tie-by-signed-bytes', 'ties', [4], 'not-dominated', 'SYNC-120', 'id 80 is above 7f'],
  ['insert-of-updated', 'insert-stays', [1], 'not-dominated', 'SYNC-120', 'an update does not dominate E'],
  [
    'delete-collected',
    'greatest-delete',
    [4],
    'greatest-delete',
    'SYNC-121',
    'a reader that has seen the insert would show it',
  ],
  ['delete-below-insert', 'delete-and-insert-again', [2], 'greatest-delete', 'SYNC-121', 'field b would come back'],
  ['drop-index-collected', 'indexes', [5], 'greatest-delete', 'SYNC-121', 'the greatest dropIndex'],
  ['other-record-dominates', 'records-apart', [1], 'not-dominated', 'SYNC-120', 'deletes of other records'],
  [
    'pinned-counts',
    'pinned-update',
    [3],
    'pinned-dominates',
    'SYNC-122',
    'seq 4 may be withdrawn; then its value is gone',
  ],
  [
    'pinned-delete-counts',
    'pinned-delete',
    [4],
    'pinned-dominates',
    'SYNC-122',
    'seq 5 may be withdrawn; the record is gone',
  ],
  ['pinned-dropped', 'pinned-and-dominated', [2], 'pinned', 'SYNC-143', 'it was never sent'],
  [
    'sealed-dropped',
    'sealed',
    [1],
    'sealed',
    'SYNC-127',
    'the delete is of another record, or not: it cannot be known',
  ],
];

export const compactions: Topic = () => ({
  ...head(
    'compactions',
    'Logs, and what compaction may drop of them. Whoever has seen the log up to any seq and is fed what is retained above it comes to `state`.',
    KIT,
  ),
  valid: ROWS.map(vectorOf),
  invalid: INVALID.map(([id, base, dropped, failure, requirement, note]) => ({
    ...front(id, [requirement], note),
    base,
    dropped,
    failure,
  })),
});
