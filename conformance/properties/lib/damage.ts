import fc from 'fast-check';
import { bytes } from './values.ts';

/** One change of some bytes. */
export const damage = fc.oneof(
  fc.record({ at: fc.nat(), flip: fc.integer({ min: 1, max: 255 }) }),
  fc.record({ at: fc.nat(), cut: fc.constant(true) }),
  fc.record({ at: fc.nat(), insert: bytes(4, 1) }),
  fc.record({ at: fc.nat(), drop: fc.integer({ min: 1, max: 4 }) }),
);

export type Damage = typeof damage extends fc.Arbitrary<infer D> ? D : never;

export function damaged(of: Uint8Array, how: Damage, from = 0): Uint8Array {
  const at = from + (how.at % Math.max(1, of.length - from));
  if ('flip' in how) return of.map((byte, i) => (i === at ? byte ^ how.flip : byte));
  if ('cut' in how) return of.slice(0, at);
  if ('insert' in how) return Uint8Array.from([...of.subarray(0, at), ...how.insert, ...of.subarray(at)]);
  return Uint8Array.from([...of.subarray(0, at), ...of.subarray(at + how.drop)]);
}
