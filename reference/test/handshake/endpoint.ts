import { concat } from '../../src/bytes/concat.ts';
import { Id } from '../../src/bytes/id.ts';
import { admit, admitControl } from '../../src/channel/admission.ts';
import { Direction } from '../../src/channel/direction.ts';
import { Opener } from '../../src/channel/opener.ts';
import { Sealer } from '../../src/channel/sealer.ts';
import type { CryptoProvider } from '../../src/crypto/provider.ts';
import { ProtocolError } from '../../src/errors.ts';
import * as client from '../../src/handshake/client.ts';
import type { ClientConfig, ServerConfig } from '../../src/handshake/config.ts';
import { lastWord } from '../../src/handshake/last-word.ts';
import * as server from '../../src/handshake/server.ts';
import { type ClientState, closed, type Opened, type ServerState, W_HELLO } from '../../src/handshake/state.ts';
import type { Out, Step } from '../../src/handshake/step.ts';
import { DEFAULT_LIMITS, FrameType } from '../../src/registry.ts';
import { decodeAlert } from '../../src/wire/alert.ts';
import { decodeComplete } from '../../src/wire/complete.ts';
import { decodeControl, encodeControl } from '../../src/wire/control/control.ts';
import type { ControlMessage } from '../../src/wire/control/message.ts';
import { type Frame, FrameParser } from '../../src/wire/frame.ts';
import { decodeHello } from '../../src/wire/hello.ts';
import { decodeVerify } from '../../src/wire/verify.ts';
import { decodeWelcome } from '../../src/wire/welcome.ts';
import { python } from '../crypto/providers.ts';

/** Unix milliseconds of the second derivation: HELLO's `time`; WELCOME's is 5 later. */
export const TIME = 1_700_000_000_000;

export function clientConfig(changes: Partial<ClientConfig> = {}): ClientConfig {
  const node = Id.fromHex(python.client.node);
  return { node, database: 'bugs', capabilities: 0x0f, limits: DEFAULT_LIMITS, grease: false, ...changes };
}

export function serverConfig(changes: Partial<ServerConfig> = {}): ServerConfig {
  const node = Id.fromHex(python.server.node);
  return { node, capabilities: 0x03, limits: DEFAULT_LIMITS, serves: () => true, ...changes };
}

/** One end of an in-memory link: the steps, the channel and the last word, put together as a node does it. */
export class Endpoint {
  readonly role: 'client' | 'server';
  state: ClientState | ServerState;
  /** Frames that are to be delivered. */
  readonly sent: Uint8Array[] = [];
  /** What this side refused. */
  refusal: ProtocolError | undefined;
  /** What the peer said at last: `ALERT 0204`, `ERROR 0203`. */
  heard: string | undefined;
  /** Plaintexts of what was received in OPEN. */
  readonly received: Uint8Array[] = [];
  /** Control messages that this side sent sealed. */
  readonly sealed: ControlMessage[] = [];
  private readonly crypto: CryptoProvider;
  private readonly step: Steps;
  private readonly parser: FrameParser;
  private sealer: Sealer | undefined;
  private opener: Opener | undefined;

  constructor(crypto: CryptoProvider, role: 'client' | 'server', state: ClientState | ServerState, step: Steps) {
    this.crypto = crypto;
    this.role = role;
    this.state = state;
    this.step = step;
    this.parser = new FrameParser(
      (type, length) => admit(this.role, this.state.kind, type, length, DEFAULT_LIMITS),
      (frame, raw) => this.take(frame, raw),
    );
  }

  static client(crypto: CryptoProvider, config: ClientConfig): Endpoint {
    const hello = client.clientHello(crypto, config, TIME);
    const endpoint = new Endpoint(crypto, 'client', hello.state, clientSteps(crypto, config));
    endpoint.sent.push(...hello.out.map(({ frame }) => frame!));
    return endpoint;
  }

  static server(crypto: CryptoProvider, config: ServerConfig): Endpoint {
    return new Endpoint(crypto, 'server', W_HELLO, serverSteps(crypto, config));
  }

  get open(): Opened | undefined {
    return this.state.kind === 'OPEN' ? this.state.open : undefined;
  }

  /** Takes bytes of the stream; whatever is refused ends the endpoint with its last word. */
  receive(bytes: Uint8Array): void {
    if (this.state.kind === 'CLOSED') return;
    try {
      this.parser.push(bytes);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      this.refuse(error);
    }
  }

  /** Seals `plaintext` for the peer, in OPEN. */
  send(type: number, plaintext: Uint8Array): void {
    this.sent.push(this.sealing().seal(type, plaintext));
  }

  private take(frame: Frame, raw: Uint8Array): void {
    const step = this.step.clear(this.state, frame, raw);
    if (step !== undefined) this.advance(step);
    else if (frame.type === FrameType.ALERT) this.end(`ALERT ${decodeAlert(frame.payload).code.toString(16)}`);
    else this.takeSealed(frame.type, this.opening().open(frame));
  }

