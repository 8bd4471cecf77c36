import { describe, expect, it } from 'vitest';
import { toHex } from '../../src/bytes/hex.ts';
import { encodeUtf8 } from '../../src/bytes/utf8.ts';
import type { RefusalName } from '../../src/registry.ts';
import { decodeWelcome, encodeWelcome, type Welcome } from '../../src/wire/index.ts';
import { bytesOf } from '../support/near-misses/near-miss.ts';
import { refusalOf } from '../support/refusal.ts';

/** The WELCOME that the second derivation computed (124 bytes). */
const BYTES = bytesOf(`0b 626c617a6564622f312e30 101112131415161718191a1b1c1d1e1f 04 62756773
  04 d65a93977caa3d1b081852ff57a79e465f1660577304baead505dd3a48589cf3
  50185e895372df6221ea3a137557e473fddb6755f05bd507c3c533fce9c91285
  03 0000018bcfe56805 a0a1a2a3a4a5a6a7a8a9aaabacadaeaf 00`);
const WELCOME = decodeWelcome(BYTES);

describe('a WELCOME', () => {
  it('has the fields of the layout, and comes back from them', () => {
    expect(BYTES).toHaveLength(124);
    expect(WELCOME).toMatchObject({ database: 'bugs', capabilities: 3, time: 1_700_000_000_005, token: '' });
    expect(toHex(WELCOME.challenge)).toBe('a0a1a2a3a4a5a6a7a8a9aaabacadaeaf');
    expect(encodeWelcome(WELCOME)).toEqual(BYTES);
  });

  it('may have extensions, of which none has a meaning: not even a target that is no name', () => {
    const extensions = [{ type: 1, value: encodeUtf8('a/b') }];
    expect(decodeWelcome(encodeWelcome({ ...WELCOME, extensions })).extensions).toEqual(extensions);
  });

  it('that is cut anywhere is refused as truncated', () => {
    for (let end = 0; end < BYTES.length; end++) {
      expect(refusalOf(() => decodeWelcome(BYTES.subarray(0, end))).reason).toBe('message.truncated');
    }
  });

  it.each([
    ['welcome.token', { token: 'x' }],
    ['hello.protocol', { protocol: '' }],
    ['hello.database-name', { database: 'a b' }],
    ['hello.key', { key: new Uint8Array(65) }],
  ] as [RefusalName, Partial<Welcome>][])('is not written by what would be refused by %s', (reason, change) => {
    expect(refusalOf(() => encodeWelcome({ ...WELCOME, ...change })).reason).toBe(reason);
  });

  it('is not written with a challenge of 15 bytes', () => {
    expect(() => encodeWelcome({ ...WELCOME, challenge: new Uint8Array(15) })).toThrow(RangeError);
  });
});
