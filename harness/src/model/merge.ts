import {
  encodeRecord,
  type Operation,
  type PlainOperation,
  teamOf,
  toHex,
  type Value,
} from '../../../reference/src/wire/index.ts';

/** (counter, node, operation id) as text whose order is that of stamps. */
type Stamp = string;

interface Entry {
  readonly what: string;
  /** Greatest insert (of an index: createIndex), greatest delete (dropIndex). */
  inserted: Stamp;
  deleted: Stamp;
  /** By field: the greatest stamp and its value. An index has one field, its definition. */
  readonly fields: Map<string, { readonly stamp: Stamp; readonly value: string }>;
}

/** Below every stamp. */
const NONE: Stamp = '';

/**
 * What a set of operations means, as the spec has it (chapter 10): the kit's own few lines, so that no node is judged by
 * the code of another one. Sealed operations mean nothing to it.
 *
 * 1. The order, repetition and grouping of `add` make no difference.
 * 2. `normal` holds all by which two sets can ever be told apart, now or after any later operation, and nothing more: a
 *    node that dropped what is dominated has the same.
 */
export class MergeModel {
  readonly #entries = new Map<string, Entry>();

  constructor(operations: Iterable<Operation> = []) {
    for (const operation of operations) this.add(operation);
  }

  add(operation: Operation): void {
    if (operation.type === 'sealed') return;
    const entry = this.#entry(operation);
    const stamp = stampOf(operation);
    const { type } = operation;
    if (type === 'delete' || type === 'dropIndex') {
      if (stamp > entry.deleted) entry.deleted = stamp;
      return;
    }
    if (type !== 'update' && stamp > entry.inserted) entry.inserted = stamp;
    if (type === 'createIndex') raise(entry, 'definition', stamp, toHex(encodeRecord(operation.changes)));
    else for (const [name, value] of operation.changes) raise(entry, name, stamp, textOf(value));
  }

  /** By record (or index): what is shown of it. Only what is visible. */
  visible(): ReadonlyMap<string, ReadonlyMap<string, string>> {
    const shown = [...this.#entries].filter(([, { inserted, deleted }]) => inserted > deleted);
    return new Map(
      shown.map(([key, { fields, deleted }]) => [
        key,
        new Map([...fields].filter(([, { stamp }]) => stamp > deleted).map(([name, { value }]) => [name, value])),
      ]),
    );
  }

  /** One line for everything that counts. */
  normal(): ReadonlyMap<string, string> {
    const lines = new Map<string, string>();
    for (const [key, { what, inserted, deleted, fields }] of this.#entries) {
      if (deleted !== NONE) lines.set(`${key} deleted`, `${what} deleted at ${deleted}`);
      if (inserted > deleted) lines.set(`${key} inserted`, `${what} inserted at ${inserted}`);
      for (const [name, { stamp, value }] of fields) {
        if (stamp > deleted) lines.set(`${key} field ${name}`, `${what} ${name} = ${value} at ${stamp}`);
      }
    }
    return lines;
  }

  /** The first thing that is different, in words; `undefined` when nothing is. */
  difference(other: MergeModel): string | undefined {
    const [own, others] = [this.normal(), other.normal()];
    for (const [key, line] of own) if (others.get(key) !== line) return `${others.get(key) ?? 'nothing'} for: ${line}`;
    for (const [key, line] of others) if (!own.has(key)) return `besides: ${line}`;
    return undefined;
  }

  #entry(operation: PlainOperation): Entry {
    const { type, collection, record } = operation;
    const kind = type === 'createIndex' || type === 'dropIndex' ? 'index' : 'record';
    const key = [kind, toHex(Buffer.from(collection)), teamOf(operation).toHex(), record.toHex()].join(' ');
    const what = `${kind} ${record.toHex()}`;
    const entry = this.#entries.get(key) ?? { what, inserted: NONE, deleted: NONE, fields: new Map() };
    this.#entries.set(key, entry);
    return entry;
  }
}

export function stampOf({ counter, node, id }: PlainOperation): Stamp {
  return `${counter.toString(16).padStart(16, '0')} ${node.toHex()} ${id.toHex()}`;
}

function raise({ fields }: Entry, name: string, stamp: Stamp, value: string): void {
  const known = fields.get(name);
  if (known === undefined || stamp > known.stamp) fields.set(name, { stamp, value });
}

/** Equal for equal values alone: their encoding. */
export function textOf(value: Value): string {
  return toHex(encodeRecord(new Map([['', value]])));
}
