import { decodeUtf8 } from '../bytes/utf8.ts';
import { refuse } from '../errors.ts';
import { makeName, type Name } from './name.ts';

/*
 * Field names recur in every record, and making a string out of bytes (or the reverse) is what a codec spends its time
 * on. Both tables are bounded, so a peer that sends ever new names costs time that is linear in what it sends and no
 * memory; and a hit is a comparison of all bytes, so no two names can be taken for one another.
 */

/** Longer names are not worth a slot. */
const INTERNED_BYTES = 48;

/** Each name has one slot, which the latest name takes over. A power of two. */
const SLOTS = 2048;
const slots: (Name | undefined)[] = new Array<Name | undefined>(SLOTS).fill(undefined);

/** The name in `bytes[start, end)`. Refuses by `record.utf8`, then `record.name-bom`. */
export function nameOfBytes(bytes: Uint8Array, start: number, end: number): Name {
  const length = end - start;
  if (length > INTERNED_BYTES) return decodeName(bytes, start, end);
  let hash = length;
  for (let i = start; i < end; i++) hash = (Math.imul(hash, 31) + bytes[i]!) | 0;
  const slot = (hash ^ (hash >>> 15)) & (SLOTS - 1);
  const known = slots[slot];
  if (known !== undefined && holds(known, bytes, start, length)) return known;
  const name = decodeName(bytes, start, end);
  slots[slot] = name;
  return name;
}

function holds(name: Name, bytes: Uint8Array, start: number, length: number): boolean {
  const own = name.bytes;
  if (own.length !== length) return false;
  for (let i = 0; i < length; i++) {
    if (own[i] !== bytes[start + i]) return false;
  }
  return true;
}

function decodeName(bytes: Uint8Array, start: number, end: number): Name {
  return makeName(decodeUtf8(bytes, start, end) ?? refuse('record.utf8', 'a name'));
}

/** Filled once: names that come later are encoded anew each time. */
const TEXTS = 4096;
const texts = new Map<string, Name>();

/** The name of a field that is being written. Refuses by `record.utf8`, `record.name-too-long` or `record.name-bom`. */
export function nameOfText(text: string): Name {
  const known = texts.get(text);
  if (known !== undefined) return known;
  const name = makeName(text);
  if (texts.size < TEXTS && name.bytes.length <= INTERNED_BYTES) texts.set(text, name);
  return name;
}
