/** Frames: `type u8 | length u32 | payload`, and which of them are legal in which state. */
import { join, u8, u32 } from './bytes.mjs';
import { refuse } from './refusal.mjs';

/** Frame types that may arrive, by role and state of the receiver. */
const LEGAL = {
  server: { W_HELLO: [1, 7], W_VERIFY: [3, 7], W_SESSION: [5, 7], W_AUTH: [5], OPEN: [5, 6, 8] },
  client: { W_WELCOME: [2, 7], W_COMPLETE: [4, 7], W_SESSION: [5, 7], W_AUTH: [5], OPEN: [5, 6, 8] },
};

const SEALED = [5, 6, 8];

export function encodeFrame(type, payload) {
  return join(u8(type), u32(payload.length), payload);
}

/** Judges a header, as a receiver does before it takes the payload. `maximum` holds in OPEN. */
export function admit(role, state, type, length, maximum) {
  if (!LEGAL[role][state].includes(type)) refuse('frame.unexpected-type');
  if (length > (state === 'OPEN' ? maximum : 4096)) refuse('frame.too-large');
  if (SEALED.includes(type) && length < 29) refuse('frame.sealed-too-short');
}

/** Takes whole frames from a stream that is then at its end. */
export function decodeFrames(bytes, judge) {
  const frames = [];
  let at = 0;
  while (at < bytes.length) {
    if (bytes.length - at < 5) refuse('frame.truncated');
    const type = bytes[at];
    const length = bytes.readUInt32BE(at + 1);
    judge(type, length);
    if (bytes.length - at - 5 < length) refuse('frame.truncated');
    frames.push({ type, payload: bytes.subarray(at + 5, at + 5 + length).toString('hex') });
    at += 5 + length;
  }
  return frames;
}
