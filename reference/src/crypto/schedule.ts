import { compareUtf8 } from '../bytes/compare.ts';
import { concat } from '../bytes/concat.ts';
import { encodeUtf8 } from '../bytes/utf8.ts';
import { Label } from '../registry.ts';
import type { CryptoProvider } from './provider.ts';

/** Who speaks: it stands in the string that AUTH proves, so that no proof can be reflected. */
export type Role = 'client' | 'server';

const LINK_SALT = encodeUtf8(Label.LINK_SALT);
const TRANSCRIPT = encodeUtf8(Label.TRANSCRIPT);
const AUTH: { readonly [R in Role]: Uint8Array } = {
  client: encodeUtf8(`${Label.AUTH}c`),
  server: encodeUtf8(`${Label.AUTH}s`),
};

/**
 * The link key (32 bytes): HKDF-SHA256 of the ECDH x coordinate, salt `blazedb-sync-v1`, info the two database names in
 * byte order, joined by `:` (which no name contains). Known to both ends of the link: no end-to-end key.
 */
export function linkKey(
  crypto: CryptoProvider,
  ecdhX: Uint8Array,
  helloDatabase: string,
  welcomeDatabase: string,
): Uint8Array {
  const ascending = compareUtf8(helloDatabase, welcomeDatabase) <= 0;
  const info = ascending ? `${helloDatabase}:${welcomeDatabase}` : `${welcomeDatabase}:${helloDatabase}`;
  return crypto.hkdfSha256(ecdhX, LINK_SALT, encodeUtf8(info), 32);
}

/** What VERIFY carries (32 bytes): HMAC-SHA256 of the 16-byte challenge under the link key. */
export function verifyMac(crypto: CryptoProvider, key: Uint8Array, challenge: Uint8Array): Uint8Array {
  return crypto.hmacSha256(key, challenge);
}

/** `th` (32 bytes), over the whole frames with their headers, as they crossed the wire. */
export function transcriptHash(
  crypto: CryptoProvider,
  helloFrame: Uint8Array,
  welcomeFrame: Uint8Array,
  verifyFrame: Uint8Array,
): Uint8Array {
  return crypto.sha256(TRANSCRIPT, helloFrame, welcomeFrame, verifyFrame);
}

/** The string that AUTH proves: label | "c" or "s" | th. `role` is the prover's. */
export function authString(role: Role, th: Uint8Array): Uint8Array {
  return concat(AUTH[role], th);
}

/** AUTH kind 1 (32 bytes). `role` is the prover's. */
export function pskProof(crypto: CryptoProvider, psk: Uint8Array, role: Role, th: Uint8Array): Uint8Array {
  return crypto.hmacSha256(psk, AUTH[role], th);
}
