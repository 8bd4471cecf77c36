import * as crypto from 'node:crypto';
import { concat } from '../bytes/concat.ts';
import { refuse } from '../errors.ts';
import type { Aead, CryptoProvider, KeyPair } from './provider.ts';
import { PUBLIC_KEY_BYTES, TAG_BYTES, UNCOMPRESSED } from './provider.ts';

const CURVE = 'prime256v1';
const CIPHER = 'aes-256-gcm';
const GCM = { authTagLength: TAG_BYTES } as const;
/** Up to here copying the parts together for one native call is cheaper than a hash object with several. */
const ONE_SHOT_BYTES = 4096;

/**
 * Native handles of the private keys that were made here. An ECDH object that keeps its key derives in 124 us; importing
 * the key into a new one computes the public key again (160 us), diffieHellman with an imported peer key takes 271 us
 * (reference/bench/handshake.ts). Ephemeral keys live for one handshake, and the handle dies with the array.
 */
const handles = new WeakMap<Uint8Array, crypto.ECDH>();

/** A plain Uint8Array on the same memory: `slice` of a Buffer would be a view, that of a Uint8Array is a copy. */
function plain(buffer: Buffer): Uint8Array {
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length);
}

/** Node drops the leading zeros of a private key. */
function padded(scalar: Buffer): Uint8Array {
  const whole = new Uint8Array(32);
  whole.set(scalar, 32 - scalar.length);
  return whole;
}

function importPrivateKey(privateKey: Uint8Array): crypto.ECDH {
  const ecdh = crypto.createECDH(CURVE);
  ecdh.setPrivateKey(privateKey);
  return ecdh;
}

function hmac(key: Uint8Array, parts: readonly Uint8Array[]): Uint8Array {
  const mac = crypto.createHmac('sha256', key);
  for (const part of parts) mac.update(part);
  return plain(mac.digest());
}

function sha256(...parts: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const part of parts) length += part.length;
  if (parts.length === 1 || length <= ONE_SHOT_BYTES) {
    return plain(crypto.hash('sha256', parts.length === 1 ? parts[0]! : concat(...parts), 'buffer'));
  }
  const hash = crypto.createHash('sha256');
  for (const part of parts) hash.update(part);
  return plain(hash.digest());
}

function generateKeyPair(): KeyPair {
  const ecdh = crypto.createECDH(CURVE);
  const publicKey = plain(ecdh.generateKeys());
  const privateKey = padded(ecdh.getPrivateKey());
  handles.set(privateKey, ecdh);
  return { privateKey, publicKey };
}

function agree(privateKey: Uint8Array, publicKey: Uint8Array): Uint8Array {
  // OpenSSL takes compressed (02, 03) and hybrid (06, 07) points as well; the protocol does not.
  if (publicKey.length !== PUBLIC_KEY_BYTES || publicKey[0] !== UNCOMPRESSED) refuse('hello.key');
  const ecdh = handles.get(privateKey) ?? importPrivateKey(privateKey);
  try {
    return plain(ecdh.computeSecret(publicKey));
  } catch (cause) {
    return refuse('hello.key', undefined, { cause });
  }
}

/** RFC 5869 from two HMAC calls: 6 us, where `hkdfSync` takes 11. */
function hkdfSha256(ikm: Uint8Array, salt: Uint8Array, info: Uint8Array, length: number): Uint8Array {
  const pseudoRandomKey = hmac(salt, [ikm]);
  let block = hmac(pseudoRandomKey, [info, Uint8Array.of(1)]);
  if (length === 32) return block;
  const blocks = [block];
  for (let index = 2; blocks.length * 32 < length; index++) {
    block = hmac(pseudoRandomKey, [block, info, Uint8Array.of(index)]);
    blocks.push(block);
  }
  return concat(...blocks).slice(0, length);
}

