/**
 * Reads a journal file from its beginning: whole transactions, and how it ends.
 *
 * 1. A transaction is given out when all of it is intact, never in part.
 * 2. A transaction is written only when the one before is durable. So an intact frame of a later transaction proves that
 *    what is wrong before it was whole once: it is damage, and may have been acknowledged.
 * 3. Where a file grows, and where it was filled ahead, it is zeros until it is written, in sectors. So a last
 *    transaction that is not intact is torn if the file ends within it, or one of its sectors is still zeros; if neither,
 *    it was whole and is damaged. (A torn one was never acknowledged.)
 * 4. A transaction that is missing altogether at the end leaves no trace: the file by itself cannot tell.
 */
import type { Change } from '../sync/journal.ts';
import { decodeChange } from './change-codec.ts';
import type { FileWindow } from './file-window.ts';
import { type FrameFormat, HEAD_BYTES } from './frame.ts';

export interface Placed {
  readonly change: Change;
  readonly place: number;
}

export interface ScanEnd {
  /** Where the last intact transaction ends. */
  readonly end: number;
  /** `zeros`: nothing but zeros follows. */
  readonly kind: 'clean' | 'zeros' | 'torn' | 'damaged';
}

const SECTOR = 512;

/** A change that is intact, and that this version does not know. */
export class UnknownChange extends Error {
  override readonly name = 'UnknownChange';
}

export function* scan(window: FileWindow, format: FrameFormat, size: number): Generator<Placed, ScanEnd> {
  let start = format.headerBytes;
  for (;;) {
    const transaction: Placed[] = [];
    let at = start;
    let isWhole = false;
    while (!isWhole) {
      const frame = frameAt(window, format, at, size);
      if (frame === undefined || frame.back !== at - start) return endOf(window, format, start, at, size);
      transaction.push({ change: known(frame.change, at), place: at });
      isWhole = frame.isEnd;
      at = frame.end;
    }
    yield* transaction;
    start = at;
  }
}

function known(bytes: Uint8Array, at: number): Change {
  try {
    return decodeChange(bytes);
  } catch (cause) {
    throw new UnknownChange(`the change at ${at} is intact, but this version cannot read it`, { cause });
  }
}

interface Frame {
  readonly change: Uint8Array;
  readonly back: number;
  readonly isEnd: boolean;
  readonly end: number;
}

/** The intact frame at `at`. */
export function frameAt(window: FileWindow, format: FrameFormat, at: number, size: number): Frame | undefined {
  const headAt = window.load(at, HEAD_BYTES, size);
  const head = headAt < 0 ? undefined : format.head(window.bytes, headAt, at);
  if (head === undefined) return undefined;
  const whole = window.load(at, HEAD_BYTES + head.length, size);
  const change = whole < 0 ? undefined : format.change(window.bytes, whole, at, head);
  return change && { change, back: head.back, isEnd: head.isEnd, end: at + HEAD_BYTES + head.length };
}

/** The transaction that begins at `start` fails at `at`. */
function endOf(window: FileWindow, format: FrameFormat, start: number, at: number, size: number): ScanEnd {
  if (start === size) return { end: start, kind: 'clean' };
  const written = lastWritten(window, start, size);
  if (written === start) return { end: start, kind: 'zeros' };
  if (hasLater(window, format, start, written, size)) return { end: start, kind: 'damaged' };
  const headAt = window.load(at, HEAD_BYTES, size);
  const head = headAt < 0 ? undefined : format.head(window.bytes, headAt, at);
  const due = at + HEAD_BYTES + (head?.length ?? 0);
  const isTorn = due > size || hasEmptySector(window, start, Math.max(due, written));
  return { end: start, kind: isTorn ? 'torn' : 'damaged' };
}

/** Where the zeros at the end of the file begin. */
function lastWritten(window: FileWindow, start: number, size: number): number {
  let last = start;
  forEachSector(window, start, size, (position, bytes) => {
    const index = lastNonZero(bytes);
    if (index >= 0) last = position + index + 1;
  });
  return last;
}

/** Invariant 2. */
function hasLater(window: FileWindow, format: FrameFormat, start: number, written: number, size: number): boolean {
  for (let at = start + 1; at < written; at++) {
    const headAt = window.load(at, HEAD_BYTES, size);
    if (headAt < 0) return false;
    const head = format.head(window.bytes, headAt, at);
    if (head !== undefined && at - head.back > start && frameAt(window, format, at, size) !== undefined) return true;
  }
  return false;
}

/** Invariant 3: whether a sector, or what of it is between `start` and `end`, is zeros. */
function hasEmptySector(window: FileWindow, start: number, end: number): boolean {
  let isFound = false;
  forEachSector(window, start, end, (_, bytes) => {
    isFound ||= lastNonZero(bytes) < 0;
  });
  return isFound;
}

/** Its index, or -1. Most of a file that was filled ahead comes by here, so there is no call for each byte. */
function lastNonZero(bytes: Uint8Array): number {
  let at = bytes.length - 1;
  while (at >= 0 && bytes[at] === 0) at--;
  return at;
}

/** Calls `see` with what of each sector is between `start` and `end`. */
function forEachSector(
  window: FileWindow,
  start: number,
  end: number,
  see: (position: number, bytes: Uint8Array) => void,
): void {
  for (let at = start; at < end; ) {
    const length = Math.min(SECTOR - (at % SECTOR), end - at);
    const index = window.load(at, length, end);
    if (index < 0) return;
    see(at, window.bytes.subarray(index, index + length));
    at += length;
  }
}
