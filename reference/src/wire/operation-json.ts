import { fromHex, toHex } from '../bytes/hex.ts';
import { Id } from '../bytes/id.ts';
import { OperationType } from '../registry.ts';
import type { Extension } from './extensions.ts';
import type { Operation, PlainOperation } from './operation.ts';
import { type JsonRecord, recordFromJson, recordToJson } from './record-json.ts';

interface JsonOrigin {
  readonly id: string;
  /** Decimal. */
  readonly counter: string;
  readonly node: string;
  readonly extensions?: readonly { readonly type: number; readonly value: string }[] | undefined;
}

export interface JsonPlainOperation extends JsonOrigin {
  readonly type: PlainOperation['type'];
  readonly collection: string;
  readonly record: string;
  readonly changes: JsonRecord;
}

export interface JsonSealedOperation extends JsonOrigin {
  readonly type: 'sealed';
  readonly tag: string;
  readonly epoch: string;
  readonly team: string;
  readonly nonce: string;
  readonly ciphertext: string;
  readonly mac: string;
}

/** An operation as JSON: ids and bytes in hex, the counter as decimal text, the type by its name. */
export type JsonOperation = JsonPlainOperation | JsonSealedOperation;

/** Throws RangeError where the form is wrong. Whether the operation is a good one is for `encodeOperation` to say. */
export function operationFromJson(json: JsonOperation): Operation {
  if (!Object.hasOwn(OperationType, json.type)) throw new RangeError(`no operation type ${json.type}`);
  const origin = {
    id: Id.fromHex(json.id),
    counter: counterFromText(json.counter),
    node: Id.fromHex(json.node),
    extensions: (json.extensions ?? []).map(({ type, value }): Extension => ({ type, value: fromHex(value) })),
  };
  if (json.type !== 'sealed') {
    const { type, collection } = json;
    const changes = recordFromJson(json.changes);
    return { ...origin, type, collection, record: Id.fromHex(json.record), changes };
  }
  const { type } = json;
  const [tag, epoch, nonce] = [fromHex(json.tag), fromHex(json.epoch), fromHex(json.nonce)];
  const [ciphertext, mac] = [fromHex(json.ciphertext), fromHex(json.mac)];
  return { ...origin, type, tag, epoch, team: Id.fromHex(json.team), nonce, ciphertext, mac };
}

/** `extensions` is left out when there are none. */
export function operationToJson(operation: Operation): JsonOperation {
  const origin = {
    id: operation.id.toHex(),
    counter: operation.counter.toString(),
    node: operation.node.toHex(),
    ...extensionsToJson(operation.extensions),
  };
  if (operation.type !== 'sealed') {
    const { type, collection, record, changes } = operation;
    return { ...origin, type, collection, record: record.toHex(), changes: recordToJson(changes) };
  }
  const { type, tag, epoch, team, nonce, ciphertext, mac } = operation;
  return {
    ...origin,
    type,
    tag: toHex(tag),
    epoch: toHex(epoch),
    team: team.toHex(),
    nonce: toHex(nonce),
    ciphertext: toHex(ciphertext),
    mac: toHex(mac),
  };
}

function extensionsToJson(extensions: readonly Extension[]): Pick<JsonOrigin, 'extensions'> {
  if (extensions.length === 0) return {};
  return { extensions: extensions.map(({ type, value }) => ({ type, value: toHex(value) })) };
}

function counterFromText(text: string): number {
  if (!/^(0|[1-9][0-9]*)$/.test(text)) throw new RangeError(`not a decimal counter: ${JSON.stringify(text)}`);
  return Number(text);
}
