/**
 * What a set of operations comes to, once more and as simply as possible: for comparing, not for speed. It shares no code
 * with the merge of the nodes.
 */
import type { Operation, PlainOperation } from '../src/wire/operation.ts';
import { teamOf } from '../src/wire/operation.ts';

/** The visible records and indexes as text: key, then its fields. Operations come in any order, any number of times. */
export function visibleOf(operations: Iterable<Operation>): Map<string, string> {
  const byTarget = new Map<string, PlainOperation[]>();
  for (const operation of operations) {
    if (operation.type === 'sealed') continue;
    const key = targetOf(operation);
    const list = byTarget.get(key);
    if (list === undefined) byTarget.set(key, [operation]);
    else list.push(operation);
  }
  const visible = new Map<string, string>();
  for (const key of [...byTarget.keys()].sort()) {
    const shown = show(byTarget.get(key)!);
    if (shown !== undefined) visible.set(key, shown);
  }
  return visible;
}

function show(operations: readonly PlainOperation[]): string | undefined {
  const deleted = latest(operations, 'delete', 'dropIndex');
  const inserted = latest(operations, 'insert', 'createIndex');
  if (inserted === undefined || (deleted !== undefined && stamp(inserted) <= stamp(deleted))) return undefined;
  if (inserted.type === 'createIndex') return textOf(inserted.changes);
  const fields = new Map<string, { readonly by: string; readonly value: unknown }>();
  for (const operation of operations) {
    if (deleted !== undefined && stamp(operation) <= stamp(deleted)) continue;
    for (const [name, value] of operation.changes) {
      const before = fields.get(name);
      if (before === undefined || before.by < stamp(operation)) fields.set(name, { by: stamp(operation), value });
    }
  }
  return textOf([...fields].map(([name, { value }]) => [name, value] as const));
}

function latest(operations: readonly PlainOperation[], ...types: string[]): PlainOperation | undefined {
  return operations
    .filter(({ type }) => types.includes(type))
    .reduce<PlainOperation | undefined>((a, b) => (a === undefined || stamp(a) < stamp(b) ? b : a), undefined);
}

/** Text that is ordered as stamps are. */
function stamp({ counter, node, id }: PlainOperation): string {
  return `${counter.toString(16).padStart(14, '0')} ${node.toHex()} ${id.toHex()}`;
}

function targetOf(operation: PlainOperation): string {
  const space = operation.type.endsWith('Index') ? 'index' : 'record';
  return `${space} ${operation.collection} ${teamOf(operation).toHex()} ${operation.record.toHex()}`;
}

export function textOf(fields: Iterable<readonly [string, unknown]>): string {
  const entries = [...fields].map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return entries.sort().join(' ');
}
