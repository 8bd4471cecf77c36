import type { Limits } from '../../../reference/src/registry.ts';
import { AckStatus, type ControlMessage, decodeCursor, toHex } from '../../../reference/src/wire/index.ts';
import { CaseFailure } from '../failure.ts';
import { nameOfCode } from './codes.ts';
import { Feed } from './oracle/feed.ts';
import { Pings } from './oracle/pings.ts';
import { Pushes } from './oracle/pushes.ts';
import { Rule } from './oracle/rules.ts';
import { Scopes } from './oracle/scopes.ts';

/** Codes that the same bytes will meet again (spec SYNC-65). */
const PERMANENT = new Set(['OP_MALFORMED', 'OP_TOO_LARGE', 'OP_ID_CONFLICT', 'MODE_MISMATCH']);
/** What a node may still say after its own CLOSE (spec CTRL-23). */
const ANSWERS = new Set(['SUBSCRIBED', 'ACK', 'REJECT', 'PONG', 'ERROR']);

/**
 * The books of one connection in OPEN: what was sent and received, and whether the node's part of it is right. Pure:
 * messages go in, a CaseFailure comes out when the node broke a rule.
 */
export class Ledger {
  readonly pushes = new Pushes();
  readonly pings = new Pings(this.pushes);
  readonly scopes = new Scopes();
  readonly feed: Feed;
  /** `cur` of the latest ACK. */
  seen: Uint8Array | undefined;
  #headSeq = 0;
  #stored = 0;
  #closed = false;

  constructor(limits: Limits) {
    this.feed = new Feed(limits, this.scopes, this.pushes);
  }

  /** A control message that went out and that the node can read. */
  sent(message: ControlMessage): void {
    if (message.name === 'PING') this.pings.sent(message.d);
    else if (message.name === 'SUBSCRIBE') this.scopes.sent(message);
    else if (message.name === 'FEED_ACK') this.feed.acknowledged(message.n);
  }

  pushed(operation: Uint8Array): void {
    this.pushes.sent(operation);
  }

  received(message: ControlMessage): void {
    if (this.#closed && !ANSWERS.has(message.name)) {
      throw new CaseFailure('nothing but answers after CLOSE', message.name, Rule.afterClose);
    }
    if (message.name === 'PONG') this.pings.pong(message.d);
    else if (message.name === 'ACK') this.#ack(message.ids, message.st, message.cur);
    else if (message.name === 'REJECT') this.#reject(message.ids, message.code, message.retry);
    else if (message.name === 'SUBSCRIBED') this.scopes.answered(message);
    else if (message.name === 'SCOPE_REVOKED') this.scopes.revoked(message.s);
    else if (message.name === 'CHECKPOINT') this.feed.checkpoint(message);
    else if (message.name === 'CLOSE') this.#closed = true;
  }

  fed(operation: Uint8Array): void {
    if (this.#closed) throw new CaseFailure('nothing but answers after CLOSE', 'an operation', Rule.afterClose);
    this.feed.operation(operation);
  }

  #ack(ids: Uint8Array, st: Uint8Array, cur: Uint8Array): void {
    this.pushes.answered(ids, (i) => ({ kind: st[i] === AckStatus.STORED ? 'stored' : 'duplicate' }));
    const { log, seq } = decodeCursor(cur);
    this.feed.sameLog(log);
    this.#stored += st.filter((status) => status === AckStatus.STORED).length;
    const least = Math.max(this.#headSeq, this.#stored);
    if (seq < least) throw new CaseFailure(`a head of seq ${least} or more in ACK`, `seq ${seq}`, Rule.head);
    this.#headSeq = seq;
    this.seen = cur;
    for (const [i, status] of st.entries()) {
      if (status === AckStatus.STORED) this.feed.stored(toHex(ids.subarray(16 * i, 16 * i + 16)));
    }
  }

  #reject(ids: Uint8Array, code: number, retry: number | undefined): void {
    if (code === 0) throw new CaseFailure('a REJECT with an error code', 'code 0', Rule.rejectCode);
    if (retry !== undefined && PERMANENT.has(nameOfCode(code))) {
      throw new CaseFailure(`no retry in REJECT ${nameOfCode(code)}`, `retry ${retry}`, Rule.permanent);
    }
    this.pushes.answered(ids, () => ({ kind: 'rejected', code, retry }));
  }
}
