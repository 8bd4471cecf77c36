import { ErrorCode, type ErrorName } from '../../reference/src/registry.ts';
import { concat, type ScopeRequest } from '../../reference/src/wire/index.ts';
import { CheckFailure } from './check.ts';
import { GlassServer } from './glass-server.ts';

/** The log that servers of glass speak of, and another one. */
const LOG = 0xf0;

/** 40 bytes: position `seq` of a log. */
export function cursorAt(seq: number, log: number = LOG): Uint8Array {
  const cursor = new Uint8Array(40).fill(log, 0, 16).fill(seq + 1, 24);
  new DataView(cursor.buffer).setUint32(20, seq);
  return cursor;
}

/** A server of glass that knows what was asked of it, and has the words of chapter 9. */
export class GlassHub extends GlassServer {
  /** What was granted, in its order. */
  readonly granted: ScopeRequest[] = [];
  #answered = 0;
  #fed = 0;

  /** Answers each SUBSCRIBE that has no answer yet: all entries by 0, or by what `judge` says. */
  grant(judge: (scope: ScopeRequest) => ErrorName = () => 'NO_ERROR', seen: ErrorName = 'NO_ERROR'): void {
    const all = this.heard('SUBSCRIBE');
    if (all.length === this.#answered) throw new CheckFailure('a SUBSCRIBE', 'none');
    for (const { req, sc, mode, seen: given } of all.slice(this.#answered)) {
      const answers = sc.map((scope) => ({ s: scope.s, st: mode === 0 ? ErrorCode[judge(scope)] : 0 }));
      for (const [i, scope] of sc.entries()) if (mode === 0 && answers[i]!.st === 0) this.granted.push(scope);
      const st = given === undefined ? 0 : ErrorCode[seen];
      this.control({ name: 'SUBSCRIBED', req, st, sc: answers });
    }
    this.#answered = all.length;
  }

  /** Operations and, with `seq`, the CHECKPOINT behind them: for the scopes that `of` names, or all that were granted. */
  hand(operations: readonly Uint8Array[], seq?: number, of: readonly ScopeRequest[] = this.granted): void {
    if (operations.length > 0) this.feed(...operations);
    this.#fed += operations.length;
    if (seq === undefined) return;
    this.control({
      name: 'CHECKPOINT',
      sc: of.map(({ s }) => ({ s, cur: cursorAt(seq) })),
      n: this.#fed,
      more: false,
    });
  }

  /** ACK with the position `seq`. */
  ackAt(seq: number, ...operations: readonly Uint8Array[]): void {
    const ids = concat(...operations.map((bytes) => bytes.subarray(0, 16)));
    this.control({ name: 'ACK', ids, st: new Uint8Array(operations.length), cur: cursorAt(seq) });
  }

  reject(operation: Uint8Array, code: ErrorName, retry?: number): void {
    const ids = operation.slice(0, 16);
    this.control({ name: 'REJECT', ids, code: ErrorCode[code], ...(retry === undefined ? {} : { retry }) });
  }
}
