import { inflateRawSync } from 'node:zlib';

/** Unpacks raw DEFLATE, up to `maximum` bytes of output; throws on damage and on more. */
export function inflate(packed: Uint8Array, maximum: number): { raw: Uint8Array; consumed: number } {
  const result = inflateRawSync(packed, { maxOutputLength: maximum, info: true }) as unknown as {
    readonly buffer: Uint8Array;
    readonly engine: { readonly bytesWritten: number };
  };
  return { raw: result.buffer, consumed: result.engine.bytesWritten };
}
