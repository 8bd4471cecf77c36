/** The state of a set of operations in the JSON form of the vectors. */
import { MergeState, type Stamp, type Target } from '../../reference/src/sync/merge/index.ts';
import type { Operation } from '../../reference/src/wire/operation.ts';
import { recordToJson } from '../../reference/src/wire/record-json.ts';
import type { Fields } from '../../reference/src/wire/value.ts';
import { type JsonFields, type JsonValue, valueToJson } from '../../reference/src/wire/value-json.ts';
import { u64 } from './hex.ts';

interface JsonTarget {
  readonly collection: string;
  readonly team: string;
  readonly record: string;
  /** Stamps are `counter u64 | node | operation id` in hex: their order is that of the texts. */
  readonly E?: string;
  readonly D?: string;
  /** Absent while nothing shows. */
  readonly visible?: JsonFields;
}

export interface JsonRecordState extends JsonTarget {
  /** Those above D, shown or not. */
  readonly fields: readonly (readonly [name: string, value: JsonValue, stamp: string])[];
}

export type JsonIndexState = JsonTarget;

export interface JsonState {
  readonly records: readonly JsonRecordState[];
  readonly indexes: readonly JsonIndexState[];
}

export function mergedState(operations: Iterable<Operation>): JsonState {
  const state = new MergeState();
  for (const operation of operations) state.apply(operation);
  return stateToJson(state);
}

function stateToJson(state: MergeState): JsonState {
  return {
    records: state.records().map(({ target, state: record }) => ({
      ...targetToJson(target),
      ...stampsToJson(record.inserted, record.deleted),
      fields: record.sortedFields().map(([name, { value, stamp }]) => [name, valueToJson(value), stampToHex(stamp)]),
      ...viewToJson(record.view()),
    })),
    indexes: state.indexes().map(({ target, state: index }) => ({
      ...targetToJson(target),
      ...stampsToJson(index.created?.stamp, index.dropped),
      ...viewToJson(index.view()),
    })),
  };
}

function targetToJson({ collection, team, record }: Target) {
  return { collection, team: team.toHex(), record: record.toHex() };
}

function stampsToJson(E: Stamp | undefined, D: Stamp | undefined) {
  return { ...(E === undefined ? {} : { E: stampToHex(E) }), ...(D === undefined ? {} : { D: stampToHex(D) }) };
}

function stampToHex({ counter, node, operation }: Stamp): string {
  return u64(counter) + node.toHex() + operation.toHex();
}

function viewToJson(fields: Fields | undefined) {
  return fields === undefined ? {} : { visible: recordToJson(fields) };
}
