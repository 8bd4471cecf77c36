import { refuse } from '../errors.ts';

/** HMAC-SHA256 of the challenge under the link key. */
export const VERIFY_BYTES = 32;

/** The payload of a VERIFY frame: the 32 bytes of the MAC. Refuses by `verify.length`. */
export function encodeVerify(mac: Uint8Array): Uint8Array {
  return decodeVerify(mac);
}

/** The MAC, as a copy. Refuses by `verify.length`. */
export function decodeVerify(payload: Uint8Array): Uint8Array {
  if (payload.length !== VERIFY_BYTES) refuse('verify.length', `${payload.length} bytes`);
  return new Uint8Array(payload);
}
