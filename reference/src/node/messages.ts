import type { Out } from '../handshake/step.ts';
import type { ControlMessage } from '../wire/control/message.ts';
import type { Frame } from '../wire/frame.ts';

/** What a connection has understood of what it received, before it acts on it. */
export type Incoming =
  | { readonly kind: 'clear'; readonly frame: Frame /** the whole frame */; readonly raw: Uint8Array }
  | { readonly kind: 'control'; readonly message: ControlMessage }
  /** Of one OPERATION or BATCH frame, as bytes, in their order. */
  | { readonly kind: 'operations'; readonly operations: readonly Uint8Array[] };

/** What a connection wants to send. */
export type Outgoing =
  /** A whole frame in clear. */
  | { readonly kind: 'clear'; readonly frame: Uint8Array }
  | { readonly kind: 'control'; readonly message: ControlMessage }
  /** In their order, in as few frames as the peer's limits allow. */
  | { readonly kind: 'operations'; readonly operations: readonly Uint8Array[] }
  /** Any plaintext in a sealed frame of any type. The standard parts never send it. */
  | { readonly kind: 'sealed'; readonly type: number; readonly plaintext: Uint8Array }
  /** The end of the own direction, after everything before it. */
  | { readonly kind: 'end' };

/** What the handshake wants to send. */
export function outgoing(out: Out): Outgoing {
  return out.sealed === undefined ? { kind: 'clear', frame: out.frame } : { kind: 'control', message: out.sealed };
}
