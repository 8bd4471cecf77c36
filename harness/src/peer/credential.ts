/** A pre-shared key and its name. */
export interface Credential {
  readonly kid: string;
  readonly psk: Uint8Array;
}
