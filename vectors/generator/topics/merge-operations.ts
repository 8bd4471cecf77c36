/** Short ways to write the operations of merges and compactions. */
import { fromHex, toHex } from '../../../reference/src/bytes/hex.ts';
import { decodeOperation, encodeOperation, type Operation } from '../../../reference/src/wire/operation.ts';
import { type JsonOperation, operationFromJson } from '../../../reference/src/wire/operation-json.ts';
import type { JsonValue } from '../../../reference/src/wire/record-json.ts';
import { python } from '../sources.ts';
import { indexId, NODE, plain, RECORD, TEAM } from './operations.ts';

export { RECORD, TEAM };
export const OTHER_RECORD = '880e8400e29b41d4a716446655440000';
export const INDEX = indexId('byStatus');

type Plain = Exclude<JsonOperation, { type: 'sealed' }>;

/** What an operation of a vector says; its id follows from its place unless `id` is given. */
export type Draft = Partial<Plain> | 'sealed';

/** Fields by name, ascending: a text, a number or null as their value. */
export interface Values {
  readonly [name: string]: string | number | null;
}

interface Where {
  readonly collection?: string;
  readonly record?: string;
  /** 16 bytes of hex. */
  readonly team?: string;
  /** One byte: all 16 of the node are this one. */
  readonly node?: string;
  /** Likewise of the id; or all 16. */
  readonly id?: string;
}

function draft(type: Plain['type'], counter: number | string, changes: Plain['changes'], where: Where = {}): Draft {
  const { team, node, id, ...rest } = where;
  return {
    type,
    counter: String(counter),
    node: node === undefined ? NODE : node.repeat(16),
    ...(id === undefined ? {} : { id: id.repeat(32 / id.length) }),
    ...rest,
    changes,
    ...(team === undefined ? {} : { extensions: [{ type: 1, value: team }] }),
  };
}

export const fieldsOf = (values: Values): Plain['changes'] =>
  Object.entries(values).map(([name, value]): [string, JsonValue] => [
    name,
    value === null ? { null: null } : typeof value === 'number' ? { int: String(value) } : { string: value },
  ]);

export const insert = (counter: number | string, values: Values, where?: Where) =>
  draft('insert', counter, fieldsOf(values), where);
export const update = (counter: number | string, values: Values, where?: Where) =>
  draft('update', counter, fieldsOf(values), where);
export const remove = (counter: number | string, where?: Where) => draft('delete', counter, [], where);
export const createIndex = (counter: number | string, fields: readonly string[], where?: Where) =>
  draft(
    'createIndex',
    counter,
    [
      ['fields', { array: fields.map((field) => ({ string: field })) }],
      ['name', { string: 'byStatus' }],
    ],
    { record: INDEX, ...where },
  );
export const dropIndex = (counter: number | string, where?: Where) =>
  draft('dropIndex', counter, [], { record: INDEX, ...where });

/** The examples of the spec name their operations by the last byte of the id. */
export const specId = (last: string): string => `000000000000400080000000000000${last}`;

/** The operation at place `at` (from 1) of its vector, as bytes in hex. */
export function bytesOf(from: Draft, at: number): string {
  if (from === 'sealed') return python.sealedOperation.operation;
  const id = `0000000000004000800000000000${at.toString(16).padStart(4, '0')}`;
  return toHex(encodeOperation(operationFromJson(plain({ id, ...from }))));
}

export const decoded = (bytes: string): Operation => decodeOperation(fromHex(bytes));
