import type { CryptoProvider } from '../../../reference/src/crypto/provider.ts';
import { FrameType } from '../../../reference/src/registry.ts';
import { decodeBatch, decodeControl, ProtocolError } from '../../../reference/src/wire/index.ts';
import type { Fresh } from '../fresh.ts';
import type { Message } from '../message/build.ts';
import { render } from '../message/render.ts';
import type { Exchange } from './exchange.ts';
import { inflate } from './inflate.ts';
import type { Ledger } from './ledger.ts';
import { LooseSealer } from './sealing.ts';
import type { Transcript } from './transcript.ts';

/**
 * Turns messages into bytes for the link, and writes into the books what the node can make of them: an operation that
 * it cannot open was not pushed, whatever it held.
 */
export class Outbound {
  readonly #name: string;
  readonly #crypto: CryptoProvider;
  readonly #fresh: Fresh;
  readonly #transcript: Transcript;
  readonly #ledger: Ledger;
  readonly #exchange: Exchange;
  #sealer: LooseSealer | undefined;
  sentSession: { readonly auth: number; readonly max: number } | undefined;
  sentAuth = false;
  sentClose = false;

  constructor(parts: {
    readonly name: string;
    readonly crypto: CryptoProvider;
    readonly fresh: Fresh;
    readonly transcript: Transcript;
    readonly ledger: Ledger;
    readonly exchange: Exchange;
  }) {
    this.#name = parts.name;
    this.#crypto = parts.crypto;
    this.#fresh = parts.fresh;
    this.#transcript = parts.transcript;
    this.#ledger = parts.ledger;
    this.#exchange = parts.exchange;
  }

  /** The bytes of `message`; it counts as sent from here on. */
  take(message: Message): Uint8Array {
    const bytes = render(message, this.#seal());
    const plaintext = message.sealed ? message.content.bytes : undefined;
    this.#exchange.add({
      connection: this.#name,
      from: 'kit',
      name: message.name,
      size: bytes.length,
      bytes,
      plaintext,
      note: deviation(message),
    });
    if ((message.type ?? bytes[0]) === FrameType.HELLO) this.#transcript.sentHello(bytes);
    else if (message.type === FrameType.VERIFY) this.#transcript.verifyFrame = bytes;
    else if (plaintext !== undefined && readable(message)) this.#book(message.type, plaintext);
    return bytes;
  }

  get sealedCount(): number {
    return this.#sealer?.counter ?? 0;
  }

  /** Before there is a link key, sealed frames go under a random one: the node is to refuse them by their type. */
  #seal(): LooseSealer {
    if (this.#sealer !== undefined) return this.#sealer;
    const { key } = this.#transcript;
    if (key === undefined) return new LooseSealer(this.#crypto, this.#fresh.bytes(32));
    this.#sealer = new LooseSealer(this.#crypto, key);
    return this.#sealer;
  }

  #book(type: number | undefined, plaintext: Uint8Array): void {
    try {
      if (type === FrameType.OPERATION) this.#ledger.pushed(plaintext);
      else if (type === FrameType.BATCH) {
        for (const operation of decodeBatch(plaintext, { compression: true, inflate })) this.#ledger.pushed(operation);
      } else if (type === FrameType.CONTROL) this.#bookControl(plaintext);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
    }
  }

  #bookControl(plaintext: Uint8Array): void {
    const message = decodeControl(plaintext);
    if (message.name === 'UNKNOWN') return;
    if (message.name === 'SESSION') this.sentSession = { auth: message.auth, max: message.max };
    else if (message.name === 'AUTH') this.sentAuth = true;
    else if (message.name === 'CLOSE') this.sentClose = true;
    this.#ledger.sent(message);
  }
}

/** Whether the node can open the frame. */
function readable({ nonce, key, damage, length }: Message): boolean {
  return nonce === undefined && key === undefined && damage === undefined && length === undefined;
}

/** For the exchange: what is wrong with a frame on purpose and does not show in its plaintext. */
function deviation(message: Message): string | undefined {
  if (message.damage !== undefined) return `${message.damage.region} changed`;
  if (message.nonce !== undefined) return 'sealed under another nonce';
  if (message.key !== undefined) return 'sealed under another key';
  return message.length === undefined ? undefined : `declares ${message.length} bytes`;
}
