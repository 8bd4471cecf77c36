/** Hex, text and a cursor over bytes: the little that every layout of the protocol needs. */
import { refuse } from './refusal.mjs';

export const hex = (text) => {
  if (text.length % 2 !== 0 || /[^0-9a-f]/.test(text)) throw new Error(`not hex: ${text.slice(0, 40)}`);
  return Buffer.from(text, 'hex');
};

export const u8 = (n) => Buffer.from([n]);

export const u16 = (n) => {
  const b = Buffer.alloc(2);
  b.writeUInt16BE(n);
  return b;
};

export const u32 = (n) => {
  const b = Buffer.alloc(4);
  b.writeUInt32BE(n);
  return b;
};

/** `n` is a BigInt, or a decimal text. */
export const u64 = (n) => {
  const b = Buffer.alloc(8);
  b.writeBigUInt64BE(BigInt(n));
  return b;
};

export const join = (...parts) => Buffer.concat(parts);

/** UTF-8 bytes as text, or undefined when they are none. A leading U+FEFF is kept. */
export function text(bytes) {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** Text as UTF-8. A lone surrogate has no UTF-8 form. */
export function utf8(string, reason) {
  if (!string.isWellFormed()) refuse(reason);
  return Buffer.from(string, 'utf8');
}

/** Reads from the front of `bytes`; where they end too early it refuses by `short`. */
export class Cursor {
  constructor(bytes, short) {
    this.bytes = bytes;
    this.short = short;
    this.at = 0;
  }

  get left() {
    return this.bytes.length - this.at;
  }

  take(n) {
    if (n > this.left) refuse(this.short);
    this.at += n;
    return this.bytes.subarray(this.at - n, this.at);
  }

  u8() {
    return this.take(1)[0];
  }

  u16() {
    return this.take(2).readUInt16BE();
  }

  u32() {
    return this.take(4).readUInt32BE();
  }

  u64() {
    return this.take(8).readBigUInt64BE();
  }

  hex(n) {
    return this.take(n).toString('hex');
  }

  rest() {
    return this.take(this.left);
  }
}
