import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../src/bytes/hex.ts';
import { encodeUtf8 } from '../../src/bytes/utf8.ts';
import { withRandomness } from '../../src/crypto/fixed.ts';
import { counting, pairs, providers, pythonKeyPair } from './providers.ts';

describe.each(providers)('$name hashes', (crypto) => {
  it('gives SHA-256 of "abc" (FIPS 180-4)', () => {
    expect(toHex(crypto.sha256(encodeUtf8('abc')))).toBe(
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    );
  });

  it('hashes nothing and no parts alike', () => {
    const empty = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
    expect(toHex(crypto.sha256())).toBe(empty);
    expect(toHex(crypto.sha256(new Uint8Array(0)))).toBe(empty);
  });

  it('hashes parts like their concatenation, short and long', () => {
    for (const size of [0, 1, 64, 2048, 100_000]) {
      const whole = counting(size);
      for (const cut of [0, 1, size >> 1, size]) {
        if (cut > size) continue;
        expect(crypto.sha256(whole.subarray(0, cut), whole.subarray(cut))).toEqual(crypto.sha256(whole));
      }
    }
  });

  it('gives HMAC-SHA256 of RFC 4231 test case 2, in one part or two', () => {
    const mac = '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843';
    const key = encodeUtf8('Jefe');
    expect(toHex(crypto.hmacSha256(key, encodeUtf8('what do ya want for nothing?')))).toBe(mac);
    expect(toHex(crypto.hmacSha256(key, encodeUtf8('what do ya want '), encodeUtf8('for nothing?')))).toBe(mac);
  });

  it('gives HKDF-SHA256 of RFC 5869 test cases 1 and 2', () => {
    const one = crypto.hkdfSha256(new Uint8Array(22).fill(0x0b), counting(13), counting(10, 0xf0), 42);
    expect(toHex(one)).toBe('3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865');
    const two = crypto.hkdfSha256(counting(80), counting(80, 0x60), counting(80, 0xb0), 82);
    expect(toHex(two)).toBe(
      'b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271cb41c65e590e09da3275600c2f09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87',
    );
  });

  it('fills random bytes of any length anew each time', () => {
    expect(crypto.randomBytes(0)).toHaveLength(0);
    expect(crypto.randomBytes(32)).toHaveLength(32);
    expect(crypto.randomBytes(32)).not.toEqual(crypto.randomBytes(32));
  });

  it('compares in constant time: equal, different, of different length', () => {
    expect(crypto.constantTimeEqual(counting(32), counting(32))).toBe(true);
    expect(crypto.constantTimeEqual(counting(32), counting(32, 1))).toBe(false);
    expect(crypto.constantTimeEqual(counting(32), counting(31))).toBe(false);
    expect(crypto.constantTimeEqual(new Uint8Array(0), new Uint8Array(0))).toBe(true);
  });

  it('hands out plain Uint8Arrays, whose slice is a copy', () => {
    const key = counting(32);
    const { privateKey, publicKey } = crypto.generateKeyPair();
    const sealed = crypto.seal(key, counting(12), counting(5));
    const results = [
      crypto.randomBytes(8),
      crypto.sha256(key),
      crypto.hmacSha256(key, key),
      crypto.hkdfSha256(key, key, key, 32),
      privateKey,
      publicKey,
      crypto.publicKeyOf(privateKey),
      crypto.agree(privateKey, publicKey),
      sealed,
      crypto.open(key, counting(12), sealed)!,
      crypto.sign(privateKey, key),
    ];
    for (const result of results) expect(Object.getPrototypeOf(result)).toBe(Uint8Array.prototype);
  });

  it('takes its randomness from the caller where that is asked for', () => {
    const fixed = withRandomness(crypto, { keyPair: () => pythonKeyPair('client'), bytes: (n) => counting(n, 7) });
    expect(fixed.generateKeyPair()).toEqual(pythonKeyPair('client'));
    expect(fixed.randomBytes(3)).toEqual(counting(3, 7));
    expect(withRandomness(crypto, {}).generateKeyPair()).not.toEqual(withRandomness(crypto, {}).generateKeyPair());
  });
});

describe.each(providers)('$name seals', (crypto) => {
  // NIST GCM test vectors: McGrew and Viega, test cases 14 and 16 (AES-256).
  it('gives AES-256-GCM test case 14 (no AAD)', () => {
    const sealed = crypto.seal(new Uint8Array(32), new Uint8Array(12), new Uint8Array(16));
    expect(toHex(sealed)).toBe('cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919');
  });

  it('gives AES-256-GCM test case 16 (with AAD)', () => {
    const key = fromHex('feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308');
    const nonce = fromHex('cafebabefacedbaddecaf888');
    const plaintext = fromHex(
      'd9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39',
    );
    const aad = fromHex('feedfacedeadbeeffeedfacedeadbeefabaddad2');
    const sealed = crypto.seal(key, nonce, plaintext, aad);
    expect(toHex(sealed)).toBe(
      '522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f66276fc6ece0f4e1768cddf8853bb2d551b',
    );
    expect(crypto.open(key, nonce, sealed, aad)).toEqual(plaintext);
    expect(crypto.open(key, nonce, sealed)).toBeUndefined();
  });

  it('opens nothing when any single bit of nonce, ciphertext, tag or AAD is flipped', () => {
    const [key, nonce, plaintext, aad] = [counting(32), counting(12), counting(5), counting(3)];
    const sealed = crypto.seal(key, nonce, plaintext, aad);
    for (const [n, s, a] of flips([nonce, sealed, aad])) expect(crypto.open(key, n!, s!, a!)).toBeUndefined();
  });

  it('opens nothing that is shorter than a tag', () => {
    for (let n = 0; n < 16; n++) expect(crypto.open(counting(32), counting(12), new Uint8Array(n))).toBeUndefined();
  });

  it('seals in place what it seals apart, and opens a range', () => {
    const [key, nonce, plaintext] = [counting(32), counting(12), counting(100)];
    const aead = crypto.aead(key);
    const target = new Uint8Array(200).fill(0xee);
    aead.seal(nonce, plaintext, target, 17);
    expect(target.subarray(17, 133)).toEqual(crypto.seal(key, nonce, plaintext));
    expect([target[16], target[133]]).toEqual([0xee, 0xee]);
    expect(aead.open(nonce, target, 17, 133)).toEqual(plaintext);
    expect(aead.open(nonce, target, 17, 132)).toBeUndefined();
    expect(aead.open(nonce, target, 17, 20)).toBeUndefined();
  });
});

describe.each(pairs)('$a.name and $b.name', ({ a, b }) => {
  it('seal to the same bytes and open each other', () => {
    for (const size of [0, 1, 15, 16, 17, 1000]) {
      const [key, nonce, plaintext] = [a.randomBytes(32), a.randomBytes(12), a.randomBytes(size)];
      const sealed = a.seal(key, nonce, plaintext);
      expect(b.seal(key, nonce, plaintext)).toEqual(sealed);
      expect(b.open(key, nonce, sealed)).toEqual(plaintext);
    }
  });
});

/** Every way to flip one bit of one of `parts`, the others left as they are. */
function* flips(parts: readonly Uint8Array[]): Generator<readonly Uint8Array[]> {
  for (let p = 0; p < parts.length; p++) {
    for (let bit = 0; bit < parts[p]!.length * 8; bit++) {
      const flipped = parts.map((part) => part.slice());
      flipped[p]![bit >> 3]! ^= 1 << (bit & 7);
      yield flipped;
    }
  }
}
