/** Looking into records, for faults that depend on what is in them. */
import { DateValue, Double, type Fields, Float32Vector, type Value } from '../../reference/src/wire/value.ts';

/** Whether some value of the record, at any depth, is meant. */
export function someValue(fields: Fields, meant: (value: Value) => boolean): boolean {
  for (const value of fields.values()) if (inValue(value, meant)) return true;
  return false;
}

function inValue(value: Value, meant: (value: Value) => boolean): boolean {
  if (meant(value)) return true;
  if (Array.isArray(value)) return value.some((entry: Value) => inValue(entry, meant));
  return value instanceof Map && someValue(value, meant);
}

/** Containers, one in the other, at the deepest place. */
export function depthOf(value: Value): number {
  if (Array.isArray(value)) return 1 + Math.max(0, ...value.slice(0, 1024).map(depthOf));
  if (value instanceof Map) return 1 + Math.max(0, ...[...value.values()].map(depthOf));
  return 0;
}

/** Names of the record and of all dictionaries in it, each list in its order. */
export function nameLists(fields: Fields): readonly (readonly string[])[] {
  const lists: string[][] = [[...fields.keys()]];
  const visit = (value: Value): void => {
    if (Array.isArray(value)) for (const entry of value) visit(entry);
    else if (value instanceof Map) lists.push(...(nameLists(value) as string[][]));
  };
  for (const value of fields.values()) visit(value);
  return lists;
}

/** The record with every value that is no container replaced. */
export function mapValues(fields: Fields, change: (value: Value) => Value): Fields {
  return new Map([...fields].map(([name, value]) => [name, mapValue(value, change)]));
}

function mapValue(value: Value, change: (value: Value) => Value): Value {
  if (Array.isArray(value)) return value.map((entry: Value) => mapValue(entry, change));
  return value instanceof Map ? mapValues(value, change) : change(value);
}

/** As a language does that computes with what it reads: NaNs lose their payloads. */
export function withPlainNaN(value: Value): Value {
  if (value instanceof Double) return Number.isNaN(value.value) ? Double.of(Number.NaN) : value;
  if (value instanceof DateValue) return Number.isNaN(value.value) ? new DateValue(0x7ff80000, 0) : value;
  if (value instanceof Float32Vector)
    return new Float32Vector(value.bits.map((bits) => (isNaN32(bits) ? 0x7fc00000 : bits)));
  return value;
}

function isNaN32(bits: number): boolean {
  return (bits & 0x7fffffff) > 0x7f800000;
}

/** As a language does that compares zeros: minus zero becomes zero. */
export function withPlainZero(value: Value): Value {
  if (value instanceof Double) return Object.is(value.value, -0) ? Double.of(0) : value;
  if (value instanceof DateValue) return Object.is(value.value, -0) ? new DateValue(0, 0) : value;
  if (value instanceof Float32Vector)
    return new Float32Vector(value.bits.map((bits) => (bits === 0x80000000 ? 0 : bits)));
  return value;
}

/** As a language does whose numbers are doubles. */
export function withDoubleInts(value: Value): Value {
  if (typeof value !== 'bigint') return value;
  const rounded = BigInt(Number(value));
  const greatest = 2n ** 63n - 1n;
  const kept = rounded > greatest ? greatest : rounded;
  return Number.isSafeInteger(Number(kept)) ? Number(kept) : kept;
}
