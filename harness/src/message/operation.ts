import { ByteWriter, encodeUtf8 } from '../../../reference/src/wire/index.ts';
import type { OperationDraft } from './draft.ts';
import { encodeLaxExtensions } from './lax-extensions.ts';
import { encodeLaxRecord } from './lax-record.ts';
import { type Content, Layout } from './layout.ts';

/** Parts of an operation, in the order of the bytes (spec section 7.1). */
export const OPERATION_PARTS = [
  'id',
  'counter',
  'node',
  'head',
  'collection',
  'record',
  'changes',
  'extensions',
] as const;

export function layoutOperation(draft: OperationDraft): Content {
  if (draft.bytes !== undefined) return new Layout().add('operation', draft.bytes).finish();
  const layout = new Layout();
  for (const part of OPERATION_PARTS) layout.add(part, draft.parts.get(part) ?? PART[part](draft));
  return layout.finish();
}

const PART: { readonly [part in (typeof OPERATION_PARTS)[number]]: (draft: OperationDraft) => Uint8Array } = {
  id: (draft) => draft.id,
  counter: (draft) => encodeCounter(draft.counter),
  node: (draft) => draft.node,
  head: (draft) => encodeHead(draft.type, encodeUtf8(draft.collection).length),
  collection: (draft) => encodeUtf8(draft.collection),
  record: (draft) => draft.record,
  changes: (draft) => encodeLaxRecord(draft.changes),
  extensions: (draft) => encodeLaxExtensions(draft.extensions),
};

/** The shortest of `00 u8`, `01 u16`, `02 u64` (spec section 7.2). */
export function encodeCounter(counter: number): Uint8Array {
  const writer = new ByteWriter();
  if (counter < 0x100) {
    writer.u8(0);
    writer.u8(counter);
  } else if (counter < 0x10000) {
    writer.u8(1);
    writer.u16(counter);
  } else {
    writer.u8(2);
    writer.u64(counter);
  }
  return writer.finish();
}

/** `(type << 5) | n`, or `type 80 n` for a name of 32 bytes and more (spec section 7.3). */
export function encodeHead(type: number, nameBytes: number): Uint8Array {
  return nameBytes < 32 ? Uint8Array.of((type << 5) | nameBytes) : Uint8Array.of(type, 0x80, nameBytes);
}
