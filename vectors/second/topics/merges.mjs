/** Merging, and what compaction may drop. */
import { isDeepStrictEqual } from 'node:util';
import { isDelete, isInsert, meet, readOperation, stateOf } from '../merge.mjs';
import { refuse } from '../refusal.mjs';
import { same } from '../same.mjs';

export const merges = {
  valid({ operations, deadLetters, orders, state }) {
    const read = operations.map(readOperation);
    for (const order of orders) {
      same('an order without repetitions', [...new Set(order)].sort(), [...operations.keys()].sort());
      const counted = order.filter((at) => !deadLetters.includes(at));
      same('the state', stateOf(counted.map((at) => read[at])), state);
    }
  },
  invalid({ base, state }, file) {
    const { operations, deadLetters } = file.valid.find(({ id }) => id === base);
    const counted = operations.filter((_, at) => !deadLetters.includes(at));
    const difference = firstDifference(stateOf(counted.map(readOperation)), state);
    if (difference !== undefined) refuse(difference);
  },
};

function firstDifference(right, given) {
  const keys = ({ records }) => records.map(({ collection, team, record }) => [collection, team, record]);
  if (!isDeepStrictEqual(keys(right), keys(given))) return 'records';
  for (const [at, record] of right.records.entries())
    for (const member of ['E', 'D', 'fields', 'visible'])
      if (!isDeepStrictEqual(record[member], given.records[at][member])) return member;
  return isDeepStrictEqual(right.indexes, given.indexes) ? undefined : 'indexes';
}

/** What an operation does, as names: it exists (E), it is gone (D), a field is written. */
const effectsOf = (operation) => {
  if (isDelete(operation)) return ['D'];
  const fields = operation.space === 'record' ? operation.changes.map(([name]) => `field ${name}`) : [];
  return isInsert(operation) ? ['E', ...fields] : fields;
};

/** Whether one of `others` makes each effect void for good. A delete does that to all but deletes, too. */
const isDominated = (operation, others) =>
  operation.space !== 'sealed' &&
  effectsOf(operation).every((effect) =>
    others.some(
      (other) =>
        meet(other, operation) &&
        other.stamp > operation.stamp &&
        (effectsOf(other).includes(effect) || isDelete(other)),
    ),
  );

const readLog = ({ log }) => log.map(({ operation, ...entry }) => ({ ...entry, ...readOperation(operation) }));

export const compactions = {
  valid(vector) {
    const log = readLog(vector);
    const settled = log.filter(({ pinned }) => !pinned);
    const droppable = settled.filter((entry) => isDominated(entry, settled));
    const retained = log.filter((entry) => !droppable.includes(entry));
    const seqs = (entries) => entries.map(({ seq }) => seq);
    same('droppable', seqs(droppable), vector.droppable);
    same('retained', seqs(retained), vector.retained);
    const staying = retained.filter(({ pinned }) => !pinned);
    for (const entry of droppable) same('dominated by what stays', isDominated(entry, staying), true);
    same('the state', stateOf(log), vector.state);
    for (const cursor of [0, ...seqs(log)]) {
      const seen = log.filter(({ seq }) => seq <= cursor);
      const fed = retained.filter(({ seq }) => seq > cursor);
      same(`the state of a reader from ${cursor}`, stateOf([...seen, ...fed]), vector.state);
    }
    same('the state without what is withdrawn', stateOf(staying), vector.withdrawn);
    same('the same of the whole log', stateOf(settled), vector.withdrawn);
    for (const { operation, dominated } of vector.arrivals)
      for (const others of [settled, staying])
        same('dominated', isDominated(readOperation(operation), others), dominated);
  },
  invalid({ base, dropped }, file) {
    const log = readLog(file.valid.find(({ id }) => id === base));
    const retained = log.filter(({ seq }) => !dropped.includes(seq));
    const settled = retained.filter(({ pinned }) => !pinned);
    for (const entry of log.filter(({ seq }) => dropped.includes(seq))) {
      if (entry.space === 'sealed') refuse('sealed');
      if (entry.pinned) refuse('pinned');
      if (isDominated(entry, settled)) continue;
      const rivals = log.filter((other) => !other.pinned && isDelete(other) && meet(other, entry));
      if (isDelete(entry) && rivals.every(({ stamp }) => stamp <= entry.stamp)) refuse('greatest-delete');
      refuse(isDominated(entry, retained) ? 'pinned-dominates' : 'not-dominated');
    }
  },
};
