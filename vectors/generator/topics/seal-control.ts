import { fromHex, toHex } from '../../../reference/src/bytes/hex.ts';
import { nodeCrypto } from '../../../reference/src/crypto/node.ts';
import type { Role } from '../../../reference/src/crypto/schedule.ts';
import { FrameType } from '../../../reference/src/registry.ts';
import { encodeFrame } from '../../../reference/src/wire/frame.ts';
import { u64 } from '../hex.ts';

/** A frame, sealed under `key` as the frame number `counter` of `from`. */
export function sealControl(key: string, from: Role, counter: number, plaintext: string): string {
  const nonce = `${from === 'client' ? '00' : '01'}050000${u64(counter)}`;
  const sealed = nodeCrypto.seal(fromHex(key), fromHex(nonce), fromHex(plaintext));
  return toHex(encodeFrame(FrameType.CONTROL, fromHex(nonce + toHex(sealed))));
}
