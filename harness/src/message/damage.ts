import { concat } from '../../../reference/src/wire/index.ts';
import { HarnessFault } from '../failure.ts';
import { FRAME_REGIONS, type FrameRegion, type Message } from './build.ts';

/** One change of bytes. `at` counts from the end when it is negative. */
export type Edit =
  | { readonly verb: 'flip'; readonly at: number; readonly mask: number }
  | { readonly verb: 'overwrite' | 'insert'; readonly at: number; readonly bytes: Uint8Array }
  | { readonly verb: 'append' | 'replace'; readonly bytes: Uint8Array }
  | { readonly verb: 'truncate'; readonly count: number }
  | { readonly verb: 'drop'; readonly at: number; readonly count: number }
  | { readonly verb: 'add'; readonly amount: number };

/** `bytes` with the change made. Throws HarnessFault when the place is not there: the case is wrong. */
export function edit(bytes: Uint8Array, change: Edit): Uint8Array {
  switch (change.verb) {
    case 'flip': {
      const at = place(bytes, change.at, 1);
      const out = bytes.slice();
      out[at] = out[at]! ^ change.mask;
      return out;
    }
    case 'overwrite': {
      const out = bytes.slice();
      out.set(change.bytes, place(bytes, change.at, change.bytes.length));
      return out;
    }
    case 'insert': {
      const at = place(bytes, change.at, 0);
      return concat(bytes.subarray(0, at), change.bytes, bytes.subarray(at));
    }
    case 'append':
      return concat(bytes, change.bytes);
    case 'replace':
      return change.bytes;
    case 'truncate':
      return bytes.slice(0, place(bytes, -change.count, change.count));
    case 'drop': {
      const at = place(bytes, change.at, change.count);
      return concat(bytes.subarray(0, at), bytes.subarray(at + change.count));
    }
    case 'add':
      return addTo(bytes, change.amount);
  }
}

/** Changes a part of the content, the plaintext, or a region of the finished frame. */
export function damage(message: Message, region: string, change: Edit): Message {
  if (isFrameRegion(region, message)) {
    if (message.type === undefined) throw new HarnessFault(`bare bytes have no ${region}`);
    return { ...message, damage: { region, edit: (bytes) => edit(bytes, change) } };
  }
  const { bytes, regions } = message.content;
  const [start, end] = region === 'plaintext' || region === 'payload' ? [0, bytes.length] : (regions.get(region) ?? []);
  if (start === undefined || end === undefined) {
    const known = [...regions.keys(), 'plaintext', ...FRAME_REGIONS].join(', ');
    throw new HarnessFault(`${message.name} has no region ${region}; it has ${known}`);
  }
  const changed = edit(bytes.slice(start, end), change);
  const after = concat(bytes.subarray(0, start), changed, bytes.subarray(end));
  const grown = changed.length - (end - start);
  return { ...message, content: { bytes: follow(message, region, after, grown), regions: new Map() } };
}

/** In a batch the declared length of an operation follows a change inside it; damage to `length.N` itself does not. */
function follow(message: Message, region: string, bytes: Uint8Array, grown: number): Uint8Array {
  const [at] = message.content.regions.get('length.0') ?? [];
  const operation = message.content.regions.get('operation.0');
  const inner = message.content.regions.get(region);
  if (at === undefined || operation === undefined || inner === undefined || grown === 0) return bytes;
  if (inner[0] < operation[0] || inner[1] > operation[1]) return bytes;
  const out = bytes.slice();
  new DataView(out.buffer, out.byteOffset).setUint32(at, operation[1] - operation[0] + grown);
  return out;
}

/** A clear message has its payload as content, so a change there is followed by the frame's length. */
function isFrameRegion(region: string, message: Message): region is FrameRegion {
  if (region === 'payload') return message.sealed;
  return (FRAME_REGIONS as readonly string[]).includes(region);
}

function place(bytes: Uint8Array, at: number, length: number): number {
  const start = at < 0 ? bytes.length + at : at;
  if (start < 0 || start + length > bytes.length) {
    throw new HarnessFault(`a region of ${bytes.length} bytes has no ${length} at ${at}`);
  }
  return start;
}

function addTo(bytes: Uint8Array, amount: number): Uint8Array {
  let value = 0n;
  for (const byte of bytes) value = (value << 8n) | BigInt(byte);
  value = BigInt.asUintN(8 * bytes.length, value + BigInt(amount));
  const out = new Uint8Array(bytes.length);
  for (let i = out.length - 1; i >= 0; i--, value >>= 8n) out[i] = Number(value & 0xffn);
  return out;
}
