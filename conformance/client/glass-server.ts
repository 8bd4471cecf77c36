import { Opener } from '../../reference/src/channel/opener.ts';
import { Sealer } from '../../reference/src/channel/sealer.ts';
import { nodeCrypto } from '../../reference/src/crypto/node.ts';
import { linkKey, pskProof, transcriptHash, verifyMac } from '../../reference/src/crypto/schedule.ts';
import { DEFAULT_LIMITS, ErrorCode, type ErrorName, FrameType } from '../../reference/src/registry.ts';
import {
  type ControlMessage,
  type ControlMessageOf,
  concat,
  decodeAlert,
  decodeBatch,
  decodeControl,
  decodeHello,
  encodeBatch,
  encodeControl,
  encodeFrame,
  type Frame,
  FrameParser,
  type Hello,
  Id,
  targetOf,
} from '../../reference/src/wire/index.ts';
import { encodeWelcome } from '../../reference/src/wire/welcome.ts';
import type { MemoryLink } from './memory-link.ts';

/** What the client said, in order. */
export type Said =
  | { readonly name: 'HELLO'; readonly hello: Hello }
  | { readonly name: 'VERIFY'; readonly mac: Uint8Array }
  | { readonly name: 'ALERT'; readonly code: number }
  | { readonly name: 'OPERATION'; readonly bytes: Uint8Array }
  | { readonly name: 'control'; readonly message: ControlMessage }
  | { readonly name: 'frame'; readonly type: number };

const { HELLO, WELCOME, VERIFY, COMPLETE, CONTROL, OPERATION, ALERT, BATCH } = FrameType;
export const SERVER_NODE: Id = Id.fromHex('5e5e5e5e5e5e45e585e5e5e5e5e5e5e5');

/** How a WELCOME differs from the right one. */
export interface WelcomeChange {
  readonly database?: string;
  readonly node?: Id;
  readonly capabilities?: number;
  /** The payload in its bytes, after everything else. */
  readonly payload?: (payload: Uint8Array) => Uint8Array;
}

/**
 * A server made of glass: it plays its part rightly, step by step as it is told, sends anything at all, and keeps what the
 * client says.
 */
export class GlassServer {
  readonly said: Said[] = [];
  readonly link: MemoryLink;
  hello: Hello | undefined;
  key: Uint8Array | undefined;
  readonly challenge: Uint8Array = nodeCrypto.randomBytes(16);
  readonly #pair = nodeCrypto.generateKeyPair();
  readonly #frames = { hello: new Uint8Array(), welcome: new Uint8Array(), verify: new Uint8Array() };
  readonly #parser: FrameParser;
  #sealer: Sealer | undefined;
  #opener: Opener | undefined;

