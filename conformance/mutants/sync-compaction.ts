/** Mutants of chapter 9: nodes that drop from their logs what still matters. */
import type { CompactionEntry } from '../../reference/src/sync/compaction.ts';
import { isAfter, stampOf } from '../../reference/src/sync/merge/stamp.ts';
import { targetKey, targetOf } from '../../reference/src/sync/merge/target.ts';
import type { PlainOperation } from '../../reference/src/wire/operation.ts';
import { at } from './links-parts.ts';
import type { Mutant } from './mutant.ts';

type Plain = CompactionEntry & { readonly operation: PlainOperation };

/** All operations of one record or index, in the order of the log. */
type History = readonly Plain[];

const isInsert = ({ operation: { type } }: Plain): boolean => type === 'insert' || type === 'createIndex';
const isDelete = ({ operation: { type } }: Plain): boolean => type === 'delete' || type === 'dropIndex';
const isLater = (one: Plain, other: Plain): boolean => isAfter(stampOf(one.operation), stampOf(other.operation));
const has = (name: string) => (entry: Plain) => !isDelete(entry) && entry.operation.changes.has(name);

/** Drops also what `isDropped` says, of the operations that are kept otherwise. */
function drops(
  name: string,
  breaks: readonly string[],
  title: string,
  isDropped: (entry: Plain, history: History) => boolean,
  keyOf: (operation: PlainOperation) => string = (operation) => targetKey(targetOf(operation)),
): Mutant {
  const wrong = (entries: readonly CompactionEntry[], right: ReadonlySet<number>): Set<number> => {
    const histories = new Map<string, Plain[]>();
    for (const entry of entries.filter(isPlain)) {
      const key = keyOf(entry.operation);
      histories.set(key, [...(histories.get(key) ?? []), entry]);
    }
    const more = [...histories.values()].flatMap((history) => history.filter((entry) => isDropped(entry, history)));
    return new Set([...right, ...more.map(({ seq }) => seq)]);
  };
  return {
    name,
    breaks,
    title,
    faults: () => [
      at('droppable', {
        when: (call) => wrong([...call.args[0]()], call.standard()).size > call.standard().size,
        then: (call) => wrong([...call.args[0]()], call.standard()),
      }),
    ],
  };
}

function isPlain(entry: CompactionEntry): entry is Plain {
  return entry.operation.type !== 'sealed';
}

/** Whether each effect is dominated, where `isAbove` says what is above what and `keeps` what D may be dominated by. */
function isCovered(entry: Plain, history: History, isAbove: (one: Plain, other: Plain) => boolean): boolean {
  const others = history.filter((other) => other !== entry && isAbove(other, entry));
  if (others.some(isDelete)) return true;
  if (isDelete(entry)) return false;
  const fields = [...entry.operation.changes.keys()].every((name) => others.some(has(name)));
  return fields && (!isInsert(entry) || others.some(isInsert));
}

export const compaction: readonly Mutant[] = [
  drops(
    'compaction-drops-deletes',
    ['SYNC-121', 'SYNC-120'],
    'Drops the deletes with what they have deleted',
    ({ operation }) => operation.type === 'delete',
  ),
  drops(
    'compaction-drops-drop-indexes',
    ['SYNC-121', 'SYNC-120'],
    'Drops a dropIndex with what it has dropped',
    ({ operation }) => operation.type === 'dropIndex',
  ),
  drops(
    'compaction-drops-deletes-below-an-insert',
    ['SYNC-121', 'SYNC-120'],
    'Drops the greatest delete of a record that was inserted again',
    (entry, history) => isDelete(entry) && history.some((other) => isInsert(other) && isLater(other, entry)),
  ),
  drops(
    'compaction-drops-deletes-of-nothing',
    ['SYNC-121', 'SYNC-120'],
    'Drops a delete of a record of which it has no insert',
    (entry, history) => isDelete(entry) && !history.some(isInsert),
  ),
  drops('compaction-by-arrival', ['SYNC-120'], 'Takes what came later for what dominates', (entry, history) =>
    isCovered(entry, history, (one, other) => one.seq > other.seq),
  ),
  drops('compaction-by-counter-alone', ['SYNC-120'], 'Takes equal counters for greater ones', (entry, history) =>
    isCovered(entry, history, (one, other) => one.operation.counter >= other.operation.counter),
  ),
  drops(
    'compaction-insert-replaces',
    ['SYNC-120'],
    'Drops what was written to a record before it was inserted once more',
    (entry, history) => !isDelete(entry) && history.some((other) => isInsert(other) && isLater(other, entry)),
  ),
  drops(
    'compaction-update-replaces',
    ['SYNC-120'],
    'Drops an update when there is a greater one, whatever the fields of either',
    (entry, history) =>
      entry.operation.type === 'update' &&
      history.some((other) => other.operation.type === 'update' && isLater(other, entry)),
  ),
  drops(
    'compaction-update-revives',
    ['SYNC-120'],
    'Drops an insert when updates have written all of its fields',
    (entry, history) =>
      isInsert(entry) &&
      [...entry.operation.changes.keys()].every((name) =>
        history.some((other) => has(name)(other) && isLater(other, entry)),
      ),
  ),
  drops(
    'compaction-drops-updates-without-insert',
    ['SYNC-120'],
    'Drops updates of a record that is not shown',
    (entry, history) => entry.operation.type === 'update' && !history.some(isInsert),
  ),
  drops(
    'compaction-teams-as-one',
    ['SYNC-120'],
    'Takes a record of one team for that of another',
    (entry, history) => isCovered(entry, history, isLater),
    ({ type, collection, record }) => `${type.endsWith('Index')} ${collection} ${record.toHex()}`,
  ),
  drops(
    'compaction-collections-as-one',
    ['SYNC-120'],
    'Takes a record of one collection for that of another',
    (entry, history) => isCovered(entry, history, isLater),
    (operation) => targetKey({ ...targetOf(operation), collection: '' }),
  ),
  drops(
    'compaction-indexes-as-records',
    ['SYNC-120'],
    'Takes the deletes of a record for those of an index of the same id, and the other way round',
    (entry, history) => isCovered(entry, history, isLater),
    (operation) => targetKey({ ...targetOf(operation), space: 'record' }),
  ),
];
