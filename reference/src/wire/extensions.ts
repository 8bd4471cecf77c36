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

/** What a carrier demands of its block, and by which names it refuses. */
export interface ExtensionRules {
  readonly length: RefusalName;
  readonly order: RefusalName;
  /** Judges a type as soon as it is read, after its order. */
  readonly checkType?: (type: number) => void;
  /** Judges an entry as soon as its value is there. */
  readonly checkValue?: (extension: Extension) => void;
}

/** Of HELLO and WELCOME. What their extensions mean is judged after the whole block. */
export const MESSAGE_EXTENSIONS: ExtensionRules = { length: 'extensions.length', order: 'extensions.order' };

/**
 * `nothing | u16 total | { type u16 | length u16 | value }*`, where `total` counts the entries' bytes.
 * Refuses by the names that `rules` gives.
 */
export function writeExtensions(writer: ByteWriter, extensions: readonly Extension[], rules: ExtensionRules): void {
  if (extensions.length === 0) return;
  let total = 0;
  let previous = -1;
  for (const { type, value } of extensions) {
    if (!Number.isInteger(type) || type < 0 || type > 0xffff) throw new RangeError(`not an extension type: ${type}`);
    if (type <= previous) refuse(rules.order, `type ${type} after ${previous}`);
    previous = type;
    rules.checkType?.(type);
    rules.checkValue?.({ type, value });
    total += 4 + value.length;
  }
  if (total > 0xffff) refuse(rules.length, `a block of ${total} bytes`);
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
  rules: ExtensionRules = MESSAGE_EXTENSIONS,
): Uint8Array {
  const writer = new ByteWriter();
  writeExtensions(writer, extensions, rules);
  return writer.finish();
}

/**
 * Reads the block that fills `bytes[start, end)`; no bytes are no extensions. Values are copies.
 *
 * Precedence: `total` (there, 4 or more, equal to the rest); then entry by entry its four header bytes (`length`), its
 * type (`order`, `checkType`), whether its value is there (`length`), its value (`checkValue`).
 */
export function decodeExtensions(
  bytes: Uint8Array,
  start = 0,
  end: number = bytes.length,
  rules: ExtensionRules = MESSAGE_EXTENSIONS,
): readonly Extension[] {
  if (start === end) return NONE;
  const u16 = (at: number) => (bytes[at]! << 8) | bytes[at + 1]!;
  if (end - start < 2) refuse(rules.length, 'the block has one byte');
  const total = u16(start);
  let at = start + 2;
  if (total < 4 || total !== end - at) refuse(rules.length, `total ${total}, ${end - at} bytes remain`);
  const extensions: Extension[] = [];
  let previous = -1;
  while (at < end) {
    if (end - at < 4) refuse(rules.length, 'an entry is cut in its header');
    const type = u16(at);
    if (type <= previous) refuse(rules.order, `type ${type} after ${previous}`);
    previous = type;
    rules.checkType?.(type);
    const length = u16(at + 2);
    at += 4;
    if (length > end - at) refuse(rules.length, `an entry of ${length} bytes, ${end - at} remain`);
    const extension = { type, value: new Uint8Array(bytes.subarray(at, at + length)) };
    rules.checkValue?.(extension);
    extensions.push(extension);
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
