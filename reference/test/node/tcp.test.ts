import { afterEach, describe, expect, it } from 'vitest';
import { nobleCrypto } from '../../src/crypto/noble.ts';
import { nodeCrypto } from '../../src/crypto/node.ts';
import { clientPsk, serverPsks } from '../../src/handshake/credential.ts';
import { Client } from '../../src/node/client.ts';
import { Server } from '../../src/node/server.ts';
import { ErrorCode } from '../../src/registry.ts';
import { encoded } from '../sync/operations.ts';

const psk = new Uint8Array(32).fill(0x33);
let server: Server | undefined;

afterEach(async () => {
  await server?.close();
  server = undefined;
});

describe('over TCP', () => {
  for (const [own, peer] of [
    [nodeCrypto, nodeCrypto],
    [nobleCrypto, nodeCrypto],
    [nodeCrypto, nobleCrypto],
  ] as const) {
    it(`a ${peer.name} client pushes to a ${own.name} server, which feeds the others`, async () => {
      server = new Server({ databases: ['bugs'], crypto: own, credential: serverPsks([['k1', psk]]) });
      const url = await server.listen('tcp://127.0.0.1:0');
      const options = { database: 'bugs', crypto: peer, credential: clientPsk('k1', psk) };
      const fed: Uint8Array[] = [];
      const a = await Client.connect(url, options);
      const b = await Client.connect(url, {
        ...options,
        onOperations: (all) => fed.push(...all.map(({ bytes }) => bytes)),
      });
      await b.subscribe([{ s: 1 }]);
      const operations = Array.from({ length: 300 }, () => encoded());
      const results = await Promise.all(operations.map((bytes) => a.push(bytes)));
      expect(results.every(({ status }) => status === 'stored')).toBe(true);
      await b.fence();
      expect(fed.map((bytes) => [...bytes])).toEqual(operations.map((bytes) => [...bytes]));
      expect(await a.close()).toMatchObject({ by: 'own', word: 'CLOSE' });
      const closed = server.close();
      expect(await b.ended).toMatchObject({ by: 'peer', word: 'CLOSE', code: ErrorCode.GOING_AWAY });
      await closed;
    });
  }

  it('operations of every size get through, alone and many at a time', async () => {
    server = new Server({ databases: ['bugs'] });
    const url = await server.listen('tcp://127.0.0.1:0');
    let bytes = 0;
    const reader = await Client.connect(url, {
      database: 'bugs',
      onOperations(all) {
        for (const each of all) bytes += each.bytes.length;
      },
    });
    await reader.subscribe([{ s: 1 }]);
    const author = await Client.connect(url, { database: 'bugs' });
    const operations = Array.from({ length: 60 }, (_, i) =>
      encoded({ changes: new Map([['title', 'x'.repeat(i ** 3)]]) }),
    );
    await Promise.all(operations.map((each) => author.push(each)));
    await reader.fence();
    expect(bytes).toBe(operations.reduce((sum, each) => sum + each.length, 0));
  });

  it('a client that finds nobody is told by the system', async () => {
    server = new Server({ databases: ['bugs'] });
    const url = await server.listen('tcp://127.0.0.1:0');
    await expect(new Server({ databases: ['bugs'] }).listen(url)).rejects.toMatchObject({ code: 'EADDRINUSE' });
    await server.close();
    await expect(Client.connect(url, { database: 'bugs' })).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });
});
