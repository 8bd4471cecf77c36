import type { Disk, DiskFile } from './disk.ts';
import { folderOf, writeFully } from './disk.ts';
import type { ScanEnd } from './scan.ts';

/** How a journal was found when it was opened. */
export interface Recovery {
  /**
   * `none`: it ended with a whole transaction. `torn`: a last transaction was under way, and nobody was told that it was
   * durable; this is normal after a crash. `damaged`: bytes changed after they were durable, and what was acknowledged
   * since is lost here.
   */
  readonly kind: 'none' | 'torn' | 'damaged';
  readonly keptBytes: number;
  readonly cutBytes: number;
  /** Where the bytes that were cut off are, if they were damaged. */
  readonly damagedCopy?: string;
  /** The greatest seq of the log that is left; 0 when it is empty. */
  readonly lastSeq: number;
}

const PIECE_BYTES = 262_144;

/** Cuts off what is not intact, damaged bytes after they have been copied, and makes that durable. */
export function recover(disk: Disk, path: string, file: DiskFile, found: ScanEnd, lastSeq: number): Recovery {
  const size = file.size();
  const { end, kind } = found;
  if (kind === 'clean' || kind === 'zeros') return { kind: 'none', keptBytes: end, cutBytes: 0, lastSeq };
  const copy = kind === 'damaged' ? { damagedCopy: copyTail(disk, path, file, end, size) } : {};
  file.truncate(end);
  file.sync();
  return { kind, keptBytes: end, cutBytes: size - end, ...copy, lastSeq };
}

/** As `recover`, of a file that is only read. */
export function examine(size: number, found: ScanEnd, lastSeq: number): Recovery {
  const { end, kind } = found;
  if (kind === 'clean' || kind === 'zeros') return { kind: 'none', keptBytes: end, cutBytes: 0, lastSeq };
  return { kind, keptBytes: end, cutBytes: size - end, lastSeq };
}

/** What an operator has to know; `undefined` when there is nothing. */
export function recoverySentence(path: string, recovery: Recovery): string | undefined {
  const { kind, keptBytes, cutBytes, damagedCopy, lastSeq } = recovery;
  if (kind === 'none') return undefined;
  if (kind === 'torn') {
    return `${path}: the last transaction was not finished (${cutBytes} bytes at ${keptBytes}), which is normal after a crash; it was never acknowledged and is left out; the log ends at seq ${lastSeq}`;
  }
  const kept = damagedCopy === undefined ? '' : ` and kept in ${damagedCopy}`;
  return `${path}: DAMAGED at byte ${keptBytes}: ${cutBytes} bytes are left out${kept}; the log ends at seq ${lastSeq}, and what was acknowledged after it may be lost here. Check the disk; connected peers send again what they have, and a backup that goes beyond seq ${lastSeq} is worth more than this file`;
}

function copyTail(disk: Disk, path: string, file: DiskFile, from: number, size: number): string {
  let number = 1;
  while (disk.exists(`${path}.damaged-${number}`)) number += 1;
  const copyPath = `${path}.damaged-${number}`;
  const copy = disk.create(copyPath);
  try {
    const piece = new Uint8Array(Math.min(PIECE_BYTES, size - from));
    for (let at = from; at < size; ) {
      const read = file.read(piece.subarray(0, Math.min(piece.length, size - at)), at);
      if (read === 0) break;
      writeFully(copy, piece.subarray(0, read), at - from);
      at += read;
    }
    copy.sync();
  } finally {
    copy.close();
  }
  disk.syncFolder(folderOf(path));
  return copyPath;
}
