/** Ways to replace one frame of a handshake by another. */
import { fromHex, toHex } from '../../../reference/src/bytes/hex.ts';
import { nodeCrypto } from '../../../reference/src/crypto/node.ts';
import { pskProof, type Role } from '../../../reference/src/crypto/schedule.ts';
import { FrameType, type RefusalName } from '../../../reference/src/registry.ts';
import { encodeControl } from '../../../reference/src/wire/control/control.ts';
import { type ControlJson, controlFromJson } from '../../../reference/src/wire/control/json.ts';
import { encodeFrame } from '../../../reference/src/wire/frame.ts';
import { withByte } from '../hex.ts';
import { encodeGreeting, type JsonGreeting } from './greetings.ts';
import type { Handshake, Step } from './handshakes.ts';
import { sealControl } from './seal-control.ts';

type Name = Step['name'];
export type Make = (base: Handshake, step: Step) => string;

/** The step `from name` of `base`, replaced by the frame that `make` gives. */
export type Case = readonly [
  id: string,
  reason: RefusalName,
  base: string,
  from: Role,
  name: Name,
  make: Make,
  note: string,
];

export const greeting =
  (change: Partial<JsonGreeting>): Make =>
  (_, { message }) => {
    const changed = { ...(message as JsonGreeting), ...change };
    return toHex(
      encodeFrame(changed.message === 'HELLO' ? FrameType.HELLO : FrameType.WELCOME, encodeGreeting(changed)),
    );
  };

/** Another control message in the place of this one, sealed as it has to be. */
export const control =
  (change: (message: ControlJson, base: Handshake) => ControlJson): Make =>
  (base, step) => {
    const message = change(step.message as ControlJson, base);
    return sealControl(base.linkKey, step.from, step.counter!, toHex(encodeControl(controlFromJson(message))));
  };

export const plaintext =
  (content: string): Make =>
  (base, { from, counter }) =>
    sealControl(base.linkKey, from, counter!, content);

export const clear =
  (type: keyof typeof FrameType, payload: string): Make =>
  () =>
    toHex(encodeFrame(FrameType[type], fromHex(payload)));

export const damaged =
  (at: number, byte: string): Make =>
  (_, { frame }) =>
    withByte(frame, at, byte);

export const member = (name: string, value: unknown) => control((message) => ({ ...message, [name]: value }));
export const without = (name: string) => control(({ [name]: _, ...message }) => message as unknown as ControlJson);

export const proofUnder = (role: Role, psk: string) =>
  control((message, { transcriptHash }) => ({
    ...message,
    proof: toHex(pskProof(nodeCrypto, fromHex(psk), role, fromHex(transcriptHash))),
  }));

export const OFF_CURVE = (key: string) => withByte(key, -1, key.endsWith('4') ? '95' : '84');
export const PING = '30424c415a45010001ff00016407000000080102030405060708';
