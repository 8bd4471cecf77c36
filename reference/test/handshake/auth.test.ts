import { describe, expect, it } from 'vitest';
import { withRandomness } from '../../src/crypto/fixed.ts';
import type { CryptoProvider } from '../../src/crypto/provider.ts';
import { type Auth, judgeClient, judgeServer, proveClient } from '../../src/handshake/auth.ts';
import {
  type ClientCredential,
  clientPsk,
  identityCredential,
  type ServerCredential,
  serverPsks,
} from '../../src/handshake/credential.ts';
import { ErrorCode } from '../../src/registry.ts';
import { encodeControl } from '../../src/wire/control/control.ts';
import { counting, providers } from '../crypto/providers.ts';
import { refusing } from '../crypto/refusing.ts';
import { clientConfig, Endpoint, run, serverConfig } from './endpoint.ts';

const PSK = counting(32, 50);
const OTHER = counting(32, 51);

function meet(crypto: CryptoProvider, client?: ClientCredential, server?: ServerCredential, serves = () => true) {
  const left = Endpoint.client(crypto, clientConfig(client === undefined ? {} : { credential: client }));
  const right = Endpoint.server(
    crypto,
    serverConfig(server === undefined ? { serves } : { credential: server, serves }),
  );
  run(left, right);
  return { left, right };
}

const code = (name: keyof typeof ErrorCode) => ErrorCode[name].toString(16);

describe.each(providers)('AUTH by psk with $name', (crypto) => {
  const servers = serverPsks([
    ['k0', OTHER],
    ['k1', PSK],
  ]);

  it('opens for the owner of a key, who is the principal', () => {
    const { left, right } = meet(crypto, clientPsk('k1', PSK), servers);
    expect([left.open?.principal, right.open?.principal]).toEqual(['k1', 'k1']);
    expect(right.sealed.map(({ name }) => name)).toEqual(['SESSION', 'AUTH']);
  });

  it.each([
    ['a wrong psk', clientPsk('k1', OTHER)],
    ['an unknown kid', clientPsk('k9', PSK)],
    ['another kind', identityCredential(crypto, crypto.generateKeyPair().privateKey, [])],
  ])('fails for %s by one code, and the server shows no proof', (_, credential) => {
    const { left, right } = meet(crypto, credential, servers);
    expect(right.refusal?.reason).toBe('auth.failed');
    expect(left.heard).toBe(`ERROR ${code('AUTH_FAILED')}`);
    expect(right.sealed.map(({ name }) => name)).toEqual(['SESSION', 'ERROR']);
  });

  it('sends the same bytes for each of these causes', () => {
    const words = [clientPsk('k1', OTHER), clientPsk('k9', PSK)].map((credential) => {
      const word = meet(crypto, credential, servers).right.sealed.at(-1);
      return encodeControl(word!);
    });
    expect(words[0]).toEqual(words[1]);
  });

  it('does the same work for a known and an unknown kid', () => {
    const th = counting(32);
    const calls = (auth: Auth) => {
      const made: string[] = [];
      const counted = countingCalls(crypto, made);
      refusing('auth.failed', () => judgeClient(counted, servers, 1, auth, th));
      return made;
    };
    const wrong = proveClient(crypto, clientPsk('k1', OTHER), th);
    const unknown = proveClient(crypto, clientPsk('k9', PSK), th);
    expect(calls(unknown)).toEqual(calls(wrong));
    expect(calls({ ...wrong, kid: undefined })).toEqual(calls(wrong));
    expect(calls({ ...wrong, kind: 2 })).toEqual(calls(wrong));
    expect(calls(wrong)).toEqual(['randomBytes', 'hmacSha256', 'constantTimeEqual']);
  });

  it('does not believe a proof under the random key that stands in for an unknown one', () => {
    const th = counting(32);
    const known = withRandomness(crypto, { bytes: (n) => new Uint8Array(n) });
    const auth = proveClient(crypto, clientPsk('k9', new Uint8Array(32)), th);
    refusing('auth.failed', () => judgeClient(known, servers, 1, auth, th));
  });

  it('refuses what differs from what was announced, a proof of another length, a reflected one', () => {
    const th = counting(32);
    const auth = proveClient(crypto, clientPsk('k1', PSK), th);
    expect(judgeClient(crypto, servers, 1, auth, th).principal).toBe('k1');
    const { answer } = judgeClient(crypto, servers, 1, auth, th);
    refusing('auth.failed', () => judgeClient(crypto, servers, 2, auth, th));
    refusing('auth.failed', () => judgeClient(crypto, servers, 1, { ...auth, proof: auth.proof.subarray(1) }, th));
    refusing('auth.failed', () => judgeClient(crypto, servers, 1, { ...auth, proof: new Uint8Array(0) }, th));
    refusing('auth.failed', () => judgeClient(crypto, servers, 1, { ...auth, proof: answer.proof }, th));
    refusing('auth.failed', () => judgeClient(crypto, servers, 1, auth, counting(32, 1)));
  });

  it('lets the client demand as much of the server', () => {
    const th = counting(32);
    const credential = clientPsk('k1', PSK);
    const own = proveClient(crypto, credential, th);
    const { answer } = judgeClient(crypto, servers, 1, own, th);
    expect(answer).not.toHaveProperty('kid');
    expect(judgeServer(crypto, credential, 1, answer, th)).toBe('k1');
    refusing('auth.failed', () => judgeServer(crypto, credential, 1, own, th));
    refusing('auth.failed', () => judgeServer(crypto, credential, 2, answer, th));
    refusing('auth.failed', () => judgeServer(crypto, credential, 1, { ...answer, kind: 2 }, th));
    refusing('auth.failed', () => judgeServer(crypto, credential, 1, answer, counting(32, 1)));
  });

  it('tells of a database that is denied only after its own AUTH', () => {
    const { left, right } = meet(crypto, clientPsk('k1', PSK), servers, () => false);
    expect(right.sealed.map(({ name }) => name)).toEqual(['SESSION', 'AUTH', 'ERROR']);
    expect(left.heard).toBe(`ERROR ${code('NO_SUCH_OR_DENIED')}`);
  });
});

