import { nobleCrypto } from '../../reference/src/crypto/noble.ts';
import { nodeCrypto } from '../../reference/src/crypto/node.ts';
import type { CryptoProvider } from '../../reference/src/crypto/provider.ts';

/** Every vector that needs cryptography is replayed with both. */
export const providers: readonly (readonly [string, CryptoProvider])[] = [
  ['node:crypto', nodeCrypto],
  ['noble', nobleCrypto],
];
