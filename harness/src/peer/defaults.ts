import {
  Capability,
  ControlMessages,
  type ControlName,
  DEFAULT_LIMITS,
  Label,
} from '../../../reference/src/registry.ts';
import { AuthKind, type Extension, type Value } from '../../../reference/src/wire/index.ts';
import type { ControlDraft, HelloDraft } from '../message/draft.ts';
import type { Connection } from './connection.ts';

const ALL_CAPABILITIES = Object.values(Capability).reduce((bits, bit) => bits | bit, 0);
/** Extension types that never get a meaning (spec HS-57): 0A0A, 1A1A, ... FAFA. */
const GREASE_EXTENSIONS = Array.from({ length: 16 }, (_, i) => i * 0x1010 + 0x0a0a);

/** A right HELLO for this peer: all capabilities offered, a GREASE extension now and then. */
export function defaultHello(peer: Connection): HelloDraft {
  const { fresh, node, database } = peer.options;
  return {
    kind: 'HELLO',
    protocol: Label.PROTOCOL,
    node: node.toBytes(),
    database,
    key: peer.transcript.keyPair.publicKey,
    caps: ALL_CAPABILITIES,
    time: Date.now(),
    token: '',
    extensions: grease(fresh.u32(), (n) => fresh.bytes(n)),
    parts: new Map(),
  };
}

function grease(dice: number, bytes: (n: number) => Uint8Array): readonly Extension[] {
  if (dice % 4 !== 0) return [];
  return [{ type: GREASE_EXTENSIONS[(dice >>> 8) % 16]!, value: bytes((dice >>> 16) % 17) }];
}

/** A right control message of this name for this moment; for a message of the server one that a server might send. */
export function defaultControl(peer: Connection, name: ControlName): ControlDraft {
  const fields = new Map<string, Value>(Object.entries(DEFAULTS[name](peer)));
  return { kind: 'control', name, id: Number.parseInt(ControlMessages[name].id, 16), fields };
}

const CURSOR = 40;

const DEFAULTS: { readonly [N in ControlName]: (peer: Connection) => { readonly [field: string]: Value } } = {
  SESSION: (peer) => ({
    th: peer.transcript.hash,
    auth: peer.options.credential === undefined ? AuthKind.NONE : AuthKind.PSK,
    max: DEFAULT_LIMITS.FRAME_BYTES,
  }),
  AUTH: (peer) => {
    const { credential, fresh } = peer.options;
    if (credential === undefined) return { kind: AuthKind.PSK, kid: 'none', proof: fresh.bytes(32) };
    const proof = peer.transcript.proof(credential.psk, 'client');
    return { kind: AuthKind.PSK, kid: credential.kid, proof };
  },
  SUBSCRIBE: (peer) => ({ req: peer.nextRequest(), mode: 0, sc: [] }),
  SUBSCRIBED: () => ({ req: 1, st: 0, sc: [] }),
  SCOPE_REVOKED: () => ({ s: 1, code: 0x0304 }),
  ACK: (peer) => ({ ids: peer.options.fresh.bytes(16), st: new Uint8Array(1), cur: new Uint8Array(CURSOR) }),
  REJECT: (peer) => ({ ids: peer.options.fresh.bytes(16), code: 0x0605 }),
  FEED_ACK: (peer) => ({ n: peer.ledger.feed.n }),
  CHECKPOINT: () => ({ sc: [], n: 0, more: false }),
  PING: (peer) => ({ d: peer.options.fresh.bytes(8) }),
  PONG: (peer) => ({ d: peer.options.fresh.bytes(8) }),
  ERROR: () => ({ code: 0x0605 }),
  CLOSE: () => ({ code: 0 }),
};
