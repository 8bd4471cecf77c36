import type { DiskFile } from './disk.ts';

const AHEAD_BYTES = 262_144;
const NEAR_BYTES = 4096;

/**
 * Part of a file in memory, so that reading it from one end to the other is cheap: whoever goes on where the window ends
 * gets much, who jumps about gets little. Memory is bounded by the largest piece that is asked for.
 */
export class FileWindow {
  /** What was loaded; valid until the next `load`. */
  bytes = new Uint8Array(0);
  readonly #file: DiskFile;
  #start = 0;
  #end = 0;

  constructor(file: DiskFile) {
    this.#file = file;
  }

  /** Index in `bytes` of what is at `position`, with `length` bytes; -1 when the file, up to `end`, has not that many. */
  load(position: number, length: number, end: number): number {
    if (position + length > end) return -1;
    if (position < this.#start || position + length > this.#end) this.#move(position, length, end);
    return position + length > this.#end ? -1 : position - this.#start;
  }

  /** What was written since is read anew. */
  forget(): void {
    this.#start = this.#end = 0;
  }

  #move(position: number, length: number, end: number): void {
    const goesOn = position >= this.#start && position <= this.#end;
    const wanted = Math.min(end - position, Math.max(length, goesOn ? AHEAD_BYTES : NEAR_BYTES));
    // A buffer for an uncommonly large piece does not stay.
    const fits = wanted <= this.bytes.length && this.bytes.length <= AHEAD_BYTES;
    const buffer = fits ? this.bytes : new Uint8Array(wanted);
    const read = this.#file.read(buffer.subarray(0, wanted), position);
    this.bytes = buffer;
    this.#start = position;
    this.#end = position + read;
  }
}