  constructor(link: MemoryLink) {
    this.link = link;
    this.#parser = new FrameParser(
      () => {},
      (frame, raw) => this.#take(frame, raw.slice()),
    );
    link.start({
      onBytes: (chunk) => this.#parser.push(chunk),
      onDrain: () => {},
      onEnd: () => {},
      onClose: () => {},
    });
  }

  /** Transcript hash of the connection. */
  get th(): Uint8Array {
    const { hello, welcome, verify } = this.#frames;
    return transcriptHash(nodeCrypto, hello, welcome, verify);
  }

  /** What VERIFY has to carry. */
  get mac(): Uint8Array {
    return verifyMac(nodeCrypto, this.key!, this.challenge);
  }

  // what it says

  bytes(bytes: Uint8Array): void {
    this.link.send(bytes);
  }

  welcome({ database, node, capabilities, payload }: WelcomeChange = {}): void {
    const hello = this.hello!;
    const name = database ?? targetOf(hello);
    const right = encodeWelcome({
      protocol: 'blazedb/1.0',
      node: node ?? SERVER_NODE,
      database: name,
      key: this.#pair.publicKey,
      capabilities: capabilities ?? hello.capabilities,
      time: 0,
      challenge: this.challenge,
      token: '',
      extensions: [],
    });
    this.#frames.welcome = encodeFrame(WELCOME, payload?.(right) ?? right) as Uint8Array<ArrayBuffer>;
    const x = nodeCrypto.agree(this.#pair.privateKey, hello.key);
    this.key = linkKey(nodeCrypto, x, hello.database, name);
    this.bytes(this.#frames.welcome);
  }

  complete(payload: Uint8Array = new Uint8Array()): void {
    this.bytes(encodeFrame(COMPLETE, payload));
  }

  alert(code: ErrorName): void {
    const number = ErrorCode[code];
    this.bytes(encodeFrame(ALERT, Uint8Array.of(number >> 8, number)));
  }

  session(change: Partial<Omit<ControlMessageOf<'SESSION'>, 'name'>> = {}): void {
    this.control({ name: 'SESSION', th: this.th, auth: 0, max: DEFAULT_LIMITS.FRAME_BYTES, ...change });
  }

  auth(psk: Uint8Array, change: Partial<Omit<ControlMessageOf<'AUTH'>, 'name'>> = {}): void {
    this.control({ name: 'AUTH', kind: 1, proof: pskProof(nodeCrypto, psk, 'server', this.th), ...change });
  }

  control(message: ControlMessage): void {
    this.sealed(CONTROL, encodeControl(message));
  }

  /** Operations as a server feeds them: one in an OPERATION frame, several in a BATCH. */
  feed(...operations: readonly Uint8Array[]): void {
    if (operations.length === 1) this.sealed(OPERATION, operations[0]!);
    else this.sealed(BATCH, encodeBatch(operations));
  }

  sealed(type: number, plaintext: Uint8Array): void {
    this.#sealer ??= new Sealer(nodeCrypto, this.key!, 1, DEFAULT_LIMITS);
    this.bytes(this.#sealer.seal(type, plaintext));
  }

  /** ACK of these operations, as stored. */
  ack(...operations: readonly Uint8Array[]): void {
    const ids = concat(...operations.map((bytes) => bytes.subarray(0, 16)));
    this.control({ name: 'ACK', ids, st: new Uint8Array(operations.length), cur: new Uint8Array(40) });
  }

  // what it heard

  /** All control messages of this name that the client sent. */
  heard<N extends ControlMessage['name']>(name: N): readonly Extract<ControlMessage, { readonly name: N }>[] {
    return this.said.flatMap((said) =>
      said.name === 'control' && said.message.name === name
        ? [said.message as Extract<ControlMessage, { readonly name: N }>]
        : [],
    );
  }

  get operations(): readonly Uint8Array[] {
    return this.said.flatMap((said) => (said.name === 'OPERATION' ? [said.bytes] : []));
  }

  #take(frame: Frame, raw: Uint8Array): void {
    if (frame.type === HELLO) {
      this.#frames.hello = raw as Uint8Array<ArrayBuffer>;
      this.hello = decodeHello(frame.payload);
      this.said.push({ name: 'HELLO', hello: this.hello });
    } else if (frame.type === VERIFY) {
      this.#frames.verify = raw as Uint8Array<ArrayBuffer>;
      this.said.push({ name: 'VERIFY', mac: frame.payload.slice() });
    } else if (frame.type === ALERT) this.said.push({ name: 'ALERT', code: decodeAlert(frame.payload).code });
    else if (frame.type === CONTROL || frame.type === OPERATION || frame.type === BATCH) this.#open(frame);
    else this.said.push({ name: 'frame', type: frame.type });
  }

  #open(frame: Frame): void {
    this.#opener ??= new Opener(nodeCrypto, this.key!, 0, DEFAULT_LIMITS);
    const plaintext = this.#opener.open(frame);
    if (frame.type === OPERATION) this.said.push({ name: 'OPERATION', bytes: plaintext });
    else if (frame.type === BATCH) {
      for (const bytes of decodeBatch(plaintext, { compression: false })) this.said.push({ name: 'OPERATION', bytes });
    } else {
      const message = decodeControl(plaintext);
      if (message.name !== 'UNKNOWN') this.said.push({ name: 'control', message });
    }
  }
}
