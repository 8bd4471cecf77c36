import type { Value } from '../../../reference/src/wire/index.ts';
import { CaseFailure, Inconclusive } from '../failure.ts';
import { build } from '../message/build.ts';
import type { HelloDraft } from '../message/draft.ts';
import { nameOfCode } from './codes.ts';
import { defaultControl, defaultHello } from './defaults.ts';
import type { Peer } from './peer.ts';

/** States of the node, in order (protocol section 2, side S). */
export const SERVER_STATES = ['W_HELLO', 'W_VERIFY', 'W_SESSION', 'W_AUTH', 'OPEN'] as const;
export type ServerState = (typeof SERVER_STATES)[number];

export interface ReachOptions {
  /** Replaces the right HELLO. */
  readonly hello?: ((right: HelloDraft) => HelloDraft) | undefined;
  /** Fields of SESSION and AUTH in place of the right ones. */
  readonly session?: { readonly [field: string]: Value } | undefined;
  readonly auth?: { readonly [field: string]: Value } | undefined;
  readonly within?: number | undefined;
}

/**
 * Brings the node into `state` from wherever the connection is: sends what has not been sent, waits for what has not
 * come. One straight line, as the arrow diagram of the spec (section 4.14).
 */
export async function reach(peer: Peer, state: ServerState, options: ReachOptions = {}): Promise<void> {
  const upTo = SERVER_STATES.indexOf(state);
  const { within } = options;
  if (!peer.isConnected) await peer.connect();
  if (upTo < 1) return;
  if (peer.transcript.helloFrame === undefined) {
    const right = defaultHello(peer);
    await peer.sendDraft(options.hello?.(right) ?? right);
  }
  await greeted(peer, 'WELCOME', () => peer.transcript.welcome, within);
  if (upTo < 2) return;
  if (peer.transcript.verifyFrame === undefined) await sendVerify(peer);
  await greeted(peer, 'COMPLETE and SESSION', () => peer.inbound.session, within);
  if (upTo < 3) return;
  if (!peer.inbound.own.sentSession) await peer.send(control(peer, 'SESSION', options.session));
  const due = Math.max(peer.inbound.own.announced, peer.inbound.session?.auth ?? 0);
  if (upTo < 4 || due === 0) return;
  if (!peer.inbound.own.sentAuth) await peer.send(control(peer, 'AUTH', options.auth));
  await peer.wait('AUTH', () => (peer.inbound.authenticated ? true : undefined), { within });
}

/** Everything up to OPEN. */
export function open(peer: Peer, options: ReachOptions = {}): Promise<void> {
  return reach(peer, 'OPEN', options);
}

export async function sendVerify(peer: Peer): Promise<void> {
  await peer.sendDraft({ kind: 'clear', name: 'VERIFY', payload: peer.transcript.mac });
}

function control(peer: Peer, name: 'SESSION' | 'AUTH', fields: { readonly [field: string]: Value } = {}) {
  const draft = defaultControl(peer, name);
  return build({ ...draft, fields: new Map([...draft.fields, ...Object.entries(fields)]) });
}

/** What a node says that turns connections of one address away, whatever they hold: the limits that a kit runs into. */
const TURNED_AWAY: ReadonlyMap<string, string> = new Map([
  ['BUSY', 'HALF_OPEN'],
  ['RATE_LIMITED', 'FAILED_PROOFS'],
]);

async function greeted<T>(peer: Peer, what: string, probe: () => T | undefined, within?: number): Promise<T> {
  try {
    return await peer.wait(what, probe, { within });
  } catch (error) {
    const code = peer.inbound.lastWord === undefined ? '' : nameOfCode(peer.inbound.lastWord.code);
    const limit = TURNED_AWAY.get(code);
    if (!(error instanceof CaseFailure) || peer.inbound.lastWord?.name !== 'ALERT' || limit === undefined) throw error;
    throw new Inconclusive(
      `the node turned this connection away with ALERT ${code}: raise its limit ${limit} for this address while it is tested`,
    );
  }
}
