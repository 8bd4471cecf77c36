import { describe, expect, it } from 'vitest';
import { Id } from '../../src/bytes/id.ts';
import { encodeUtf8 } from '../../src/bytes/utf8.ts';
import { withRandomness } from '../../src/crypto/fixed.ts';
import { nodeCrypto } from '../../src/crypto/node.ts';
import { clientHello } from '../../src/handshake/client.ts';
import { FrameType } from '../../src/registry.ts';
import { decodeHello, type Hello } from '../../src/wire/hello.ts';
import { decodeWelcome } from '../../src/wire/welcome.ts';
import { counting, pairs } from '../crypto/providers.ts';
import { refusing } from '../crypto/refusing.ts';
import { clientConfig, Endpoint, run, serverConfig, TIME } from './endpoint.ts';

describe.each(pairs)('a $a.name client and a $b.name server', ({ a, b }) => {
  it('open with one link key, transcript hash and selection', () => {
    const client = Endpoint.client(a, clientConfig());
    const server = Endpoint.server(b, serverConfig());
    run(client, server);
    expect(client.open!.linkKey).toEqual(server.open!.linkKey);
    expect(client.open!.transcriptHash).toEqual(server.open!.transcriptHash);
    expect([client.open!.capabilities, server.open!.capabilities]).toEqual([3, 3]);
    expect([client.open!.principal, server.open!.principal]).toEqual([undefined, undefined]);
  });

  it('reach another database by its name at the server', () => {
    const asked: string[] = [];
    const client = Endpoint.client(a, clientConfig({ database: 'mine', target: 'bugs' }));
    const server = Endpoint.server(b, serverConfig({ serves: (name) => asked.push(name) > 0 }));
    run(client, server);
    expect(client.open).toMatchObject({ database: 'bugs', peerDatabase: 'bugs' });
    expect(server.open).toMatchObject({ database: 'bugs', peerDatabase: 'mine' });
    expect(server.open!.linkKey).toEqual(client.open!.linkKey);
    expect(asked).toEqual(['bugs']);
  });

  it('send operations to each other, any number before an answer', () => {
    const client = Endpoint.client(a, clientConfig());
    const server = Endpoint.server(b, serverConfig());
    run(client, server);
    for (let i = 1; i < 4; i++) {
      client.send(FrameType.OPERATION, counting(i));
      server.send(FrameType.BATCH, counting(i, 9));
    }
    run(client, server);
    expect(server.received).toEqual([counting(1), counting(2), counting(3)]);
    expect(client.received).toEqual([counting(1, 9), counting(2, 9), counting(3, 9)]);
  });
});

describe('HELLO of a client', () => {
  it('carries what was configured', () => {
    const hello = helloOf({ token: 't0', confidential: true });
    expect(hello).toMatchObject({
      protocol: 'blazedb/1.0',
      database: 'bugs',
      capabilities: 15,
      time: TIME,
      token: 't0',
    });
    expect(hello.extensions).toEqual([]);
  });

  it('offers known capabilities only', () => {
    expect(helloOf({ capabilities: 0xff }).capabilities).toBe(0x0f);
  });

  it('names the target only where it differs', () => {
    expect(helloOf({ target: 'bugs' }).extensions).toEqual([]);
    expect(helloOf({ target: 'wiki' }).extensions).toEqual([{ type: 1, value: encodeUtf8('wiki') }]);
  });

  it('puts extensions in order', () => {
    const extensions = [
      { type: 9, value: counting(1) },
      { type: 3, value: counting(2) },
    ];
    const types = helloOf({ target: 'wiki', extensions }).extensions.map(({ type }) => type);
    expect(types).toEqual([1, 3, 9]);
  });

  it('is refused where it would break the form', () => {
    refusing('hello.database-name', () => helloOf({ database: 'a:b' }));
    refusing('hello.target', () => helloOf({ target: 'a:b' }));
    refusing('extensions.order', () => helloOf({ target: 'wiki', extensions: [{ type: 1, value: counting(1) }] }));
  });

  it('never takes a token over a link that is not confidential', () => {
    expect(() => helloOf({ token: 'secret' })).toThrow(RangeError);
  });

  it('has a fresh key each time', () => {
    expect(helloOf({}).key).not.toEqual(helloOf({}).key);
  });

  it('has GREASE every now and then, of a reserved type with 0 to 16 bytes', () => {
    const seen = new Map<number, number>();
    for (let i = 0; i < 400; i++) {
      for (const { type, value } of helloOf({ grease: true }).extensions) {
        expect(type & 0x0f0f).toBe(0x0a0a);
        expect(type >> 12).toBe((type >> 4) & 0x0f);
        expect(value.length).toBeLessThanOrEqual(16);
        seen.set(type, (seen.get(type) ?? 0) + 1);
      }
    }
    const total = [...seen.values()].reduce((sum, n) => sum + n, 0);
    expect(total).toBeGreaterThan(100);
    expect(total).toBeLessThan(300);
    expect(seen.size).toBeGreaterThan(8);
  });

  it('takes its GREASE from the randomness that it is given', () => {
    const random = (first: number) =>
      withRandomness(nodeCrypto, { bytes: (n) => Uint8Array.from({ length: n }, (_, i) => [first, 3][i] ?? i) });
    expect(helloOf({ grease: true }, random(0x50)).extensions).toEqual([]);
    expect(helloOf({ grease: true }, random(0x51)).extensions).toEqual([{ type: 0x5a5a, value: counting(3, 2) }]);
  });
});

