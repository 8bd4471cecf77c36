import { ByteWriter } from '../bytes/writer.ts';
import { refuse } from '../errors.ts';
import type { RefusalName } from '../registry.ts';

/** What a later version adds to HELLO, WELCOME or an operation. Unknown types are kept. */
export interface Extension {
  /** 0 to 65535. */
  readonly type: number;
  readonly value: Uint8Array;
}

/** Extension 1 of HELLO: the server's database, where its name differs from the client's. */
export const TARGET_EXTENSION = 1;
/** Extension 1 of an operation: the team, 16 bytes, not zeros. */
export const TEAM_EXTENSION = 1;

/** The refusals depend on what carries the block: a clear message or an operation. */
export interface ExtensionReasons {
  readonly length: RefusalName;
  readonly order: RefusalName;
}

export const MESSAGE_EXTENSIONS: ExtensionReasons = { length: 'extensions.length', order: 'extensions.order' };
export const OPERATION_EXTENSIONS: ExtensionReasons = {
  length: 'operation.extensions-length',
  order: 'operation.extensions-order',
};

/**
 * `nothing | u16 total | { type u16 | length u16 | value }*`, where `total` counts the entries' bytes.
 * Throws the `length` refusal when the entries do not fit `total`, `order` when the types do not ascend.
 */
export function writeExtensions(writer: ByteWriter, extensions: readonly Extension[], reasons: ExtensionReasons): void {
  if (extensions.length === 0) return;
  let total = 0;
  let previous = -1;
  for (const { type, value } of extensions) {
    if (!Number.isInteger(type) || type < 0 || type > 0xffff) throw new RangeError(`not an extension type: ${type}`);
    if (type <= previous) refuse(reasons.order, `type ${type} after ${previous}`);
    previous = type;
    total += 4 + value.length;
  }
  if (total > 0xffff) refuse(reasons.length, `a block of ${total} bytes`);
  writer.u16(total);
  for (const { type, value } of extensions) {
    writer.u16(type);
    writer.u16(value.length);
    writer.bytes(value);
  }
}

/** The block alone; empty for no extensions. */
export function encodeExtensions(
  extensions: readonly Extension[],
  reasons: ExtensionReasons = MESSAGE_EXTENSIONS,
): Uint8Array {
  const writer = new ByteWriter();
  writeExtensions(writer, extensions, reasons);
  return writer.finish();
}

/**
 * Reads the block that fills `bytes[start, end)`; no bytes are no extensions. Values are views.
 *
 * Precedence: `total` (there, 4 or more, equal to the rest); then entry by entry its four header bytes (`length`), its
 * type (`order`), its value (`length`). What an extension means is judged by the carrier, after the whole block.
 */
export function decodeExtensions(
  bytes: Uint8Array,
  start = 0,
  end: number = bytes.length,
  reasons: ExtensionReasons = MESSAGE_EXTENSIONS,
): readonly Extension[] {
  if (start === end) return NONE;
  const u16 = (at: number) => (bytes[at]! << 8) | bytes[at + 1]!;
  if (end - start < 2) refuse(reasons.length, 'the block has one byte');
  const total = u16(start);
  let at = start + 2;
  if (total < 4 || total !== end - at) refuse(reasons.length, `total ${total}, ${end - at} bytes remain`);
  const extensions: Extension[] = [];
  let previous = -1;
  while (at < end) {
    if (end - at < 4) refuse(reasons.length, 'an entry is cut in its header');
    const type = u16(at);
    if (type <= previous) refuse(reasons.order, `type ${type} after ${previous}`);
    previous = type;
    const length = u16(at + 2);
    at += 4;
    if (length > end - at) refuse(reasons.length, `an entry of ${length} bytes, ${end - at} remain`);
    extensions.push({ type, value: bytes.subarray(at, at + length) });
    at += length;
  }
  return extensions;
}

/** The value of the extension `type`, if it is there. */
export function extensionValue(extensions: readonly Extension[], type: number): Uint8Array | undefined {
  for (const extension of extensions) {
    if (extension.type === type) return extension.value;
  }
  return undefined;
}

const NONE: readonly Extension[] = Object.freeze([]);
