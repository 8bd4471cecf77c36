/** What a client owes when something is wrong with the server or what it feeds: sections 9.15 and 9.16. */
import type { ErrorName } from '../../reference/src/registry.ts';
import { Id, toHex } from '../../reference/src/wire/index.ts';
import { CheckFailure, type ClientCheck, expectEqual } from './check.ts';
import type { ClientNode } from './client-node.ts';
import { cursorAt, type GlassHub } from './glass-hub.ts';
import { freshId, madeBytes } from './operations.ts';

/** Operations that a client refuses, and by what. */
function refused(): readonly (readonly [bytes: Uint8Array, code: ErrorName])[] {
  return [
    [madeBytes().slice(0, -1), 'OP_MALFORMED'],
    [madeBytes({ counter: 2 ** 50 }), 'CLOCK_JUMP'],
  ];
}

/** Whether this ERROR is the client's last word. */
function lastWord(hub: GlassHub): unknown {
  const said = hub.said.at(-1);
  return said?.name === 'control' && said.message.name === 'ERROR' ? said.message.code : 'no ERROR';
}

const idOf = (bytes: Uint8Array): string => Id.from(bytes).toHex();

const feed: readonly ClientCheck[] = [
  {
    id: 'client-refuses-fed',
    title: 'The first refusal of a fed operation ends the connection, keeps the cursors, and is remembered durably',
    requirements: ['SYNC-100'],
    async run(scene) {
      for (const [bytes] of refused()) {
        const node = scene.node();
        const hub = await node.live();
        hub.hand([madeBytes()], 1);
        await node.settle();
        hub.hand([bytes], 2);
        await node.settle();
        if (lastWord(hub) === 'no ERROR') throw new CheckFailure('an ERROR', 'none');
        const again = node.again(node.disk.crash(() => 0));
        const next = await again.live();
        expectEqual('cursor', next.heard('SUBSCRIBE')[0]?.sc[0]?.cur, cursorAt(1));
        next.hand([bytes], 2);
        await again.settle();
        expectEqual('remembered: no ERROR', lastWord(next), 'no ERROR');
      }
    },
  },
  {
    id: 'client-skips-fed',
    title: 'The second refusal of the same bytes skips them: told, not stored, and the cursor passes',
    requirements: ['SYNC-101'],
    async run(scene) {
      for (const [bytes] of refused()) {
        const node = scene.node();
        const hub = await node.live();
        hub.hand([bytes], 1);
        await node.settle();
        if (lastWord(hub) === 'no ERROR') throw new CheckFailure('an ERROR', 'none');
        hub.link.end();
        await node.comesBack(1);
        const next = await node.granted();
        const right = madeBytes();
        next.hand([bytes, right], 2);
        await node.settle();
        expectEqual('no ERROR', lastWord(next), 'no ERROR');
        expectEqual(
          'FEED_ACK',
          next.heard('FEED_ACK').map(({ n }) => n),
          [2],
        );
        expectEqual('log', node.log, [right]);
        expectEqual(
          'told',
          node.told.map((line) => line.split(' ', 2)),
          [['skipped', idOf(bytes)]],
        );
        next.link.end();
        await node.comesBack(2);
        const last = await node.granted();
        expectEqual('cursor', last.heard('SUBSCRIBE')[0]?.sc[0]?.cur, cursorAt(2));
      }
    },
  },
  {
    id: 'client-other-bytes-refused-anew',
    title: 'Bytes that were not refused before end the connection, though others were',
    requirements: ['SYNC-100'],
    async run(scene) {
      const node = scene.node();
      const hub = await node.live();
      hub.hand([madeBytes().slice(0, -1)], 1);
      await node.settle();
      hub.link.end();
      await node.comesBack(1);
      const next = await node.granted();
      next.hand([madeBytes().slice(0, -1)], 1);
      await node.settle();
      if (lastWord(next) === 'no ERROR') throw new CheckFailure('an ERROR', 'none');
    },
  },
  {
    id: 'client-fed-conflict',
    title: 'Of two operations with one id the first is kept, the application is told, and the feed goes on',
    requirements: ['SYNC-102'],
    async run(scene) {
      const node = scene.node();
      const hub = await node.live();
      const [id, record] = [freshId(), freshId()];
      const [first, second] = ['first', 'second'].map((title) => madeBytes({ id, record, changes: { title } }));
      hub.hand([first!], 1);
      await node.settle();
      hub.hand([second!, madeBytes({ changes: { title: 'third' } })], 3);
      await node.settle();
      expectEqual('no ERROR', lastWord(hub), 'no ERROR');
      expectEqual('records', node.titles, ['first', 'third']);
      expectEqual('told', node.told, [`skipped ${id.toHex()} conflict`]);
      await node.cut();
      const next = await node.granted();
      expectEqual('cursor', next.heard('SUBSCRIBE')[0]?.sc[0]?.cur, cursorAt(3));
    },
  },
];

