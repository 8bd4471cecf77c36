import { CaseFailure, HarnessFault } from '../failure.ts';
import { build, type Message } from '../message/build.ts';
import type { ControlDraft, Draft } from '../message/draft.ts';
import { nameOfCode } from './codes.ts';
import { defaultControl } from './defaults.ts';
import { Inbound } from './inbound.ts';
import { Ledger } from './ledger.ts';
import { dial, type Link, type LinkEnd } from './link.ts';
import type { PeerOptions } from './options.ts';
import { Outbound } from './outbound.ts';
import type { Received } from './received.ts';
import { Transcript } from './transcript.ts';
import { Changes } from './wait.ts';

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
}

/**
 * A client made of glass: it plays its part rightly unless told otherwise, lets its user send anything at all, judges
 * every message of the node, and waits without polling. It never throws but from its methods, and holds nothing open
 * after `destroy`.
 */
export class Peer {
  readonly name: string;
  readonly options: PeerOptions;
  readonly transcript: Transcript;
  readonly ledger: Ledger;
  readonly inbound: Inbound;
  /** What the node did wrong, once it did: every wait throws it. */
  violation: Error | undefined;
  ended: LinkEnd | undefined;
  /** The first bytes that the node sent, for an explanation when they are no frame. */
  firstBytes: Uint8Array = new Uint8Array(0);
  /** performance.now() of the link's beginning and end. */
  connectedAt = 0;
  endedAt = 0;
  /** Numbers of received messages that a wait has taken, and answers taken per operation id. */
  readonly consumed = new Set<number>();
  readonly answersTaken = new Map<string, number>();
  /** Whether it says nothing by itself: no PONG, no FEED_ACK, no CLOSE. */
  mute = false;
  /** Whether CHECKPOINTs are acknowledged by themselves. */
  acknowledges = true;
  /** Whether the own direction of the link stays open when the node ends its. */
  stays = false;
  /** Set once something was sent that a right peer would not send: what comes then is judged by the case. */
  deviant: string | undefined;

  readonly #outbound: Outbound;
  readonly #changes = new Changes();
  #link: Link | undefined;
  #requests = 0;
  #handled = 0;

  constructor(name: string, options: PeerOptions) {
    this.name = name;
    this.options = options;
    this.transcript = new Transcript(options.crypto);
    this.ledger = new Ledger(options.limits);
    const { crypto, limits, credential, exchange, fresh } = options;
    const shared = { name, crypto, exchange, transcript: this.transcript, ledger: this.ledger };
    this.inbound = new Inbound({ ...shared, limits, credential });
    this.#outbound = new Outbound({ ...shared, fresh });
  }

  async connect(): Promise<void> {
    const handler = {
      onBytes: (chunk: Uint8Array): void => {
        if (this.firstBytes.length === 0) this.firstBytes = chunk.slice(0, 32);
        this.#take(() => this.inbound.push(chunk));
      },
      onEnd: (how: LinkEnd): void => this.#end(how),
    };
    this.#link = await dial(this.options.address, handler, this.options.timeout);
    this.connectedAt = performance.now();
    this.options.exchange.note(this.name, 'connected');
  }

  get link(): Link {
    if (this.#link === undefined) throw new Error(`${this.name} is not connected`);
    return this.#link;
  }

  get isConnected(): boolean {
    return this.#link !== undefined;
  }

  // sending

  /** Sends messages in one write, or `split` bytes at a time; with `every` ms between them it goes on meanwhile. */
  async send(messages: Message | readonly Message[], split?: number, every?: number): Promise<void> {
    const list = Array.isArray(messages) ? (messages as readonly Message[]) : [messages as Message];
    const frames = list.map((message) => this.#render(message));
    const bytes = frames.length === 1 ? frames[0]! : Buffer.concat(frames);
    if (every !== undefined) this.link.writeSlowly(bytes, split ?? 1, every);
    else if (split !== undefined) await this.link.writeSplit(bytes, split);
    else this.link.write(bytes);
  }

  async sendDraft(draft: Draft): Promise<void> {
    await this.send(build(draft));
  }

  /** A right control message with these fields in place of the defaults. */
  control(name: ControlDraft['name'] & Parameters<typeof defaultControl>[1], fields = {}): Message {
    const draft = defaultControl(this, name);
    return build({ ...draft, fields: new Map([...draft.fields, ...Object.entries(fields)]) as ControlDraft['fields'] });
  }

  /** The counter of the next sealed frame. */
  get sealedCount(): number {
    return this.#outbound.sealedCount;
  }

  /** `req` of the latest SUBSCRIBE that went out and could be read. */
  get lastRequest(): number | undefined {
    return this.ledger.scopes.lastRequest;
  }

  nextRequest(): number {
    return ++this.#requests;
  }

  #render(message: Message): Uint8Array {
    const bytes = this.#outbound.take(message);
    const { sentSession, sentAuth } = this.#outbound;
    if (sentSession !== undefined) {
      const { auth: announced, max } = sentSession;
      this.inbound.own = { sentSession: true, sentAuth, announced, max };
    }
    return bytes;
  }

  // receiving

  #take(read: () => void): void {
    if (this.violation !== undefined) return;
    try {
      read();
      this.#react();
    } catch (error) {
      this.#violated(error);
    }
    this.#changes.changed();
  }

