import type { Id } from '../bytes/id.ts';
import { decodeOperation, teamOf } from '../wire/operation.ts';

/** What routing needs to know of an operation, taken from it once, when it is stored. */
export interface OperationFacts {
  readonly id: Id;
  /** `undefined` for a sealed operation: only its tag shows. */
  readonly collection: string | undefined;
  /** Zeros when the operation has no team. */
  readonly team: Id;
}

/** One stored operation: where it stands in the arrival log, its bytes as received, and the connection it came on. */
export interface LogEntry extends OperationFacts {
  /** From 1; ascending, with gaps where compaction has dropped operations. */
  readonly seq: number;
  /** The identity of the operation: never re-encoded. */
  readonly bytes: Uint8Array;
  /** Number of the connection that brought this copy, `OWN` for the node's own, 0 for one that is over or another's. */
  readonly origin: number;
}

/** The origin of an operation whose author is this node. */
export const OWN = -1;

/** An entry that was read back: few readers ask for more than its bytes. */
export class ReadEntry implements LogEntry {
  readonly seq: number;
  readonly id: Id;
  readonly bytes: Uint8Array;
  readonly origin: number;
  #facts: Omit<OperationFacts, 'id'> | undefined;

  constructor(seq: number, id: Id, bytes: Uint8Array, origin: number) {
    this.seq = seq;
    this.id = id;
    this.bytes = bytes;
    this.origin = origin;
  }

  get collection(): string | undefined {
    return this.#read().collection;
  }

  get team(): Id {
    return this.#read().team;
  }

  #read(): Omit<OperationFacts, 'id'> {
    if (this.#facts === undefined) {
      const operation = decodeOperation(this.bytes);
      const collection = operation.type === 'sealed' ? undefined : operation.collection;
      this.#facts = { collection, team: teamOf(operation) };
    }
    return this.#facts;
  }
}
