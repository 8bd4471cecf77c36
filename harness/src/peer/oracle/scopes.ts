import {
  type ControlMessageOf,
  decodeCursor,
  type Id,
  type ScopeRequest,
} from '../../../../reference/src/wire/index.ts';
import { CaseFailure } from '../../failure.ts';
import { Rule } from './rules.ts';

/** A scope of one connection. It is fed from SUBSCRIBED on until its removal has been confirmed. */
export interface Scope {
  readonly request: ScopeRequest;
  active: boolean;
  removing: boolean;
  /** `seq` of its latest cursor, and the cursor's 40 bytes. */
  seq: number;
  cursor: Uint8Array | undefined;
}

/** SUBSCRIBE and SUBSCRIBED of one connection: exactly one answer each, entry by entry, and the scopes that they leave. */
export class Scopes {
  readonly #asked: ControlMessageOf<'SUBSCRIBE'>[] = [];
  lastRequest: number | undefined;
  readonly #scopes = new Map<number, Scope>();

  sent(message: ControlMessageOf<'SUBSCRIBE'>): void {
    this.#asked.push(message);
    this.lastRequest = message.req;
    if (message.mode !== 1) return;
    for (const { s } of message.sc) {
      const scope = this.#scopes.get(s);
      if (scope !== undefined) scope.removing = true;
    }
  }

  answered(message: ControlMessageOf<'SUBSCRIBED'>): void {
    const asked = this.#asked.shift();
    if (asked === undefined || asked.req !== message.req) {
      const due = asked === undefined ? 'no SUBSCRIBED without a SUBSCRIBE' : `SUBSCRIBED ${asked.req}`;
      throw new CaseFailure(due, `SUBSCRIBED ${message.req}`, Rule.subscribedOnce);
    }
    const due = asked.sc.map(({ s }) => s).join(' ');
    const got = message.sc.map(({ s }) => s).join(' ');
    if (due !== got) throw new CaseFailure(`SUBSCRIBED entries ${due}`, `entries ${got}`, Rule.subscribedEntries);
    for (const [i, { s, st }] of message.sc.entries()) {
      if (message.st !== 0 && st !== message.st) {
        throw new CaseFailure(`st ${message.st} in every entry`, `st ${st} for scope ${s}`, Rule.seenStatus);
      }
      if (asked.mode === 1) this.#removed(s, st);
      else if (st === 0) this.#add(asked.sc[i]!);
    }
  }

  #add(request: ScopeRequest): void {
    this.#scopes.set(request.s, { request, active: true, removing: false, seq: 0, cursor: undefined });
  }

  #removed(s: number, st: number): void {
    const scope = this.#scopes.get(s);
    if (scope === undefined) return;
    scope.removing = false;
    if (st === 0) scope.active = false;
  }

  revoked(s: number): void {
    const scope = this.#scopes.get(s);
    if (scope === undefined || !scope.active) {
      throw new CaseFailure('SCOPE_REVOKED for an active scope', `for scope ${s}`, Rule.scope);
    }
    scope.active = false;
  }

  /** A cursor of CHECKPOINT: for an active scope, of the one log, never going back. */
  moved(s: number, bytes: Uint8Array): Id {
    const scope = this.#scopes.get(s);
    if (scope === undefined || !scope.active) {
      throw new CaseFailure('cursors of active scopes only', `a cursor of scope ${s}`, Rule.checkpointScope);
    }
    const { log, seq } = decodeCursor(bytes);
    if (seq < scope.seq) {
      throw new CaseFailure(`a seq of ${scope.seq} or more for scope ${s}`, `${seq}`, Rule.checkpointRegress);
    }
    scope.seq = seq;
    scope.cursor = bytes;
    return log;
  }

  /** Scopes that were active and are no longer. */
  get ended(): number {
    return this.#scopes.size - this.active.length;
  }

  get(s: number): Scope | undefined {
    return this.#scopes.get(s);
  }

  get active(): readonly Scope[] {
    return [...this.#scopes.values()].filter(({ active }) => active);
  }
}
