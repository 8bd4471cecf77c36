/** Clients that merge by another rule than chapter 10's. */
import { Id, type PlainOperation } from '../../reference/src/wire/index.ts';
import { type Arrived, greatest, LaxState, type MergeRules, rightRules } from './lax-state.ts';
import { at, type ClientMutant, mutant, type Row } from './mutant.ts';

function merges(row: Row, rules: Partial<MergeRules>): ClientMutant {
  return mutant(row, () => [at('createState', { then: () => new LaxState(rules) })]);
}

/** The one that came last, or first. */
const last = (all: readonly Arrived[]): Arrived | undefined => all.at(-1);

/** Compares stamps in another way. */
function compares(row: Row, compare: (x: Arrived, y: Arrived) => number): ClientMutant {
  return merges(row, { isLater: (x, y) => x !== undefined && (y === undefined || compare(x, y) > 0) });
}

/** As a signed byte in front. */
function signed(id: Id): Id {
  const bytes = id.toBytes();
  bytes[0] = bytes[0]! ^ 0x80;
  return Id.from(bytes);
}

const right = ({ operation: x }: Arrived, { operation: y }: Arrived): number =>
  x.counter - y.counter || Id.compare(x.node, y.node) || Id.compare(x.id, y.id);

export const mergeMutants: readonly ClientMutant[] = [
  merges(
    [
      'client-teams-meet',
      ['MERGE-1'],
      'Takes operations of all teams for changes of one record',
      ['client-merge-index'],
    ],
    {
      target: (target) => ({ ...target, team: Id.ZERO }),
    },
  ),
  merges(['client-record-ids-cut', ['MERGE-1'], 'Reads the second half of a record id alone'], {
    target: (target) =>
      target.space === 'index' ? target : { ...target, record: Id.from(target.record.toBytes().fill(0, 0, 1)) },
  }),
  compares(
    ['client-ties-by-arrival', ['MERGE-2'], 'Compares counters, and lets the first of equals stand'],
    (x, y) => x.operation.counter - y.operation.counter,
  ),
  compares(
    ['client-counters-in-32-bits', ['MERGE-2'], 'Compares the last four bytes of counters'],
    (x, y) => (x.operation.counter % 2 ** 32) - (y.operation.counter % 2 ** 32) || right(x, y),
  ),
  compares(
    ['client-node-ids-signed', ['MERGE-2'], 'Compares node ids as signed bytes'],
    (x, y) =>
      x.operation.counter - y.operation.counter ||
      Id.compare(signed(x.operation.node), signed(y.operation.node)) ||
      right(x, y),
  ),
  compares(
    ['client-ids-signed', ['MERGE-2'], 'Compares operation ids as signed bytes'],
    (x, y) =>
      x.operation.counter - y.operation.counter ||
      Id.compare(x.operation.node, y.operation.node) ||
      Id.compare(signed(x.operation.id), signed(y.operation.id)),
  ),
  merges(
    [
      'client-last-insert-counts',
      ['MERGE-3'],
      'Takes the insert that came last',
      [
        'client-merge-field-below-delete',
        'client-merge-index-definition',
        'client-merge-spaces',
        'client-merge-any-order',
      ],
    ],
    { inserted: last },
  ),
  merges(['client-last-delete-counts', ['MERGE-4'], 'Takes the delete that came last', ['client-merge-index']], {
    deleted: last,
  }),
  merges(
    [
      'client-last-value-counts',
      ['MERGE-5'],
      'Takes the value that came last',
      [
        'client-merge-stamps',
        'client-merge-inserted',
        'client-merge-field-below-delete',
        'client-merge-update-alone',
        'client-merge-insert-joins',
        'client-merge-null',
        'client-merge-any-order',
      ],
    ],
    { field: last },
  ),
  compares(
    [
      'client-merges-by-arrival',
      ['MERGE-15', 'MERGE-5'],
      'Applies operations in the order of their arrival',
      [
        'client-merge-stamps',
        'client-merge-inserted',
        'client-merge-deleted',
        'client-merge-visible',
        'client-merge-field-below-delete',
        'client-merge-update-alone',
        'client-merge-insert-joins',
        'client-merge-null',
        'client-merge-index',
        'client-merge-index-definition',
        'client-merge-spaces',
      ],
    ],
    (x, y) => x.at - y.at,
  ),
  merges(
    [
      'client-deletes-for-good',
      ['MERGE-6'],
      'Shows nothing that was ever deleted',
      [
        'client-merge-inserted',
        'client-merge-field-below-delete',
        'client-merge-index',
        'client-merge-spaces',
        'client-merge-any-order',
      ],
    ],
    {
      isVisible: (inserted, deleted) => inserted !== undefined && deleted === undefined,
    },
  ),
  merges(
    [
      'client-inserts-for-good',
      ['MERGE-6'],
      'Shows all that was ever inserted',
      ['client-merge-deleted', 'client-merge-update-alone', 'client-merge-index'],
    ],
    {
      isVisible: (inserted) => inserted !== undefined,
    },
  ),
  merges(['client-old-fields-come-back', ['MERGE-7'], 'Shows fields of before a delete', ['client-merge-any-order']], {
    shows: () => true,
  }),
  merges(['client-update-revives', ['MERGE-8'], 'Shows a record again when an update is above its delete'], {
    isVisible: (inserted, deleted, all, rules) =>
      inserted !== undefined &&
      (rules.isLater(inserted, deleted) ||
        rules.isLater(
          greatest(
            all.filter(({ operation }) => operation.type === 'update'),
            rules,
          ),
          deleted,
        )),
  }),
  merges(['client-update-inserts', ['MERGE-8'], 'Shows a record for an update alone'], {
    isVisible: (inserted, deleted, all, rules) =>
      rules.isLater(inserted, deleted) ||
      (deleted === undefined && all.some(({ operation }) => operation.type === 'update')),
  }),
  merges(
    [
      'client-early-update-lost',
      ['MERGE-8'],
      'Drops an update that comes before the insert',
      ['client-merge-stamps', 'client-merge-fields', 'client-merge-null', 'client-merge-any-order'],
    ],
    {
      field: (all, rules) => {
        const first = all.find(({ operation }) => operation.type !== 'update');
        return greatest(
          all.filter(
            ({ operation, at: came }) => operation.type !== 'update' || first === undefined || came > first.at,
          ),
          rules,
        );
      },
    },
  ),
  merges(
    [
      'client-insert-replaces',
      ['MERGE-9'],
      'Lets an insert replace the whole record',
      ['client-merge-field-below-delete', 'client-merge-spaces', 'client-merge-any-order'],
    ],
    {
      shows: (field, inserted, deleted, rules) =>
        rightRules.shows(field, inserted, deleted, rules) && !rules.isLater(inserted, field),
    },
  ),
  merges(['client-null-unsets', ['MERGE-10'], 'Takes null for no field'], {
    handOut: (fields) => new Map([...fields].filter(([, value]) => value !== null)),
  }),
  merges(['client-index-of-any-team', ['MERGE-11'], 'Has one index for all teams'], {
    target: (target) => (target.space === 'index' ? { ...target, team: Id.ZERO } : target),
  }),
  merges(['client-index-once-dropped', ['MERGE-11'], 'Does not make an index again', ['client-merge-spaces']], {
    isVisible: (inserted, deleted, all, rules) =>
      inserted?.operation.type === 'createIndex'
        ? deleted === undefined
        : rightRules.isVisible(inserted, deleted, all, rules),
  }),
  merges(
    ['client-index-of-last-definition', ['MERGE-12'], 'Takes the definition that came last', ['client-merge-spaces']],
    {
      define: (_, all) => all.at(-1)!.operation.changes,
    },
  ),
  merges(['client-index-joins', ['MERGE-12'], 'Joins the fields of all definitions', ['client-merge-spaces']], {
    define: ({ operation }, all) => {
      const fields = all.flatMap((each) => each.operation.changes.get('fields') as string[]);
      return new Map(operation.changes).set('fields', [...new Set(fields)].sort());
    },
  }),
  mutant(['client-index-drops-records', ['MERGE-13'], 'Lets dropIndex delete the record of that key'], () => [
    at('createState', { then: () => new DroppingState({}) }),
  ]),
  merges(['client-record-of-one-operation', ['MERGE-16'], 'Shows no more fields than one operation carries'], {
    handOut: (fields) => new Map([...fields].slice(0, 1024)),
  }),
];

class DroppingState extends LaxState {
  override apply(operation: Parameters<LaxState['apply']>[0]): undefined {
    super.apply(operation);
    if (operation.type === 'dropIndex') super.apply({ ...operation, type: 'delete' } as PlainOperation);
  }
}
