import { admit, admitControl, type ClientStateKind } from '../../../reference/src/channel/admission.ts';
import type { CryptoProvider } from '../../../reference/src/crypto/provider.ts';
import { Capability, ControlMessages, FrameType, type Limits } from '../../../reference/src/registry.ts';
import {
  AuthKind,
  type ControlMessage,
  decodeAlert,
  decodeBatch,
  decodeComplete,
  decodeControl,
  decodeWelcome,
  type Frame,
  FrameParser,
} from '../../../reference/src/wire/index.ts';
import { CaseFailure } from '../failure.ts';
import type { Credential } from './credential.ts';
import type { Exchange } from './exchange.ts';
import { checkAuth, checkTranscript, checkWelcome } from './greeting.ts';
import { inflate } from './inflate.ts';
import { judged } from './judge.ts';
import type { Ledger } from './ledger.ts';
import { Rule } from './oracle/rules.ts';
import type { LastWord, Received } from './received.ts';
import { StrictOpener } from './sealing.ts';
import type { Transcript } from './transcript.ts';

/** What the inbound side reads of the outbound one. */
export interface OwnSide {
  readonly sentSession: boolean;
  readonly sentAuth: boolean;
  /** `auth` that was announced. */
  readonly announced: number;
  /** Largest frame payload that was announced. */
  readonly max: number;
}

type Unnumbered = Received extends infer R ? (R extends Received ? Omit<R, 'number'> : never) : never;

/** Messages kept of one connection; more than this is a flood. */
const MOST_RECEIVED = 200_000;

/**
 * Everything that the node says on one connection, judged as it arrives: is the frame legal now, is the nonce the next
 * one, does the tag open, does the message read, is it right here. Throws CaseFailure at the first thing that is wrong.
 */
export class Inbound {
  readonly received: Received[] = [];
  lastWord: LastWord | undefined;
  /** The node's SESSION. */
  session: (ControlMessage & { readonly name: 'SESSION' }) | undefined;
  authenticated = false;
  /** Set by whoever answers the node's SESSION. */
  own: OwnSide = { sentSession: false, sentAuth: false, announced: 0, max: 1 << 20 };

  readonly #name: string;
  readonly #crypto: CryptoProvider;
  readonly #limits: Limits;
  readonly #credential: Credential | undefined;
  readonly #transcript: Transcript;
  readonly #ledger: Ledger;
  readonly #exchange: Exchange;
  readonly #parser: FrameParser;
  #complete = false;
  #opener: StrictOpener | undefined;