  private takeSealed(type: number, plaintext: Uint8Array): void {
    if (type !== FrameType.CONTROL) this.received.push(plaintext);
    else if (admitControl(this.role, this.state.kind, plaintext, DEFAULT_LIMITS) === 'take') {
      const message = decodeControl(plaintext);
      const step = message.name === 'UNKNOWN' ? undefined : this.step.sealed(this.state, message);
      if (step !== undefined) this.advance(step);
      else if (message.name === 'ERROR' || message.name === 'CLOSE')
        this.end(`${message.name} ${message.code.toString(16)}`);
      else this.received.push(plaintext);
    }
  }

  private advance({ state, out }: Step<ClientState | ServerState>): void {
    this.state = state.kind === 'CLOSED' ? this.state : state;
    for (const what of out) this.put(what);
    this.state = state;
    if (state.kind === 'CLOSED' && state.refusal !== undefined) this.refuse(state.refusal);
  }

  private refuse(refusal: ProtocolError): void {
    this.refusal = refusal;
    const word = lastWord(this.role, this.state, refusal);
    if (word !== undefined) this.put(word);
    this.state = closed(this.role, this.state, refusal);
  }

  private end(heard: string): void {
    this.heard = heard;
    this.state = closed(this.role, this.state);
  }

  private put({ frame, sealed }: Out): void {
    if (frame !== undefined) this.sent.push(frame);
    else {
      this.sealed.push(sealed!);
      this.sent.push(this.sealing().seal(FrameType.CONTROL, encodeControl(sealed!)));
    }
  }

  private sealing(): Sealer {
    const own = this.role === 'client' ? Direction.clientToServer : Direction.serverToClient;
    this.sealer ??= new Sealer(this.crypto, this.linkKey(), own, DEFAULT_LIMITS);
    return this.sealer;
  }

  private opening(): Opener {
    const peer = this.role === 'client' ? Direction.serverToClient : Direction.clientToServer;
    this.opener ??= new Opener(this.crypto, this.linkKey(), peer, DEFAULT_LIMITS);
    return this.opener;
  }

  private linkKey(): Uint8Array {
    const { state } = this;
    if (state.kind === 'OPEN') return state.open.linkKey;
    if ('bound' in state) return state.bound.linkKey;
    throw new Error(`no link key in ${state.kind}`);
  }
}

/** The steps of one role: `undefined` for what is no message of the handshake. */
interface Steps {
  clear(state: ClientState | ServerState, frame: Frame, raw: Uint8Array): Step<ClientState | ServerState> | undefined;
  sealed(state: ClientState | ServerState, message: ControlMessage): Step<ClientState | ServerState> | undefined;
}

function clientSteps(crypto: CryptoProvider, config: ClientConfig): Steps {
  return {
    clear(any, { type, payload }, raw) {
      const state = any as ClientState;
      if (type === FrameType.WELCOME)
        return client.onWelcome(crypto, config, state, { welcome: decodeWelcome(payload), frame: raw });
      if (type !== FrameType.COMPLETE) return undefined;
      decodeComplete(payload);
      return client.onComplete(state);
    },
    sealed(any, message) {
      const state = any as ClientState;
      if (message.name === 'SESSION') return client.onSession(crypto, config, state, message);
      return message.name === 'AUTH' ? client.onAuth(crypto, config, state, message) : undefined;
    },
  };
}

function serverSteps(crypto: CryptoProvider, config: ServerConfig): Steps {
  return {
    clear(any, { type, payload }, raw) {
      const state = any as ServerState;
      if (type === FrameType.HELLO)
        return server.onHello(crypto, config, state, { hello: decodeHello(payload), frame: raw, time: TIME + 5 });
      if (type !== FrameType.VERIFY) return undefined;
      return server.onVerify(crypto, config, state, { mac: decodeVerify(payload), frame: raw });
    },
    sealed(any, message) {
      const state = any as ServerState;
      if (message.name === 'SESSION') return server.onSession(crypto, config, state, message);
      return message.name === 'AUTH' ? server.onAuth(crypto, config, state, message) : undefined;
    },
  };
}

/** A frame on its way: who sent it, and which one of its sender's it is, from 0. */
export interface Passing {
  readonly from: 'client' | 'server';
  readonly index: number;
  readonly frame: Uint8Array;
}

/** Delivers frames in both directions until none is left; `tamper` may change one, or drop it by `undefined`. */
export function run(
  left: Endpoint,
  right: Endpoint,
  tamper: (passing: Passing) => Uint8Array | undefined = ({ frame }) => frame,
): { readonly client: Uint8Array[]; readonly server: Uint8Array[] } {
  const passed = { client: [] as Uint8Array[], server: [] as Uint8Array[] };
  while (left.sent.length + right.sent.length > 0) {
    for (const [from, to] of [
      [left, right],
      [right, left],
    ] as const) {
      const frame = from.sent.shift();
      if (frame === undefined) continue;
      const delivered = tamper({ from: from.role, index: passed[from.role].length, frame });
      passed[from.role].push(frame);
      if (delivered !== undefined) to.receive(delivered);
    }
  }
  return passed;
}

/** A frame with one bit of it flipped. */
export function flip(frame: Uint8Array, bit: number): Uint8Array {
  const flipped = concat(frame);
  flipped[bit >> 3]! ^= 1 << (bit & 7);
  return flipped;
}
