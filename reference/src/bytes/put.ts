/*
 * Big-endian stores into memory in which the caller has made room; each returns the end of what it wrote. Stores past
 * the end of a typed array are dropped silently, so `ByteWriter.reserve` comes first.
 */

export function putU16(target: Uint8Array, at: number, value: number): number {
  target[at] = value >>> 8;
  target[at + 1] = value;
  return at + 2;
}

/** Takes int32 as well as u32. */
export function putU32(target: Uint8Array, at: number, value: number): number {
  target[at] = value >>> 24;
  target[at + 1] = value >>> 16;
  target[at + 2] = value >>> 8;
  target[at + 3] = value;
  return at + 4;
}

/** For some ten bytes a loop is faster than the call of `set`. */
export function putShort(target: Uint8Array, at: number, bytes: Uint8Array): number {
  const n = bytes.length;
  for (let i = 0; i < n; i++) target[at + i] = bytes[i]!;
  return at + n;
}
