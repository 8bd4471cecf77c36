import type { Id } from '../bytes/id.ts';
import type { KeyPair } from '../crypto/provider.ts';
import { type ProtocolError, refuse } from '../errors.ts';

/** What the clear messages have agreed on. */
export interface Agreement {
  /** 32 bytes. Its holder overwrites it when the connection has ended (HS-61). */
  readonly linkKey: Uint8Array;
  readonly peerNode: Id;
  /** The server's database. */
  readonly database: string;
  /** The peer's own database: the server's for a client, HELLO.database for a server. */
  readonly peerDatabase: string;
  /** The capability bits that are in force. */
  readonly capabilities: number;
  /** HELLO's bearer token; empty at a client. An unproved claim. */
  readonly token: string;
}

/** With the transcript hash, 32 bytes: known from VERIFY on. */
export interface Bound extends Agreement {
  readonly transcriptHash: Uint8Array;
}

/** The result of a handshake. */
export interface Opened extends Bound {
  /** The peer's `max`: the largest payload it takes. */
  readonly peerFrameMaximum: number;
  /** Owner of the key that the peer proved; undefined without AUTH. */
  readonly principal: string | undefined;
}

/** What the peer's SESSION has said, while its AUTH is awaited. */
export interface Announced {
  readonly bound: Bound;
  readonly peerFrameMaximum: number;
  /** The kind of proof that the peer announced. */
  readonly auth: number;
}

interface Open {
  readonly kind: 'OPEN';
  readonly open: Opened;
}

/**
 * The end. `refusal` is what the step that led here refused after what it sends: the last word about it is still due
 * (`lastWord`). Without one nothing is sent. `spoken` says whether the own SESSION was sent.
 */
export interface Closed {
  readonly kind: 'CLOSED';
  readonly spoken: boolean;
  readonly refusal: ProtocolError | undefined;
}

export type ClientState =
  | {
      readonly kind: 'W_WELCOME';
      readonly helloFrame: Uint8Array;
      readonly keyPair: KeyPair;
      /** HELLO.caps. */
      readonly offered: number;
    }
  | { readonly kind: 'W_COMPLETE'; readonly bound: Bound }
  | { readonly kind: 'W_SESSION'; readonly bound: Bound }
  | ({ readonly kind: 'W_AUTH' } & Announced)
  | Open
  | Closed;

export type ServerState =
  | { readonly kind: 'W_HELLO' }
  | {
      readonly kind: 'W_VERIFY';
      readonly helloFrame: Uint8Array;
      readonly welcomeFrame: Uint8Array;
      readonly challenge: Uint8Array;
      readonly agreement: Agreement;
    }
  | { readonly kind: 'W_SESSION'; readonly bound: Bound }
  | ({ readonly kind: 'W_AUTH' } & Announced)
  | Open
  | Closed;

/** A server that has a link and has heard nothing yet. */
export const W_HELLO: ServerState = { kind: 'W_HELLO' };

/** `agreement` with its transcript hash. Written out: V8 keeps what a spread makes in a slow form. */
export function bind(agreement: Agreement, transcriptHash: Uint8Array): Bound {
  const { linkKey, peerNode, database, peerDatabase, capabilities, token } = agreement;
  return { linkKey, peerNode, database, peerDatabase, capabilities, token, transcriptHash };
}

/** The result of a handshake, from what the peer's SESSION and AUTH have added. */
export function open(bound: Bound, peerFrameMaximum: number, principal: string | undefined): Opened {
  const { linkKey, peerNode, database, peerDatabase, capabilities, token, transcriptHash } = bound;
  return {
    linkKey,
    peerNode,
    database,
    peerDatabase,
    capabilities,
    token,
    transcriptHash,
    peerFrameMaximum,
    principal,
  };
}

type AnyState = ClientState | ServerState;

/** Whether the side in `state` has sent its SESSION: from then on it speaks sealed. */
export function hasSpoken(role: 'client' | 'server', state: AnyState): boolean {
  if (state.kind === 'CLOSED') return state.spoken;
  if (state.kind === 'W_SESSION') return role === 'server'; // the server's SESSION goes first
  return state.kind === 'W_AUTH' || state.kind === 'OPEN';
}

/**
 * Rows "any before own OPEN": ALERT, ERROR, CLOSE or the end of the link -> closed; nothing is concluded. Also what a
 * refusal leads to.
 */
export function closed(role: 'client' | 'server', state: AnyState, refusal?: ProtocolError): Closed {
  return { kind: 'CLOSED', spoken: hasSpoken(role, state), refusal };
}

/** `state`, which must be of `kind`: a message that is not due is refused, by frame type or as a control message. */
export function inState<S extends AnyState, K extends S['kind']>(
  state: S,
  kind: K,
  reason: 'frame.unexpected-type' | 'control.unexpected',
): Extract<S, { readonly kind: K }> {
  if (state.kind !== kind) refuse(reason, `in ${state.kind}, not in ${kind}`);
  return state as Extract<S, { readonly kind: K }>;
}
