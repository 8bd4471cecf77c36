import { createHash } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { Deflate, Inflate } from '../../src/wire/batch.ts';

export const sha256 = (bytes: Uint8Array): Uint8Array => new Uint8Array(createHash('sha256').update(bytes).digest());

export const deflate: Deflate = (raw) => deflateRawSync(raw);

/** By node:zlib, which throws RangeError where the output would pass the maximum. */
export const inflate: Inflate = (packed, maximum) => {
  const options = { maxOutputLength: Math.max(1, maximum), info: true };
  const { buffer, engine } = inflateRawSync(packed, options) as unknown as {
    readonly buffer: Uint8Array;
    readonly engine: { readonly bytesWritten: number };
  };
  return { raw: buffer, consumed: engine.bytesWritten };
};
