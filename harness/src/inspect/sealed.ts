import { nodeCrypto } from '../../../reference/src/crypto/node.ts';
import { FrameType } from '../../../reference/src/registry.ts';
import {
  type ControlMessage,
  controlToJson,
  decodeBatch,
  decodeControl,
  decodeOperation,
  decodeRecord,
  operationToJson,
  recordToJson,
} from '../../../reference/src/wire/index.ts';
import { nameOfCode } from '../peer/codes.ts';
import { inflate } from '../peer/inflate.ts';
import type { Json } from './json.ts';

/** What sealed frames carry, as JSON. Each refuses what its decoder does. */
export const PLAINTEXT: { readonly [kind: string]: (bytes: Uint8Array) => Json } = {
  control: (bytes) => {
    const message = decodeControl(bytes);
    if (message.name === 'UNKNOWN') return { message: 'UNKNOWN', id: message.id, critical: message.critical };
    return withCodes(message);
  },
  operation: (bytes) => operationToJson(decodeOperation(bytes, { sha256: nodeCrypto.sha256 })) as unknown as Json,
  batch: (bytes) => {
    const operations = decodeBatch(bytes, { compression: true, inflate });
    return { packed: (bytes[0]! & 1) === 1, operations: operations.map(PLAINTEXT.operation!) };
  },
  record: (bytes) => recordToJson(decodeRecord(bytes)) as unknown as Json,
};

/** The kind of plaintext that a sealed frame type carries. */
export const SEALED_KIND: { readonly [type: number]: string } = {
  [FrameType.CONTROL]: 'control',
  [FrameType.OPERATION]: 'operation',
  [FrameType.BATCH]: 'batch',
};

/** The JSON form of chapter 8.9, with the names of codes where they have one. */
function withCodes(message: ControlMessage): Json {
  const json = controlToJson(message) as { readonly [member: string]: Json };
  return typeof json.code === 'number' ? { ...json, code: nameOfCode(json.code) } : json;
}
