import { gcm } from '@noble/ciphers/aes.js';
import { equalBytes } from '@noble/ciphers/utils.js';
import { p256 } from '@noble/curves/nist.js';
import { hkdf } from '@noble/hashes/hkdf.js';
import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { randomBytes } from '@noble/hashes/utils.js';
import { refuse } from '../errors.ts';
import type { CryptoProvider } from './provider.ts';
import { PUBLIC_KEY_BYTES, TAG_BYTES, UNCOMPRESSED } from './provider.ts';

/** Curves hashes the message itself; by default it would refuse half of all correct signatures (those with a high s). */
const ECDSA = { prehash: true, lowS: false, format: 'compact' } as const;

function isPoint(publicKey: Uint8Array): boolean {
  return (
    publicKey.length === PUBLIC_KEY_BYTES &&
    publicKey[0] === UNCOMPRESSED &&
    p256.utils.isValidPublicKey(publicKey, false)
  );
}

function update<T extends { update(data: Uint8Array): T }>(hash: T, parts: readonly Uint8Array[]): T {
  for (const part of parts) hash.update(part);
  return hash;
}

function open(key: Uint8Array, nonce: Uint8Array, sealed: Uint8Array, aad?: Uint8Array): Uint8Array | undefined {
  if (sealed.length < TAG_BYTES) return undefined;
  const cipher = gcm(key, nonce, aad);
  try {
    return cipher.decrypt(sealed);
  } catch {
    return undefined; // lengths are right here, so it is the tag
  }
}

/** The portable provider: pure JavaScript, the same in a browser. */
export const nobleCrypto: CryptoProvider = {
  name: 'noble',
  randomBytes: (n) => randomBytes(n),
  sha256: (...parts) => update(sha256.create(), parts).digest(),
  hmacSha256: (key, ...parts) => update(hmac.create(sha256, key), parts).digest(),
  hkdfSha256: (ikm, salt, info, length) => hkdf(sha256, ikm, salt, info, length),
  generateKeyPair() {
    const privateKey = p256.utils.randomSecretKey();
    return { privateKey, publicKey: p256.getPublicKey(privateKey, false) };
  },
  publicKeyOf: (privateKey) => p256.getPublicKey(privateKey, false),
  agree(privateKey, publicKey) {
    if (!isPoint(publicKey)) refuse('hello.key');
    return p256.getSharedSecret(privateKey, publicKey, true).slice(1); // 02 or 03 | x
  },
  /** The array only: what BigInt arithmetic left on the heap is out of reach. */
  erase: (privateKey) => void privateKey.fill(0),
  seal: (key, nonce, plaintext, aad) => gcm(key, nonce, aad).encrypt(plaintext),
  open,
  aead: (key) => ({
    seal(nonce, plaintext, target, at) {
      target.set(gcm(key, nonce).encrypt(plaintext), at);
    },
    open: (nonce, bytes, start, end) => open(key, nonce, bytes.subarray(start, end)),
  }),
  sign: (privateKey, message) => p256.sign(message, privateKey, ECDSA),
  verify(publicKey, message, signature) {
    if (signature.length !== 64 || !isPoint(publicKey)) return false;
    try {
      return p256.verify(signature, message, publicKey, ECDSA);
    } catch {
      return false; // r or s out of range
    }
  },
  constantTimeEqual: (a, b) => a.length === b.length && equalBytes(a, b),
};
