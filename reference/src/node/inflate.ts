import { inflateRawSync } from 'node:zlib';
import type { Inflate } from '../wire/batch.ts';

/** With `info` zlib tells how much of the input it has used; the types do not say so. */
interface Inflated {
  readonly buffer: Uint8Array;
  readonly engine: { readonly bytesWritten: number };
}

/** Raw DEFLATE by zlib, which gives up at the byte that would pass `maximum`. */
export const inflate: Inflate = (packed, maximum) => {
  const options = { maxOutputLength: Math.max(1, maximum), info: true };
  const { buffer, engine } = inflateRawSync(packed, options) as unknown as Inflated;
  if (buffer.length > maximum) throw new RangeError(`more than ${maximum} bytes`);
  return { raw: new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length), consumed: engine.bytesWritten };
};