function seal(key: Uint8Array, nonce: Uint8Array, plaintext: Uint8Array, aad?: Uint8Array): Uint8Array {
  const cipher = crypto.createCipheriv(CIPHER, key, nonce, GCM);
  if (aad !== undefined) cipher.setAAD(aad);
  const sealed = new Uint8Array(plaintext.length + TAG_BYTES);
  sealed.set(cipher.update(plaintext));
  cipher.final();
  sealed.set(cipher.getAuthTag(), plaintext.length);
  return sealed;
}

function open(key: Uint8Array, nonce: Uint8Array, sealed: Uint8Array, aad?: Uint8Array): Uint8Array | undefined {
  return openRange(key, nonce, sealed, 0, sealed.length, aad);
}

function openRange(
  key: Uint8Array,
  nonce: Uint8Array,
  bytes: Uint8Array,
  start: number,
  end: number,
  aad?: Uint8Array,
): Uint8Array | undefined {
  const tagAt = end - TAG_BYTES;
  if (tagAt < start) return undefined;
  const decipher = crypto.createDecipheriv(CIPHER, key, nonce, GCM);
  if (aad !== undefined) decipher.setAAD(aad);
  decipher.setAuthTag(bytes.subarray(tagAt, end));
  const plaintext = decipher.update(bytes.subarray(start, tagAt));
  try {
    decipher.final();
  } catch {
    return undefined; // the one error of final: the tag is wrong. Nothing of the plaintext is given out.
  }
  return plain(plaintext);
}

/** With the raw key: a KeyObject seals no faster (3.7 us both) and costs 2 us to make and to collect. */
function aead(key: Uint8Array): Aead {
  return {
    seal(nonce, plaintext, target, at) {
      const cipher = crypto.createCipheriv(CIPHER, key, nonce);
      target.set(cipher.update(plaintext), at);
      cipher.final();
      target.set(cipher.getAuthTag(), at + plaintext.length);
    },
    open: (nonce, bytes, start, end) => openRange(key, nonce, bytes, start, end),
  };
}

/** JWK is the one form in which Node takes raw coordinates. */
function jwk(publicKey: Uint8Array, privateKey?: Uint8Array): crypto.JsonWebKey {
  const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64url');
  const key = { kty: 'EC', crv: 'P-256', x: text(publicKey.subarray(1, 33)), y: text(publicKey.subarray(33)) };
  return privateKey === undefined ? key : { ...key, d: text(privateKey) };
}

function sign(privateKey: Uint8Array, message: Uint8Array): Uint8Array {
  const key = crypto.createPrivateKey({ key: jwk(publicKeyOf(privateKey), privateKey), format: 'jwk' });
  return plain(crypto.sign('sha256', message, { key, dsaEncoding: 'ieee-p1363' }));
}

function verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  if (publicKey.length !== PUBLIC_KEY_BYTES || publicKey[0] !== UNCOMPRESSED || signature.length !== 64) return false;
  try {
    const key = crypto.createPublicKey({ key: jwk(publicKey), format: 'jwk' });
    return crypto.verify('sha256', message, { key, dsaEncoding: 'ieee-p1363' }, signature);
  } catch {
    return false; // not a point of the curve
  }
}

function publicKeyOf(privateKey: Uint8Array): Uint8Array {
  return plain(importPrivateKey(privateKey).getPublicKey());
}

/** The fast provider, default on Node: OpenSSL by node:crypto, synchronous (WebCrypto is 6 times slower here). */
export const nodeCrypto: CryptoProvider = {
  name: 'node',
  randomBytes: (n) => plain(crypto.randomBytes(n)),
  sha256,
  hmacSha256: (key, ...parts) => hmac(key, parts),
  hkdfSha256,
  generateKeyPair,
  publicKeyOf,
  agree,
  erase(privateKey) {
    handles.delete(privateKey); // OpenSSL clears its copy when the handle is collected
    privateKey.fill(0);
  },
  seal,
  open,
  aead,
  sign,
  verify,
  constantTimeEqual: (a, b) => a.length === b.length && crypto.timingSafeEqual(a, b),
};
