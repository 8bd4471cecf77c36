import type { ProtocolError } from '../errors.ts';
import type { LogEntry } from '../sync/log-entry.ts';
import type { Selection } from '../sync/scope-key.ts';
import type { Ending } from './ending.ts';

/** Where a SyncClient is. Times are those of its scheduler's `now`. */
export type SyncStatus =
  | { readonly kind: 'stopped' }
  | { readonly kind: 'connecting' }
  /** In OPEN; what the server has is on its way. */
  | { readonly kind: 'syncing' }
  /** Everything that the server had when it was asked is committed here, in all scopes that it grants. */
  | { readonly kind: 'live' }
  | { readonly kind: 'waiting'; readonly until: number; readonly reason: Ending | Error };

/** An operation that the server refuses. */
export interface Refused {
  readonly entry: LogEntry;
  readonly code: number;
  /** What the server says about it; for people, and not to be trusted. */
  readonly message: string | undefined;
}

/** A fed operation that was passed over. */
export interface Skipped {
  readonly bytes: Uint8Array;
  /** `conflict`: another operation has its id here, and stays. */
  readonly reason: ProtocolError | 'conflict';
}

/** What the application is told. What is told to be so is durable already. */
export interface SyncEvents {
  readonly onStatus?: (status: SyncStatus) => void;
  /** At each CHECKPOINT: operations that were fed on this connection, and whether a catch-up goes on. */
  readonly onProgress?: (progress: { readonly operations: number; readonly more: boolean }) => void;
  /** The server has these entries now. */
  readonly onPushed?: (seqs: readonly number[]) => void;
  /** Refused for good: it is not sent again, and can be withdrawn. */
  readonly onDeadLetter?: (refused: Refused) => void;
  /** Refused for now: it is sent again after `retry` milliseconds. */
  readonly onPostponed?: (refused: Refused & { readonly retry: number }) => void;
  readonly onSkipped?: (skipped: Skipped) => void;
  /** The server's log is another one than before, by this code: everything is compared anew. */
  readonly onRecovery?: (code: number) => void;
  /** The server does not grant a scope, or not any more. */
  readonly onScopeEnded?: (scope: Selection, code: number) => void;
  /** A connection, or an attempt at one, has ended. */
  readonly onEnding?: (ending: Ending | Error) => void;
  /** Something could not be made durable. The connection ends; nothing of it was acknowledged or pushed. */
  readonly onFault?: (error: unknown) => void;
}
