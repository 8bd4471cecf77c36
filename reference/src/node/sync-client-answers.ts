import { ErrorCode } from '../registry.ts';
import type { ArrivalLog } from '../sync/arrival-log.ts';
import type { Outbox } from '../sync/outbox.ts';
import type { Remote } from '../sync/remote.ts';
import { decodeCursor } from '../wire/cursor.ts';
import type { PushResult } from './client-connection.ts';
import type { SyncEvents } from './sync-client-events.ts';

/** The server's answer about one entry. */
export interface Answer {
  readonly seq: number;
  readonly result: PushResult;
}

/** Milliseconds. A server that asks to be tried again at once is not tried without a pause. */
const SHORTEST_RETRY = 100;

/** Adds what the answers say to the open transaction (SYNC-96 to SYNC-98); what is refused for now waits in the outbox. */
export function recordAnswers(answers: readonly Answer[], remote: Remote, outbox: Outbox, now: number): void {
  const acked: number[] = [];
  let seen: Uint8Array | undefined;
  for (const { seq, result } of answers) {
    if (result.status !== 'rejected') {
      acked.push(seq);
      seen = result.cursor;
    } else if (result.retry === undefined) remote.rejected(seq, result.code);
    else outbox.retry(seq, now + Math.max(result.retry, SHORTEST_RETRY));
  }
  if (seen !== undefined) remote.acked(acked, decodeCursor(seen));
}

/** Tells the application of answers that are recorded durably. */
export function tellAnswers(answers: readonly Answer[], log: ArrivalLog, events: SyncEvents): void {
  const pushed = answers.filter(({ result }) => result.status !== 'rejected').map(({ seq }) => seq);
  if (pushed.length > 0) events.onPushed?.(pushed);
  for (const { seq, result } of answers) {
    const entry = result.status === 'rejected' ? log.entry(seq) : undefined;
    if (entry === undefined || result.status !== 'rejected') continue;
    const { code, message, retry } = result;
    if (retry === undefined) events.onDeadLetter?.({ entry, code, message });
    else events.onPostponed?.({ entry, code, message, retry });
  }
}

/** Whether a status of SUBSCRIBED says that the server's log is another one than before. */
export function isDivergence(code: number): boolean {
  return code === ErrorCode.CURSOR_DIVERGED || code === ErrorCode.CURSOR_AHEAD;
}
