import { readFileSync, statSync } from 'node:fs';
import { fromHex } from '../bytes/hex.ts';

export interface Psk {
  readonly kid: string;
  /** 32 bytes. */
  readonly psk: Uint8Array;
}

/** Who may read the file besides its owner. */
const OTHERS = 0o077;

/**
 * Reads `{"kid": "...", "psk": "64 hex digits"}` from a file that only its owner may read (mode 0600). Throws RangeError,
 * with one sentence that shows nothing of the contents.
 */
export function readPskFile(path: string): Psk {
  let text: string;
  try {
    const { mode } = statSync(path);
    if ((mode & OTHERS) !== 0) {
      throw new RangeError(
        `${path} has mode ${(mode & 0o777).toString(8)}; a psk file is for its owner alone: chmod 600 ${path}`,
      );
    }
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof RangeError) throw error;
    throw new RangeError(`cannot read the psk file ${path} (${(error as NodeJS.ErrnoException).code})`, {
      cause: error,
    });
  }
  const value = parse(text);
  const { kid, psk } = value ?? {};
  if (typeof kid !== 'string' || kid === '' || typeof psk !== 'string' || !/^[0-9a-fA-F]{64}$/.test(psk)) {
    throw new RangeError(`${path} is not a psk file: expected {"kid": "name", "psk": "64 hex digits"}`);
  }
  return { kid, psk: fromHex(psk) };
}

function parse(text: string): { readonly kid?: unknown; readonly psk?: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
