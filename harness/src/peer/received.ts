import type { ControlMessage, UnknownControl, Welcome } from '../../../reference/src/wire/index.ts';

/** A message of the node that is no operation, in the order of arrival. */
export type Received = { readonly number: number } & (
  | ({ readonly name: 'WELCOME' } & { readonly welcome: Welcome })
  | { readonly name: 'COMPLETE'; readonly payload: Uint8Array }
  | { readonly name: 'ALERT'; readonly code: number }
  | { readonly name: ControlMessage['name']; readonly message: ControlMessage }
  | { readonly name: 'UNKNOWN'; readonly message: UnknownControl }
);

/** The word with which a node ended a connection. */
export interface LastWord {
  readonly name: 'ALERT' | 'ERROR' | 'CLOSE';
  readonly code: number;
}