/** A client that has acked and covered operations in its book, on a new connection. */
async function known(node: ClientNode, scopes?: readonly object[]): Promise<GlassHub> {
  const own = ['a', 'b'].map((title) => node.write(title));
  node.sync(scopes === undefined ? {} : { scopes });
  const hub = await node.open();
  if (scopes?.length !== 0) hub.grant();
  await node.settle();
  hub.ackAt(1, own[0]!);
  await node.settle();
  hub.ackAt(2, own[1]!);
  if (hub.granted.length > 0) hub.hand([madeBytes()], 3);
  await node.settle();
  await node.cut();
  return node.open();
}

const REFUSALS = [
  ['CURSOR_DIVERGED', 'seen'],
  ['CURSOR_AHEAD', 'seen'],
  ['CURSOR_DIVERGED', 'cur'],
  ['CURSOR_AHEAD', 'cur'],
] as const;

const recovery: readonly ClientCheck[] = [
  {
    id: 'client-seen-first',
    title: 'The first SUBSCRIBE carries `cur` of the latest ACK, also where there is no scope to subscribe',
    requirements: ['SYNC-110'],
    async run(scene) {
      for (const scopes of [undefined, []]) {
        const node = scene.node();
        const hub = await known(node, scopes);
        node.write('c');
        await node.settle();
        if (hub.heard('SUBSCRIBE').length === 0) throw new CheckFailure('a SUBSCRIBE', 'none');
        expectEqual('pushed before', hub.operations, []);
        expectEqual('seen', hub.heard('SUBSCRIBE')[0]?.seen, cursorAt(2));
      }
    },
  },
  {
    id: 'client-push-awaits-subscribed',
    title: 'Nothing is pushed before the SUBSCRIBED that answers `seen`',
    requirements: ['SYNC-133'],
    async run(scene) {
      const node = scene.node();
      const hub = await known(node);
      const own = node.write('c');
      await node.settle();
      expectEqual('pushed before', hub.operations, []);
      hub.grant();
      await node.settle();
      expectEqual('pushed', hub.operations, [own]);
    },
  },
  {
    id: 'client-recovers',
    title: 'When the server has another log, everything begins anew: no cursor, and the whole log as outbox',
    requirements: ['SYNC-111'],
    async run(scene) {
      for (const [code, where] of REFUSALS) {
        const node = scene.node();
        const hub = await known(node);
        if (where === 'seen') hub.grant(undefined, code);
        else hub.grant(() => code);
        await node.settle();
        const asked = hub
          .heard('SUBSCRIBE')
          .slice(1)
          .filter(({ mode }) => mode === 0);
        expectEqual(
          'subscribed from zero',
          asked.flatMap(({ sc }) => sc.map(({ cur }) => cur ?? 'zero')),
          ['zero'],
        );
        hub.grant();
        await node.settle();
        expectEqual('pushed', hub.operations, node.log);
      }
    },
  },
  {
    id: 'client-recovery-durable',
    title: 'What was known of the server is void on the disk before anything is asked or pushed anew',
    requirements: ['SYNC-134'],
    async run(scene) {
      const node = scene.node();
      const hub = await known(node);
      hub.grant(undefined, 'CURSOR_DIVERGED');
      const before = hub.said.length;
      for (let i = 0; i < 2000 && hub.said.length === before; i++) {
        await Promise.resolve();
        if (i % 60 === 59) node.time.step();
      }
      if (hub.said.length === before) throw new CheckFailure('another SUBSCRIBE', 'nothing');
      const again = node.again(node.disk.crash(() => 0));
      const next = await again.live();
      expectEqual('seen', next.heard('SUBSCRIBE')[0]?.seen ?? 'none', 'none');
      expectEqual('cursor', next.heard('SUBSCRIBE')[0]?.sc[0]?.cur ?? 'none', 'none');
      expectEqual('pushed', next.operations.map(toHex), node.log.map(toHex));
    },
  },
];

export const recoveryChecks: readonly ClientCheck[] = [...feed, ...recovery];
