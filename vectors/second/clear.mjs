/** The clear messages: HELLO, WELCOME, VERIFY, COMPLETE, ALERT. Payloads only, without the frame's header. */
import { ECDH } from 'node:crypto';
import { Cursor, hex, join, text, u8, u16, u64, utf8 } from './bytes.mjs';
import { CLEAR, decodeExtensions, encodeExtensions } from './extensions.mjs';
import { refuse } from './refusal.mjs';

const PROTOCOL = 'blazedb/1.0';

const str8 = (string) => {
  const bytes = utf8(string, 'hello.token');
  return join(u8(bytes.length), bytes);
};

const isDatabaseName = (name) => name !== undefined && /^[A-Za-z0-9._-]{1,64}$/.test(name);

/** HELLO and WELCOME differ in the challenge alone. */
export function encodeHello(m) {
  return join(
    str8(m.protocol),
    hex(m.node),
    str8(m.database),
    hex(m.key),
    u8(m.capabilities),
    u64(m.time),
    m.message === 'WELCOME' ? hex(m.challenge) : Buffer.alloc(0),
    str8(m.token),
    encodeExtensions(m.extensions),
  );
}

/** Each field is read whole, then judged, before the next is read; the point comes last, as it is the dearest. */
export function decodeHello(bytes, name, judge = () => undefined) {
  const cursor = new Cursor(bytes, 'message.truncated');
  const protocol = text(cursor.take(cursor.u8()));
  if (protocol !== PROTOCOL) refuse('hello.protocol');
  const node = cursor.hex(16);
  const database = text(cursor.take(cursor.u8()));
  if (!isDatabaseName(database)) refuse('hello.database-name');
  const key = cursor.hex(65);
  if (!key.startsWith('04')) refuse('hello.key');
  const capabilities = cursor.u8();
  const time = cursor.u64().toString();
  const challenge = name === 'WELCOME' ? { challenge: cursor.hex(16) } : {};
  const tokenBytes = cursor.take(cursor.u8());
  if (name === 'WELCOME' && tokenBytes.length > 0) refuse('welcome.token');
  const token = text(tokenBytes) ?? refuse('hello.token');
  const extensions = decodeExtensions(cursor.rest(), CLEAR);
  const message = { message: name, protocol, node, database, key, capabilities, time, ...challenge, token, extensions };
  if (name === 'HELLO' && targetOf(message) === undefined) refuse('hello.target');
  judge(message);
  if (!isPoint(key)) refuse('hello.key');
  return message;
}

/** The name of the server's database that HELLO asks for, null without the extension, undefined when it is no name. */
export function targetOf({ extensions }) {
  const target = extensions.find(({ type }) => type === 1);
  if (target === undefined) return null;
  const name = text(hex(target.value));
  return isDatabaseName(name) ? name : undefined;
}

/** `04 | X | Y` on P-256: the conversion fails for a point that is not on the curve. */
export function isPoint(key) {
  if (!key.startsWith('04')) return false;
  try {
    return ECDH.convertKey(hex(key), 'prime256v1', undefined, 'hex', 'uncompressed') === key;
  } catch {
    return false;
  }
}

export function encodeVerify({ mac }) {
  return hex(mac);
}

export function decodeVerify(bytes) {
  if (bytes.length !== 32) refuse('verify.length');
  return { message: 'VERIFY', mac: bytes.toString('hex') };
}

export function encodeComplete() {
  return Buffer.alloc(0);
}

export function decodeComplete(bytes) {
  if (bytes.length > 0) refuse('complete.body');
  return { message: 'COMPLETE' };
}

export function encodeAlert({ code }) {
  return u16(code);
}

export function decodeAlert(bytes) {
  if (bytes.length !== 2) refuse('alert.length');
  return { message: 'ALERT', code: bytes.readUInt16BE() };
}
