/** What a client owes with its outbox and its cursors: section 9.14. */
import { Id, toHex } from '../../reference/src/wire/index.ts';
import { type ClientCheck, expectEqual } from './check.ts';
import { cursorAt } from './glass-hub.ts';
import { madeBytes, TEAM } from './operations.ts';

const sorted = (operations: readonly Uint8Array[]): string[] => operations.map(toHex).sort();

const outbox: readonly ClientCheck[] = [
  {
    id: 'client-outbox-relayed',
    title: 'Own and relayed operations go to each server that has neither acked nor covered them',
    requirements: ['SYNC-91'],
    async run(scene) {
      const node = scene.node();
      const own = node.write('own');
      const above = await node.live({ url: 'above' });
      expectEqual('pushed above', above.operations, [own]);
      const relayed = madeBytes();
      above.ackAt(1, own);
      above.hand([relayed], 2);
      await node.settle();
      const beside = await node.live({ url: 'beside' });
      expectEqual('pushed beside', sorted(beside.operations), sorted([own, relayed]));
      expectEqual('pushed above', above.operations, [own]);
    },
  },
  {
    id: 'client-outbox-once',
    title: 'What a server has acked or covered is not pushed to it again',
    requirements: ['SYNC-91'],
    async run(scene) {
      const node = scene.node();
      const own = node.write();
      const hub = await node.live();
      hub.ackAt(1, own);
      hub.hand([madeBytes()], 2);
      await node.settle();
      await node.cut();
      const next = await node.granted();
      expectEqual('pushed', next.operations, []);
    },
  },
  {
    id: 'client-outbox-scopes',
    title: 'Operations outside of the scopes that the client pushes stay at home',
    requirements: ['SYNC-91'],
    async run(scene) {
      const node = scene.node();
      const bug = node.write('a', 'bugs');
      node.write('b', 'tags');
      const hub = await node.live({ pushes: [{ col: 'bugs' }] });
      expectEqual('pushed', hub.operations, [bug]);
    },
  },
  {
    id: 'client-fed-is-not-covered',
    title: 'What was fed and not covered by a CHECKPOINT does not count as the server’s',
    requirements: ['SYNC-92'],
    async run(scene) {
      const node = scene.node();
      const hub = await node.live();
      hub.hand([madeBytes({ changes: { title: 'fed' } })]);
      await node.settle();
      await node.cut();
      const next = await node.granted();
      expectEqual('pushed', next.operations, node.log);
    },
  },
  {
    id: 'client-covers-the-scopes-listed',
    title: 'A CHECKPOINT covers what belongs to the scopes that it lists, and nothing else',
    requirements: ['SYNC-92'],
    async run(scene) {
      const node = scene.node();
      const hub = await node.live({ scopes: [{ col: 'bugs' }, { col: 'tags' }] });
      const [bug, tag] = [madeBytes({ collection: 'bugs' }), madeBytes({ collection: 'tags' })];
      hub.hand([bug, tag]);
      hub.hand(
        [],
        2,
        hub.granted.filter(({ col }) => col === 'bugs'),
      );
      await node.settle();
      await node.cut();
      const next = await node.granted();
      expectEqual('pushed', next.operations, [tag]);
    },
  },
  {
    id: 'client-resends-in-order',
    title: 'On a new connection what is not acked goes out again, in the order of the log',
    requirements: ['SYNC-93'],
    async run(scene) {
      const node = scene.node();
      const own = ['a', 'b', 'c', 'd'].map((title) => node.write(title));
      const hub = await node.live();
      hub.ackAt(1, own[1]!);
      await node.settle();
      await node.cut();
      const next = await node.granted();
      expectEqual('pushed', next.operations, [own[0], own[2], own[3]]);
    },
  },
];

const ZEROS = Id.ZERO;

const cursors: readonly ClientCheck[] = [
  {
    id: 'client-ack-is-no-cursor',
    title: '`cur` of an ACK does not become the cursor of a scope',
    requirements: ['SYNC-139'],
    async run(scene) {
      const node = scene.node();
      const own = node.write();
      const hub = await node.live();
      hub.hand([], 1);
      await node.settle();
      hub.ackAt(9, own);
      await node.settle();
      await node.cut();
      const next = await node.granted();
      expectEqual('cursor', next.heard('SUBSCRIBE')[0]?.sc[0]?.cur, cursorAt(1));
    },
  },
  {
    id: 'client-cursor-of-its-filter',
    title: 'Each filter has the cursor that was given for it, and no other has it',
    requirements: ['SYNC-132'],
    async run(scene) {
      const node = scene.node();
      const scopes = [{ col: 'bugs' }, { col: 'bugs', team: ZEROS }, { col: 'bugs', team: TEAM }, { team: TEAM }];
      const client = node.sync({ scopes });
      const hub = await node.granted();
      for (const [i, scope] of hub.granted.entries()) hub.hand([], i + 1, [scope]);
      await node.settle();
      hub.hand([], 7, hub.granted.slice(3));
      await node.settle();
      await node.cut();
      const next = await node.granted();
      const given = next.heard('SUBSCRIBE')[0]?.sc.map(({ cur }) => cur);
      expectEqual('cursors', given, [cursorAt(1), cursorAt(2), cursorAt(3), cursorAt(7)]);
      const stopped = client.stop();
      await node.settle();
      next.link.end();
      await node.settle();
      await stopped;
      const other = await node.live({ scopes: [{}, { col: 'tags' }, { team: ZEROS }] });
      expectEqual(
        'cursors',
        other.heard('SUBSCRIBE')[0]?.sc.map(({ cur }) => cur ?? 'none'),
        ['none', 'none', 'none'],
      );
    },
  },
  {
    id: 'client-cursor-of-its-server',
    title: 'A cursor goes to the server alone that gave it',
    requirements: ['SYNC-132'],
    async run(scene) {
      const node = scene.node();
      const hub = await node.live({ url: 'one' });
      hub.hand([], 1);
      await node.settle();
      const other = await node.live({ url: 'two' });
      expectEqual('cursor', other.heard('SUBSCRIBE')[0]?.sc[0]?.cur ?? 'none', 'none');
    },
  },
];

export const outboxChecks: readonly ClientCheck[] = [...outbox, ...cursors];
