import { CaseFailure, HarnessFault } from '../failure.ts';
import { build, type Message } from '../message/build.ts';
import type { ControlDraft, Draft } from '../message/draft.ts';
import { defaultControl } from './defaults.ts';
import { Inbound } from './inbound.ts';
import { Ledger } from './ledger.ts';
import { dial, type Link, type LinkEnd } from './link.ts';
import type { PeerOptions } from './options.ts';
import { Rule } from './oracle/rules.ts';
import { Outbound } from './outbound.ts';
import { Transcript } from './transcript.ts';
import { Changes } from './wait.ts';

/** Rules that a node breaks by answering what it was not asked. */
const UNASKED: ReadonlySet<string> = new Set([Rule.answerUnasked, Rule.pong, Rule.subscribedOnce]);

/**
 * One connection to a node: what goes out and what comes in, and what a right client does by itself. It plays its part
 * rightly unless told otherwise, lets its user send anything at all, and judges every message of the node; an event
 * never throws.
 */
export class Connection {
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
  /** Whether it says nothing by itself: no PONG, no FEED_ACK, no CLOSE. */
  mute = false;
  /** Whether CHECKPOINTs are acknowledged by themselves. */
  acknowledges = true;
  /** Whether the own direction of the link stays open when the node ends its. */
  stays = false;
  /** Whether the kit ended the node without notice: the end of the link says nothing about the node. */
  killed = false;
  /** Set once something was sent that a right peer would not send: what comes then is judged by the case. */
  deviant: string | undefined;

  readonly #outbound: Outbound;
  protected readonly changes = new Changes();
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

  /** Sends messages in one write, or `split` bytes at a time; with `every` ms between them it goes on meanwhile. */
  async send(messages: Message | readonly Message[], split?: number, every?: number): Promise<void> {
    const list = Array.isArray(messages) ? (messages as readonly Message[]) : [messages as Message];
    const frames = list.map((message) => this.render(message));
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

  /** The bytes of a message, which counts as sent from here on. */
  protected render(message: Message): Uint8Array {
    const bytes = this.#outbound.take(message);
    const { sentSession, sentAuth } = this.#outbound;
    if (sentSession !== undefined) {
      const { auth: announced, max } = sentSession;
      this.inbound.own = { sentSession: true, sentAuth, announced, max };
    }
    return bytes;
  }

  #take(read: () => void): void {
    if (this.violation !== undefined) return;
    try {
      read();
      this.#react();
    } catch (error) {
      this.#violated(error);
    }
    this.changes.changed();
  }

  /** An event handler must not throw: what is not the node's mistake is the harness's, and is thrown by the next wait. */
  #violated(error: unknown): void {
    this.inbound.stop();
    if (!(error instanceof CaseFailure)) {
      this.violation = new HarnessFault(error instanceof Error ? error.message : String(error), { cause: error });
      return;
    }
    // an answer to what had to be refused breaks the rule that the case is about
    const answered = this.deviant !== undefined && UNASKED.has(error.requirement ?? '');
    const got = this.deviant === undefined ? error.got : `${error.got} (after ${this.deviant})`;
    this.violation = new CaseFailure(error.expected, got, answered ? undefined : error.requirement);
    this.options.exchange.note(this.name, 'wrong', `expected ${error.expected}; got ${got}`);
  }

  /** What a right client does by itself: PONG, FEED_ACK, its own CLOSE, silence after a last word. */
  #react(): void {
    for (; this.#handled < this.inbound.received.length; this.#handled++) {
      const received = this.inbound.received[this.#handled]!;
      if (received.name === 'WELCOME' && 'welcome' in received) this.options.onWelcome?.(received.welcome);
      if (!('message' in received) || this.#outbound.sentClose || this.mute) continue;
      const { message } = received;
      if (message.name === 'PING') this.link.write(this.render(this.control('PONG', { d: message.d })));
      else if (message.name === 'CLOSE') {
        this.link.write(this.render(this.control('CLOSE')));
        this.link.halfClose();
      } else if (message.name === 'CHECKPOINT' && this.acknowledges && message.n > 0) {
        this.link.write(this.render(this.control('FEED_ACK', { n: message.n })));
      }
    }
  }

  #end(how: LinkEnd): void {
    if (this.ended !== undefined) return;
    this.ended = how;
    this.endedAt = performance.now();
    this.options.exchange.note(this.name, how === 'fin' ? 'node closed' : how === 'reset' ? 'reset' : 'closed');
    if (how === 'fin' && !this.killed) this.#take(() => this.inbound.end());
    if (this.ledger.feed.log !== undefined) this.options.onLog?.(this.ledger.feed.log);
    if (!this.stays) this.#link?.halfClose();
    this.changes.changed();
  }

  destroy(): void {
    this.#link?.destroy();
  }
}
