/** Writes as an application would: few records, every kind of operation, so that they meet. */
import { Id } from '../src/bytes/id.ts';
import type { Database } from '../src/database/database.ts';
import type { Value } from '../src/wire/value.ts';
import { COLLECTIONS } from './plan.ts';
import type { Random } from './random.ts';

const RECORDS = 6;
const FIELDS = ['title', 'state', 'owner'] as const;
const INDEXES = ['by title', 'by state'] as const;
const TEAM = new Id(0x7ea0, 0, 0, 1);

const KINDS = { insert: 4, update: 6, delete: 2, createIndex: 0.5, dropIndex: 0.3 } as const;

/** One write. Throws what the database throws. */
export function writeSomething(database: Database, random: Random): void {
  const kind = random.weighted(KINDS);
  const collection = random.pick(COLLECTIONS);
  const options = { team: random.chance(0.2) ? TEAM : undefined };
  const record = new Id(0x4ec04d, 0, 0, random.between(1, RECORDS));
  if (kind === 'insert') database.insert(collection, fieldsOf(random, true), { ...options, record });
  else if (kind === 'update') database.update(collection, record, fieldsOf(random, false), options);
  else if (kind === 'delete') database.delete(collection, record, options);
  else if (kind === 'createIndex')
    database.createIndex(collection, random.pick(INDEXES), [random.pick(FIELDS)], options);
  else database.dropIndex(collection, random.pick(INDEXES), options);
}

function fieldsOf(random: Random, isWhole: boolean): Map<string, Value> {
  const names = FIELDS.filter(() => isWhole || random.chance(0.5));
  const fields = new Map<string, Value>(names.map((name) => [name, `${name} ${random.between(0, 999_999)}`]));
  if (random.chance(0.1)) fields.set('padding', 'x'.repeat(random.magnitude(10, 3000)));
  return fields;
}
