import { nodeCrypto } from '../../reference/src/crypto/node.ts';
import { concat, encodeUtf8, Id, toHex } from '../../reference/src/wire/index.ts';

/**
 * Where everything random in a case comes from: a stream that the run's seed, the run's salt and the case's id
 * determine. The salt keeps two runs against one living node apart; the seed makes what was generated repeatable.
 * The stream is AES-256-GCM's key stream, one nonce per draw.
 */
export class Fresh {
  readonly #key: Uint8Array;
  #draws = 0;

  constructor(...parts: readonly (string | number | Uint8Array)[]) {
    const framed = parts.map((part) => {
      const bytes = typeof part === 'object' ? part : encodeUtf8(String(part));
      return concat(encodeUtf8(`${bytes.length}:`), bytes);
    });
    this.#key = nodeCrypto.sha256(...framed);
  }

  /** A stream of its own for `name`; it does not advance this one. */
  child(name: string): Fresh {
    return new Fresh(this.#key, name);
  }

  bytes(n: number): Uint8Array {
    const nonce = new Uint8Array(12);
    new DataView(nonce.buffer).setUint32(8, this.#draws++);
    return nodeCrypto.seal(this.#key, nonce, new Uint8Array(n)).slice(0, n);
  }

  /** 0 to 2^32 - 1. */
  u32(): number {
    const [a = 0, b = 0, c = 0, d = 0] = this.bytes(4);
    return ((a << 24) | (b << 16) | (c << 8) | d) >>> 0;
  }

  /** A version 4 UUID (spec OP-9: 122 random bits). */
  id(): Id {
    const bytes = this.bytes(16);
    bytes[6] = (bytes[6]! & 0x0f) | 0x40;
    bytes[8] = (bytes[8]! & 0x3f) | 0x80;
    return Id.from(bytes);
  }

  /** A collection name that no other case and no other run uses. */
  collection(): string {
    return `kit-${toHex(this.bytes(8))}`;
  }
}
