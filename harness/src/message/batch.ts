import { deflateRawSync } from 'node:zlib';
import { ByteWriter, concat } from '../../../reference/src/wire/index.ts';
import type { BatchDraft } from './draft.ts';
import { type Content, Layout } from './layout.ts';
import { layoutOperation } from './operation.ts';

/**
 * `flags u8 | [raw_length u32 if packed] | body`, body = `count u16 | { length u32, operation }*`, raw or DEFLATE (spec
 * section 7.9). A packed body is the one region `packed`; a raw one has `body`, `count`, `length.N`, `operation.N`, and the
 * parts of its first operation.
 */
export function layoutBatch(draft: BatchDraft): Content {
  const layout = new Layout().add('flags', Uint8Array.of(draft.flags ?? (draft.packed ? 1 : 0)));
  if (!draft.packed) {
    if (draft.rawLength !== undefined) layout.add('raw-length', u32(draft.rawLength));
    const start = layout.length;
    if (draft.body === undefined) layoutBody(layout, draft);
    else layout.add('body', draft.body);
    return layout.span('body', start).finish();
  }
  const body = draft.body ?? layoutBody(new Layout(), draft).finish().bytes;
  const packed = draft.packedBytes ?? new Uint8Array(deflateRawSync(body));
  return layout
    .add('raw-length', u32(draft.rawLength ?? body.length))
    .add('packed', packed)
    .finish();
}

function layoutBody(layout: Layout, draft: BatchDraft): Layout {
  layout.add('count', u16(draft.count ?? draft.operations.length));
  for (const [i, operation] of draft.operations.entries()) {
    const content = layoutOperation(operation);
    layout.add(`length.${i}`, u32(content.bytes.length));
    if (i === 0) layout.nest('operation.0', content);
    else layout.add(`operation.${i}`, content.bytes);
  }
  return layout;
}

function u16(value: number): Uint8Array {
  return Uint8Array.of(value >>> 8, value);
}

function u32(value: number): Uint8Array {
  const writer = new ByteWriter();
  writer.u32(value);
  return writer.finish();
}

/** The body of a raw batch of these operations. */
export function batchBody(operations: readonly Uint8Array[]): Uint8Array {
  return concat(u16(operations.length), ...operations.flatMap((operation) => [u32(operation.length), operation]));
}
