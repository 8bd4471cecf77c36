import type { ControlName } from '../../../reference/src/registry.ts';
import type { Extension, Value } from '../../../reference/src/wire/index.ts';

/*
 * A draft is a message before it has bytes: every value is there, nothing is generated any more, so that building it
 * twice gives the same bytes and changing one member changes nothing else. Members take any value, right or wrong;
 * `parts` gives the bytes of a part as they shall stand, empty ones included.
 */

export type Parts = ReadonlyMap<string, Uint8Array>;

export interface HelloDraft {
  readonly kind: 'HELLO';
  readonly protocol: string;
  readonly node: Uint8Array;
  readonly database: string;
  readonly key: Uint8Array;
  readonly caps: number;
  readonly time: number;
  readonly token: string;
  readonly extensions: readonly Extension[];
  readonly parts: Parts;
}

/** WELCOME, VERIFY, COMPLETE, ALERT: one part each. */
export interface ClearDraft {
  readonly kind: 'clear';
  readonly name: 'WELCOME' | 'VERIFY' | 'COMPLETE' | 'ALERT';
  readonly payload: Uint8Array;
}

export interface ControlDraft {
  readonly kind: 'control';
  readonly name: ControlName | 'UNKNOWN';
  readonly id: number;
  readonly fields: ReadonlyMap<string, Value>;
  /** The bytes of the record, in place of `fields`. */
  readonly record?: Uint8Array | undefined;
}

export interface OperationDraft {
  readonly kind: 'operation';
  readonly id: Uint8Array;
  readonly counter: number;
  readonly node: Uint8Array;
  /** The number on the wire: 1 to 5, 7; others are wrong. */
  readonly type: number;
  readonly collection: string;
  readonly record: Uint8Array;
  /** In the order given: not sorted, not checked. */
  readonly changes: readonly (readonly [name: string, value: Value])[];
  readonly extensions: readonly Extension[];
  readonly parts: Parts;
  /** The whole operation, in place of everything else. */
  readonly bytes?: Uint8Array | undefined;
}

export interface BatchDraft {
  readonly kind: 'batch';
  readonly operations: readonly OperationDraft[];
  readonly packed: boolean;
  readonly flags?: number | undefined;
  readonly count?: number | undefined;
  readonly rawLength?: number | undefined;
  readonly body?: Uint8Array | undefined;
  readonly packedBytes?: Uint8Array | undefined;
}

/** Any plaintext, sealed. */
export interface SealedDraft {
  readonly kind: 'sealed';
  readonly type: number;
  readonly plaintext: Uint8Array;
}

/** A frame in the clear. */
export interface FrameDraft {
  readonly kind: 'frame';
  readonly type: number;
  readonly payload: Uint8Array;
  /** Declared, where it is not the payload's. */
  readonly length?: number | undefined;
}

export interface BytesDraft {
  readonly kind: 'bytes';
  readonly bytes: Uint8Array;
}

export type Draft =
  | HelloDraft
  | ClearDraft
  | ControlDraft
  | OperationDraft
  | BatchDraft
  | SealedDraft
  | FrameDraft
  | BytesDraft;