  /** An event handler must not throw: what is not the node's mistake is the harness's, and is thrown by the next wait. */
  #violated(error: unknown): void {
    this.inbound.stop();
    if (!(error instanceof CaseFailure)) {
      this.violation = new HarnessFault(error instanceof Error ? error.message : String(error), { cause: error });
      return;
    }
    const got = this.deviant === undefined ? error.got : `${error.got} (after ${this.deviant})`;
    this.violation = new CaseFailure(error.expected, got, error.requirement);
    this.options.exchange.note(this.name, 'wrong', `expected ${error.expected}; got ${got}`);
  }

  /** What a right client does by itself: PONG, FEED_ACK, its own CLOSE, silence after a last word. */
  #react(): void {
    for (; this.#handled < this.inbound.received.length; this.#handled++) {
      const received = this.inbound.received[this.#handled]!;
      if (received.name === 'WELCOME' && 'welcome' in received) this.options.onWelcome?.(received.welcome);
      if (!('message' in received) || this.#outbound.sentClose || this.mute) continue;
      const { message } = received;
      if (message.name === 'PING') this.link.write(this.#render(this.control('PONG', { d: message.d })));
      else if (message.name === 'CLOSE') {
        this.link.write(this.#render(this.control('CLOSE')));
        this.link.halfClose();
      } else if (message.name === 'CHECKPOINT' && this.acknowledges && message.n > 0) {
        this.link.write(this.#render(this.control('FEED_ACK', { n: message.n })));
      }
    }
  }

  #end(how: LinkEnd): void {
    if (this.ended !== undefined) return;
    this.ended = how;
    this.endedAt = performance.now();
    this.options.exchange.note(this.name, how === 'fin' ? 'node closed' : how === 'reset' ? 'reset' : 'closed');
    if (how === 'fin') this.#take(() => this.inbound.end());
    if (this.ledger.feed.log !== undefined) this.options.onLog?.(this.ledger.feed.log);
    if (!this.stays) this.#link?.halfClose();
    this.#changes.changed();
  }

  // waiting

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
      const found = probe();
      if (found !== undefined) return found;
      if (this.ended !== undefined) throw new CaseFailure(what, this.howEnded());
      if (proof?.() === true) throw new CaseFailure(what, `${this.lastReceived()}, and nothing more before its PONG`);
      const passed = performance.now() - start;
      if (passed >= within) throw new CaseFailure(what, `${this.lastReceived()} within ${Math.round(within)} ms`);
      const asks = options.proof !== undefined && proof === undefined && this.inbound.state === 'OPEN';
      if (asks && passed >= NUDGE_AFTER) proof = this.#ask(options.proof === 'feed');
      await this.#changes.next((asks && proof === undefined ? NUDGE_AFTER : within) - passed);
    }
  }

  /** Sends a PING; the result tells whether its PONG (and the CHECKPOINT without more behind it) has come. */
  #ask(feed: boolean): () => boolean {
    const { pings } = this.ledger;
    this.link.write(this.#render(this.control('PING')));
    const due = pings.sentCount;
    let pongAt = -1;
    return () => {
      if (pings.answered < due) return false;
      if (pongAt < 0) pongAt = this.#consumePong();
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
    this.#consumePong();
  }

  /** A PONG of the kit's own PING is not the one that a case waits for. */
  #consumePong(): number {
    const at = this.inbound.received.findLastIndex(({ name }) => name === 'PONG');
    this.consumed.add(at);
    return at;
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

  /** Waits until what is written into the link comes back as a reset: the node has closed it altogether. */
  async gone(within = this.options.timeout): Promise<void> {
    for (let waited = 0; waited < within; waited += GONE_STEP) {
      if (this.link.isGone) return;
      this.link.write(new Uint8Array(1));
      await this.#changes.next(GONE_STEP);
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

  // describing

  /** How the connection ended, in words. */
  howEnded(): string {
    const { lastWord } = this.inbound;
    if (lastWord !== undefined) return `${lastWord.name} ${nameOfCode(lastWord.code)}`;
    if (this.ended === 'reset') return 'the connection reset';
    return this.ended === 'self' ? 'the connection closed by the kit' : 'the connection closed without a word';
  }

  lastReceived(): string {
    const last = this.inbound.received.at(-1);
    return last === undefined ? 'nothing' : `${last.name} last`;
  }

  destroy(): void {
    this.#link?.destroy();
  }
}

function isLastCheckpoint(entry: Received): boolean {
  return entry.name === 'CHECKPOINT' && 'message' in entry && 'more' in entry.message && !entry.message.more;
}
