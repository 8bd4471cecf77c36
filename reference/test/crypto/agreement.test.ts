import { describe, expect, it } from 'vitest';
import { concat } from '../../src/bytes/concat.ts';
import { fromHex, toHex } from '../../src/bytes/hex.ts';
import { pairs, providers, python, pythonKeyPair } from './providers.ts';
import { refusing } from './refusing.ts';

/** The prime of P-256's field. */
const P = 'ffffffff00000001000000000000000000000000ffffffffffffffffffffffff';
/** y of the point with x = 0, a root of b. */
const Y_OF_ZERO = '66485c780e2f83d72433bd5d84a06bb6541c2af31dae871728bf856a174f93f4';

describe.each(providers)('$name agrees', (crypto) => {
  const { privateKey, publicKey } = pythonKeyPair('client');

  it('derives the public keys of the second derivation', () => {
    for (const side of ['client', 'server'] as const) {
      expect(toHex(crypto.publicKeyOf(fromHex(python[side].privateKey)))).toBe(python[side].publicKey);
    }
  });

  it('derives the x coordinate of the second derivation from both sides', () => {
    const server = pythonKeyPair('server');
    expect(toHex(crypto.agree(privateKey, server.publicKey))).toBe(python.ecdhX);
    expect(toHex(crypto.agree(server.privateKey, publicKey))).toBe(python.ecdhX);
  });

  it('makes key pairs of 32 and 65 bytes that belong together', () => {
    const made = crypto.generateKeyPair();
    expect([made.privateKey.length, made.publicKey.length, made.publicKey[0]]).toEqual([32, 65, 4]);
    expect(crypto.publicKeyOf(made.privateKey)).toEqual(made.publicKey);
    expect(crypto.generateKeyPair().privateKey).not.toEqual(made.privateKey);
  });

  it('erases a private key', () => {
    const made = crypto.generateKeyPair();
    crypto.erase(made.privateKey);
    expect(made.privateKey).toEqual(new Uint8Array(32));
    expect(() => crypto.agree(made.privateKey, publicKey)).toThrow();
  });

  it('keeps the leading zeros of x', () => {
    // The shared point of private key n and the public key of 1 (the generator) is n times the generator, which is the
    // public key of n: the first n whose x begins with 00 shows both.
    const key = new Uint8Array(32);
    let found: Uint8Array | undefined;
    for (let n = 1; n < 4096 && found === undefined; n++) {
      key[30] = n >> 8;
      key[31] = n;
      const x = crypto.publicKeyOf(key).subarray(1, 33);
      if (x[0] === 0) found = x;
    }
    const one = Uint8Array.from({ length: 32 }, (_, i) => (i === 31 ? 1 : 0));
    expect(crypto.agree(key, crypto.publicKeyOf(one))).toEqual(found);
    expect(found).toHaveLength(32);
  });

  it('takes x = 0, which is on the curve', () => {
    expect(crypto.agree(privateKey, fromHex(`04${'00'.repeat(32)}${Y_OF_ZERO}`))).toHaveLength(32);
  });

  const x = publicKey.subarray(1, 33);
  const y = publicKey.subarray(33);
  const bad: readonly [string, Uint8Array][] = [
    ['no bytes', new Uint8Array(0)],
    ['infinity as one byte', Uint8Array.of(0)],
    ['infinity as 65 zero bytes', new Uint8Array(65)],
    ['04 and zeros', concat(Uint8Array.of(4), new Uint8Array(64))],
    ['64 bytes, as upstream sent them', concat(x, y)],
    ['66 bytes', concat(publicKey, Uint8Array.of(0))],
    ['the compressed form', concat(Uint8Array.of(2 + (y[31]! & 1)), x)],
    ['the compressed form, filled up', concat(Uint8Array.of(2 + (y[31]! & 1)), x, new Uint8Array(32))],
    ['the hybrid form', concat(Uint8Array.of(6 + (y[31]! & 1)), x, y)],
    ['another prefix', concat(Uint8Array.of(5), x, y)],
    ['a point off the curve', flipLast(publicKey)],
    ['x = p beside the y of x = 0', fromHex(`04${P}${Y_OF_ZERO}`)],
    ['y not below p', concat(Uint8Array.of(4), x, new Uint8Array(32).fill(0xff))],
    ['x not below p', concat(Uint8Array.of(4), new Uint8Array(32).fill(0xff), y)],
  ];
  it.each(bad)('refuses %s by hello.key', (_, key) => {
    refusing('hello.key', () => crypto.agree(privateKey, key));
    refusing('hello.key', () => crypto.agree(crypto.generateKeyPair().privateKey, key));
  });

  it('does not blame the peer for a private key that is none', () => {
    expect(() => crypto.agree(new Uint8Array(32), publicKey)).toThrow();
    try {
      crypto.agree(new Uint8Array(32), publicKey);
    } catch (error) {
      expect(error).not.toHaveProperty('reason');
    }
  });
});

describe.each(providers)('$name signs', (crypto) => {
  const message = fromHex('00ff');
  const { privateKey, publicKey } = crypto.generateKeyPair();
  const signature = crypto.sign(privateKey, message);

  it('in 64 bytes that verify', () => {
    expect(signature).toHaveLength(64);
    expect(crypto.verify(publicKey, message, signature)).toBe(true);
  });

  it('takes the same signature with the other s', () => {
    const n = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
    const s = BigInt(`0x${toHex(signature.subarray(32))}`);
    const other = fromHex((n - s).toString(16).padStart(64, '0'));
    expect(crypto.verify(publicKey, message, concat(signature.subarray(0, 32), other))).toBe(true);
  });

  it('refuses another message, key, length or bit', () => {
    expect(crypto.verify(publicKey, fromHex('00fe'), signature)).toBe(false);
    expect(crypto.verify(crypto.generateKeyPair().publicKey, message, signature)).toBe(false);
    expect(crypto.verify(publicKey, message, signature.subarray(0, 63))).toBe(false);
    expect(crypto.verify(publicKey, message, new Uint8Array(64))).toBe(false);
    expect(crypto.verify(publicKey, message, flipLast(signature))).toBe(false);
    expect(crypto.verify(flipLast(publicKey), message, signature)).toBe(false);
    expect(crypto.verify(publicKey.subarray(1), message, signature)).toBe(false);
    expect(crypto.verify(new Uint8Array(65), message, signature)).toBe(false);
  });
});

describe.each(pairs)('$a.name and $b.name', ({ a, b }) => {
  it('agree with each other and verify each other', () => {
    for (let round = 0; round < 10; round++) {
      const [mine, yours] = [a.generateKeyPair(), b.generateKeyPair()];
      expect(a.agree(mine.privateKey, yours.publicKey)).toEqual(b.agree(yours.privateKey, mine.publicKey));
      const message = a.randomBytes(50);
      expect(b.verify(mine.publicKey, message, a.sign(mine.privateKey, message))).toBe(true);
    }
  });
});

function flipLast(bytes: Uint8Array): Uint8Array {
  const flipped = bytes.slice();
  flipped[flipped.length - 1]! ^= 1;
  return flipped;
}
