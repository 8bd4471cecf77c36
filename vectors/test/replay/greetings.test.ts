import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../../reference/src/bytes/hex.ts';
import type { CryptoProvider } from '../../../reference/src/crypto/provider.ts';
import { decodeHello, type Hello } from '../../../reference/src/wire/hello.ts';
import { decodeWelcome, type Welcome } from '../../../reference/src/wire/welcome.ts';
import { encodeGreeting, type JsonGreeting } from '../../generator/topics/greetings.ts';
import { named, topic } from '../files.ts';
import { providers } from '../providers.ts';
import { refusalOf } from '../refusal-of.ts';

/** The decoded message in its JSON form. A time above 2^53 - 1 is kept as the nearest number. */
function toJson(message: 'HELLO' | 'WELCOME', greeting: Hello | Welcome): JsonGreeting {
  const { protocol, node, database, key, capabilities, time, token, extensions } = greeting;
  return {
    message,
    protocol: protocol as 'blazedb/1.0',
    node: node.toHex(),
    database,
    key: toHex(key),
    capabilities,
    time: BigInt(time).toString(),
    ...('challenge' in greeting ? { challenge: toHex(greeting.challenge) } : {}),
    token,
    extensions: extensions.map(({ type, value }) => ({ type, value: toHex(value) })),
  };
}

/** Bytes to message; that the key is a point is for the key agreement to see, the last of all. */
function judge(name: 'HELLO' | 'WELCOME', crypto: CryptoProvider, bytes: string): JsonGreeting {
  const greeting = name === 'HELLO' ? decodeHello(fromHex(bytes)) : decodeWelcome(fromHex(bytes));
  crypto.agree(new Uint8Array(32).fill(1), greeting.key);
  return toJson(name, greeting);
}

describe.each(providers)('with %s', (_, crypto) => {
  describe.each(['HELLO', 'WELCOME'] as const)('%s', (name) => {
    const { valid, invalid } = topic(name.toLowerCase());
    it.each(named(valid))('%s is written and read', (_id, { message, bytes }) => {
      const read = judge(name, crypto, bytes);
      if (Number.isSafeInteger(Number(message.time))) {
        expect(read).toEqual(message);
        expect(toHex(encodeGreeting(message as JsonGreeting))).toBe(bytes);
      } else expect({ ...read, time: message.time }).toEqual(message);
    });
    it.each(named(invalid))('%s is refused', (_id, { bytes, reason }) => {
      expect(refusalOf(() => judge(name, crypto, bytes))).toBe(reason);
    });
  });
});
