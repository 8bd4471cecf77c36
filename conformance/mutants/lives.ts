/** What a fault needs to know of the starts of its node: what was there, and what the disk has by now. */
import type { ArrivalLog } from '../../reference/src/sync/arrival-log.ts';
import type { Journal } from '../../reference/src/sync/journal.ts';
import type { Fault } from './fault.ts';
import { at, type ReadJournal } from './links-parts.ts';

/** Each method that gives a fault gives one that never acts: it only takes note. */
export class Lives {
  /** Starts on a log that was there. */
  restarts = 0;
  /** Seq of the last entry that was there at this start; 0 at the first. */
  found = 0;
  /** Whether the end of the journal was not a whole transaction at this start. */
  wasTorn = false;
  log: ArrivalLog | undefined;

  ofStarts(): Fault {
    return at('openReplica', {
      when: ({ args: [opened] }) => {
        if (opened.changes.length > 0) this.restarts++;
        this.found = lastSeq(opened);
        this.wasTorn = opened.recovery.kind !== 'none';
        return false;
      },
      then: (call) => call.standard(),
    });
  }

  ofLog(): Fault {
    return at('createLog', {
      when: (call) => {
        this.log = call.standard();
        return false;
      },
      then: (call) => call.standard(),
    });
  }
}

export function lastSeq({ changes }: ReadJournal): number {
  let last = 0;
  for (const { change } of changes) {
    if (change.kind === 'append') last = change.seq;
    else if (change.kind === 'dropped') last = change.from + change.marks.length / 16 - 1;
  }
  return last;
}

/** A journal that says of some transactions that they are durable, and writes them only when it is asked once more. */
export class LateJournal implements Journal {
  readonly #inner: Journal;
  readonly #isLate: (operations: number) => boolean;
  #operations = 0;
  #isBehind = false;

  constructor(inner: Journal, isLate: (operations: number) => boolean) {
    this.#inner = inner;
    this.#isLate = isLate;
    const close = inner.close.bind(inner);
    // the folder closes its own journals
    inner.close = () => {
      this.write();
      close();
    };
  }

  /** Whether something is said to be durable that is not. */
  get isBehind(): boolean {
    return this.#isBehind;
  }

  get isDirty(): boolean {
    return this.#operations > 0 || (this.#inner.isDirty && !this.#isBehind);
  }

  add(...of: Parameters<Journal['add']>): number {
    if (of[0].kind === 'append') this.#operations++;
    return this.#inner.add(...of);
  }

  commit(): void {
    const operations = this.#operations;
    this.#operations = 0;
    if (operations > 0 && this.#isLate(operations)) this.#isBehind = true;
    else this.write();
  }

  /** Makes everything durable that was said to be. */
  write(): void {
    this.#isBehind = false;
    this.#inner.commit();
  }

  rollback(): void {
    this.#operations = 0;
    this.#inner.rollback();
  }

  read(place: number): Uint8Array {
    return this.#inner.read(place);
  }

  rewrite(...of: Parameters<Journal['rewrite']>): number[] {
    this.write();
    return this.#inner.rewrite(...of);
  }

  close(): void {
    this.#inner.close();
  }
}
