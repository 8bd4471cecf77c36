import { toHex } from '../bytes/hex.ts';
import { encodeUtf8 } from '../bytes/utf8.ts';
import type { CryptoProvider, KeyPair } from '../crypto/provider.ts';
import { DEFAULT_LIMITS } from '../registry.ts';
import { AuthKind } from '../wire/control/rules.ts';

/** Identity keys that were pinned beforehand: lower-case hex of the 65-byte key, to the name of its owner. */
export type PinnedKeys = ReadonlyMap<string, string>;

/** Proves with an own identity key, believes pinned ones (AUTH kind 2). */
export interface IdentityCredential {
  readonly kind: 'identity';
  readonly identity: KeyPair;
  readonly pinned: PinnedKeys;
}

/** What a client proves itself with. Who has one demands a proof from the other side, too. */
export type ClientCredential =
  | { readonly kind: 'psk'; readonly kid: string; readonly psk: Uint8Array }
  | IdentityCredential;

/** What a server checks clients by: pre-shared keys by their `kid`, which is the principal, or pinned identities. */
export type ServerCredential =
  | { readonly kind: 'psk'; readonly psks: ReadonlyMap<string, Uint8Array> }
  | IdentityCredential;

/** A `kid` crosses the wire before OPEN; its bound is that of other names. */
const KID_BYTES = 255;

/** Throws RangeError for a psk below `minimum` bytes (LIM-23: whoever got a proof can test guesses offline) or a bad kid. */
export function clientPsk(kid: string, psk: Uint8Array, minimum: number = DEFAULT_LIMITS.PSK_BYTES): ClientCredential {
  checkPsk(kid, psk, minimum);
  return { kind: 'psk', kid, psk };
}

/** Throws RangeError as `clientPsk` does, and when a kid stands twice. */
export function serverPsks(
  psks: Iterable<readonly [kid: string, psk: Uint8Array]>,
  minimum: number = DEFAULT_LIMITS.PSK_BYTES,
): ServerCredential {
  const byKid = new Map<string, Uint8Array>();
  for (const [kid, psk] of psks) {
    checkPsk(kid, psk, minimum);
    if (byKid.has(kid)) throw new RangeError(`two pre-shared keys are named ${JSON.stringify(kid)}`);
    byKid.set(kid, psk);
  }
  return { kind: 'psk', psks: byKid };
}

/** `pinned` names the owner of each 65-byte key. For both roles. */
export function identityCredential(
  crypto: CryptoProvider,
  privateKey: Uint8Array,
  pinned: Iterable<readonly [publicKey: Uint8Array, owner: string]>,
): IdentityCredential {
  const byKey = new Map([...pinned].map(([key, owner]) => [toHex(key), owner] as const));
  return { kind: 'identity', identity: { privateKey, publicKey: crypto.publicKeyOf(privateKey) }, pinned: byKey };
}

/** What SESSION announces for a credential. */
export function authKind(credential: ClientCredential | ServerCredential | undefined): AuthKind {
  if (credential === undefined) return AuthKind.NONE;
  return credential.kind === 'psk' ? AuthKind.PSK : AuthKind.IDENTITY;
}

function checkPsk(kid: string, psk: Uint8Array, minimum: number): void {
  if (psk.length < minimum)
    throw new RangeError(`a pre-shared key has at least ${minimum} bytes, this one ${psk.length}`);
  const length = encodeUtf8(kid).length;
  if (length < 1 || length > KID_BYTES) throw new RangeError(`a kid has 1 to ${KID_BYTES} bytes, this one ${length}`);
}
