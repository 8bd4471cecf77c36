import { type Change, type Journal, type OpenedJournal, StorageError } from '../../src/sync/journal.ts';

/** A journal whose disk is a list that outlives it. A place is an index of that list. */
export class ListJournal implements Journal {
  readonly kept: Change[];
  readonly #open: Change[] = [];
  commits = 0;
  /** The next commits fail by this. */
  failure: StorageError | undefined;

  constructor(kept: Change[] = []) {
    this.kept = kept;
  }

  get isDirty(): boolean {
    return this.#open.length > 0;
  }

  add(change: Change): number {
    return this.kept.length + this.#open.push(change) - 1;
  }

  commit(): void {
    if (this.failure !== undefined) {
      this.rollback();
      throw this.failure;
    }
    this.commits++;
    this.kept.push(...this.#open.splice(0));
  }

  rollback(): void {
    this.#open.length = 0;
  }

  read(place: number): Uint8Array {
    const change = this.kept[place] ?? this.#open[place - this.kept.length];
    if (change?.kind !== 'append') throw new StorageError('damaged', `no operation at ${place}`);
    return change.bytes;
  }

  rewrite(changes: Iterable<Change>): number[] {
    this.kept.splice(0, this.kept.length, ...changes);
    return this.kept.flatMap((change, at) => (change.kind === 'append' ? [at] : []));
  }

  close(): void {}

  /** What a node that starts now is told. */
  reopened(): OpenedJournal {
    const changes = this.kept.map((change, place) => ({ change, place }));
    return { journal: new ListJournal(this.kept), changes };
  }
}

/** A disk that is full. */
export const FULL = new StorageError('full', 'no room on the disk');
