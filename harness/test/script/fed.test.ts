import { connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runSteps, type Step } from '../../src/script/run-steps.ts';
import { referenceNode } from '../support/node.ts';
import { stage } from '../support/stage.ts';

/** Milliseconds that a write takes: more than the silence after which a wait asks by PING. */
const WRITE = 150;

let node: Awaited<ReturnType<typeof referenceNode>>;
let slow: Server;
let url = '';
const sockets = new Set<Socket>();

/** The reference as a node whose writes take a while: what the first connection sends is held up once `isSlow`. */
let isSlow = false;
beforeEach(async () => {
  isSlow = false;
  node = await referenceNode();
  const [, host, port] = /^tcp:\/\/(.*):(\d+)$/.exec(node.url)!;
  let connections = 0;
  slow = createServer((client) => {
    const isFirst = connections++ === 0;
    const server = connect(Number(port), host);
    for (const socket of [client, server]) sockets.add(socket.on('error', () => {}).setNoDelay(true));
    client.on('data', (chunk) => {
      if (isFirst && isSlow) setTimeout(() => server.write(chunk), WRITE);
      else server.write(chunk);
    });
    server.pipe(client);
  });
  await new Promise<void>((resolve) => slow.listen(0, '127.0.0.1', resolve));
  url = `tcp://127.0.0.1:${(slow.address() as { port: number }).port}`;
});
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  slow.close();
  await node.close();
});

const play = (steps: readonly unknown[], on: ReturnType<typeof stage>): Promise<void> => runSteps(steps as Step[], on);

describe('fed', () => {
  it('waits for a node whose write takes longer than a PING of the reader', async () => {
    const own = stage(url);
    await play([{ open: ['A', 'B'] }, { subscribe: {}, on: 'B' }, { 'caught-up': 'B' }], own);
    isSlow = true;
    await play([{ push: 'op1' }, { fed: 'op1', on: 'B' }], own);
    own.check();
    own.destroy();
  });

  it('fails by a PONG of the reader once the operation is acknowledged', async () => {
    const own = stage(url, { timeout: 60_000 });
    const begun = performance.now();
    const steps = [
      { open: ['A', 'B'] },
      { subscribe: { col: '$collection2' }, on: 'B' },
      { push: 'op1' },
      { fed: 'op1', on: 'B' },
    ];
    await expect(play(steps, own)).rejects.toMatchObject({ got: expect.stringContaining('before its PONG') });
    expect(performance.now() - begun).toBeLessThan(5_000);
    own.destroy();
  });
});
