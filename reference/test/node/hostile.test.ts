import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import type * as net from 'node:net';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Link } from '../../src/link/link.ts';
import { connectTcp } from '../../src/link/tcp.ts';
import { parseLinkUrl } from '../../src/link/url.ts';
import { Client } from '../../src/node/client.ts';
import { type ClientParts, standardClientParts } from '../../src/node/client-parts.ts';
import { encoded } from '../sync/operations.ts';
import { CHEAP, COSTLY, dial, type Place } from './support/attacks.ts';

const HOSTILE = 10_000;
/** One attack in so many goes through the key exchange. */
const COSTLY_ONE_IN = 10;
const AT_A_TIME = 64;
/** Attacks before the first measurement: what code and pools take, they take once. */
const WARM_UP = 1_000;
const HALF_OPEN = 1_000;
const MEBIBYTE = 1024 * 1024;
/** More of these than the feed window takes are pushed. */
const BIG = () => encoded({ changes: new Map([['title', 'x'.repeat(200_000)]]) });

interface Memory {
  readonly rss: number;
  readonly used: number;
  readonly connections: number;
}

let server: ChildProcess;
let place: Place;

beforeAll(async () => {
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
  server = fork(fileURLToPath(new URL('./support/hostile-server.ts', import.meta.url)), {
    execArgv: ['--expose-gc', '--import', tsx],
  });
  const [{ url }] = (await once(server, 'message')) as [{ url: string }];
  place = { url, port: Number(new URL(url).port) };
});

afterAll(() => {
  server.kill();
});

async function memory(): Promise<Memory> {
  server.send('memory');
  const [answer] = (await once(server, 'message')) as [Memory];
  return answer;
}

/** A pair of clients that do what clients do; `serve` is one round of it. */
async function goodClients() {
  let fed = 0;
  const author = await Client.connect(place.url, { database: 'bugs' });
  const reader = await Client.connect(place.url, { database: 'bugs', onOperations: (all) => (fed += all.length) });
  await reader.subscribe([{ s: 1 }]);
  let pushed = 0;
  return {
    async serve() {
      expect(await author.push(encoded())).toMatchObject({ status: 'stored' });
      pushed += 1;
      await reader.fence();
      expect(fed).toBe(pushed);
    },
    close: () => Promise.all([author.close(), reader.close()]),
  };
}

/** Two that subscribe to everything: one reads and never acknowledges, one never reads. Returns their links. */
async function badReaders(): Promise<Link[]> {
  const links = [await connectTcp(parseLinkUrl(place.url)), await connectTcp(parseLinkUrl(place.url))];
  const parts: ClientParts = { ...standardClientParts, settle: (connection) => connection.pushOn() };
  for (const link of links) {
    const client = await Client.over(link, { database: 'bugs', parts });
    await client.subscribe([{ s: 1 }]);
  }
  links[1]!.pause();
  return links;
}

async function attackMany(count: number): Promise<void> {
  let next = 0;
  const attacker = async () => {
    for (let i = next++; i < count; i = next++) {
      const kinds = i % COSTLY_ONE_IN === 0 ? COSTLY : CHEAP;
      await kinds[Math.floor(i / COSTLY_ONE_IN + i) % kinds.length]!(place);
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, attacker));
}

describe('a server among hostile peers', () => {
  it('serves its good clients throughout and gives all memory back', async () => {
    const good = await goodClients();
    await attackMany(WARM_UP);
    await good.serve();
    const before = await memory();

    let attacking = true;
    const attacks = attackMany(HOSTILE).finally(() => {
      attacking = false;
    });
    let rounds = 0;
    for (; attacking; rounds++) await good.serve();
    await attacks;
    expect(rounds).toBeGreaterThan(10);

    const halfOpen: net.Socket[] = [];
    while (halfOpen.length < HALF_OPEN) {
      halfOpen.push(...(await Promise.all(Array.from({ length: AT_A_TIME }, () => dial(place)))));
      await good.serve();
    }
    while ((await memory()).connections < HALF_OPEN) await good.serve();
    const another = await goodClients();
    await another.close();
    for (const socket of halfOpen) socket.destroy();

    const readers = await badReaders();
    const writer = await Client.connect(place.url, { database: 'bugs' });
    for (let i = 0; i < 24; i++) expect(await writer.push(BIG())).toMatchObject({ status: 'stored' });
    for (let i = 0; i < 10; i++) await writer.fence();
    for (const reader of readers) reader.destroy();
    await Promise.all([writer.close(), good.close()]);

    expect(server.exitCode).toBeNull();
    let after = await memory();
    while (after.connections > 0) after = await memory();
    expect((after.used - before.used) / MEBIBYTE).toBeLessThan(64);
    expect((after.rss - before.rss) / MEBIBYTE).toBeLessThan(64);
  }, 60_000);
});
