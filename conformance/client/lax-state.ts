import { MergeState, type Target, targetKey, targetOf, type Visible } from '../../reference/src/sync/merge/index.ts';
import { type Fields, Id, type Operation, type PlainOperation, type Value } from '../../reference/src/wire/index.ts';

/** An operation, and the how manieth it was that came. */
export interface Arrived {
  readonly operation: PlainOperation;
  readonly at: number;
}

/** The rules of chapter 10, one by one, so that a mutant may have another one. */
export interface MergeRules {
  /** What an operation is about (MERGE-1, MERGE-11, MERGE-13). */
  target(target: Target): Target;
  /** Whether the stamp of `x` is above that of `y`, or there is no `y` (MERGE-2). */
  isLater(x: Arrived | undefined, y: Arrived | undefined): boolean;
  /** The one that is E, D, or what a field has, among those that are candidates for it (MERGE-3 to MERGE-5). */
  inserted(all: readonly Arrived[], rules: MergeRules): Arrived | undefined;
  deleted(all: readonly Arrived[], rules: MergeRules): Arrived | undefined;
  field(all: readonly Arrived[], rules: MergeRules): Arrived | undefined;
  /** Whether the record shows (MERGE-6, MERGE-8). */
  isVisible(
    inserted: Arrived | undefined,
    deleted: Arrived | undefined,
    all: readonly Arrived[],
    rules: MergeRules,
  ): boolean;
  /** Whether a field of a record that shows does (MERGE-7, MERGE-9). */
  shows(field: Arrived, inserted: Arrived | undefined, deleted: Arrived | undefined, rules: MergeRules): boolean;
  /** The fields as they are handed out (MERGE-10, MERGE-16). */
  handOut(fields: Map<string, Value>): Fields;
  /** The definition of an index (MERGE-12). */
  define(created: Arrived, all: readonly Arrived[]): Fields;
}

export function greatest(all: readonly Arrived[], { isLater }: MergeRules): Arrived | undefined {
  return all.reduce<Arrived | undefined>((most, each) => (isLater(each, most) ? each : most), undefined);
}

const compare = ({ operation: x }: Arrived, { operation: y }: Arrived): number =>
  x.counter - y.counter || Id.compare(x.node, y.node) || Id.compare(x.id, y.id);

export const rightRules: MergeRules = {
  target: (target) => target,
  isLater: (x, y) => x !== undefined && (y === undefined || compare(x, y) > 0),
  inserted: greatest,
  deleted: greatest,
  field: greatest,
  isVisible: (inserted, deleted, _, { isLater }) => isLater(inserted, deleted),
  shows: (field, _, deleted, { isLater }) => isLater(field, deleted),
  handOut: (fields) => fields,
  define: ({ operation }) => operation.changes,
};

/** A state that keeps all operations and works out what shows by rules that may be wrong. */
export class LaxState extends MergeState {
  readonly #rules: MergeRules;
  readonly #places = new Map<string, { readonly target: Target; all: Arrived[] }>();
  #count = 0;

  constructor(rules: Partial<MergeRules>) {
    super();
    this.#rules = { ...rightRules, ...rules };
  }

  override apply(operation: Operation): undefined {
    if (operation.type === 'sealed') return;
    this.#place(targetOf(operation)).all.push({ operation, at: this.#count++ });
  }

  override get(collection: string, team: Id, record: Id): Fields | undefined {
    return this.#show({ space: 'record', collection, team, record });
  }

  override getIndex(collection: string, team: Id, record: Id): Fields | undefined {
    return this.#show({ space: 'index', collection, team, record });
  }

  override list(collection: string, team?: Id): Visible[] {
    return this.#list('record', collection, team);
  }

  override listIndexes(collection: string, team?: Id): Visible[] {
    return this.#list('index', collection, team);
  }

  override viewWith(target: Target, operations: Iterable<Operation>): Fields | undefined {
    return this.#show(target, [...operations]);
  }

  override rebuild(target: Target, operations: Iterable<Operation>): undefined {
    this.#place(target).all = [];
    for (const operation of operations) this.apply(operation);
  }

  #place(target: Target): { readonly target: Target; all: Arrived[] } {
    const meant = this.#rules.target(target);
    const place = this.#places.get(targetKey(meant)) ?? { target: meant, all: [] };
    this.#places.set(targetKey(meant), place);
    return place;
  }

  #list(space: Target['space'], collection: string, team: Id | undefined): Visible[] {
    return [...this.#places.values()]
      .map(({ target }) => target)
      .filter((target) => target.space === space && target.collection === collection)
      .filter((target) => team === undefined || team.equals(target.team))
      .flatMap((target) => {
        const fields = this.#show(target);
        return fields === undefined ? [] : [{ target, fields }];
      })
      .sort(({ target: x }, { target: y }) => Id.compare(x.team, y.team) || Id.compare(x.record, y.record));
  }

  #show(target: Target, more: readonly Operation[] = []): Fields | undefined {
    const rules = this.#rules;
    const over = more.flatMap((operation) => (operation.type === 'sealed' ? [] : [{ operation, at: this.#count }]));
    const all = [...this.#place(target).all, ...over];
    const of = (...types: string[]) => all.filter(({ operation }) => types.includes(operation.type));
    const [inserts, deletes] = [of('insert', 'createIndex'), of('delete', 'dropIndex')];
    const inserted = rules.inserted(inserts, rules);
    const deleted = rules.deleted(deletes, rules);
    if (!rules.isVisible(inserted, deleted, all, rules)) return undefined;
    if (target.space === 'index') return rules.define(inserted!, inserts);
    const writes = of('insert', 'update', 'createIndex');
    const names = [...new Set(writes.flatMap(({ operation }) => [...operation.changes.keys()]))].sort();
    const fields = new Map<string, Value>();
    for (const name of names) {
      const field = rules.field(
        writes.filter(({ operation }) => operation.changes.has(name)),
        rules,
      );
      if (field !== undefined && rules.shows(field, inserted, deleted, rules)) {
        fields.set(name, field.operation.changes.get(name)!);
      }
    }
    return rules.handOut(fields);
  }
}
