/** Good control messages, one short and one full of each name: valid vectors are they, invalid ones are made of them. */
import { ControlMessages, type ControlName } from '../../../reference/src/registry.ts';
import type { ControlJson } from '../../../reference/src/wire/control/json.ts';
import { python } from '../sources.ts';

export type Receiver = readonly [role: 'client' | 'server', state: 'W_SESSION' | 'W_AUTH' | 'OPEN'];

const STATES = { session: 'W_SESSION', auth: 'W_AUTH', open: 'OPEN', sealed: 'OPEN' } as const;

/** Who receives a message, and in which state, where both are as they usually are. */
export function usualReceiver(name: ControlName): Receiver {
  const { from, phase } = ControlMessages[name];
  return [from === 'server' ? 'client' : 'server', STATES[phase]];
}

const LOG = 'f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff';
export const CURSOR = `${LOG}0000000000000002${'51c87982e865b9d23cb5f201d2d73f66'}`;
export const START = `${LOG}${'00'.repeat(24)}`;
export const ID = '550e8400e29b41d4a716446655440000';
const TH = python.transcriptHash;

/** The shortest good message of each name; the invalid ones are made of these. */
export const BASE: { readonly [name in ControlName]: ControlJson } = {
  SESSION: { message: 'SESSION', th: TH, auth: 0, max: 1048576 },
  AUTH: { message: 'AUTH', kind: 1, proof: python.serverProof },
  SUBSCRIBE: { message: 'SUBSCRIBE', req: 1, mode: 0, sc: [{ s: 1 }] },
  SUBSCRIBED: { message: 'SUBSCRIBED', req: 1, st: 0, sc: [{ s: 1, st: 0 }] },
  SCOPE_REVOKED: { message: 'SCOPE_REVOKED', s: 1, code: 0x0304 },
  ACK: { message: 'ACK', ids: ID, st: '00', cur: CURSOR },
  REJECT: { message: 'REJECT', ids: ID, code: 0x0401 },
  FEED_ACK: { message: 'FEED_ACK', n: 2 },
  CHECKPOINT: { message: 'CHECKPOINT', sc: [{ s: 1, cur: CURSOR }], n: 2, more: false },
  PING: { message: 'PING', d: '0102030405060708' },
  PONG: { message: 'PONG', d: '0102030405060708' },
  ERROR: { message: 'ERROR', code: 0x0103 },
  CLOSE: { message: 'CLOSE', code: 0 },
};

/** All optional members of each message that has some. */
export const FULL: { readonly [name in ControlName]?: ControlJson } = {
  AUTH: { message: 'AUTH', kind: 2, kid: 'k1', pub: python.client.publicKey, proof: '5a'.repeat(64) },
  SUBSCRIBE: {
    message: 'SUBSCRIBE',
    req: 7,
    mode: 0,
    seen: CURSOR,
    sc: [{ s: 1, col: 'bugs', tag: '1088c6a3f35207d03c6ba4997d0b9bde', team: ID, cur: START }],
  },
  REJECT: { ...BASE.REJECT, retry: 300000, msg: 'the counter is above the bound' },
  ERROR: { ...BASE.ERROR, ref: ID, retry: 1000, msg: 'a frame that is not legal in this state' },
  CLOSE: { ...BASE.CLOSE, retry: 5000 },
};
