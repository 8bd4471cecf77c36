import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fromHex } from '../../src/bytes/hex.ts';
import { nobleCrypto } from '../../src/crypto/noble.ts';
import { nodeCrypto } from '../../src/crypto/node.ts';
import type { CryptoProvider, KeyPair } from '../../src/crypto/provider.ts';

/** Every test of cryptography runs with both. */
export const providers: readonly CryptoProvider[] = [nobleCrypto, nodeCrypto];

/** Each provider beside the other one, for tests in which they must understand each other. */
export const pairs: readonly { readonly a: CryptoProvider; readonly b: CryptoProvider }[] = [
  { a: nobleCrypto, b: nodeCrypto },
  { a: nodeCrypto, b: nobleCrypto },
];

/** The values of the second derivation (Python, its cryptography package); all strings are hex unless they are names. */
export interface PythonDerivation {
  readonly client: { readonly privateKey: string; readonly publicKey: string; readonly node: string };
  readonly server: { readonly privateKey: string; readonly publicKey: string; readonly node: string };
  readonly database: string;
  readonly challenge: string;
  readonly psk: string;
  readonly frames: { readonly [F in 'hello' | 'welcome' | 'verify' | 'complete']: string };
  readonly sizes: { readonly helloPayload: number; readonly welcomePayload: number };
  readonly ecdhX: string;
  readonly linkKey: string;
  readonly transcriptHash: string;
  readonly clientProof: string;
  readonly serverProof: string;
  readonly sealed: readonly {
    readonly sender: 'client' | 'server';
    readonly message: string;
    readonly plaintext: string;
    readonly frame: string;
  }[];
  readonly operation: {
    readonly plaintext: string;
    readonly size: number;
    readonly sealedPayload: number;
    readonly frame: string;
    readonly frameSize: number;
    readonly counter: number;
  };
  readonly sealedOperation: {
    readonly [F in
      | 'team'
      | 'epochKey'
      | 'teamRoot'
      | 'nonce'
      | 'epochId'
      | 'operationKey'
      | 'tagKey'
      | 'collectionTag'
      | 'plaintext'
      | 'aad'
      | 'operation']: string;
  } & { readonly size: number };
}

export const python: PythonDerivation = JSON.parse(
  readFileSync(join(import.meta.dirname, 'handshake-python.json'), 'utf8'),
);

/** The fixed key pair of one side, as fresh arrays: a handshake erases what it was given. */
export function pythonKeyPair(side: 'client' | 'server'): KeyPair {
  return { privateKey: fromHex(python[side].privateKey), publicKey: fromHex(python[side].publicKey) };
}

/** n, n + 1, n + 2, ... as bytes. */
export function counting(length: number, from = 0): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => from + i);
}
