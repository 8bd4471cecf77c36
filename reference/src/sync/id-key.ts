import type { Id } from '../bytes/id.ts';

/**
 * An id as the key of a map: eight UTF-16 units. A quarter of the price of its hex form, and V8 seeds the hashes of
 * strings, so no peer can choose ids that collide.
 */
export function idKey({ a, b, c, d }: Id): string {
  return String.fromCharCode(a >>> 16, a & 0xffff, b >>> 16, b & 0xffff, c >>> 16, c & 0xffff, d >>> 16, d & 0xffff);
}
