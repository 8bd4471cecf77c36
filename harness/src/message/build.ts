import { FrameType } from '../../../reference/src/registry.ts';
import { compareUtf8, type Value } from '../../../reference/src/wire/index.ts';
import type { NonceParts } from '../peer/sealing.ts';
import { layoutBatch } from './batch.ts';
import type { ControlDraft, Draft } from './draft.ts';
import { layoutHello } from './hello.ts';
import { encodeLaxRecord } from './lax-record.ts';
import { type Content, Layout } from './layout.ts';
import { layoutOperation } from './operation.ts';

/** Changes the bytes of a region of the finished frame. */
export interface FrameDamage {
  readonly region: FrameRegion;
  readonly edit: (bytes: Uint8Array) => Uint8Array;
}

/** Regions that exist once a message is framed; the last three where it is sealed. */
export const FRAME_REGIONS = ['frame', 'header', 'type', 'length', 'payload', 'nonce', 'ciphertext', 'tag'] as const;
export type FrameRegion = (typeof FRAME_REGIONS)[number];

/** A message as it goes to the link: its content, and how that is framed and sealed. */
export interface Message {
  /** For people: HELLO, PING, operation, ... */
  readonly name: string;
  /** Frame type; `undefined` for bare bytes. */
  readonly type: number | undefined;
  readonly sealed: boolean;
  readonly content: Content;
  /** Declared length, where it is not the payload's. */
  readonly length?: number | undefined;
  readonly nonce?: NonceParts | undefined;
  readonly key?: Uint8Array | undefined;
  readonly damage?: FrameDamage | undefined;
}

/** The message that a draft is. */
export function build(draft: Draft): Message {
  switch (draft.kind) {
    case 'HELLO':
      return { name: 'HELLO', type: FrameType.HELLO, sealed: false, content: layoutHello(draft) };
    case 'clear': {
      const part = { VERIFY: 'mac', ALERT: 'code', WELCOME: 'body', COMPLETE: 'body' }[draft.name];
      const content = new Layout().add(part, draft.payload).finish();
      return { name: draft.name, type: FrameType[draft.name], sealed: false, content };
    }
    case 'control':
      return { name: draft.name, type: FrameType.CONTROL, sealed: true, content: layoutControl(draft) };
    case 'operation':
      return { name: 'operation', type: FrameType.OPERATION, sealed: true, content: layoutOperation(draft) };
    case 'batch':
      return { name: 'batch', type: FrameType.BATCH, sealed: true, content: layoutBatch(draft) };
    case 'sealed':
      return { name: 'sealed frame', type: draft.type, sealed: true, content: whole(draft.plaintext) };
    case 'frame': {
      const { type, length } = draft;
      return { name: 'frame', type, sealed: false, content: whole(draft.payload), length };
    }
    case 'bytes':
      return { name: 'bytes', type: undefined, sealed: false, content: whole(draft.bytes) };
  }
}

/** The fields of a message of the registry are put in order; those of an unknown one stand as they were given. */
function layoutControl(draft: ControlDraft): Content {
  const fields = draft.name === 'UNKNOWN' ? draft.fields : inOrder(draft.fields);
  return new Layout()
    .add('id', Uint8Array.of(draft.id))
    .add('record', draft.record ?? encodeLaxRecord(fields))
    .finish();
}

function inOrder(fields: ReadonlyMap<string, Value>): ReadonlyMap<string, Value> {
  const sorted = [...fields].sort(([x], [y]) => compareUtf8(x, y));
  return new Map(sorted.map(([name, value]) => [name, Array.isArray(value) ? value.map(entryInOrder) : value]));
}

function entryInOrder(value: Value): Value {
  return value instanceof Map ? inOrder(value as ReadonlyMap<string, Value>) : value;
}

function whole(bytes: Uint8Array): Content {
  return { bytes, regions: new Map() };
}
