import type { Id } from '../bytes/id.ts';

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
  /** From 1, without gaps. */
  readonly seq: number;
  /** The identity of the operation: never re-encoded. */
  readonly bytes: Uint8Array;
  /** Number of the connection that brought this copy; 0 for the node's own. A number, so that no connection is kept alive. */
  readonly origin: number;
}