describe('a server', () => {
  it('ignores extensions that it does not know', () => {
    const extensions = [{ type: 0x0a0a, value: counting(5) }];
    const client = Endpoint.client(nodeCrypto, clientConfig({ extensions }));
    const server = Endpoint.server(nodeCrypto, serverConfig({ extensions }));
    run(client, server);
    expect(client.open).toBeDefined();
    expect(server.open).toBeDefined();
  });

  it('selects what was offered and what it grants', () => {
    for (const [offered, granted, selected] of [
      [0x0f, 0x0f, 0x0f],
      [0x05, 0x0f, 0x05],
      [0x0f, 0x0a, 0x0a],
      [0x05, 0x0a, 0x00],
    ] as const) {
      const client = Endpoint.client(nodeCrypto, clientConfig({ capabilities: offered }));
      const server = Endpoint.server(nodeCrypto, serverConfig({ capabilities: granted }));
      run(client, server);
      expect([client.open!.capabilities, server.open!.capabilities]).toEqual([selected, selected]);
    }
  });

  it('draws a fresh key and challenge for each connection', () => {
    const welcomes = [0, 1].map(() => {
      const server = Endpoint.server(nodeCrypto, serverConfig());
      server.receive(Endpoint.client(nodeCrypto, clientConfig()).sent[0]!);
      return decodeWelcome(server.sent[0]!.subarray(5));
    });
    expect(welcomes[0]!.challenge).not.toEqual(welcomes[1]!.challenge);
    expect(welcomes[0]!.key).not.toEqual(welcomes[1]!.key);
  });

  it('hands on the token as the claim that it is', () => {
    const client = Endpoint.client(nodeCrypto, clientConfig({ token: 't0', confidential: true }));
    const server = Endpoint.server(nodeCrypto, serverConfig());
    run(client, server);
    expect(server.open).toMatchObject({ token: 't0', principal: undefined });
  });

  it('keeps no view of the chunk that HELLO came in', () => {
    const client = Endpoint.client(nodeCrypto, clientConfig());
    const server = Endpoint.server(nodeCrypto, serverConfig());
    const chunk = client.sent.shift()!.slice();
    server.receive(chunk);
    chunk.fill(0);
    run(client, server);
    expect(server.open?.transcriptHash).toEqual(client.open?.transcriptHash);
    expect(server.open?.peerNode).toEqual(client.open && Id.fromHex('000102030405060708090a0b0c0d0e0f'));
  });
});

function helloOf(changes: Parameters<typeof clientConfig>[0], crypto = nodeCrypto): Hello {
  const { out } = clientHello(crypto, clientConfig(changes), TIME);
  return decodeHello(out[0]!.frame!.subarray(5));
}
