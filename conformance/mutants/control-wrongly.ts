/** Control messages as the registry does not allow them. */
import type { Outgoing } from '../../reference/src/node/messages.ts';
import { FrameType } from '../../reference/src/registry.ts';
import {
  type ControlMessage,
  concat,
  encodeControl,
  encodeControlRecord,
  type Fields,
  readRecord,
} from '../../reference/src/wire/index.ts';
import type { Value } from '../../reference/src/wire/value.ts';

/** The message with some fields replaced (or, by `undefined`, left out), whatever the table says of them. */
export function wrongly(message: ControlMessage, replaced: { readonly [field: string]: Value | undefined }): Outgoing {
  const right = encodeControl(message);
  const fields = new Map<string, Value>(readRecord(right, 1).fields as Fields);
  for (const [name, value] of Object.entries(replaced)) {
    if (value === undefined) fields.delete(name);
    else fields.set(name, value);
  }
  return { kind: 'sealed', type: FrameType.CONTROL, plaintext: encodeControlRecord(right[0]!, fields).slice() };
}

/** The message under another id. */
export function underId(message: ControlMessage, id: number): Outgoing {
  const plaintext = concat(Uint8Array.of(id), encodeControl(message).subarray(1));
  return { kind: 'sealed', type: FrameType.CONTROL, plaintext };
}
