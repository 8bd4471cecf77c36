import { compareUtf8, DateValue, Double, Float32Vector, Id, type Value } from '../../../reference/src/wire/index.ts';
import { HarnessFault } from '../failure.ts';
import { resolveBytes } from './bytes.ts';
import type { Environment } from './environment.ts';
import { resolveNumber } from './number.ts';
import { resolveText } from './text.ts';

export type Pairs = readonly (readonly [name: string, value: Value])[];

/**
 * The fields of a record. A list of pairs stays in its order; a mapping is sorted as an encoder sorts it; `{fields: n}`
 * makes that many.
 */
export function resolveRecord(value: unknown, environment: Environment): Pairs {
  if (value instanceof Map) return [...value] as Pairs;
  if (Array.isArray(value)) {
    return value.map(([name, of]) => [resolveText(name, environment), resolveValue(of, environment)] as const);
  }
  if (typeof value === 'string' && value.startsWith('$')) return resolveRecord(environment.get(value), environment);
  if (typeof value !== 'object' || value === null) throw new HarnessFault(`${JSON.stringify(value)} is no record`);
  const entries = Object.entries(value);
  if (entries.length === 1 && entries[0]![0] === 'fields') {
    const n = resolveNumber(entries[0]![1], environment);
    return Array.from({ length: n }, (_, i) => [`f${String(i).padStart(5, '0')}`, i] as const);
  }
  return entries
    .map(([name, of]) => [environment.fill(name), resolveValue(of, environment)] as const)
    .sort(([x], [y]) => compareUtf8(x, y));
}

/** A field value: plain, or typed by its one member (the JSON form of records). */
export function resolveValue(value: unknown, environment: Environment): Value {
  if (typeof value === 'string') {
    return /^\$[\w.]+$/.test(value) ? plain(environment.get(value)) : environment.fill(value);
  }
  if (typeof value !== 'object' || value === null) return plain(value);
  const [[kind, of] = ['', undefined], ...others] = Object.entries(value);
  const make = KINDS[kind];
  if (others.length > 0 || make === undefined) {
    throw new HarnessFault(`${JSON.stringify(value)} is no value: it has one member, such as uuid or dictionary`);
  }
  return make(of, environment);
}

/** What YAML, or a variable, gives as it is. */
function plain(value: unknown): Value {
  if (value === null || ['string', 'boolean', 'bigint'].includes(typeof value)) return value as Value;
  if (typeof value === 'number' && Number.isSafeInteger(value)) return value;
  if (value instanceof Uint8Array || value instanceof Id) return value;
  throw new HarnessFault(`${JSON.stringify(value)} is no plain value; a number that is no integer is {double: bits}`);
}

type Kind = (of: unknown, environment: Environment) => Value;

const KINDS: { readonly [kind: string]: Kind } = {
  string: (of, environment) => resolveText(of, environment),
  int: (of) => (typeof of === 'number' ? of : safe(BigInt(of as string))),
  double: (of) => new Double(...words(of)),
  date: (of) => new DateValue(...words(of)),
  bool: (of) => of === true,
  uuid: (of, environment) => Id.from(resolveBytes(of, environment)),
  data: (of, environment) => resolveBytes(of, environment),
  null: () => null,
  vector: (of) => new Float32Vector(Uint32Array.from((of as string[]).map((bits) => Number.parseInt(bits, 16)))),
  array: resolveArray,
  dictionary: (of, environment) => new Map(resolveRecord(of, environment)),
  nested: (of, environment) => nested(resolveNumber(of, environment)),
};

function safe(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

function words(bits: unknown): [number, number] {
  const text = String(bits);
  if (!/^[0-9a-f]{16}$/i.test(text)) throw new HarnessFault(`${JSON.stringify(bits)} is not 16 hex digits`);
  return [Number.parseInt(text.slice(0, 8), 16), Number.parseInt(text.slice(8), 16)];
}

function resolveArray(of: unknown, environment: Environment): Value {
  if (Array.isArray(of)) return of.map((value) => resolveValue(value, environment));
  const { repeat, times } = of as { readonly repeat: unknown; readonly times: unknown };
  const value = resolveValue(repeat, environment);
  return Array.from({ length: resolveNumber(times, environment) }, () => value);
}

/** `n` arrays, one in the other. */
function nested(n: number): Value {
  let value: Value = [];
  for (let i = 1; i < n; i++) value = [value];
  return value;
}
