/** Clients that drop from their log what has to stay. */
import type { CompactionEntry } from '../../reference/src/sync/compaction.ts';
import { at, type ClientMutant, mutant, type Row } from './mutant.ts';
import { OTHER_NODE } from './operations.ts';

/** Drops, besides what may be dropped, what `also` names among the others. */
function drops(row: Row, also: (entry: CompactionEntry, all: readonly CompactionEntry[]) => boolean): ClientMutant {
  return mutant(row, () => [
    at('droppable', {
      then: (call) => {
        const [entries] = call.args;
        const all = [...entries()];
        return new Set([...call.standard(), ...all.filter((entry) => also(entry, all)).map(({ seq }) => seq)]);
      },
    }),
  ]);
}

export const compactionMutants: readonly ClientMutant[] = [
  drops(
    [
      'client-compacts-by-one-effect',
      ['SYNC-120'],
      'Drops what is dominated in one of its effects',
      ['client-compaction-of-pending', 'client-compacts-nothing-of-an-outbox'],
    ],
    ({ operation }, all) =>
      all.some(
        ({ operation: other }) =>
          operation.type === 'update' &&
          other.type === 'update' &&
          other.counter > operation.counter &&
          [...other.changes.keys()].some((name) => operation.changes.has(name)),
      ),
  ),
  drops(
    [
      'client-compacts-by-arrival',
      ['SYNC-120'],
      'Drops what a later arrival seems to dominate',
      ['client-compaction-of-pending', 'client-compacts-nothing-of-an-outbox'],
    ],
    ({ seq, operation }, all) =>
      all.some(
        ({ seq: later, operation: other }) =>
          operation.type === 'update' &&
          other.type === 'update' &&
          later > seq &&
          [...operation.changes.keys()].every((name) => other.changes.has(name)),
      ),
  ),
  drops(
    ['client-compacts-across-teams', ['SYNC-120'], 'Drops an insert that one of another team dominates'],
    ({ operation }, all) =>
      all.some(
        ({ operation: other }) =>
          operation.type === 'insert' &&
          other.type === 'insert' &&
          operation.extensions.length > 0 &&
          other.counter > operation.counter,
      ),
  ),
  drops(
    ['client-compacts-deletes', ['SYNC-121'], 'Drops a delete that an insert came after'],
    ({ operation }) => operation.type === 'delete',
  ),
  drops(
    ['client-compacts-dropped-indexes', ['SYNC-121'], 'Drops a dropIndex that a createIndex came after'],
    ({ operation }) => operation.type === 'dropIndex',
  ),
  mutant(
    [
      'client-pending-dominates',
      ['SYNC-122'],
      'Lets pending operations and dead letters dominate',
      ['client-compacts-nothing-pending', 'client-compacts-nothing-of-an-outbox'],
    ],
    () => [
      at('droppable', {
        then: (call) => {
          const [entries] = call.args;
          return call.with(() => [...entries()].map((entry) => ({ ...entry, isPinned: false })));
        },
      }),
    ],
  ),
  drops(
    ['client-drops-pending', ['SYNC-143'], 'Drops an own pending operation that has no effect'],
    (entry) =>
      isOwn(entry) && entry.isPinned && entry.operation.type === 'update' && entry.operation.changes.size === 0,
  ),
  mutant(
    ['client-drops-from-outbox', ['SYNC-138'], 'Does not look at the outbox when it drops relayed operations'],
    () => [
      at('droppable', {
        then: (call) => {
          const [entries] = call.args;
          return call.with(() => [...entries()].map((entry) => (isOwn(entry) ? entry : { ...entry, isPinned: false })));
        },
      }),
    ],
  ),
];

function isOwn({ operation }: CompactionEntry): boolean {
  return !operation.node.equals(OTHER_NODE);
}