describe.each(providers)('AUTH by identity with $name', (crypto) => {
  const [alice, bob, eve] = [crypto.generateKeyPair(), crypto.generateKeyPair(), crypto.generateKeyPair()];
  const pinning = (own: typeof alice, peer: typeof alice, name: string) =>
    identityCredential(crypto, own.privateKey, [[peer.publicKey, name]]);

  it('opens between two that have pinned each other', () => {
    const { left, right } = meet(crypto, pinning(alice, bob, 'bob'), pinning(bob, alice, 'alice'));
    expect([left.open?.principal, right.open?.principal]).toEqual(['bob', 'alice']);
  });

  it('fails at a server that has not pinned the client', () => {
    const { left, right } = meet(crypto, pinning(eve, bob, 'bob'), pinning(bob, alice, 'alice'));
    expect(right.refusal?.reason).toBe('auth.failed');
    expect(left.heard).toBe(`ERROR ${code('AUTH_FAILED')}`);
    expect(right.sealed.map(({ name }) => name)).toEqual(['SESSION', 'ERROR']);
  });

  it('fails at a client that has not pinned the server', () => {
    const { left, right } = meet(crypto, pinning(alice, eve, 'eve'), pinning(bob, alice, 'alice'));
    expect(left.refusal?.reason).toBe('auth.failed');
    expect(right.heard).toBe(`ERROR ${code('AUTH_FAILED')}`);
  });

  it('fails against a psk', () => {
    const { right } = meet(crypto, clientPsk('k1', PSK), pinning(bob, alice, 'alice'));
    expect(right.refusal?.reason).toBe('auth.failed');
  });

  it('verifies once, whether the key is pinned or not', () => {
    const th = counting(32);
    const credential = pinning(bob, alice, 'alice');
    const calls = (auth: Auth) => {
      const made: string[] = [];
      refusing('auth.failed', () => judgeClient(countingCalls(crypto, made), credential, 2, auth, th));
      return made;
    };
    const wrong = { ...proveClient(crypto, pinning(alice, bob, 'bob'), th), proof: new Uint8Array(64).fill(1) };
    expect(calls(wrong)).toEqual(['verify']);
    expect(calls({ ...wrong, pub: eve.publicKey })).toEqual(['verify']);
    expect(calls({ ...wrong, pub: undefined })).toEqual(['verify']);
  });

  it('does not take a signature of the server itself from someone else', () => {
    const th = counting(32);
    const credential = pinning(bob, alice, 'alice');
    const reflected = proveClient(crypto, pinning(bob, alice, 'alice'), th);
    refusing('auth.failed', () => judgeClient(crypto, credential, 2, reflected, th));
  });
});

describe.each(providers)('AUTH that only one side asks for, with $name', (crypto) => {
  it('a server demands it: both see it, the client after its own SESSION', () => {
    const { left, right } = meet(crypto, undefined, serverPsks([['k1', PSK]]));
    expect(left.sealed.map(({ name }) => name)).toEqual(['SESSION', 'ERROR']);
    expect([left.refusal?.reason, right.refusal?.reason]).toEqual(['auth.required', 'auth.required']);
    expect(right.sealed.at(-1)).toMatchObject({ name: 'ERROR', code: ErrorCode.AUTH_REQUIRED });
  });

  it('a client demands it: as well, and shows no proof', () => {
    const { left, right } = meet(crypto, clientPsk('k1', PSK), undefined);
    expect(left.sealed.map(({ name }) => name)).toEqual(['SESSION', 'ERROR']);
    expect(left.sealed.at(-1)).toMatchObject({ code: ErrorCode.AUTH_REQUIRED });
    expect([left.refusal?.reason, right.refusal?.reason]).toEqual(['auth.required', 'auth.required']);
  });
});

describe('a credential', () => {
  it('refuses a psk under 16 bytes when it is configured', () => {
    expect(() => clientPsk('k1', counting(15))).toThrow(RangeError);
    expect(() => serverPsks([['k1', counting(15)]])).toThrow(RangeError);
    expect(clientPsk('k1', counting(16)).kind).toBe('psk');
    expect(() => clientPsk('k1', counting(16), 17)).toThrow(RangeError);
  });

  it('refuses an empty kid, one over 255 bytes, one that is not Unicode, and one twice', () => {
    for (const kid of ['', 'k'.repeat(256), '\ud800']) expect(() => clientPsk(kid, PSK)).toThrow(RangeError);
    expect(clientPsk('k'.repeat(255), PSK).kind).toBe('psk');
    expect(() =>
      serverPsks([
        ['k1', PSK],
        ['k1', OTHER],
      ]),
    ).toThrow(RangeError);
  });
});

/** `crypto` that notes the names of the calls it gets. */
function countingCalls(crypto: CryptoProvider, made: string[]): CryptoProvider {
  const noted = { ...crypto } as { [name: string]: unknown };
  for (const [name, call] of Object.entries(crypto)) {
    if (typeof call !== 'function') continue;
    noted[name] = (...parameters: unknown[]) => {
      made.push(name);
      return (call as (...parameters: unknown[]) => unknown)(...parameters);
    };
  }
  return noted as unknown as CryptoProvider;
}
