import { describe, expect, it } from 'vitest';
import { concat } from '../../src/bytes/concat.ts';
import { fromHex, toHex } from '../../src/bytes/hex.ts';
import { encodeUtf8 } from '../../src/bytes/utf8.ts';
import { authString, linkKey, pskProof, transcriptHash, verifyMac } from '../../src/crypto/schedule.ts';
import { providers, python } from './providers.ts';

const { hello, welcome, verify } = python.frames;

describe.each(providers)('the key schedule with $name', (crypto) => {
  const key = fromHex(python.linkKey);
  const th = fromHex(python.transcriptHash);

  it('gives the link key of the second derivation', () => {
    expect(toHex(linkKey(crypto, fromHex(python.ecdhX), 'bugs', 'bugs'))).toBe(python.linkKey);
  });

  it('orders two database names by their bytes, whichever side named which', () => {
    const x = fromHex(python.ecdhX);
    const key = linkKey(crypto, x, 'users', 'bugs');
    expect(linkKey(crypto, x, 'bugs', 'users')).toEqual(key);
    expect(key).toEqual(crypto.hkdfSha256(x, encodeUtf8('blazedb-sync-v1'), encodeUtf8('bugs:users'), 32));
    // Capital letters come first in ASCII, whatever a locale says; a prefix comes before its continuation.
    expect(linkKey(crypto, x, 'a', 'B')).toEqual(
      crypto.hkdfSha256(x, encodeUtf8('blazedb-sync-v1'), encodeUtf8('B:a'), 32),
    );
    expect(linkKey(crypto, x, 'bugs.2', 'bugs')).toEqual(
      crypto.hkdfSha256(x, encodeUtf8('blazedb-sync-v1'), encodeUtf8('bugs:bugs.2'), 32),
    );
  });

  it('gives the VERIFY of the second derivation', () => {
    expect(`0300000020${toHex(verifyMac(crypto, key, fromHex(python.challenge)))}`).toBe(verify);
  });

  it('gives the transcript hash of the second derivation', () => {
    const hash = transcriptHash(crypto, fromHex(hello), fromHex(welcome), fromHex(verify));
    expect(toHex(hash)).toBe(python.transcriptHash);
  });

  it('proves with role and transcript hash, as the second derivation does', () => {
    expect(authString('client', th)).toEqual(concat(encodeUtf8('blazedb/1.0 auth'), Uint8Array.of(0, 0x63), th));
    expect(authString('server', th)).toEqual(concat(encodeUtf8('blazedb/1.0 auth'), Uint8Array.of(0, 0x73), th));
    expect(toHex(pskProof(crypto, fromHex(python.psk), 'client', th))).toBe(python.clientProof);
    expect(toHex(pskProof(crypto, fromHex(python.psk), 'server', th))).toBe(python.serverProof);
  });
});
