import type { ByteReader } from '../bytes/reader.ts';
import { decodeUtf8, utf8Length } from '../bytes/utf8.ts';
import { ByteWriter } from '../bytes/writer.ts';
import { refuse } from '../errors.ts';
import {
  databaseNameOf,
  decodeClear,
  type Greeting,
  readExtensions,
  readGreeting,
  readStr8,
  writeGreeting,
  writeMessageExtensions,
  writeStr8,
} from './clear-message.ts';
import { type Extension, extensionValue, TARGET_EXTENSION } from './extensions.ts';

/**
 * The client's first frame: `str8 protocol | node 16 | str8 database | key 65 | caps u8 | time u64 | str8 token |
 * extensions?`.
 */
export type Hello = Greeting;

/** The payload of a HELLO frame. Refuses what `decodeHello` would. */
export function encodeHello(hello: Hello): Uint8Array {
  const writer = new ByteWriter();
  writeGreeting(writer, hello);
  const tokenBytes = utf8Length(hello.token);
  if (tokenBytes < 0 || tokenBytes > 0xff) refuse('hello.token', 'not UTF-8, or over 255 bytes');
  writeStr8(writer, hello.token);
  checkTarget(hello.extensions);
  writeMessageExtensions(writer, hello.extensions);
  return writer.finish();
}

/**
 * Precedence: field by field in the order of the layout. A field is first read whole (`message.truncated`), then
 * judged, then comes the next; so the protocol string goes before all else. The extension block is judged in its form
 * (`extensions.*`), then in what its extensions mean (`hello.target`). Whether the key is on the curve is judged after
 * all of this, by the key agreement, with the same reason `hello.key`.
 */
export function decodeHello(payload: Uint8Array): Hello {
  return decodeClear(payload, (reader: ByteReader) => {
    const greeting = readGreeting(reader);
    const token = decodeUtf8(readStr8(reader)) ?? refuse('hello.token');
    const extensions = readExtensions(reader);
    checkTarget(extensions);
    return { ...greeting, token, extensions };
  });
}

/** The database that the client asks for: extension `target`, else its own name. */
export function targetOf(hello: Hello): string {
  const target = extensionValue(hello.extensions, TARGET_EXTENSION);
  return (target === undefined ? undefined : databaseNameOf(target)) ?? hello.database;
}

function checkTarget(extensions: readonly Extension[]): void {
  const target = extensionValue(extensions, TARGET_EXTENSION);
  if (target !== undefined && databaseNameOf(target) === undefined) refuse('hello.target');
}
