import { concat, encodeFrame } from '../../../reference/src/wire/index.ts';
import type { LooseSealer } from '../peer/sealing.ts';
import type { FrameDamage, FrameRegion, Message } from './build.ts';

const HEADER = 5;
const NONCE = 12;
const TAG = 16;

/** The bytes of a message on the link, damage included. */
export function render(message: Message, sealer: LooseSealer): Uint8Array {
  const { type, content } = message;
  if (type === undefined) return content.bytes;
  const payload = message.sealed ? sealer.seal(type, content.bytes, message.nonce, message.key) : content.bytes;
  const frame = encodeFrame(type, payload);
  if (message.length !== undefined) new DataView(frame.buffer, frame.byteOffset).setUint32(1, message.length);
  return message.damage === undefined ? frame : damageFrame(frame, message.damage);
}

function damageFrame(frame: Uint8Array, damage: FrameDamage): Uint8Array {
  const [start, end] = span(damage.region, frame.length);
  return concat(frame.subarray(0, start), damage.edit(frame.slice(start, end)), frame.subarray(end));
}

function span(region: FrameRegion, size: number): readonly [number, number] {
  switch (region) {
    case 'frame':
      return [0, size];
    case 'header':
      return [0, HEADER];
    case 'type':
      return [0, 1];
    case 'length':
      return [1, HEADER];
    case 'payload':
      return [HEADER, size];
    case 'nonce':
      return [HEADER, HEADER + NONCE];
    case 'ciphertext':
      return [HEADER + NONCE, size - TAG];
    case 'tag':
      return [size - TAG, size];
  }
}
