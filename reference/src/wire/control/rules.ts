import { refuse } from '../../errors.ts';
import type { ControlName } from '../../registry.ts';
import type { ControlMessageOf } from './message.ts';

const ID_BYTES = 16;

/** `st` of ACK. */
export const AckStatus = { STORED: 0, DUPLICATE: 1 } as const;
export type AckStatus = (typeof AckStatus)[keyof typeof AckStatus];

/** `auth` of SESSION and `kind` of AUTH. */
export const AuthKind = { NONE: 0, PSK: 1, IDENTITY: 2 } as const;
export type AuthKind = (typeof AuthKind)[keyof typeof AuthKind];

/**
 * What the type and range of a field cannot say, because it depends on fields that stand before it in its table. Judged
 * with the field. That a proof fits its kind is no such rule: all that can be wrong with an AUTH is one refusal, the
 * handshake's.
 */
export const CROSS_FIELD_RULES: {
  readonly [N in ControlName]?: { readonly [field: string]: (members: never) => void };
} = {
  ACK: { st: checkAckStatus },
};

/** One status per id, each 00 or 01. */
function checkAckStatus({ ids, st }: Pick<ControlMessageOf<'ACK'>, 'ids' | 'st'>): void {
  if (st.length * ID_BYTES !== ids.length)
    refuse('control.field-range', `${st.length} statuses, ${ids.length} bytes of ids`);
  if (st.some((status) => status > AckStatus.DUPLICATE)) refuse('control.field-range', 'a status is neither 00 nor 01');
}
