import type { Id } from '../bytes/id.ts';
import type { ProtocolError } from '../errors.ts';
import type { LogEntry } from './log-entry.ts';

/** What becomes of one pushed operation; each is one answer. */
export type Verdict =
  | { readonly kind: 'stored'; readonly id: Id; readonly entry: LogEntry }
  | { readonly kind: 'duplicate'; readonly id: Id /** Where the first copy stands. */; readonly seq?: number }
  | {
      readonly kind: 'rejected';
      readonly id: Id;
      readonly error: ProtocolError;
      /** Where the operation stands with which it is in conflict. */
      readonly seq?: number;
    };
