import { readFileSync, statSync } from 'node:fs';

/** Who may read the file besides its owner. */
const OTHERS = 0o077;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/**
 * The password in a file that only its owner may read (mode 0600): its bytes, without the line end behind them. Throws
 * RangeError, with one sentence that shows nothing of the contents.
 */
export function readPasswordFile(path: string): Uint8Array {
  let bytes: Uint8Array;
  try {
    const { mode } = statSync(path);
    if ((mode & OTHERS) !== 0) {
      throw new RangeError(
        `${path} has mode ${(mode & 0o777).toString(8)}; a password file is for its owner alone: chmod 600 ${path}`,
      );
    }
    bytes = new Uint8Array(readFileSync(path));
  } catch (error) {
    if (error instanceof RangeError) throw error;
    throw new RangeError(`cannot read the password file ${path} (${(error as NodeJS.ErrnoException).code})`, {
      cause: error,
    });
  }
  let end = bytes.length;
  if (bytes[end - 1] === LINE_FEED) end -= bytes[end - 2] === CARRIAGE_RETURN ? 2 : 1;
  if (end === 0) throw new RangeError(`${path} is empty: its first line is the password`);
  if (bytes.subarray(0, end).includes(LINE_FEED)) throw new RangeError(`${path} has several lines: a password has one`);
  return bytes.slice(0, end);
}
