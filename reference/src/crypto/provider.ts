/** P-256 keys of one connection, or an identity. */
export interface KeyPair {
  /** 32 bytes, big-endian scalar from 1 to n - 1. */
  readonly privateKey: Uint8Array;
  /** 65 bytes, X9.63: 04 | X | Y. */
  readonly publicKey: Uint8Array;
}

/** AES-256-GCM under one key, for the hot path: writes where the caller wants it, takes ranges instead of views. */
export interface Aead {
  /** Writes ciphertext | tag (plaintext.length + 16 bytes) into `target` from `at`. `nonce` has 12 bytes; no AAD. */
  seal(nonce: Uint8Array, plaintext: Uint8Array, target: Uint8Array, at: number): void;
  /** The plaintext of ciphertext | tag in `bytes[start, end)`; `undefined` when the tag is wrong. */
  open(nonce: Uint8Array, bytes: Uint8Array, start: number, end: number): Uint8Array | undefined;
}

/**
 * Every cryptographic operation of blazedb/1.0. Two providers implement it (noble.ts, node.ts) and give equal bytes.
 * Randomness comes from here and from nowhere else, so a fixed provider (fixed.ts) makes a whole handshake reproducible.
 * No function depends on `this`. Results are plain Uint8Arrays that nobody else writes to.
 */
export interface CryptoProvider {
  readonly name: 'noble' | 'node';
  /** `n` bytes of a CSPRNG. */
  randomBytes(n: number): Uint8Array;
  /** SHA-256 of the parts, one after the other. 32 bytes. */
  sha256(...parts: readonly Uint8Array[]): Uint8Array;
  /** HMAC-SHA256 of the parts, one after the other. 32 bytes. */
  hmacSha256(key: Uint8Array, ...parts: readonly Uint8Array[]): Uint8Array;
  /** RFC 5869. `length` is 1 to 8,160. */
  hkdfSha256(ikm: Uint8Array, salt: Uint8Array, info: Uint8Array, length: number): Uint8Array;
  generateKeyPair(): KeyPair;
  /** The 65-byte public key of a 32-byte private key. */
  publicKeyOf(privateKey: Uint8Array): Uint8Array;
  /**
   * ECDH on P-256: the x coordinate, always 32 bytes (leading zeros kept). Refuses by `hello.key` unless `publicKey` has
   * 65 bytes, begins with 04, has coordinates below p and lies on the curve (which excludes infinity).
   */
  agree(privateKey: Uint8Array, publicKey: Uint8Array): Uint8Array;
  /** Overwrites a private key that is no longer needed and lets go of what was derived from it (HS-4). */
  erase(privateKey: Uint8Array): void;
  /** AES-256-GCM: ciphertext | tag 16. `nonce` has 12 bytes. */
  seal(key: Uint8Array, nonce: Uint8Array, plaintext: Uint8Array, aad?: Uint8Array): Uint8Array;
  /** The plaintext of ciphertext | tag 16; `undefined` when the tag is wrong. */
  open(key: Uint8Array, nonce: Uint8Array, sealed: Uint8Array, aad?: Uint8Array): Uint8Array | undefined;
  aead(key: Uint8Array): Aead;
  /** ECDSA-P256 with SHA-256 over `message`: r | s, 64 bytes. */
  sign(privateKey: Uint8Array, message: Uint8Array): Uint8Array;
  /** Takes low and high s alike (X9.62 demands neither). False for a bad key, too: never throws. */
  verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean;
  /** Takes the same time for equal lengths, whatever the bytes. False when the lengths differ. */
  constantTimeEqual(a: Uint8Array, b: Uint8Array): boolean;
}

/** Bytes of an AES-GCM tag. */
export const TAG_BYTES = 16;
/** Bytes of an AES-GCM nonce. */
export const NONCE_BYTES = 12;
/** Bytes of an uncompressed P-256 point. */
export const PUBLIC_KEY_BYTES = 65;
/** First byte of an uncompressed point (X9.63). */
export const UNCOMPRESSED = 0x04;
