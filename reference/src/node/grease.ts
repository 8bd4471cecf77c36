import type { CryptoProvider } from '../crypto/provider.ts';

/** Ids that never become a message (section 8.3). */
const IDS = [0x5a, 0x6a, 0x7a] as const;
const BODY_BYTES = 64;

/** Every second time: a control message that every peer skips, with 0 to 64 random bytes as its body. */
export function greaseControl(crypto: CryptoProvider): Uint8Array | undefined {
  const random = crypto.randomBytes(3 + BODY_BYTES);
  if ((random[0]! & 1) === 0) return undefined;
  const plaintext = random.slice(2, 3 + (random[1]! % (BODY_BYTES + 1)));
  plaintext[0] = IDS[random[2]! % IDS.length]!;
  return plaintext;
}
