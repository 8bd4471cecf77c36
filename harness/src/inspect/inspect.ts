import { ControlMessages, FrameType } from '../../../reference/src/registry.ts';
import { CURSOR_BYTES } from '../../../reference/src/wire/index.ts';
import { CLEAR } from './clear.ts';
import { decodeFrames } from './frames.ts';
import type { Json } from './json.ts';
import { PLAINTEXT } from './sealed.ts';

/** What bytes can be taken for. */
export const KINDS: readonly string[] = ['frames', ...Object.keys(PLAINTEXT), ...Object.keys(CLEAR)];

export interface Inspected {
  readonly kind: string;
  readonly content: Json;
}

export interface InspectOptions {
  /** One of KINDS; default: what the bytes look like. */
  readonly kind?: string | undefined;
  /** Link key, 32 bytes. */
  readonly key?: Uint8Array | undefined;
}

/** Decodes bytes. Throws ProtocolError or RefusedAt. */
export function inspect(bytes: Uint8Array, options: InspectOptions = {}): Inspected {
  const kind = options.kind ?? guess(bytes);
  if (kind === 'frames') return { kind, content: decodeFrames(bytes, options.key) };
  const decode = PLAINTEXT[kind] ?? CLEAR[kind];
  if (decode === undefined) throw new RangeError(`no kind ${kind}`);
  return { kind, content: decode(bytes) };
}

const MAGIC = [0x42, 0x4c, 0x41, 0x5a, 0x45];
const PROTOCOL = [11, ...Buffer.from('blazedb/')];
const FRAME_TYPES: ReadonlySet<number> = new Set(Object.values(FrameType));
const CONTROL_IDS: ReadonlySet<number> = new Set(
  Object.values(ControlMessages).map(({ id }) => Number.parseInt(id, 16)),
);
/** The largest payload that any node may announce. */
const MOST_PAYLOAD = 16_777_216;

/** What bytes look like: by their first bytes and their length, without decoding. An operation is what is left. */
export function guess(bytes: Uint8Array): string {
  if (startsWith(bytes, MAGIC, 0)) return 'record';
  if (startsWith(bytes, PROTOCOL, 0)) return looksLikeWelcome(bytes) ? 'welcome' : 'hello';
  if (CONTROL_IDS.has(bytes[0] ?? 0) && startsWith(bytes, MAGIC, 1)) return 'control';
  if (looksLikeFrames(bytes)) return 'frames';
  if (bytes.length === CURSOR_BYTES) return 'cursor';
  return looksLikeBatch(bytes) ? 'batch' : 'operation';
}

function startsWith(bytes: Uint8Array, prefix: readonly number[], at: number): boolean {
  return prefix.every((byte, i) => bytes[at + i] === byte);
}

/** A WELCOME has 16 bytes more before the token, which is empty there. */
function looksLikeWelcome(bytes: Uint8Array): boolean {
  const name = bytes[28] ?? 0;
  const token = 29 + name + 65 + 1 + 8 + 16;
  return bytes.length > token && bytes[token] === 0;
}

/** A known type, and a length that fits what is there or that a cut frame could have. */
function looksLikeFrames(bytes: Uint8Array): boolean {
  if (!FRAME_TYPES.has(bytes[0] ?? 0)) return false;
  if (bytes.length < 5) return true;
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(1);
  return length <= MOST_PAYLOAD && length <= 2 * bytes.length;
}

/** `flags | count | length | ...` with a length that fits. */
function looksLikeBatch(bytes: Uint8Array): boolean {
  if (bytes.length < 7 || bytes[0] !== 0) return false;
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const count = view.getUint16(1);
  return count >= 1 && count <= 256 && view.getUint32(3) <= bytes.length - 7;
}
