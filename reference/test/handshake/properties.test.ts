import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Id } from '../../src/bytes/id.ts';
import { nodeCrypto } from '../../src/crypto/node.ts';
import { clientPsk, serverPsks } from '../../src/handshake/credential.ts';
import { counting } from '../crypto/providers.ts';
import { clientConfig, Endpoint, flip, run, serverConfig } from './endpoint.ts';

const CHARACTERS = 'ABCXYZabcxyz0189._-';
const databaseName = fc
  .array(fc.constantFrom(...CHARACTERS), { minLength: 1, maxLength: 64 })
  .map((characters) => characters.join(''));
const nodeId = fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => Id.from(bytes));
const caps = fc.integer({ min: 0, max: 255 });
const extensions = fc
  .uniqueArray(fc.record({ type: fc.integer({ min: 2, max: 0xffff }), value: fc.uint8Array({ maxLength: 100 }) }), {
    selector: ({ type }) => type,
    maxLength: 4,
  })
  .filter((all) => all.every(({ type }) => (type & 0x0f0f) !== 0x0a0a));
const frameMaximum = fc.integer({ min: 524_288, max: 16_777_216 });

const configs = fc.record({
  nodes: fc.tuple(nodeId, nodeId).filter(([a, b]) => !a.equals(b)),
  database: databaseName,
  target: fc.option(databaseName, { nil: undefined }),
  offered: caps,
  granted: caps,
  psk: fc.option(fc.uint8Array({ minLength: 16, maxLength: 64 }), { nil: undefined }),
  grease: fc.boolean(),
  extensions: fc.tuple(extensions, extensions),
  maxima: fc.tuple(frameMaximum, frameMaximum),
});

describe('a handshake of random configurations', () => {
  it('agrees on key, transcript hash, capabilities, names, limits and principal', () => {
    fc.assert(
      fc.property(configs, ({ nodes, database, target, offered, granted, psk, grease, extensions, maxima }) => {
        const client = Endpoint.client(
          nodeCrypto,
          clientConfig({
            node: nodes[0],
            database,
            capabilities: offered,
            grease,
            extensions: extensions[0],
            limits: { FRAME_BYTES: maxima[0] },
            ...(target === undefined ? {} : { target }),
            ...(psk === undefined ? {} : { credential: clientPsk('k', psk) }),
          }),
        );
        const server = Endpoint.server(
          nodeCrypto,
          serverConfig({
            node: nodes[1],
            capabilities: granted,
            extensions: extensions[1],
            limits: { FRAME_BYTES: maxima[1] },
            ...(psk === undefined ? {} : { credential: serverPsks([['k', psk]]) }),
          }),
        );
        run(client, server);
        const common = { capabilities: offered & granted & 0x0f, database: target ?? database };
        const principal = psk === undefined ? undefined : 'k';
        expect(client.open).toMatchObject({ ...common, peerNode: nodes[1], peerFrameMaximum: maxima[1] });
        expect(server.open).toMatchObject({ ...common, peerNode: nodes[0], peerFrameMaximum: maxima[0] });
        expect([client.open!.principal, server.open!.principal]).toEqual([principal, principal]);
        expect(server.open!.peerDatabase).toBe(database);
        expect(server.open!.linkKey).toEqual(client.open!.linkKey);
        expect(server.open!.transcriptHash).toEqual(client.open!.transcriptHash);
      }),
      { numRuns: 200 },
    );
  });
});

describe('a change on the way', () => {
  const psk = counting(32);
  const withPsk = [
    { credential: clientPsk('k', psk), target: 'wiki' },
    { credential: serverPsks([['k', psk]]) },
  ] as const;

  /** Frames of a whole handshake and bits in them; the frames are clear ones up to index 1 of either side. */
  it.each([
    ['without AUTH', [{}, {}] as const],
    ['with AUTH and a target', withPsk],
  ])('of any single bit of any clear frame never opens both sides, %s', (_, [left, right]) => {
    const clean = run(
      Endpoint.client(nodeCrypto, clientConfig(left)),
      Endpoint.server(nodeCrypto, serverConfig(right)),
    );
    const opened: string[] = [];
    let tried = 0;
    for (const from of ['client', 'server'] as const) {
      for (let index = 0; index < 2; index++) {
        for (let bit = 0; bit < clean[from][index]!.length * 8; bit++) {
          const client = Endpoint.client(nodeCrypto, clientConfig(left));
          const server = Endpoint.server(nodeCrypto, serverConfig(right));
          run(client, server, (passing) =>
            passing.from === from && passing.index === index ? flip(passing.frame, bit) : passing.frame,
          );
          tried += 1;
          if (client.open !== undefined || server.open !== undefined) opened.push(`${from} ${index}, bit ${bit}`);
        }
      }
    }
    expect(opened).toEqual([]);
    expect(tried).toBeGreaterThanOrEqual((113 + 129 + 37 + 5) * 8);
  });

  it('of any bit of a sealed frame ends the handshake in silence', () => {
    fc.assert(
      fc.property(fc.constantFrom('client', 'server'), fc.constantFrom(2, 3), fc.nat(), (from, index, seed) => {
        const client = Endpoint.client(nodeCrypto, clientConfig(withPsk[0]));
        const server = Endpoint.server(nodeCrypto, serverConfig(withPsk[1]));
        let last = 0;
        run(client, server, (passing) => {
          if (passing.from !== from || passing.index !== index) return passing.frame;
          last = (from === 'client' ? client : server).sealed.length;
          return flip(passing.frame, 40 + (seed % ((passing.frame.length - 5) * 8)));
        });
        const [judge, sender] = from === 'client' ? [server, client] : [client, server];
        expect(judge.refusal?.effect).toBe('silent');
        expect(judge.open).toBeUndefined();
        expect(sender.heard).toBeUndefined();
        expect(last).toBeGreaterThan(0);
      }),
      { numRuns: 100 },
    );
  });

  it('by a frame that is dropped or sent twice never opens both sides', () => {
    for (const from of ['client', 'server'] as const) {
      for (let index = 0; index < 4; index++) {
        for (const twice of [false, true]) {
          const client = Endpoint.client(nodeCrypto, clientConfig(withPsk[0]));
          const server = Endpoint.server(nodeCrypto, serverConfig(withPsk[1]));
          run(client, server, (passing) => {
            if (passing.from !== from || passing.index !== index) return passing.frame;
            if (twice) (from === 'client' ? server : client).receive(passing.frame);
            return twice ? passing.frame : undefined;
          });
          expect(client.open === undefined || server.open === undefined).toBe(true);
        }
      }
    }
  });
});
