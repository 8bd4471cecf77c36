import { toHex } from '../../../reference/src/wire/index.ts';
import { CaseFailure } from '../failure.ts';
import { nameOfCode } from './codes.ts';
import { Connection } from './connection.ts';
import { Rule } from './oracle/rules.ts';
import type { Received } from './received.ts';

/** Milliseconds of silence after which a wait in OPEN asks by PING whether anything is still to come. */
const NUDGE_AFTER = 40;
/** Milliseconds between two looks at whether a link is gone: only writing into it tells. */
const GONE_STEP = 25;

export interface WaitOptions {
  /** Milliseconds; default: the run's timeout. */
  readonly within?: number | undefined;
  /**
   * What proves that nothing is still to come: a PONG (`fence`), the CHECKPOINT behind it (`feed`), or nothing. The PING
   * goes out after a moment of silence, so a right node seldom sees one.
   */
  readonly proof?: 'fence' | 'feed' | undefined;
  /** Whether that would prove it by now: a fence covers only what the node had before, which other connections know. */
  readonly isProvable?: (() => boolean) | undefined;
}

/**
 * A client made of glass: a connection with the waits that a case is made of. They are woken by events, fail as soon as
 * the node's own answers prove that nothing comes, and end in bounded time.
 */
export class Peer extends Connection {
  /** Numbers of received messages that a wait has taken, and answers taken per operation id. */
  readonly consumed = new Set<number>();
  readonly answersTaken = new Map<string, number>();
  /** The eight bytes of each PING that the kit sent to learn whether anything is still to come, until its PONG is here. */
  readonly #nudges = new Set<string>();
  #looked = 0;

  /**
   * Waits until `probe` gives something. Fails when the node breaks a rule, ends the connection, proves by its PONG (or
   * CHECKPOINT) that nothing is still to come, or lets the time pass.
   */
  async wait<T>(what: string, probe: () => T | undefined, options: WaitOptions = {}): Promise<T> {
    const within = options.within ?? this.options.timeout;
    const start = performance.now();
    let proof: (() => boolean) | undefined;
    for (;;) {
      this.check();
      this.#consumeNudges();
      const found = probe();
      if (found !== undefined) return found;
      if (this.ended !== undefined) throw new CaseFailure(what, this.howEnded());
      if (proof?.() === true)
        throw new CaseFailure(
          what,
          `nothing of the kind before its PONG, by which all is answered; ${this.lastReceived()}`,
        );
      const passed = performance.now() - start;
      if (passed >= within)
        throw new CaseFailure(what, `nothing of the kind within ${Math.round(within)} ms; ${this.lastReceived()}`);
      const asks = options.proof !== undefined && proof === undefined && this.inbound.state === 'OPEN';
      const isProvable = options.isProvable?.() ?? true;
      if (asks && isProvable && passed >= NUDGE_AFTER) proof = this.#ask(options.proof === 'feed');
      const next = isProvable ? NUDGE_AFTER - passed : Math.min(NUDGE_AFTER, within - passed);
      await this.changes.next(asks && proof === undefined ? next : within - passed);
      if (performance.now() - start >= within) await new Promise(setImmediate); // what has come by now counts
    }
  }

  /** Sends a PING; the result tells whether its PONG (and the CHECKPOINT without more behind it) has come. */
  #ask(feed: boolean): () => boolean {
    const { pings } = this.ledger;
    const d = this.options.fresh.bytes(8);
    this.#nudges.add(toHex(d));
    this.link.write(this.render(this.control('PING', { d })));
    const due = pings.sentCount;
    let pongAt = -1;
    return () => {
      if (pings.answered < due) return false;
      if (pongAt < 0) pongAt = this.#lastPong();
      if (!feed || this.ledger.scopes.active.length === 0) return true;
      return this.inbound.received.slice(pongAt).some((entry) => isLastCheckpoint(entry));
    };
  }

  /** Throws what the node did wrong so far. */
  check(): void {
    if (this.violation !== undefined) throw this.violation;
  }

  /** PING and PONG: everything sent before has been dealt with. */
  async fence(d?: Uint8Array): Promise<void> {
    const { pings } = this.ledger;
    await this.send(this.control('PING', d === undefined ? {} : { d }));
    const due = pings.sentCount;
    await this.wait('PONG', () => (pings.answered >= due ? true : undefined));
    this.consumed.add(this.#lastPong());
  }

  #lastPong(): number {
    return this.inbound.received.findLastIndex(({ name }) => name === 'PONG');
  }

  /** A PONG of the kit's own PING is not the one that a case waits for, whenever it comes. */
  #consumeNudges(): void {
    const { received } = this.inbound;
    for (; this.#looked < received.length; this.#looked++) {
      const entry = received[this.#looked]!;
      if (!('message' in entry) || entry.message.name !== 'PONG') continue;
      if (this.#nudges.delete(toHex(entry.message.d))) this.consumed.add(entry.number);
    }
  }

  /**
   * A fence, and of the feed, too, as far as it can go: with scopes the CHECKPOINT that follows the PONG, without `more`
   * unless FEED_ACKs are the script's.
   */
  async settled(): Promise<void> {
    if (this.ledger.scopes.active.length === 0) return this.fence();
    if (this.acknowledges) return this.caughtUp();
    await this.fence();
    const from = this.inbound.received.findLastIndex(({ name }) => name === 'PONG');
    const told = (): true | undefined =>
      this.inbound.received.slice(from).some(({ name }) => name === 'CHECKPOINT') ? true : undefined;
    await this.wait('a CHECKPOINT after PONG', told);
  }

  /**
   * Waits until what is written into the link comes back as a reset: the node has closed it altogether. Until `earliest`
   * ms after its end of the link it has to read on.
   */
  async gone(within = this.options.timeout, earliest = 0): Promise<void> {
    for (let waited = 0; waited < within; waited += GONE_STEP) {
      if (this.link.isGone) {
        const after = performance.now() - this.endedAt;
        if (after >= earliest) return;
        throw new CaseFailure(
          `a node that reads on for ${earliest} ms`,
          `a reset after ${Math.round(after)} ms`,
          Rule.reads,
        );
      }
      this.link.write(new Uint8Array(1));
      await this.changes.next(GONE_STEP);
    }
    throw new CaseFailure('the link closed altogether', `a link that still takes bytes after ${within} ms`);
  }

  /** A fence of the feed, too: everything durable before it has been fed. */
  async caughtUp(): Promise<void> {
    await this.fence();
    const from = this.inbound.received.findLastIndex(({ name }) => name === 'PONG');
    const done = (): true | undefined => (this.inbound.received.slice(from).some(isLastCheckpoint) ? true : undefined);
    await this.wait('a CHECKPOINT without more after PONG', done);
  }

  /** How the connection ended, in words. */
  howEnded(): string {
    const { lastWord } = this.inbound;
    if (lastWord !== undefined) return `${lastWord.name} ${nameOfCode(lastWord.code)}`;
    if (this.ended === 'reset') return 'the connection reset';
    return this.ended === 'self' ? 'the connection closed by the kit' : 'the connection closed without a word';
  }

  /** What the node said last, PONGs aside, in words. */
  lastReceived(): string {
    const last = this.inbound.received.findLast(({ name }) => name !== 'PONG');
    return last === undefined ? 'it has said nothing else' : `its latest message is ${last.name}`;
  }
}

function isLastCheckpoint(entry: Received): boolean {
  return entry.name === 'CHECKPOINT' && 'message' in entry && 'more' in entry.message && !entry.message.more;
}
