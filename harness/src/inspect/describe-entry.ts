import { FrameType } from '../../../reference/src/registry.ts';
import { Id, ProtocolError, toHex } from '../../../reference/src/wire/index.ts';
import type { Entry } from '../peer/exchange.ts';
import { decodePayload } from './frames.ts';
import type { Json } from './json.ts';
import { PLAINTEXT, SEALED_KIND } from './sealed.ts';

/** An entry of an exchange as reports show it. */
export interface ShownEntry {
  /** Milliseconds since the case began, to a hundredth. */
  readonly at: number;
  readonly connection: string;
  readonly from: 'kit' | 'node' | 'link';
  readonly name: string;
  /** Bytes on the wire. */
  readonly size: number;
  readonly note?: string;
  /** The frame as it crossed the link, or its beginning. */
  readonly hex?: string;
  /** What it says, decrypted; or why it cannot be read. */
  readonly decoded?: Json;
}

/** Bytes of a frame that a report shows in hex. */
const SHOWN_BYTES = 512;

export function describeEntry(entry: Entry): ShownEntry {
  const { at, connection, from, name, size, note, bytes } = entry;
  const head = { at: Math.round(at * 100) / 100, connection, from, name, size };
  const told = note === undefined ? head : { ...head, note };
  if (bytes === undefined) return told;
  const hex = toHex(bytes.subarray(0, SHOWN_BYTES)) + (size > SHOWN_BYTES ? '...' : '');
  const decoded = decode(entry, bytes);
  return decoded === undefined ? { ...told, hex } : { ...told, hex, decoded };
}

function decode({ plaintext, size, from }: Entry, bytes: Uint8Array): Json | undefined {
  const type = bytes[0];
  if (type === undefined || (from === 'node' && bytes.length < 5)) return undefined;
  try {
    if (plaintext !== undefined) return decodePlaintext(type, plaintext);
    if (bytes.length < size || !(Object.values(FrameType) as readonly number[]).includes(type)) return undefined;
    return SEALED_KIND[type] === undefined ? decodePayload(type, bytes.subarray(5)).content : undefined;
  } catch (error) {
    return error instanceof ProtocolError ? { refused: error.reason, because: error.message } : undefined;
  }
}

/** What was sealed; of something long only what names it. */
function decodePlaintext(type: number, plaintext: Uint8Array): Json | undefined {
  const kind = SEALED_KIND[type];
  if (kind === undefined) return { plaintext: toHex(plaintext) };
  if (plaintext.length < KEPT_WHOLE) return PLAINTEXT[kind]!(plaintext);
  return kind === 'operation' ? { id: Id.from(plaintext).toHex(), note: 'too long to show' } : undefined;
}

/** An exchange keeps this many bytes of a frame; shorter plaintexts are whole. */
const KEPT_WHOLE = 4096;
