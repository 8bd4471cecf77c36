/**
 * What operations come to, straight from the definitions: for each record the greatest insert, the greatest delete and,
 * field by field, the greatest writer are looked up in the list. Nothing is merged step by step.
 */
import { hex, join, u64 } from './bytes.mjs';
import { decodeOperation } from './operation.mjs';

const ZEROS = '00'.repeat(16);

/** A decoded operation with its stamp (80 digits, whose order is that of the bytes), its team and its space. */
export function readOperation(bytes) {
  const operation = decodeOperation(hex(bytes));
  const { id, counter, node, type } = operation;
  const stamp = join(u64(counter), hex(node), hex(id)).toString('hex');
  const team = operation.extensions?.find((extension) => extension.type === 1)?.value ?? operation.team ?? ZEROS;
  const space = { createIndex: 'index', dropIndex: 'index', sealed: 'sealed' }[type] ?? 'record';
  return { ...operation, stamp, team, space };
}

export const isDelete = ({ type }) => type === 'delete' || type === 'dropIndex';
export const isInsert = ({ type }) => type === 'insert' || type === 'createIndex';

/** Whether two operations are about the same record, or the same index. */
export const meet = (x, y) =>
  x.space !== 'sealed' && ['space', 'collection', 'team', 'record'].every((member) => x[member] === y[member]);

const greatest = (operations) =>
  operations
    .map(({ stamp }) => stamp)
    .sort()
    .at(-1);

/** The state of operations that were read, in the form of the vectors. */
export function stateOf(operations) {
  const spaces = { record: [], index: [] };
  for (const operation of operations) {
    const targets = spaces[operation.space];
    if (targets === undefined || targets.some((other) => meet(other, operation))) continue;
    targets.push(operation);
  }
  const stateIn = (space, stateOfOne) =>
    spaces[space]
      .sort(byTarget)
      .map((target) => ({
        ...pick(target),
        ...stateOfOne(operations.filter((other) => meet(other, target))),
      }))
      .filter(({ E, D, fields = [] }) => E !== undefined || D !== undefined || fields.length > 0);
  return { records: stateIn('record', recordState), indexes: stateIn('index', indexState) };
}

const pick = ({ collection, team, record }) => ({ collection, team, record });

function byTarget(x, y) {
  return (
    Buffer.compare(Buffer.from(x.collection), Buffer.from(y.collection)) ||
    Buffer.compare(hex(x.team + x.record), hex(y.team + y.record))
  );
}

/** E and D, as far as they can ever count. */
function lifetime(operations) {
  const D = greatest(operations.filter(isDelete));
  const E = greatest(operations.filter((operation) => isInsert(operation) && !(D >= operation.stamp)));
  return { ...(E === undefined ? {} : { E }), ...(D === undefined ? {} : { D }) };
}

function recordState(operations) {
  const { E, D } = lifetime(operations);
  const names = new Set(operations.flatMap(({ changes }) => changes.map(([name]) => name)));
  const fields = [...names]
    .sort((x, y) => Buffer.compare(Buffer.from(x), Buffer.from(y)))
    .map((name) => writerOf(name, operations))
    .filter(([, , stamp]) => !(D >= stamp));
  const visible = E === undefined ? {} : { visible: fields.map(([name, value]) => [name, value]) };
  return { ...lifetime(operations), fields, ...visible };
}

/** `[name, value, stamp]` of the greatest that wrote the field. */
function writerOf(name, operations) {
  const writers = operations.filter(({ changes }) => changes.some(([other]) => other === name));
  const stamp = greatest(writers);
  const { changes } = writers.find((writer) => writer.stamp === stamp);
  return [name, changes.find(([other]) => other === name)[1], stamp];
}

function indexState(operations) {
  const { E } = lifetime(operations);
  const created = operations.find(({ stamp }) => stamp === E);
  return { ...lifetime(operations), ...(created === undefined ? {} : { visible: created.changes }) };
}
