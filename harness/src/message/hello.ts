import { ByteWriter, encodeUtf8 } from '../../../reference/src/wire/index.ts';
import type { HelloDraft } from './draft.ts';
import { encodeLaxExtensions } from './lax-extensions.ts';
import { type Content, Layout } from './layout.ts';

/** Parts of HELLO, in the order of the bytes (spec section 4.3). */
export const HELLO_PARTS = ['protocol', 'node', 'database', 'key', 'caps', 'time', 'token', 'extensions'] as const;

export function layoutHello(draft: HelloDraft): Content {
  const layout = new Layout();
  for (const part of HELLO_PARTS) layout.add(part, draft.parts.get(part) ?? PART[part](draft));
  return layout.finish();
}

const PART: { readonly [part in (typeof HELLO_PARTS)[number]]: (draft: HelloDraft) => Uint8Array } = {
  protocol: (draft) => str8(draft.protocol),
  node: (draft) => draft.node,
  database: (draft) => str8(draft.database),
  key: (draft) => draft.key,
  caps: (draft) => Uint8Array.of(draft.caps),
  time: (draft) => u64(draft.time),
  token: (draft) => str8(draft.token),
  extensions: (draft) => encodeLaxExtensions(draft.extensions),
};

function str8(text: string): Uint8Array {
  const bytes = encodeUtf8(text);
  return Uint8Array.of(bytes.length, ...bytes);
}

function u64(value: number): Uint8Array {
  const writer = new ByteWriter();
  writer.u64(value);
  return writer.finish();
}
