import { nodeCrypto } from '../../../reference/src/crypto/node.ts';
import { FrameType } from '../../../reference/src/registry.ts';
import { FRAME_HEADER_BYTES, ProtocolError, refuse, toHex } from '../../../reference/src/wire/index.ts';
import { CLEAR } from './clear.ts';
import type { Json } from './json.ts';
import { PLAINTEXT, SEALED_KIND } from './sealed.ts';

const NAMES: ReadonlyMap<number, string> = new Map(Object.entries(FrameType).map(([name, type]) => [type, name]));
const NONCE = 12;

/** A refusal, and where in the input it happened. */
export class RefusedAt extends Error {
  override readonly name = 'RefusedAt';
  readonly offset: number;
  readonly refusal: ProtocolError;

  constructor(offset: number, refusal: ProtocolError) {
    super(refusal.message, { cause: refusal });
    this.offset = offset;
    this.refusal = refusal;
  }
}

/** The type of a frame as the registry calls it. */
export function frameName(type: number): string {
  return NAMES.get(type) ?? type.toString(16).padStart(2, '0');
}

type Members = { readonly [member: string]: Json };

/** A run of frames. Sealed ones are opened with `key`, or shown as nonce and length. Throws RefusedAt. */
export function decodeFrames(bytes: Uint8Array, key?: Uint8Array): Json {
  const frames: Json[] = [];
  for (let at = 0; at < bytes.length; ) {
    try {
      const { frame, size } = decodeFrame(bytes.subarray(at), key);
      frames.push({ offset: at, ...frame });
      at += size;
    } catch (error) {
      if (error instanceof ProtocolError) throw new RefusedAt(at, error);
      throw error;
    }
  }
  return frames;
}

function decodeFrame(bytes: Uint8Array, key: Uint8Array | undefined): { frame: Members; size: number } {
  if (bytes.length < FRAME_HEADER_BYTES) refuse('frame.truncated', `${bytes.length} bytes of a header`);
  const type = bytes[0]!;
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(1);
  if (!NAMES.has(type)) refuse('frame.unexpected-type', `type ${frameName(type)}`);
  const size = FRAME_HEADER_BYTES + length;
  if (bytes.length < size) refuse('frame.truncated', `${length} bytes are declared, ${bytes.length - 5} are there`);
  const payload = bytes.subarray(FRAME_HEADER_BYTES, size);
  return { frame: { frame: frameName(type), length, ...decodePayload(type, payload, key) }, size };
}

/** The payload of a frame: its content, or of a sealed one without its key the nonce and the length of what is in it. */
export function decodePayload(type: number, payload: Uint8Array, key?: Uint8Array): Members {
  const kind = SEALED_KIND[type];
  if (kind === undefined) return { content: CLEAR[frameName(type).toLowerCase()]!(payload) };
  if (payload.length < NONCE + 16 + 1) refuse('frame.sealed-too-short', `${payload.length} bytes`);
  const nonce = payload.subarray(0, NONCE);
  const sealed = { nonce: toHex(nonce), plaintextLength: payload.length - NONCE - 16 };
  if (key === undefined) return sealed;
  const plaintext = nodeCrypto.open(key, nonce, payload.subarray(NONCE)) ?? refuse('sealed.tag');
  return { ...sealed, content: PLAINTEXT[kind]!(plaintext) };
}
