import type { CryptoProvider, KeyPair } from './provider.ts';

/** What replaces a provider's randomness; what is absent stays random. */
export interface FixedRandomness {
  /** Called for each key pair that is asked for. */
  readonly keyPair?: () => KeyPair;
  /** Called for each run of `n` random bytes. */
  readonly bytes?: (n: number) => Uint8Array;
}

/** `crypto` with randomness from the caller. For vectors, traces and tests: a live node must draw its own. */
export function withRandomness(crypto: CryptoProvider, fixed: FixedRandomness): CryptoProvider {
  return {
    ...crypto,
    generateKeyPair: fixed.keyPair ?? crypto.generateKeyPair,
    randomBytes: fixed.bytes ?? crypto.randomBytes,
  };
}
