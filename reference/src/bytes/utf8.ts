/**
 * Strict UTF-8 without surprises: lone surrogates have no encoding, U+FEFF is kept, nothing is replaced.
 *
 * Short texts go through loops over code units: below some 48 bytes the call into TextEncoder or TextDecoder costs more
 * than the whole loop (measured, see the codec benchmark).
 */
export const SHORT_TEXT = 48;

const encoder = new TextEncoder();
/** `fatal` refuses what is not UTF-8, `ignoreBOM` keeps a leading U+FEFF. */
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The UTF-8 bytes of `text`. Throws RangeError on a lone surrogate. */
export function encodeUtf8(text: string): Uint8Array {
  const length = utf8Length(text);
  if (length < 0) throw new RangeError('a lone surrogate has no UTF-8 form');
  const bytes = new Uint8Array(length);
  writeUtf8(text, bytes, 0);
  return bytes;
}

/** How many bytes `text` has in UTF-8; -1 when a surrogate stands alone. */
export function utf8Length(text: string): number {
  let length = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) continue;
    if (unit < 0x800) length += 1;
    else if (unit < 0xd800 || unit > 0xdfff) length += 2;
    else {
      if (unit > 0xdbff || !isTrail(text.charCodeAt(i + 1))) return -1;
      i++;
      length += 2; // four bytes for two units
    }
  }
  return length;
}

/** Writes a well-formed `text` at `at`, where the caller has made room for `utf8Length`; returns the end. */
export function writeUtf8(text: string, target: Uint8Array, at: number): number {
  if (text.length > SHORT_TEXT) return at + encoder.encodeInto(text, target.subarray(at)).written;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) target[at++] = unit;
    else if (unit < 0x800) {
      target[at++] = 0xc0 | (unit >> 6);
      target[at++] = 0x80 | (unit & 0x3f);
    } else if (unit < 0xd800 || unit > 0xdfff) {
      target[at++] = 0xe0 | (unit >> 12);
      target[at++] = 0x80 | ((unit >> 6) & 0x3f);
      target[at++] = 0x80 | (unit & 0x3f);
    } else {
      const point = 0x10000 + ((unit - 0xd800) << 10) + (text.charCodeAt(++i) - 0xdc00);
      target[at++] = 0xf0 | (point >> 18);
      target[at++] = 0x80 | ((point >> 12) & 0x3f);
      target[at++] = 0x80 | ((point >> 6) & 0x3f);
      target[at++] = 0x80 | (point & 0x3f);
    }
  }
  return at;
}

/** Whether `writeAscii` may be tried: a longer text is faster otherwise. */
export function isShort(text: string): boolean {
  return text.length <= SHORT_TEXT;
}

/** Writes `text` at `at`, where the caller has made room for its length; returns the end, -1 at what is not ASCII. */
export function writeAscii(text: string, target: Uint8Array, at: number): number {
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit > 0x7f) return -1;
    target[at + i] = unit;
  }
  return at + text.length;
}

/** The text of `bytes[start, end)`; `undefined` when that is not UTF-8. */
export function decodeUtf8(bytes: Uint8Array, start = 0, end: number = bytes.length): string | undefined {
  if (end - start <= SHORT_TEXT) {
    const text = decodeAscii(bytes, start, end);
    if (text !== undefined) return text;
  }
  try {
    return decoder.decode(bytes.subarray(start, end));
  } catch {
    return undefined;
  }
}

/**
 * The text of `bytes[start, end)`; `undefined` when a byte is 80 or more. One call makes eight characters: a call for
 * each, and a concatenation after it, is three times slower.
 */
function decodeAscii(bytes: Uint8Array, start: number, end: number): string | undefined {
  let text = '';
  let i = start;
  for (; i + 8 <= end; i += 8) {
    const a = bytes[i]!;
    const b = bytes[i + 1]!;
    const c = bytes[i + 2]!;
    const d = bytes[i + 3]!;
    const e = bytes[i + 4]!;
    const f = bytes[i + 5]!;
    const g = bytes[i + 6]!;
    const h = bytes[i + 7]!;
    if ((a | b | c | d | e | f | g | h) > 0x7f) return undefined;
    text += String.fromCharCode(a, b, c, d, e, f, g, h);
  }
  if (i + 4 <= end) {
    const a = bytes[i]!;
    const b = bytes[i + 1]!;
    const c = bytes[i + 2]!;
    const d = bytes[i + 3]!;
    if ((a | b | c | d) > 0x7f) return undefined;
    text += String.fromCharCode(a, b, c, d);
    i += 4;
  }
  if (i === end) return text;
  const a = bytes[i]!;
  if (i + 1 === end) return a > 0x7f ? undefined : text + String.fromCharCode(a);
  const b = bytes[i + 1]!;
  if (i + 2 === end) return (a | b) > 0x7f ? undefined : text + String.fromCharCode(a, b);
  const c = bytes[i + 2]!;
  return (a | b | c) > 0x7f ? undefined : text + String.fromCharCode(a, b, c);
}

function isTrail(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}
