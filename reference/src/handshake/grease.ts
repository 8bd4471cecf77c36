import type { CryptoProvider } from '../crypto/provider.ts';
import type { Extension } from '../wire/extensions.ts';

/** Longest value of a GREASE extension. */
const VALUE_BYTES = 16;

/**
 * Now and then (every second time) an extension of a type 0A0A, 1A1A, ... FAFA with 0 to 16 random bytes (HS-57): types
 * that never get a meaning keep receivers used to ignoring what they do not know.
 */
export function greaseExtension(crypto: CryptoProvider): Extension | undefined {
  const random = crypto.randomBytes(2 + VALUE_BYTES);
  const choice = random[0]!;
  if ((choice & 1) === 0) return undefined;
  const byte = (choice & 0xf0) | 0x0a;
  return { type: (byte << 8) | byte, value: random.slice(2, 2 + (random[1]! % (VALUE_BYTES + 1))) };
}
