/**
 * Encryption at rest: AES-256-GCM per frame, under keys that come from a password.
 *
 *   folder key = scrypt(password, salt of the folder)             parameters in the folder's header
 *   key check  = HKDF(folder key, salt, "... check", 16)          stored: tells a wrong password from damage
 *   file key   = HKDF(folder key, file id, "... file" | database) the file id is random, new for each file and rewrite
 *   nonce      = opening 8 | counter 4
 *
 * 1. No nonce is used twice under a key. A file has a key of its own (2^-64 for two of 2^32 files to share one). Within a
 *    file every opening for writing draws 8 random bytes and counts frames from 0, failed and rolled back ones included;
 *    after 2^32 frames it draws anew. So what was cut off, or lives on in a backup, has nonces of other openings, although
 *    new frames stand at the same offsets: two of n openings share theirs with a chance of n^2 / 2^65 (1,000 openings
 *    between two compactions: 2^-45).
 * 2. What is authenticated with each frame is its file id, its offset and its whole head (length, place in the
 *    transaction, end), so that no frame can be moved, repeated, joined to another transaction or left out in the middle.
 *    Whoever can write to the disk can still put an older copy of the whole file there, or cut transactions at the end:
 *    a peer sees that by its cursors, the node by itself does not.
 * 3. Lengths and times of writing are visible. Names of databases are names of folders.
 */
import { concat } from '../bytes/concat.ts';
import { putU32 } from '../bytes/put.ts';
import { encodeUtf8 } from '../bytes/utf8.ts';
import type { CryptoProvider } from '../crypto/provider.ts';
import { NONCE_BYTES, TAG_BYTES } from '../crypto/provider.ts';
import { type ScryptCost, scrypt } from '../crypto/scrypt.ts';

/** 32 MiB of memory and about 100 ms, once per opening of a folder; a folder says its own, so that new ones can cost more. */
export const DEFAULT_COST: ScryptCost = { log2N: 15, r: 8, p: 1 };
/** What a header may demand: memory of 256 MiB, and that eight times over. */
const MOST: ScryptCost = { log2N: 18, r: 8, p: 8 };

export const SALT_BYTES = 16;
export const CHECK_BYTES = 16;
/** What sealing adds to a frame. */
export const SEAL_BYTES: number = NONCE_BYTES + TAG_BYTES;

const CHECK_LABEL = encodeUtf8('blazedb at rest check');
const FILE_LABEL = encodeUtf8('blazedb at rest file ');

/** Throws RangeError for a cost that no folder is to have. */
export function folderKey(password: Uint8Array, salt: Uint8Array, cost: ScryptCost): Uint8Array {
  for (const name of ['log2N', 'r', 'p'] as const) {
    if (!Number.isInteger(cost[name]) || cost[name] < 1 || cost[name] > MOST[name])
      throw new RangeError(`scrypt with ${name} = ${cost[name]}; 1 to ${MOST[name]} is allowed`);
  }
  return scrypt(password, salt, cost, 32);
}

export function keyCheck(crypto: CryptoProvider, key: Uint8Array, salt: Uint8Array): Uint8Array {
  return crypto.hkdfSha256(key, salt, CHECK_LABEL, CHECK_BYTES);
}

/** Seals and opens the frames of one file, from one opening of it to the next. */
export class FileSeal {
  readonly #crypto: CryptoProvider;
  readonly #key: Uint8Array;
  readonly #headerKey: Uint8Array;
  readonly #nonce = new Uint8Array(NONCE_BYTES);
  /** Drawn at the first frame: who only reads needs none. */
  #count = 2 ** 32;

  constructor(crypto: CryptoProvider, key: Uint8Array, fileId: Uint8Array, database: string) {
    this.#crypto = crypto;
    const keys = crypto.hkdfSha256(key, fileId, concat(FILE_LABEL, encodeUtf8(database)), 64);
    this.#key = keys.slice(0, 32);
    this.#headerKey = keys.slice(32);
  }

  /** Writes nonce | ciphertext | tag into `target` from `at`. */
  seal(payload: Uint8Array, aad: Uint8Array, target: Uint8Array, at: number): void {
    const nonce = this.#next();
    target.set(nonce, at);
    target.set(this.#crypto.seal(this.#key, nonce, payload, aad), at + NONCE_BYTES);
  }

  /** `undefined` when these bytes were not sealed for this place. */
  open(sealed: Uint8Array, aad: Uint8Array): Uint8Array | undefined {
    if (sealed.length < SEAL_BYTES) return undefined;
    return this.#crypto.open(this.#key, sealed.subarray(0, NONCE_BYTES), sealed.subarray(NONCE_BYTES), aad);
  }

  /** Proves that a header belongs to this key. 16 bytes. */
  headerCheck(header: Uint8Array): Uint8Array {
    return this.#crypto.hmacSha256(this.#headerKey, header).slice(0, CHECK_BYTES);
  }

  /** Invariant 1. */
  #next(): Uint8Array {
    if (this.#count === 2 ** 32) {
      this.#nonce.set(this.#crypto.randomBytes(8));
      this.#count = 0;
    }
    putU32(this.#nonce, 8, this.#count++);
    return this.#nonce;
  }
}
