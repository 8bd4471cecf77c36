import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../src/bytes/hex.ts';
import { withRandomness } from '../../src/crypto/fixed.ts';
import type { CryptoProvider } from '../../src/crypto/provider.ts';
import { clientPsk, serverPsks } from '../../src/handshake/credential.ts';
import { FrameType } from '../../src/registry.ts';
import { encodeControl } from '../../src/wire/control/control.ts';
import { providers, python, pythonKeyPair } from '../crypto/providers.ts';
import { clientConfig, Endpoint, run, serverConfig } from './endpoint.ts';

/** `crypto` with the fixed keys of one side, and the fixed challenge. */
function fixed(crypto: CryptoProvider, side: 'client' | 'server'): CryptoProvider {
  return withRandomness(crypto, {
    keyPair: () => pythonKeyPair(side),
    bytes: (n) => (n === 16 ? fromHex(python.challenge) : new Uint8Array(n)),
  });
}

describe.each(providers)('a handshake with the fixed keys and $name', (crypto) => {
  const psk = fromHex(python.psk);
  const client = Endpoint.client(fixed(crypto, 'client'), clientConfig({ credential: clientPsk('k1', psk) }));
  const server = Endpoint.server(fixed(crypto, 'server'), serverConfig({ credential: serverPsks([['k1', psk]]) }));
  const passed = run(client, server);

  it('opens both sides with the link key and transcript hash of the second derivation', () => {
    for (const { open } of [client, server]) {
      expect(toHex(open!.linkKey)).toBe(python.linkKey);
      expect(toHex(open!.transcriptHash)).toBe(python.transcriptHash);
      expect(open!.capabilities).toBe(3);
      expect(open!.principal).toBe('k1');
      expect(open!.peerFrameMaximum).toBe(1_048_576);
    }
    expect([client.open!.peerNode.toHex(), server.open!.peerNode.toHex()]).toEqual([
      python.server.node,
      python.client.node,
    ]);
  });

  it('sends the clear frames of the second derivation', () => {
    const { hello, welcome, verify, complete } = python.frames;
    expect([toHex(passed.client[0]!), toHex(passed.client[1]!)]).toEqual([hello, verify]);
    expect([toHex(passed.server[0]!), toHex(passed.server[1]!)]).toEqual([welcome, complete]);
    expect(passed.client[0]).toHaveLength(python.sizes.helloPayload + 5);
    expect(passed.server[0]).toHaveLength(python.sizes.welcomePayload + 5);
  });

  it('sends the sealed frames of the second derivation', () => {
    for (const side of ['client', 'server'] as const) {
      const due = python.sealed.filter(({ sender }) => sender === side);
      expect(passed[side].slice(2).map(toHex)).toEqual(due.map(({ frame }) => frame));
      const plaintexts = (side === 'client' ? client : server).sealed.map((message) => toHex(encodeControl(message)));
      expect(plaintexts).toEqual(due.map(({ plaintext }) => plaintext));
    }
  });

  it('seals the 165-byte operation to 193 and 198 bytes, and opens it', () => {
    const { plaintext, frame, frameSize, size } = python.operation;
    client.send(FrameType.OPERATION, fromHex(plaintext));
    const sent = client.sent.at(-1)!;
    expect(toHex(sent)).toBe(frame);
    expect([fromHex(plaintext).length, sent.length - 5, sent.length]).toEqual([size, 193, frameSize]);
    run(client, server);
    expect(server.received.map(toHex)).toEqual([plaintext]);
  });
});
