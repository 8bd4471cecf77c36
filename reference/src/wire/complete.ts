import { refuse } from '../errors.ts';

/** The payload of a COMPLETE frame: nothing. */
export function encodeComplete(): Uint8Array {
  return new Uint8Array(0);
}

/** Refuses by `complete.body`: a body would stand outside the transcript hash. */
export function decodeComplete(payload: Uint8Array): void {
  if (payload.length !== 0) refuse('complete.body', `${payload.length} bytes`);
}
