import { compareBytes } from '../bytes/compare.ts';
import { Id } from '../bytes/id.ts';
import { DateValue } from './date-value.ts';
import { isFields } from './decoded-fields.ts';
import { Double } from './double.ts';
import { Float32Vector } from './float32-vector.ts';

export { DateValue, Double, Float32Vector };

/**
 * A value of BlazeBinary. One wire value has one form here:
 * int is a `number` from -(2^53 - 1) to 2^53 - 1 and a `bigint` outside; uuid is `Id`, data is `Uint8Array`,
 * a dictionary is `Fields`. Doubles, dates and vectors are their bits.
 */
export type Value =
  | null
  | boolean
  | string
  | number
  | bigint
  | Double
  | DateValue
  | Id
  | Uint8Array
  | Float32Vector
  | readonly Value[]
  | Fields;

/** The fields of a record or the entries of a dictionary. Names are only keys of a Map, so none has a meaning to it. */
export type Fields = ReadonlyMap<string, Value>;

/** Whether both have one encoding: bits decide for doubles, the order of a Map does not matter. */
export function equalValues(x: Value, y: Value): boolean {
  if (x === y) return true;
  if (typeof x !== 'object' || typeof y !== 'object' || x === null || y === null) return false;
  if (x instanceof Id) return y instanceof Id && x.equals(y);
  if (x instanceof Double) return y instanceof Double && x.equals(y);
  if (x instanceof DateValue) return y instanceof DateValue && x.equals(y);
  if (x instanceof Float32Vector) return y instanceof Float32Vector && x.equals(y);
  if (x instanceof Uint8Array) return y instanceof Uint8Array && compareBytes(x, y) === 0;
  if (Array.isArray(x))
    return Array.isArray(y) && x.length === y.length && x.every((value, i) => equalValues(value, y[i]));
  return isFields(x) && isFields(y) && equalFields(x, y);
}

/** Whether both have one encoding. */
export function equalFields(x: Fields, y: Fields): boolean {
  if (x.size !== y.size) return false;
  for (const [name, value] of x) {
    const other = y.get(name);
    if (other === undefined || !equalValues(value, other)) return false;
  }
  return true;
}
