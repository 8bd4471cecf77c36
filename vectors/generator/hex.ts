import { toHex } from '../../reference/src/bytes/hex.ts';
import { encodeUtf8 } from '../../reference/src/bytes/utf8.ts';

/** Hex without the blanks that make it readable; bytes and hex may be mixed. */
export function hex(...parts: readonly (string | Uint8Array)[]): string {
  return parts.map((part) => (typeof part === 'string' ? part.replace(/\s+/g, '') : toHex(part))).join('');
}

/** UTF-8 of a text, as hex. */
export function text(content: string): string {
  return toHex(encodeUtf8(content));
}

/** Big-endian integers, as hex. */
export const u8 = (n: number): string => n.toString(16).padStart(2, '0');
export const u16 = (n: number): string => n.toString(16).padStart(4, '0');
export const u32 = (n: number): string => n.toString(16).padStart(8, '0');
export const u64 = (n: number | bigint): string => n.toString(16).padStart(16, '0');

/** `bytes` (hex) with the byte at `at` replaced by `byte` (hex); a negative `at` counts from the end. */
export function withByte(bytes: string, at: number, byte: string): string {
  const from = 2 * (at < 0 ? bytes.length / 2 + at : at);
  return bytes.slice(0, from) + byte + bytes.slice(from + 2);
}

/** The first `n` bytes; a negative `n` cuts as many off the end. */
export function cut(bytes: string, n: number): string {
  return bytes.slice(0, 2 * (n < 0 ? bytes.length / 2 + n : n));
}
