import type { CryptoProvider, KeyPair } from '../../../reference/src/crypto/provider.ts';
import { linkKey, pskProof, transcriptHash, verifyMac } from '../../../reference/src/crypto/schedule.ts';
import { decodeHello, type Hello, ProtocolError, type Welcome } from '../../../reference/src/wire/index.ts';

const ZEROS = new Uint8Array(32);

/** The clear handshake of one connection as it crossed the link, and what follows from it (spec chapter 4). */
export class Transcript {
  readonly #crypto: CryptoProvider;
  readonly keyPair: KeyPair;
  helloFrame: Uint8Array | undefined;
  /** The HELLO that was sent, as far as it can be read. */
  hello: Hello | undefined;
  welcomeFrame: Uint8Array | undefined;
  welcome: Welcome | undefined;
  verifyFrame: Uint8Array | undefined;
  /** 32 bytes, once WELCOME is here and if the key that was offered is ours. */
  key: Uint8Array | undefined;

  constructor(crypto: CryptoProvider) {
    this.#crypto = crypto;
    this.keyPair = crypto.generateKeyPair();
  }

  /** A HELLO that goes out after the WELCOME is an offence of the kit's own and belongs to no transcript. */
  sentHello(frame: Uint8Array): void {
    if (this.welcomeFrame !== undefined) return;
    this.helloFrame = frame;
    try {
      this.hello = decodeHello(frame.subarray(5));
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      this.hello = undefined;
    }
  }

  /** Refuses by `hello.key` when the node's key is not on the curve. */
  gotWelcome(frame: Uint8Array, welcome: Welcome): void {
    this.welcomeFrame = frame;
    this.welcome = welcome;
    const x = this.#crypto.agree(this.keyPair.privateKey, welcome.key);
    this.key = linkKey(this.#crypto, x, this.hello?.database ?? welcome.database, welcome.database);
  }

  /** The right payload of VERIFY; zeros while there is no challenge to answer. */
  get mac(): Uint8Array {
    if (this.key === undefined || this.welcome === undefined) return ZEROS;
    return verifyMac(this.#crypto, this.key, this.welcome.challenge);
  }

  /** `th`; zeros while the clear handshake is not complete. */
  get hash(): Uint8Array {
    const { helloFrame, welcomeFrame, verifyFrame } = this;
    if (helloFrame === undefined || welcomeFrame === undefined || verifyFrame === undefined) return ZEROS;
    return transcriptHash(this.#crypto, helloFrame, welcomeFrame, verifyFrame);
  }

  proof(psk: Uint8Array, role: 'client' | 'server'): Uint8Array {
    return pskProof(this.#crypto, psk, role, this.hash);
  }
}
