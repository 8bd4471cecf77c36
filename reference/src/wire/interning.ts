import { compareUtf8 } from '../bytes/compare.ts';
import { decodeUtf8 } from '../bytes/utf8.ts';
import { refuse } from '../errors.ts';
import { COMMON_NAMES, makeName, type Name, passingName } from './name.ts';

/*
 * Field names recur in every record, in the same order, and to make a string of bytes, to look one up and to compare
 * two is what a codec spends its time on. So each name is kept once, in both forms, with the name that followed it last
 * time: a name that follows again is found and is known to be in order by one comparison.
 *
 * A name is kept when it is read for the second time, for keys that are data themselves seldom come again. Memory is
 * bounded: when there are NAMES of them all are forgotten. Time stays linear in what a peer sends: the table of bytes
 * has one place for each hash. A hit there is a comparison of all bytes, so no two names can be taken for one another.
 */
const NAMES = 4096;

const byText = new Map<string, Name>();
/** A power of two. The latest name takes the place. */
const PLACES = 4096;
const byBytes: (Name | undefined)[] = new Array<Name | undefined>(PLACES).fill(undefined);
/** Hash of the last name that passed by in each place. */
const passed = new Int32Array(PLACES);

/** Stands before the first name of a record or dictionary. */
export const BEFORE_ALL: Name = passingName('');

/** The name of a field that is being written. Refuses by `record.utf8`, `record.name-too-long` or `record.name-bom`. */
export function nameOfText(text: string): Name {
  const known = byText.get(text);
  if (known !== undefined) return known;
  const name = makeName(text);
  if (!name.kept) return name;
  if (byText.size >= NAMES) forget();
  byText.set(text, name);
  return name;
}

/** The name whose UTF-8 is `bytes[start, end)`. Refuses by `record.utf8`, then `record.name-bom`. */
export function nameOfBytes(bytes: Uint8Array, start: number, end: number): Name {
  let hash = end - start;
  for (let i = start; i < end; i++) hash = (Math.imul(hash, 31) + bytes[i]!) | 0;
  const place = (hash ^ (hash >>> 15)) & (PLACES - 1);
  const known = byBytes[place];
  if (known !== undefined && holds(known, bytes, start, end)) return known;
  const text = decodeUtf8(bytes, start, end) ?? refuse('record.utf8', 'a name');
  if (passed[place] !== hash) {
    passed[place] = hash;
    return byText.get(text) ?? passingName(text);
  }
  const name = nameOfText(text);
  if (name.kept) byBytes[place] = name;
  return name;
}

/** Order of `name` after `previous`: above 0, 0 when they are equal, or below 0. Remembers what ascends. */
export function orderAfter(previous: Name, name: Name): number {
  if (previous.next === name) return 1;
  const order = previous === BEFORE_ALL ? 1 : compareUtf8(name.text, previous.text);
  if (order > 0 && name.kept) previous.next = name;
  return order;
}

/** Of a key, before its UTF-8. */
const LENGTH_BYTES = 2;

function holds({ key }: Name, bytes: Uint8Array, start: number, end: number): boolean {
  if (key.length !== LENGTH_BYTES + end - start) return false;
  for (let i = LENGTH_BYTES, at = start; at < end; i++, at++) {
    if (key[i] !== bytes[at]) return false;
  }
  return true;
}

function forget(): void {
  byText.clear();
  byBytes.fill(undefined);
  BEFORE_ALL.next = undefined;
  for (const name of COMMON_NAMES) if (name !== undefined) name.next = undefined;
  learnCommonNames();
}

/** So that a common name is one object, whether it came by its id or is being written. */
function learnCommonNames(): void {
  for (const name of COMMON_NAMES) if (name !== undefined) byText.set(name.text, name);
}

learnCommonNames();
