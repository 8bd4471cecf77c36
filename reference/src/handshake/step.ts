import type { ControlMessage } from '../wire/control/message.ts';

/** What a step sends: a whole clear frame, or a control message that the channel seals. */
export type Out =
  | { readonly frame: Uint8Array; readonly sealed?: undefined }
  | { readonly sealed: ControlMessage; readonly frame?: undefined };

/** What a step leads to. `out` is sent first, in its order; then `state` holds. */
export interface Step<State> {
  readonly state: State;
  readonly out: readonly Out[];
}
