import { createCipheriv, createHash } from 'node:crypto';
import { Id } from '../../reference/src/wire/index.ts';

const ZERO_IV = new Uint8Array(16);

/**
 * Where everything random in a case comes from: a stream that the run's seed, the run's salt and the case's id
 * determine. The salt keeps two runs against one living node apart; the seed makes what was generated repeatable.
 */
export class Fresh {
  readonly #stream;
  readonly #key: Uint8Array;

  constructor(...parts: readonly (string | number | Uint8Array)[]) {
    const hash = createHash('sha256');
    for (const part of parts) {
      const bytes = typeof part === 'object' ? part : Buffer.from(String(part));
      hash.update(`${bytes.length}:`).update(bytes);
    }
    this.#key = hash.digest();
    this.#stream = createCipheriv('aes-256-ctr', this.#key, ZERO_IV);
  }

  /** A stream of its own for `name`; it does not advance this one. */
  child(name: string): Fresh {
    return new Fresh(this.#key, name);
  }

  bytes(n: number): Uint8Array {
    const out = this.#stream.update(new Uint8Array(n));
    return new Uint8Array(out.buffer, out.byteOffset, out.byteLength);
  }

  /** 0 to 2^32 - 1. */
  u32(): number {
    const [a = 0, b = 0, c = 0, d = 0] = this.bytes(4);
    return ((a << 24) | (b << 16) | (c << 8) | d) >>> 0;
  }

  /** A version 4 UUID (protocol section 5.2: 122 random bits). */
  id(): Id {
    const bytes = this.bytes(16);
    bytes[6] = (bytes[6]! & 0x0f) | 0x40;
    bytes[8] = (bytes[8]! & 0x3f) | 0x80;
    return Id.from(bytes);
  }

  /** A collection name that no other case and no other run uses. */
  collection(): string {
    return `kit-${Buffer.from(this.bytes(9)).toString('base64url')}`;
  }
}
