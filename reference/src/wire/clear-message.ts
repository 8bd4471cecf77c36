import type { Id } from '../bytes/id.ts';
import { ByteReader, EndOfBytes } from '../bytes/reader.ts';
import { decodeUtf8 } from '../bytes/utf8.ts';
import type { ByteWriter } from '../bytes/writer.ts';
import { refuse } from '../errors.ts';
import { DEFAULT_LIMITS, Label } from '../registry.ts';
import { decodeExtensions, type Extension, MESSAGE_EXTENSIONS, writeExtensions } from './extensions.ts';

/** What HELLO and WELCOME have in common. */
export interface Greeting {
  /** `blazedb/1.0`. */
  readonly protocol: string;
  readonly node: Id;
  /** 1 to 64 of `A-Z a-z 0-9 . _ -`. */
  readonly database: string;
  /** Fresh P-256 public key, 65 bytes: `04 | X | Y`. */
  readonly key: Uint8Array;
  /** Capability bits as they stand on the wire; unknown ones mean nothing. */
  readonly capabilities: number;
  /** Unix milliseconds: a hint for humans. Above 2^53 it is the nearest number. */
  readonly time: number;
  /** Bearer token; empty in WELCOME. */
  readonly token: string;
  readonly extensions: readonly Extension[];
}

export const KEY_BYTES = 65;

const DATABASE_NAME = /^[A-Za-z0-9._-]{1,64}$/;

/** 1 to 64 of `A-Z a-z 0-9 . _ -`. */
export function isDatabaseName(name: string): boolean {
  return DATABASE_NAME.test(name);
}

/** A database name of bare bytes, `undefined` when it is none. */
export function databaseNameOf(bytes: Uint8Array): string | undefined {
  if (bytes.length > DEFAULT_LIMITS.DATABASE_NAME_BYTES) return undefined;
  const name = decodeUtf8(bytes);
  return name !== undefined && isDatabaseName(name) ? name : undefined;
}

/** Runs `decode` over `payload`; running out of bytes becomes `message.truncated`. */
export function decodeClear<T>(payload: Uint8Array, decode: (reader: ByteReader) => T): T {
  try {
    return decode(new ByteReader(payload));
  } catch (error) {
    if (error instanceof EndOfBytes) refuse('message.truncated', undefined, { cause: error });
    throw error;
  }
}

/** The fields that stand before those that HELLO and WELCOME differ in; each is read whole, then judged. */
export function readGreeting(reader: ByteReader): Omit<Greeting, 'token' | 'extensions'> {
  const protocol = decodeUtf8(readStr8(reader));
  if (protocol !== Label.PROTOCOL)
    refuse('hello.protocol', protocol === undefined ? undefined : JSON.stringify(protocol));
  const node = reader.id();
  const database = databaseNameOf(readStr8(reader)) ?? refuse('hello.database-name');
  const key = new Uint8Array(reader.bytes(KEY_BYTES));
  if (key[0] !== 4) refuse('hello.key', `first byte ${key[0]}`);
  return { protocol, node, database, key, capabilities: reader.u8(), time: reader.u64Nearest() };
}

export function readExtensions(reader: ByteReader): readonly Extension[] {
  return decodeExtensions(reader.bytes(reader.remaining));
}

/** Writes what `readGreeting` reads, under the same rules. */
export function writeGreeting(writer: ByteWriter, greeting: Greeting): void {
  if (greeting.protocol !== Label.PROTOCOL) refuse('hello.protocol', JSON.stringify(greeting.protocol));
  writeStr8(writer, greeting.protocol);
  writer.id(greeting.node);
  if (!isDatabaseName(greeting.database)) refuse('hello.database-name');
  writeStr8(writer, greeting.database);
  if (greeting.key.length !== KEY_BYTES || greeting.key[0] !== 4) refuse('hello.key', `${greeting.key.length} bytes`);
  writer.bytes(greeting.key);
  if (!Number.isInteger(greeting.capabilities) || greeting.capabilities < 0 || greeting.capabilities > 0xff) {
    throw new RangeError(`capabilities are one byte: ${greeting.capabilities}`);
  }
  writer.u8(greeting.capabilities);
  writer.u64(greeting.time);
}

export function writeMessageExtensions(writer: ByteWriter, extensions: readonly Extension[]): void {
  writeExtensions(writer, extensions, MESSAGE_EXTENSIONS);
}

/** `u8 length | bytes`. */
export function readStr8(reader: ByteReader): Uint8Array {
  return reader.bytes(reader.u8());
}

/** Throws RangeError over 255 bytes or on a lone surrogate. */
export function writeStr8(writer: ByteWriter, text: string): void {
  const at = writer.length;
  writer.u8(0);
  const n = writer.utf8(text);
  if (n > 0xff) throw new RangeError(`a str8 has at most 255 bytes: ${n}`);
  writer.patchU8(at, n);
}
