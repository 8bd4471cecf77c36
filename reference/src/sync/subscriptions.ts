/**
 * Judges SUBSCRIBE (protocol.md 6 and 7) and starts and stops the scopes of one connection's feed.
 *
 * 1. Each SUBSCRIBE is answered by one SUBSCRIBED with one status per entry, in their order. Refusals are statuses.
 * 2. A refused `seen` refuses every entry with the same code.
 * 3. A number is free until its scope was started. It is never free again: a removed one is remembered.
 */
import { ProtocolError } from '../errors.ts';
import { Capability, type Limits, type RefusalName } from '../registry.ts';
import type { ControlMessageOf, ScopeRequest } from '../wire/control/message.ts';
import { decodeCursor } from '../wire/cursor.ts';
import type { ArrivalLog } from './arrival-log.ts';
import type { Feed } from './feed.ts';

export type SubscribeMessage = ControlMessageOf<'SUBSCRIBE'>;
export type SubscribedMessage = ControlMessageOf<'SUBSCRIBED'>;

export const SubscribeMode = { add: 0, remove: 1 } as const;

/** Removed numbers that are remembered on one connection. After that many it takes no new scope: connect anew. */
const REMOVED_SCOPES = 65536;

export interface SubscriptionsConfig {
  readonly log: ArrivalLog;
  readonly feed: Feed;
  readonly limits: Limits;
  /** Selected capability bits. */
  readonly capabilities: number;
}

export class Subscriptions {
  readonly config: SubscriptionsConfig;
  readonly #removed = new Set<number>();

  constructor(config: SubscriptionsConfig) {
    this.config = config;
  }

  /** Starts or stops what `message` asks for. Throws ProtocolError `cursor.length`. */
  subscribe(message: SubscribeMessage): SubscribedMessage {
    const st = codeOf(this.judgeCursor(message.seen));
    const sc = message.sc.map((request) => ({ s: request.s, st: st === 0 ? this.#change(message.mode, request) : st }));
    this.config.feed.raiseBarrier();
    return { name: 'SUBSCRIBED', req: message.req, st, sc };
  }

  #change(mode: number, request: ScopeRequest): number {
    if (mode === SubscribeMode.remove) return codeOf(this.remove(request));
    const refusal = this.judge(request);
    if (refusal === undefined) this.start(request);
    return codeOf(refusal);
  }

  judge(request: ScopeRequest): RefusalName | undefined {
    return this.judgeForm(request) ?? this.judgeNumber(request.s) ?? this.judgeCursor(request.cur);
  }

  /** What may be asked for at all, by the capabilities and the mode of the database (smart, in L1). */
  judgeForm(request: ScopeRequest): RefusalName | undefined {
    const { col, tag, team } = request;
    if (col !== undefined && tag !== undefined) return 'subscription.tag-with-collection';
    if (tag !== undefined) {
      return this.#has(Capability.E2E) ? 'subscription.tag-in-smart' : 'subscription.tag-without-e2e';
    }
    const selects = col !== undefined || team !== undefined;
    return selects && !this.#has(Capability.SELECTIVE_SYNC) ? 'subscription.selective' : undefined;
  }

  judgeNumber(s: number): RefusalName | undefined {
    const { feed, limits } = this.config;
    if (feed.isActive(s) || this.#removed.has(s)) return 'subscription.scope-used';
    const exhausted = feed.scopes >= limits.SCOPES || this.#removed.size >= REMOVED_SCOPES;
    return exhausted ? 'subscription.scope-limit' : undefined;
  }

  judgeCursor(cursor: Uint8Array | undefined): RefusalName | undefined {
    return cursor === undefined ? undefined : this.config.log.judge(decodeCursor(cursor));
  }

  start(request: ScopeRequest): void {
    const { s, col, team, cur } = request;
    const position = cur === undefined ? 0 : decodeCursor(cur).seq;
    this.config.feed.start({ s, collection: col, team }, position);
  }

  remove(request: ScopeRequest): RefusalName | undefined {
    if (!this.config.feed.isActive(request.s)) return 'subscription.scope-unknown';
    this.config.feed.stop(request.s);
    this.#removed.add(request.s);
    return undefined;
  }

  #has(capability: number): boolean {
    return (this.config.capabilities & capability) !== 0;
  }
}

function codeOf(refusal: RefusalName | undefined): number {
  return refusal === undefined ? 0 : new ProtocolError(refusal).codeNumber;
}
