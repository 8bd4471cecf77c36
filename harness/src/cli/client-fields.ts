import { toHex } from '../../../reference/src/bytes/hex.ts';
import { Id } from '../../../reference/src/bytes/id.ts';
import { isFields } from '../../../reference/src/wire/decoded-fields.ts';
import { DateValue, Double, type Fields, Float32Vector, type Value } from '../../../reference/src/wire/value.ts';
import { UsageError } from '../failure.ts';
import { visible } from '../text/visible.ts';

/** `name=text` and `name:=json`, as on the command line. Throws UsageError. */
export function parseFields(words: readonly string[]): Map<string, Value> {
  const fields = new Map<string, Value>();
  for (const word of words) {
    const at = word.indexOf('=');
    const isJson = at > 0 && word[at - 1] === ':';
    const name = word.slice(0, isJson ? at - 1 : at);
    if (at < 1 || name === '') {
      throw new UsageError(`${JSON.stringify(word)} is no field: write name=text, or name:=json as in priority:=3`);
    }
    if (fields.has(name)) throw new UsageError(`the field ${name} is given twice`);
    fields.set(name, isJson ? fromJson(name, word.slice(at + 1)) : word.slice(at + 1));
  }
  if (fields.size === 0) throw new UsageError('no fields are given: write name=text, or name:=json as in priority:=3');
  return fields;
}

function fromJson(name: string, text: string): Value {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new UsageError(`what follows ${name}:= is no JSON: ${text} (for text, write ${name}=...)`);
  }
  return toValue(json);
}

/** A whole number is an int, another one a double. */
function toValue(json: unknown): Value {
  if (typeof json === 'number') return Number.isSafeInteger(json) ? json : Double.of(json);
  if (Array.isArray(json)) return json.map(toValue);
  if (typeof json !== 'object' || json === null) return json as null | boolean | string;
  return new Map(Object.entries(json).map(([name, value]) => [name, toValue(value)] as const));
}

/** Fields as JSON for programs: what JSON has no form for is text. */
export function plainFields(fields: Fields): { readonly [name: string]: unknown } {
  return Object.fromEntries([...fields].map(([name, value]) => [name, plain(value)]));
}

function plain(value: Value): unknown {
  if (typeof value === 'bigint') return value.toString();
  if (value instanceof Double) return Number.isFinite(value.value) ? value.value : String(value.value);
  if (value instanceof DateValue) return dateText(value);
  if (value instanceof Id) return value.toHex();
  if (value instanceof Uint8Array) return toHex(value);
  if (value instanceof Float32Vector) return [...new Float32Array(value.bits.buffer.slice(0))];
  if (isFields(value)) return plainFields(value);
  return Array.isArray(value) ? value.map(plain) : value;
}

/** As ISO 8601 where there is such a date. */
function dateText({ unixMilliseconds }: DateValue): string {
  const date = new Date(unixMilliseconds);
  return Number.isNaN(date.getTime()) ? String(unixMilliseconds) : date.toISOString();
}

/** Fields on one line for people. */
export function describeFields(fields: Fields): string {
  return [...fields].map(([name, value]) => visible(`${name}=${JSON.stringify(plain(value))}`)).join('  ');
}
