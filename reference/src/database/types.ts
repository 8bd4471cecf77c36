import type { Id } from '../bytes/id.ts';
import type { Target } from '../sync/merge/index.ts';
import type { PlainOperation } from '../wire/operation.ts';
import type { Fields, Value } from '../wire/value.ts';

/** What is written: by name, in any order. */
export type FieldsInput = Fields | { readonly [name: string]: Value };

export interface WriteOptions {
  readonly team?: Id | undefined;
}

/** A record or an index that shows other than before. */
export interface DatabaseChange {
  readonly target: Target;
  readonly before: Fields | undefined;
  readonly after: Fields | undefined;
}

/** An operation of this node that a server has refused for good. */
export interface RefusedWrite {
  readonly operation: PlainOperation;
  /** The server, by the name that this node has for it. */
  readonly remote: string;
  /** Wire code of the refusal. */
  readonly code: number;
}

export type ChangeListener = (changes: readonly DatabaseChange[]) => void;
