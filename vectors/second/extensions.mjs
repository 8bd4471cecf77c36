/** Extension blocks: nothing, or `u16 total | { type u16, length u16, value }*` with ascending types. */
import { Cursor, hex, join, u16 } from './bytes.mjs';
import { refuse } from './refusal.mjs';

/** `reasons` names the refusals, as HELLO and operations give them different names. */
export const CLEAR = { length: 'extensions.length', order: 'extensions.order' };
export const IN_OPERATION = { length: 'operation.extensions-length', order: 'operation.extensions-order' };

export function encodeExtensions(list) {
  if (list.length === 0) return Buffer.alloc(0);
  const body = join(...list.map(({ type, value }) => join(u16(type), u16(value.length / 2), hex(value))));
  return join(u16(body.length), body);
}

/**
 * Reads all of `bytes`. Entry by entry: its header has to fit, its type is judged, its value has to fit. `judge` adds
 * what the carrier asks of an entry: a function of the type, which may give a function of the value.
 */
export function decodeExtensions(bytes, reasons, judge = () => undefined) {
  if (bytes.length === 0) return [];
  const cursor = new Cursor(bytes, reasons.length);
  const total = cursor.u16();
  if (total < 4 || total !== cursor.left) refuse(reasons.length);
  const list = [];
  while (cursor.left > 0) {
    if (cursor.left < 4) refuse(reasons.length);
    const type = cursor.u16();
    if (list.length > 0 && type <= list.at(-1).type) refuse(reasons.order);
    const judgeValue = judge(type);
    const value = cursor.hex(cursor.u16());
    judgeValue?.(value);
    list.push({ type, value });
  }
  return list;
}
