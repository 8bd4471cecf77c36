import { withRandomness } from '../crypto/fixed.ts';
import type { CryptoProvider } from '../crypto/provider.ts';

/**
 * `crypto` with one key pair for every connection and a stream of bytes derived from it in place of random ones: for
 * comparing bytes with another implementation. Two providers of one key give the same bytes in the same order. Whoever
 * knows the key reads and forges everything.
 */
export function fixedKeys(crypto: CryptoProvider, privateKey: Uint8Array): CryptoProvider {
  const publicKey = crypto.publicKeyOf(privateKey);
  let blocks = 0;
  return withRandomness(crypto, {
    keyPair: () => ({ privateKey: new Uint8Array(privateKey), publicKey: new Uint8Array(publicKey) }), // copies: a handshake erases its own
    bytes(n) {
      const bytes = new Uint8Array(n);
      for (let at = 0; at < n; at += 32) {
        const block = crypto.sha256(privateKey, Uint8Array.of(blocks >>> 8, blocks & 0xff));
        blocks++;
        bytes.set(block.subarray(0, n - at), at);
      }
      return bytes;
    },
  });
}
