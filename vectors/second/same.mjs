/** Comparing what is derived with what a vector says. */
import { isDeepStrictEqual } from 'node:util';

/** `actual` and `expected` are equal; bytes are compared as hex. */
export function same(what, actual, expected) {
  const plain = Buffer.isBuffer(actual) ? actual.toString('hex') : actual;
  if (!isDeepStrictEqual(plain, expected)) {
    const show = (value) => JSON.stringify(value).slice(0, 400);
    throw new Error(`${what} is ${show(plain)}, the vector says ${show(expected)}`);
  }
}

/** The members of `derived` are those of the vector. */
export function sameMembers(derived, vector) {
  for (const [name, value] of Object.entries(derived)) same(name, value, vector[name]);
}
