import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toHex } from '../../src/bytes/hex.ts';
import { encodeUtf8 } from '../../src/bytes/utf8.ts';
import type { RefusalName } from '../../src/registry.ts';
import { decodeHello, encodeHello, type Hello, isDatabaseName, targetOf } from '../../src/wire/index.ts';
import { bytes, id, text } from '../support/arbitrary.ts';
import { bytesOf } from '../support/near-misses/near-miss.ts';
import { expectedForm, formOf, refusalOf } from '../support/refusal.ts';

const KEY = bytesOf(`04 0217e617f0b6443928278f96999e69a23a4f2c152bdf6d6cdf66e5b80282d4ed
  194a7debcb97712d2dda3ca85aa8765a56f45fc758599652f2897c65306e5794`);
/** The HELLO that the second derivation computed (108 bytes). */
const BYTES = bytesOf(`0b 626c617a6564622f312e30 000102030405060708090a0b0c0d0e0f 04 62756773 ${toHex(KEY)} 0f
  0000018bcfe56800 00`);
const HELLO = decodeHello(BYTES);

const name = fc.stringMatching(/^[A-Za-z0-9._-]{1,64}$/);
const hello: fc.Arbitrary<Hello> = fc.record({
  protocol: fc.constant('blazedb/1.0'),
  node: id,
  database: name,
  key: bytes(64).map((rest) => Uint8Array.of(4, ...rest)),
  capabilities: fc.nat(255),
  time: fc.maxSafeNat(),
  token: text.filter((token) => Buffer.byteLength(token) <= 255),
  extensions: fc.constantFrom<Hello['extensions']>(
    [],
    [{ type: 1, value: encodeUtf8('bugs-2') }],
    [{ type: 0x0a0a, value: bytesOf('c0de') }],
  ),
});

describe('a HELLO', () => {
  it('has the fields of the layout', () => {
    expect(BYTES).toHaveLength(108);
    expect(HELLO).toMatchObject({
      protocol: 'blazedb/1.0',
      database: 'bugs',
      capabilities: 15,
      token: '',
      extensions: [],
    });
    expect(HELLO.node.toHex()).toBe('000102030405060708090a0b0c0d0e0f');
    expect(HELLO.key).toEqual(KEY);
    expect(HELLO.time).toBe(1_700_000_000_000);
    expect(encodeHello(HELLO)).toEqual(BYTES);
  });

  it('comes back from its bytes', () => {
    fc.assert(
      fc.property(hello, (original) => {
        expect(decodeHello(encodeHello(original))).toEqual(original);
      }),
    );
  });

  it('that is cut anywhere is refused as truncated, or in its extensions', () => {
    const whole = encodeHello({ ...HELLO, token: 'secret', extensions: [{ type: 1, value: encodeUtf8('bugs') }] });
    const bare = whole.length - 10;
    for (let end = 0; end < whole.length; end++) {
      if (end === bare) continue;
      const { reason } = refusalOf(() => decodeHello(whole.subarray(0, end)));
      expect(reason).toBe(end < bare ? 'message.truncated' : 'extensions.length');
    }
  });

  it('is accepted with every time, the greatest u64 included', () => {
    const late = bytesOf(toHex(BYTES).replace('0000018bcfe56800', 'ffffffffffffffff'));
    expect(decodeHello(late).time).toBe(2 ** 64);
  });

  it('is accepted with capabilities and extensions that are unknown', () => {
    const odd = encodeHello({
      ...HELLO,
      capabilities: 0xff,
      extensions: [
        { type: 2, value: bytesOf('00') },
        { type: 0xfafa, value: bytesOf('') },
      ],
    });
    expect(decodeHello(odd)).toMatchObject({ capabilities: 0xff, extensions: [{ type: 2 }, { type: 0xfafa }] });
  });

  it('asks for its target, else for its own database', () => {
    expect(targetOf(HELLO)).toBe('bugs');
    expect(targetOf({ ...HELLO, extensions: [{ type: 1, value: encodeUtf8('other') }] })).toBe('other');
  });

  it('does not share the memory of its bytes', () => {
    const copy = BYTES.slice();
    const { key } = decodeHello(copy);
    copy.fill(0);
    expect(key).toEqual(KEY);
  });

  it.each([
    ['hello.protocol', { protocol: 'blazedb/1.1' }],
    ['hello.database-name', { database: 'a:b' }],
    ['hello.database-name', { database: '' }],
    ['hello.key', { key: KEY.slice(1) }],
    ['hello.key', { key: new Uint8Array(65) }],
    ['hello.token', { token: '\ud800' }],
    ['hello.token', { token: 'x'.repeat(256) }],
    ['hello.target', { extensions: [{ type: 1, value: encodeUtf8('a/b') }] }],
    [
      'extensions.order',
      {
        extensions: [
          { type: 3, value: KEY },
          { type: 3, value: KEY },
        ],
      },
    ],
  ] as [RefusalName, Partial<Hello>][])('is not written by what would be refused by %s', (reason, change) => {
    expect(formOf(refusalOf(() => encodeHello({ ...HELLO, ...change })))).toEqual(expectedForm(reason));
  });

  it.each([{ capabilities: 256 }, { capabilities: -1 }, { time: -1 }, { time: 2 ** 53 }])(
    'is not written with %j',
    (change) => {
      expect(() => encodeHello({ ...HELLO, ...change })).toThrow(RangeError);
    },
  );
});

describe('a database name', () => {
  it.each(['a', 'Z9._-', 'x'.repeat(64), '..'])('can be %j', (candidate) => {
    expect(isDatabaseName(candidate)).toBe(true);
  });

  it.each(['', 'x'.repeat(65), 'a b', 'a:b', 'é', 'a\n', '\ufeffa'])('cannot be %j', (candidate) => {
    expect(isDatabaseName(candidate)).toBe(false);
  });
});
