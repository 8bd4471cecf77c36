/** Key schedule, transcript, proofs and the sealing of frames, with node:crypto. */
import {
  createCipheriv,
  createDecipheriv,
  createECDH,
  createHash,
  createHmac,
  createPublicKey,
  hkdfSync,
  verify,
} from 'node:crypto';
import { join, u8, u64 } from './bytes.mjs';
import { isPoint } from './clear.mjs';
import { encodeFrame } from './frame.mjs';
import { refuse } from './refusal.mjs';

export const sha256 = (...parts) =>
  createHash('sha256')
    .update(join(...parts))
    .digest();
export const hmac = (key, ...parts) =>
  createHmac('sha256', key)
    .update(join(...parts))
    .digest();
export const hkdf = (ikm, salt, info) => Buffer.from(hkdfSync('sha256', ikm, salt, info, 32));

export function publicKey(privateKey) {
  const ecdh = createECDH('prime256v1');
  ecdh.setPrivateKey(privateKey);
  return ecdh.getPublicKey();
}

/** The x coordinate of the common point, 32 bytes. */
export function agree(privateKey, peerKey) {
  if (!isPoint(peerKey.toString('hex'))) refuse('hello.key');
  const ecdh = createECDH('prime256v1');
  ecdh.setPrivateKey(privateKey);
  return ecdh.computeSecret(peerKey);
}

/** The lower of the two names first, by bytes; names are ASCII, so `sort` is right. */
export function linkInfo(clientDatabase, serverDatabase) {
  return [clientDatabase, serverDatabase].sort().join(':');
}

export function linkKey(x, clientDatabase, serverDatabase) {
  return hkdf(x, 'blazedb-sync-v1', linkInfo(clientDatabase, serverDatabase));
}

export function transcriptHash(hello, welcome, verifyFrame) {
  return sha256(Buffer.from('blazedb/1.0 th\0'), hello, welcome, verifyFrame);
}

/** What a proof of kind 1 or 2 is made over. */
export function authString(role, th) {
  return join(Buffer.from('blazedb/1.0 auth\0'), Buffer.from(role === 'client' ? 'c' : 's'), th);
}

export function pskProof(psk, role, th) {
  return hmac(psk, authString(role, th));
}

/** ECDSA-P256 with SHA-256, signature `r | s`. */
export function verifySignature(key, role, th, signature) {
  const [x, y] = [key.subarray(1, 33), key.subarray(33)].map((bytes) => bytes.toString('base64url'));
  const object = createPublicKey({ key: { kty: 'EC', crv: 'P-256', x, y }, format: 'jwk' });
  return verify('sha256', authString(role, th), { key: object, dsaEncoding: 'ieee-p1363' }, signature);
}

export function aesSeal(key, nonce, plaintext, aad = Buffer.alloc(0)) {
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: 16 });
  cipher.setAAD(aad);
  return join(cipher.update(plaintext), cipher.final(), cipher.getAuthTag());
}

/** Undefined when the tag is wrong. */
export function aesOpen(key, nonce, sealed, aad = Buffer.alloc(0)) {
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: 16 });
  decipher.setAAD(aad);
  decipher.setAuthTag(sealed.subarray(sealed.length - 16));
  try {
    return join(decipher.update(sealed.subarray(0, sealed.length - 16)), decipher.final());
  } catch {
    return undefined;
  }
}

/** `direction u8 | frame type u8 | 00 00 | counter u64`; the client's frames have direction 00. */
export function nonceOf(sender, type, counter) {
  return join(u8(sender === 'client' ? 0 : 1), u8(type), Buffer.alloc(2), u64(counter));
}

export function sealFrame(key, sender, type, counter, plaintext) {
  const nonce = nonceOf(sender, type, counter);
  return encodeFrame(type, join(nonce, aesSeal(key, nonce, plaintext)));
}

/** Opens the payload of a frame of which `counter` is due. */
export function openPayload(key, sender, type, counter, payload) {
  if (payload.length < 29) refuse('frame.sealed-too-short');
  const nonce = nonceOf(sender, type, counter);
  if (!payload.subarray(0, 12).equals(nonce)) refuse('sealed.nonce');
  return aesOpen(key, nonce, payload.subarray(12)) ?? refuse('sealed.tag');
}
