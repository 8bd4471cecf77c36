import { refuse } from '../errors.ts';

/** Advisory and never trusted: `code u16`. */
export interface Alert {
  /** An error code, known or not: 0 to 65535. */
  readonly code: number;
}

/** The payload of an ALERT frame. Throws RangeError when the code is no u16. */
export function encodeAlert(alert: Alert): Uint8Array {
  const { code } = alert;
  if (!Number.isInteger(code) || code < 0 || code > 0xffff) throw new RangeError(`not an error code: ${code}`);
  return Uint8Array.of(code >>> 8, code & 0xff);
}

/** Refuses by `alert.length`. */
export function decodeAlert(payload: Uint8Array): Alert {
  if (payload.length !== 2) refuse('alert.length', `${payload.length} bytes`);
  return { code: (payload[0]! << 8) | payload[1]! };
}
