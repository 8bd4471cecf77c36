import { fromHex, toHex } from '../bytes/hex.ts';
import { Id } from '../bytes/id.ts';
import { refuse } from '../errors.ts';
import { isFields } from './decoded-fields.ts';
import { DateValue, Double, type Fields, Float32Vector, type Value } from './value.ts';

/** One member, named after the kind of value: see section 6.8. Ints are decimal in a string, bits are hex. */
export type JsonValue =
  | { readonly null: null }
  | { readonly bool: boolean }
  | { readonly int: string }
  | { readonly double: string }
  | { readonly date: string }
  | { readonly uuid: string }
  | { readonly string: string }
  | { readonly data: string }
  | { readonly vector: readonly string[] }
  | { readonly array: readonly JsonValue[] }
  | { readonly dictionary: JsonFields };

export type JsonFields = readonly (readonly [name: string, value: JsonValue])[];

/** Throws RangeError where `json` has not the form of section 6.8, and refuses a second use of a name. */
export function fieldsFromJson(json: JsonFields): Fields {
  const fields = new Map<string, Value>();
  for (const [name, value] of json) {
    if (fields.has(name)) refuse('record.names-duplicate', JSON.stringify(name));
    fields.set(name, valueFromJson(value));
  }
  return fields;
}

/** In the order of the Map. */
export function fieldsToJson(fields: Fields): JsonFields {
  return Array.from(fields, ([name, value]) => [name, valueToJson(value)] as const);
}

export function valueFromJson(json: JsonValue): Value {
  const [kind, ...others] = Object.keys(json);
  if (others.length > 0) throw new RangeError(`a value has one member, found ${kind}, ${others.join(', ')}`);
  if ('null' in json) return null;
  if ('bool' in json) return json.bool;
  if ('int' in json) return intFromText(json.int);
  if ('double' in json) return Double.fromBits(...bits(json.double));
  if ('date' in json) return DateValue.fromBits(...bits(json.date));
  if ('uuid' in json) return Id.fromHex(json.uuid);
  if ('string' in json) return json.string;
  if ('data' in json) return fromHex(json.data);
  if ('vector' in json) return new Float32Vector(Uint32Array.from(json.vector, word));
  if ('array' in json) return json.array.map(valueFromJson);
  if ('dictionary' in json) return fieldsFromJson(json.dictionary);
  throw new RangeError(`no kind of value: ${kind}`);
}

export function valueToJson(value: Value): JsonValue {
  if (value === null) return { null: null };
  if (typeof value === 'boolean') return { bool: value };
  if (typeof value === 'string') return { string: value };
  if (typeof value === 'number' || typeof value === 'bigint') return { int: value.toString() };
  if (value instanceof Id) return { uuid: value.toHex() };
  if (value instanceof Double) return { double: hexWord(value.hi) + hexWord(value.lo) };
  if (value instanceof DateValue) return { date: hexWord(value.hi) + hexWord(value.lo) };
  if (value instanceof Uint8Array) return { data: toHex(value) };
  if (value instanceof Float32Vector) return { vector: Array.from(value.bits, hexWord) };
  if (isFields(value)) return { dictionary: fieldsToJson(value) };
  return { array: value.map(valueToJson) };
}

function intFromText(text: string): number | bigint {
  if (!/^-?(0|[1-9][0-9]*)$/.test(text)) throw new RangeError(`not a decimal int: ${JSON.stringify(text)}`);
  const number = Number(text);
  return Number.isSafeInteger(number) ? number : BigInt(text);
}

function bits(hex: string): [hi: number, lo: number] {
  return [word(hex.slice(0, 8)), word(hex.slice(8))];
}

function word(hex: string): number {
  if (!/^[0-9a-fA-F]{8}$/.test(hex)) throw new RangeError(`not 8 hex digits: ${JSON.stringify(hex)}`);
  return Number.parseInt(hex, 16);
}

function hexWord(value: number): string {
  return (value >>> 0).toString(16).padStart(8, '0');
}