  constructor(parts: {
    readonly name: string;
    readonly crypto: CryptoProvider;
    readonly limits: Limits;
    readonly credential: Credential | undefined;
    readonly transcript: Transcript;
    readonly ledger: Ledger;
    readonly exchange: Exchange;
  }) {
    this.#name = parts.name;
    this.#crypto = parts.crypto;
    this.#limits = parts.limits;
    this.#credential = parts.credential;
    this.#transcript = parts.transcript;
    this.#ledger = parts.ledger;
    this.#exchange = parts.exchange;
    this.#parser = new FrameParser(
      (type, length) => this.#admit(type, length),
      (frame, raw) => this.#frame(frame, raw),
    );
  }

  push(chunk: Uint8Array): void {
    this.#parser.push(chunk);
  }

  /** The link has ended: not inside of a frame. */
  end(): void {
    judged('end of the link', () => this.#parser.end());
  }

  /** Stops reading: what comes from here on is of no interest. */
  stop(): void {
    this.#parser.stop();
  }

  get state(): ClientStateKind | 'IDLE' {
    if (this.#transcript.helloFrame === undefined) return 'IDLE';
    if (this.#transcript.welcome === undefined) return 'W_WELCOME';
    if (!this.#complete) return 'W_COMPLETE';
    if (this.session === undefined) return 'W_SESSION';
    const open = this.own.sentSession && this.session.auth === 0 && this.own.announced === 0;
    return open || this.authenticated ? 'OPEN' : 'W_AUTH';
  }

  #admit(type: number, length: number): void {
    if (this.lastWord !== undefined && this.lastWord.name !== 'CLOSE') {
      throw new CaseFailure(`nothing after ${this.lastWord.name}`, `a frame of type ${hex(type)}`, Rule.lastWord);
    }
    const state = this.state;
    const limits = { CLEAR_FRAME_BYTES: this.#limits.CLEAR_FRAME_BYTES, FRAME_BYTES: this.own.max };
    if (state === 'IDLE' && type !== FrameType.ALERT) {
      throw new CaseFailure('silence before HELLO', `a frame of type ${hex(type)}`, Rule.frameOrder);
    }
    judged('frame', () => admit('client', state === 'IDLE' ? 'W_WELCOME' : state, type, length, limits));
  }

  #frame(frame: Frame, raw: Uint8Array): void {
    const sealed =
      frame.type === FrameType.CONTROL || frame.type === FrameType.OPERATION || frame.type === FrameType.BATCH;
    const plaintext = sealed ? this.#open(frame, raw) : undefined;
    this.#exchange.add({
      connection: this.#name,
      from: 'node',
      name: nameOf(frame.type, plaintext),
      size: raw.length,
      bytes: raw,
      plaintext,
    });
    if (plaintext === undefined) this.#clear(frame, raw);
    else if (frame.type === FrameType.CONTROL) this.#control(plaintext);
    else if (frame.type === FrameType.OPERATION) this.#ledger.fed(plaintext);
    else this.#batch(plaintext);
  }

  #open(frame: Frame, raw: Uint8Array): Uint8Array {
    if (this.#transcript.key === undefined) throw new CaseFailure('no sealed frame yet', 'one', Rule.frameOrder);
    this.#opener ??= new StrictOpener(this.#crypto, this.#transcript.key, this.#limits.KEY_FRAMES);
    try {
      return this.#opener.open(frame.type, frame.payload);
    } catch (error) {
      const entry = { connection: this.#name, from: 'node', name: 'unreadable', size: raw.length, bytes: raw } as const;
      this.#exchange.add(entry);
      throw error;
    }
  }

  #clear(frame: Frame, raw: Uint8Array): void {
    if (frame.type === FrameType.ALERT) {
      const { code } = judged('ALERT', () => decodeAlert(frame.payload));
      this.lastWord = { name: 'ALERT', code };
      this.#keep({ name: 'ALERT', code });
    } else if (frame.type === FrameType.WELCOME) this.#welcome(frame.payload, raw);
    else {
      judged('COMPLETE', () => decodeComplete(frame.payload));
      this.#complete = true;
      this.#keep({ name: 'COMPLETE', payload: frame.payload });
    }
  }

  #welcome(payload: Uint8Array, raw: Uint8Array): void {
    const welcome = judged('WELCOME', () => decodeWelcome(payload));
    judged('WELCOME', () => this.#transcript.gotWelcome(raw.slice(), welcome));
    if (this.#transcript.hello !== undefined) checkWelcome(welcome, this.#transcript.hello);
    this.#keep({ name: 'WELCOME', welcome });
  }

  #control(plaintext: Uint8Array): void {
    const state = this.state;
    const verdict = judged('control message', () => {
      return admitControl('client', state === 'IDLE' ? 'W_WELCOME' : state, plaintext, this.#limits);
    });
    if (verdict === 'skip') return;
    const name = nameOf(FrameType.CONTROL, plaintext);
    const message = judged(name, () => decodeControl(plaintext));
    if (message.name === 'UNKNOWN') return;
    if (message.name === 'SESSION') this.#session(message);
    else if (message.name === 'AUTH') this.#auth(message.kind, message.proof);
    else if (message.name === 'ERROR' || message.name === 'CLOSE') {
      if (message.code === 0x0106) throw new CaseFailure('no BAD_RECORD on the wire', message.name, Rule.badRecord);
      this.lastWord = { name: message.name, code: message.code };
    }
    this.#ledger.received(message);
    this.#keep({ name: message.name, message });
  }

  #session(message: ControlMessage & { readonly name: 'SESSION' }): void {
    checkTranscript(message.th, this.#transcript.hash);
    this.session = message;
  }

  #auth(kind: number, proof: Uint8Array): void {
    if (!this.own.sentAuth) throw new CaseFailure('AUTH only after the one of the client', 'AUTH before it', 'HS-84');
    const psk = kind === AuthKind.PSK ? this.#credential?.psk : undefined;
    const due = psk === undefined ? undefined : this.#transcript.proof(psk, 'server');
    checkAuth({ kind, proof }, this.session?.auth, due);
    this.authenticated = true;
  }

  #batch(plaintext: Uint8Array): void {
    const compression = ((this.#transcript.welcome?.capabilities ?? 0) & Capability.COMPRESSION) !== 0;
    const operations = judged('batch', () => decodeBatch(plaintext, { compression, inflate }));
    for (const operation of operations) this.#ledger.fed(operation);
  }

  #keep(received: Unnumbered): void {
    if (this.received.length >= MOST_RECEIVED) throw new CaseFailure('an end of messages', 'a flood of them');
    this.received.push({ number: this.received.length, ...received } as Received);
  }
}

const CONTROL_NAMES: ReadonlyMap<number, string> = new Map(
  Object.entries(ControlMessages).map(([name, { id }]) => [Number.parseInt(id, 16), name]),
);
const FRAME_NAMES: ReadonlyMap<number, string> = new Map(Object.entries(FrameType).map(([name, type]) => [type, name]));

/** What a frame is called in an exchange: of a CONTROL its message. */
export function nameOf(type: number, plaintext: Uint8Array | undefined): string {
  if (type === FrameType.CONTROL && plaintext !== undefined) {
    return CONTROL_NAMES.get(plaintext[0]!) ?? `control ${hex(plaintext[0]!)}`;
  }
  return FRAME_NAMES.get(type) ?? `frame ${hex(type)}`;
}

function hex(value: number): string {
  return value.toString(16).padStart(2, '0');
}
