/**
 * Cryptography of a simulated process: Node's own, with every random bit from the seed, key pairs included. On its way it
 * sees that no nonce is used twice under a key, neither to seal nor to open (I6).
 */
import { toHex } from '../src/bytes/hex.ts';
import { nodeCrypto } from '../src/crypto/node.ts';
import type { Aead, CryptoProvider } from '../src/crypto/provider.ts';
import type { Random } from './random.ts';

export class NonceBook {
  readonly #sealed = new Set<string>();
  readonly #opened = new Set<string>();
  readonly #fail: (what: string) => void;

  constructor(fail: (what: string) => void) {
    this.#fail = fail;
  }

  sealed(key: string, nonce: Uint8Array): void {
    this.#note(this.#sealed, `${key} ${toHex(nonce)}`, 'a nonce was used twice under a key');
  }

  opened(key: string, nonce: Uint8Array): void {
    this.#note(this.#opened, `${key} ${toHex(nonce)}`, 'a sealed frame was accepted twice');
  }

  #note(seen: Set<string>, use: string, what: string): void {
    if (seen.has(use)) this.#fail(what);
    seen.add(use);
  }
}

export function witnessCrypto(random: Random, book: NonceBook): CryptoProvider {
  return {
    ...nodeCrypto,
    randomBytes: (n) => random.bytes(n),
    generateKeyPair() {
      const privateKey = random.bytes(32);
      privateKey[0] = privateKey[0]! & 0x7f; // below the order of the curve
      return { privateKey, publicKey: nodeCrypto.publicKeyOf(privateKey) };
    },
    aead: (key) => witnessed(nodeCrypto.aead(key), toHex(key.subarray(0, 8)), book),
  };
}

function witnessed(aead: Aead, key: string, book: NonceBook): Aead {
  return {
    seal(nonce, plaintext, target, at) {
      book.sealed(key, nonce);
      aead.seal(nonce, plaintext, target, at);
    },
    open(nonce, bytes, start, end) {
      const plaintext = aead.open(nonce, bytes, start, end);
      if (plaintext !== undefined) book.opened(key, nonce);
      return plaintext;
    },
  };
}
