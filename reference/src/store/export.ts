import { toHex } from '../bytes/hex.ts';
import type { Id } from '../bytes/id.ts';
import { ErrorCode } from '../registry.ts';
import { decodeOperation } from '../wire/operation.ts';
import { type JsonOperation, operationToJson } from '../wire/operation-json.ts';
import type { Placed } from './scan.ts';

/** One operation of the log in `operation_log.json`. */
export interface ExportedEntry {
  readonly seq: number;
  /** Whether this node is its author's. */
  readonly own: boolean;
  /** Of the arrival log after this operation, hex. */
  readonly mark: string;
  /** Remotes that have it: they acked it, or covered it by a checkpoint. */
  readonly known: readonly string[];
  /** Remotes that refused it for good: dead letters. */
  readonly dead: readonly { readonly remote: string; readonly code: string }[];
  /** The application has withdrawn it after it was refused. */
  readonly withdrawn: boolean;
  readonly operation: JsonOperation;
}

/** What is said of operations later than they stand in the journal, so that they can be printed as they are read. */
export class ExportStatus {
  log: Id | undefined;
  dropped = 0;
  #known = new Map<string, Set<number>>();
  #dead = new Map<number, Map<string, number>>();
  #withdrawn = new Set<number>();

  /** Takes the changes of a journal, oldest first. */
  add({ change }: Placed): void {
    switch (change.kind) {
      case 'log':
        this.log = change.id;
        break;
      case 'dropped':
        this.dropped += change.marks.length / 16;
        break;
      case 'known': {
        const seqs = this.#known.get(change.remote) ?? new Set();
        for (const seq of change.seqs) seqs.add(seq);
        this.#known.set(change.remote, seqs);
        break;
      }
      case 'forgotten':
        this.#known.delete(change.remote);
        break;
      case 'dead':
        this.#dead.set(change.seq, (this.#dead.get(change.seq) ?? new Map()).set(change.remote, change.code));
        break;
      case 'revived':
        this.#dead.get(change.seq)?.delete(change.remote);
        break;
      case 'withdrawn':
        this.#withdrawn.add(change.seq);
    }
  }

  /** `undefined` for a change that is no operation. */
  entry({ change }: Placed): ExportedEntry | undefined {
    if (change.kind !== 'append') return undefined;
    const { seq, isOwn, mark, bytes } = change;
    const dead = [...(this.#dead.get(seq) ?? [])].map(([remote, code]) => ({ remote, code: nameOf(code) }));
    return {
      seq,
      own: isOwn,
      mark: toHex(mark.toBytes()),
      known: [...this.#known].filter(([, seqs]) => seqs.has(seq)).map(([remote]) => remote),
      dead,
      withdrawn: this.#withdrawn.has(seq),
      operation: operationToJson(decodeOperation(bytes)),
    };
  }
}

function nameOf(code: number): string {
  const found = Object.entries(ErrorCode).find(([, number]) => number === code);
  return found?.[0] ?? code.toString(16).padStart(4, '0');
}

/** `operation_log.json`, piece by piece. `read` gives the changes from the beginning, each time it is called. */
export function* operationLog(database: string, node: Id, read: () => Iterable<Placed>): Generator<string> {
  const status = new ExportStatus();
  for (const placed of read()) status.add(placed);
  const { log, dropped } = status;
  const head = {
    format: 'blazedb operation log',
    version: 1,
    database,
    node: node.toHex(),
    ...(log === undefined ? {} : { log: log.toHex() }),
    dropped,
  };
  yield `${JSON.stringify(head).slice(0, -1)},"operations":[`;
  let separator = '\n';
  for (const placed of read()) {
    const entry = status.entry(placed);
    if (entry === undefined) continue;
    yield separator + JSON.stringify(entry);
    separator = ',\n';
  }
  yield '\n]}\n';
}
