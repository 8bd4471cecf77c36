import { fromHex } from '../../../src/bytes/hex.ts';
import type { RefusalName } from '../../../src/registry.ts';

/**
 * Bytes that are accepted, and one change after which they are refused: `from`, which stands in them once, becomes `to`.
 * Both are hex with white space and `#` comments.
 */
export interface NearMiss {
  readonly reason: RefusalName;
  readonly fact: string;
  readonly accepted: string;
  readonly from: string;
  readonly to: string;
}

export function bytesOf(text: string): Uint8Array {
  return fromHex(text.replace(/#.*/g, '').replace(/\s+/g, ''));
}

/** The refused bytes. Throws when `from` does not stand in `accepted` exactly once. */
export function refusedBytes({ fact, accepted, from, to }: NearMiss): Uint8Array {
  const parts = accepted.split(from);
  if (parts.length !== 2) throw new Error(`${fact}: the change fits ${parts.length - 1} times`);
  return bytesOf(parts.join(to));
}

/** `count` times `make(index)`. */
export function repeated(count: number, make: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => make(index)).join(' ');
}

export function hex(value: number, bytes: number): string {
  return value.toString(16).padStart(2 * bytes, '0');
}
