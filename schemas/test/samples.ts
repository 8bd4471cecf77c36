/** Accepted samples of the schemas, with every member that a schema knows; most are taken from the vectors. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SCHEMAS } from './load.ts';
import { covering } from './near-miss.ts';
import { CASES, operationLog, REPORT, STATEMENT } from './samples-of-runs.ts';

const VECTORS = join(SCHEMAS, '../vectors');

type Entry = { readonly [member: string]: unknown };
type File = { readonly topic: string; readonly schema: string; readonly valid: readonly Entry[] } & Entry;

const files: readonly File[] = readdirSync(VECTORS)
  .filter((name) => name.endsWith('.json'))
  .map((name) => JSON.parse(readFileSync(join(VECTORS, name), 'utf8')) as File);

const valid = (topic: string) => files.find((file) => file.topic === topic)!.valid;

/** A vector file with as few entries as have all members. */
function trimmed(file: File): Entry {
  const lists = Object.entries(file).filter(([, value]) => Array.isArray(value));
  return { ...file, ...Object.fromEntries(lists.map(([name, list]) => [name, covering(list as Entry[])])) };
}

const messages = ['hello', 'welcome', 'short-messages', 'control']
  .flatMap(valid)
  .map(({ message }) => message as { readonly message: string });

const records = valid('records').map(({ fields }) => fields as readonly (readonly [string, unknown])[]);

/** Samples by the path of their schema. */
export const SAMPLES: { readonly [path: string]: readonly unknown[] } = {
  ...Object.fromEntries(files.map((file) => [file.schema, [trimmed(file)]])),
  ...Object.fromEntries(
    [...new Set(messages.map(({ message }) => message))].map((name) => [
      `message/${name}.schema.json`,
      covering(messages.filter(({ message }) => message === name)),
    ]),
  ),
  'case.schema.json': [CASES],
  'statement.schema.json': [STATEMENT],
  'report.schema.json': [REPORT],
  'operation-log.schema.json': [operationLog(covering(valid('operations').map(({ operation }) => operation)))],
  'message/operation.schema.json': covering(valid('operations').map(({ operation }) => operation)),
  'message/record.schema.json': covering(records),
  'message/value.schema.json': covering(records.flatMap((fields) => fields.map(([, value]) => value))),
  'message/cursor.schema.json': valid('cursors').map(({ cursor }) => cursor),
  'message/batch.schema.json': valid('batches').map(({ packed, operations }) => ({ packed, operations })),
};
