import { refuse } from '../../errors.ts';
import type { ControlMessage, ControlMessageOf } from './message.ts';

const ID_BYTES = 16;
/** `st` of ACK. */
export const AckStatus = { STORED: 0, DUPLICATE: 1 } as const;
export type AckStatus = (typeof AckStatus)[keyof typeof AckStatus];

/** `kind` of AUTH and `auth` of SESSION. */
export const AuthKind = { NONE: 0, PSK: 1, IDENTITY: 2 } as const;
export type AuthKind = (typeof AuthKind)[keyof typeof AuthKind];

const PROOF_BYTES = { [AuthKind.PSK]: 32, [AuthKind.IDENTITY]: 64 } as const;

/** What one field's rule cannot say, judged after all of them. Refuses by `control.field-missing` or `control.field-range`. */
export function checkRules(message: ControlMessage): void {
  if (message.name === 'ACK') checkAck(message);
  else if (message.name === 'AUTH') checkAuth(message);
}

/** One status per id, each 00 or 01. */
function checkAck({ ids, st }: ControlMessageOf<'ACK'>): void {
  if (st.length * ID_BYTES !== ids.length)
    refuse('control.field-range', `${st.length} statuses, ${ids.length} bytes of ids`);
  if (st.some((status) => status > AckStatus.DUPLICATE)) refuse('control.field-range', 'a status is neither 00 nor 01');
}

/** Kind 1 names its psk, kind 2 its key; each has a proof of its own length. */
function checkAuth({ kind, kid, pub, proof }: ControlMessageOf<'AUTH'>): void {
  if (kind === AuthKind.PSK && kid === undefined) refuse('control.field-missing', 'kid');
  if (kind === AuthKind.IDENTITY && pub === undefined) refuse('control.field-missing', 'pub');
  const due = kind === AuthKind.PSK ? PROOF_BYTES[AuthKind.PSK] : PROOF_BYTES[AuthKind.IDENTITY];
  if (proof.length !== due) refuse('control.field-range', `a proof of ${proof.length} bytes`);
}
