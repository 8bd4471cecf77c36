/** What is true in a world, whatever its nodes think: written by whoever watches them, and compared with them. */
import { Id } from '../src/bytes/id.ts';
import { decodeOperation, type PlainOperation } from '../src/wire/operation.ts';

/** An operation that somebody wrote. */
export interface Written {
  readonly name: string;
  readonly id: string;
  readonly operation: PlainOperation;
}

/** A position that a server has shown. */
export interface Shown {
  readonly seq: number;
  readonly mark: string;
}

const KEPT_CURSORS = 6;

/** What one node owes: what it must still know after any crash. A backup that is restored brings back an older one. */
export class Ledger {
  /** Ids of operations that it must have, and why. */
  readonly promises: Map<string, string>;
  /** Ids of what its compaction has dropped. */
  readonly dropped: Set<string>;
  /** Ids that some remote has acknowledged to it, by the remote's name. */
  readonly acked: Map<string, Set<string>>;
  /** Ids of fed operations that it has passed over. */
  readonly skipped: Set<string>;
  /** The last positions that it has shown, and the furthest. */
  shown: readonly Shown[];
  /** Ids in the log when a compaction began of which nobody knows how it ended. */
  compacting: ReadonlySet<string> | undefined;

  constructor(from?: Ledger) {
    this.promises = new Map(from?.promises);
    this.dropped = new Set(from?.dropped);
    this.skipped = new Set(from?.skipped);
    this.acked = new Map([...(from?.acked ?? [])].map(([name, ids]) => [name, new Set(ids)]));
    this.shown = from?.shown ?? [];
    this.compacting = from?.compacting;
  }

  promise(id: string, why: string): void {
    if (!this.promises.has(id)) this.promises.set(id, why);
  }

  show(cursor: Shown): void {
    const furthest = this.shown.reduce((most, { seq }) => Math.max(most, seq), 0);
    const others = this.shown.filter(({ seq }) => seq !== cursor.seq);
    const kept = others.length < KEPT_CURSORS ? others : others.filter(({ seq }, i) => i > 0 || seq === furthest);
    this.shown = [...kept, cursor];
  }

  ackedBy(remote: string): Set<string> {
    let ids = this.acked.get(remote);
    if (ids === undefined) {
      ids = new Set();
      this.acked.set(remote, ids);
    }
    return ids;
  }

  /** Whether the absence of an operation is in order. */
  mayLack(id: string): boolean {
    return this.dropped.has(id) || this.compacting?.has(id) === true;
  }
}

/** What all nodes together have done. */
export class History {
  readonly written = new Map<string, Written>();
  /** Ids that some compaction has dropped, and of those that were going on at a crash. */
  readonly dropped = new Set<string>();
  /** What each mark of each log stands for: the mark before, and the operation. */
  readonly #links = new Map<string, { readonly before: string; readonly id: string; readonly seq: number }>();

  wrote(name: string, bytes: Uint8Array): Written {
    const operation = decodeOperation(bytes) as PlainOperation;
    const written = { name, id: operation.id.toHex(), operation };
    this.written.set(written.id, written);
    return written;
  }

  link(log: Id, seq: number, before: Id, mark: Id, id: string): void {
    this.#links.set(keyOf(log, mark.toHex()), { before: before.toHex(), id, seq });
  }

  /** Ids of the operations up to `mark`; `undefined` for a mark that no durable log ever had. */
  upTo(log: Id, mark: Id): ReadonlySet<string> | undefined {
    const ids = new Set<string>();
    for (let at = mark.toHex(); at !== ZERO; ) {
      const link = this.#links.get(keyOf(log, at));
      if (link === undefined) return undefined;
      ids.add(link.id);
      at = link.before;
    }
    return ids;
  }
}

const ZERO = Id.ZERO.toHex();

function keyOf(log: Id, mark: string): string {
  return `${log.toHex()} ${mark}`;
}

/** What hubs that refuse some operations refuse: the same ones everywhere. */
export function isRefusable(id: Id): boolean {
  return (id.d & 0xff) < 32;
}

/** The 32 hex digits of each id in packed ids. */
export function idsOf(packed: Uint8Array): string[] {
  const ids: string[] = [];
  for (let at = 0; at < packed.length; at += 16) ids.push(Id.from(packed, at).toHex());
  return ids;
}
