/** How a client waits: SYNC-94 and SYNC-95. */

import { nodeCrypto } from '../../reference/src/crypto/node.ts';
import type { CryptoProvider } from '../../reference/src/crypto/provider.ts';
import { ErrorCode } from '../../reference/src/registry.ts';
import { CheckFailure, type ClientCheck, expectEqual } from './check.ts';
import type { ClientNode } from './client-node.ts';
import type { Scene } from './scene.ts';

/** So many draws of each kind. */
const MANY = 12;

/** Chance that is spread evenly: each twelfth once in twelve draws, and each third once in three that are four apart. */
function evenly(): CryptoProvider {
  let drawn = 0;
  return {
    ...nodeCrypto,
    randomBytes(length) {
      if (length !== 4) return nodeCrypto.randomBytes(length);
      const bytes = new Uint8Array(4);
      new DataView(bytes.buffer).setUint32(0, Math.floor((2 ** 32 * (((drawn++ * 5) % MANY) + 0.5)) / MANY));
      return bytes;
    },
  };
}

/** Waits between the attempts of a client to which nobody answers. */
async function waits(node: ClientNode, count: number, crypto: CryptoProvider): Promise<number[]> {
  node.isDown = true;
  node.sync({ crypto });
  while (node.dials.length <= count) {
    await node.settle();
    if (node.dials.length > count) break;
    if (!node.time.step(Number.MAX_SAFE_INTEGER)) throw new CheckFailure('another attempt', 'none');
  }
  return node.dials.slice(1, count + 1).map((at, i) => at - node.dials[i]!);
}

/** All are from 0 to `end`, and some of them in each third. */
function expectUniform(what: string, drawn: readonly number[], end: number): void {
  const thirds = [0, 1, 2].map((i) => drawn.some((wait) => wait >= (i * end) / 3 && wait <= ((i + 1) * end) / 3));
  expectEqual(
    `${what}: none above ${end} ms`,
    drawn.filter((wait) => wait > end),
    [],
  );
  expectEqual(`${what}: some in each third of 0 to ${end} ms`, thirds, [true, true, true]);
}

/** The wait behind a connection that was in OPEN for so long, after failures that had made it long. */
async function waitAfter(scene: Scene, lasting: number, crypto: CryptoProvider): Promise<number> {
  const node = scene.node();
  await waits(node, 12, crypto);
  node.isDown = false;
  await node.comesBack(0);
  const hub = await node.granted();
  await node.pass(lasting);
  hub.link.end();
  await node.settle();
  const ended = node.time.now();
  await node.comesBack(1);
  return node.dials.at(-1)! - ended;
}

const backoff: readonly ClientCheck[] = [
  {
    id: 'client-backoff-first',
    title: 'The first wait is drawn from 0 to 1 s',
    requirements: ['SYNC-94', 'LIM-33'],
    async run(scene) {
      const [crypto, drawn] = [evenly(), [] as number[]];
      for (let i = 0; i < MANY; i++) drawn.push(...(await waits(scene.node(), 1, crypto)));
      expectUniform('first waits', drawn, 1000);
    },
  },
  {
    id: 'client-backoff-doubles',
    title: 'The upper end of the wait doubles with each failure',
    requirements: ['SYNC-94'],
    async run(scene) {
      const [crypto, drawn] = [evenly(), [] as number[][]];
      for (let i = 0; i < MANY; i++) drawn.push(await waits(scene.node(), 4, crypto));
      for (const [i, end] of [2000, 4000, 8000].entries()) {
        expectUniform(
          `wait ${i + 2}`,
          drawn.map((each) => each[i + 1]!),
          end,
        );
      }
    },
  },
  {
    id: 'client-backoff-longest',
    title: 'The upper end of the wait is 300 s and no more',
    requirements: ['SYNC-94', 'LIM-34'],
    async run(scene) {
      const drawn = await waits(scene.node(), 10 + MANY, evenly());
      expectUniform('late waits', drawn.slice(10), 300_000);
    },
  },
  {
    id: 'client-backoff-reset',
    title: 'A connection that was in OPEN for 10 s sets the wait back, a shorter one does not',
    requirements: ['SYNC-94'],
    async run(scene) {
      const crypto = evenly();
      for (let i = 0; i < 3; i++) {
        const wait = await waitAfter(scene, 10_000, crypto);
        if (wait > 1000) throw new CheckFailure('a wait of at most 1000 ms', `${wait} ms`);
      }
      const drawn: number[] = [];
      for (let i = 0; i < 3; i++) drawn.push(await waitAfter(scene, 9_000, crypto));
      if (Math.max(...drawn) <= 1000) throw new CheckFailure('long waits', `${drawn.join(', ')} ms`);
    },
  },
];

const retries: readonly ClientCheck[] = [
  {
    id: 'client-retry-of-reject',
    title: 'An operation that is refused for now waits, also on another connection, and others go on meanwhile',
    requirements: ['SYNC-95'],
    async run(scene) {
      const node = scene.node();
      const first = node.write('a');
      const hub = await node.live();
      hub.reject(first, 'QUOTA', 5000);
      await node.settle();
      const second = node.write('b');
      await node.pass(1000);
      expectEqual('pushed', hub.operations, [first, second]);
      hub.ackAt(1, second);
      await node.settle();
      await node.cut();
      const next = await node.granted();
      await node.pass(3500);
      expectEqual('pushed too early', next.operations, []);
      await node.pass(1000);
      expectEqual('pushed', next.operations, [first]);
      next.ackAt(2, first);
      await node.pass(20_000);
      expectEqual('pushed', next.operations, [first]);
    },
  },
  ...(['ERROR', 'CLOSE'] as const).map(
    (name): ClientCheck => ({
      id: `client-retry-of-${name.toLowerCase()}`,
      title: `After ${name === 'ERROR' ? 'an' : 'a'} ${name} with retry the client does not come back before that time`,
      requirements: ['SYNC-95'],
      async run(scene) {
        const node = scene.node();
        const hub = await node.live();
        hub.control({ name, code: ErrorCode.GOING_AWAY, retry: 20_000 });
        await node.settle();
        hub.link.end();
        await node.pass(19_999);
        expectEqual('connections', node.hubs.length, 1);
        await node.comesBack(1);
      },
    }),
  ),
];

export const waitChecks: readonly ClientCheck[] = [...backoff, ...retries];
