import { Capability } from '../../../reference/src/registry.ts';
import {
  decodeAlert,
  decodeComplete,
  decodeCursor,
  decodeExtensions,
  decodeHello,
  decodeVerify,
  decodeWelcome,
  type Extension,
  type Greeting,
  toHex,
} from '../../../reference/src/wire/index.ts';
import { nameOfCode } from '../peer/codes.ts';
import type { Json } from './json.ts';

/** The clear messages of a handshake, and other bytes that no key protects, as JSON. Each refuses what its decoder does. */
export const CLEAR: { readonly [kind: string]: (bytes: Uint8Array) => Json } = {
  hello: (bytes) => greeting(decodeHello(bytes)),
  welcome: (bytes) => {
    const welcome = decodeWelcome(bytes);
    return { ...greeting(welcome), challenge: toHex(welcome.challenge) };
  },
  verify: (bytes) => ({ mac: toHex(decodeVerify(bytes)) }),
  complete: (bytes) => {
    decodeComplete(bytes);
    return {};
  },
  alert: (bytes) => ({ code: nameOfCode(decodeAlert(bytes).code) }),
  cursor: (bytes) => {
    const { log, seq, mark } = decodeCursor(bytes);
    return { log: log.toHex(), seq, mark: mark.toHex() };
  },
  extensions: (bytes) => ({ extensions: extensionsJson(decodeExtensions(bytes)) }),
};

function greeting(message: Greeting): { readonly [member: string]: Json } {
  const { protocol, node, database, key, capabilities, time, token, extensions } = message;
  const names = Object.entries(Capability).filter(([, bit]) => (capabilities & bit) !== 0);
  return {
    ...{ protocol, node: node.toHex(), database, key: toHex(key) },
    caps: names.map(([name]) => name),
    time: Number.isSafeInteger(time) && time < 8.64e15 ? new Date(time).toISOString() : time,
    token,
    ...(extensions.length === 0 ? {} : { extensions: extensionsJson(extensions) }),
  };
}

export function extensionsJson(extensions: readonly Extension[]): Json {
  return extensions.map(({ type, value }) => ({ type, value: toHex(value) }));
}
