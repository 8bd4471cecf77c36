/** What a client owes when a server refuses an operation for good: sections 9.14 and 10.3. */
import { type ClientCheck, expectEqual } from './check.ts';
import type { ClientNode } from './client-node.ts';
import type { GlassHub } from './glass-hub.ts';
import { madeBytes } from './operations.ts';

/** Titles of the state: what a client shows of its own dead letters is no part of it. */
function stateOf(node: ClientNode): string[] {
  return node.database.state.list('bugs').map(({ fields }) => String(fields.get('title')));
}

/** An own operation that the server has refused for good. */
async function buried(node: ClientNode): Promise<{ readonly hub: GlassHub; readonly letter: Uint8Array }> {
  const letter = node.write('bad');
  const hub = await node.live();
  hub.reject(letter, 'OP_MALFORMED');
  await node.settle();
  return { hub, letter };
}

export const letterChecks: readonly ClientCheck[] = [
  {
    id: 'client-dead-letter',
    title: 'A REJECT without retry makes a dead letter: told, and not sent again on any connection',
    requirements: ['SYNC-96'],
    async run(scene) {
      const node = scene.node();
      await buried(node);
      expectEqual('told', node.told, ['dead 1']);
      await node.cut();
      const next = await node.granted();
      const other = node.write('good');
      await node.settle();
      expectEqual('pushed', next.operations, [other]);
    },
  },
  {
    id: 'client-dead-letter-through-recovery',
    title: 'A dead letter stays one when the server turns out to have lost its log',
    requirements: ['SYNC-96', 'SYNC-111'],
    async run(scene) {
      const node = scene.node();
      const { hub } = await buried(node);
      const other = node.write('good');
      await node.settle();
      hub.ackAt(1, other);
      await node.settle();
      await node.cut();
      const next = await node.open();
      next.grant(undefined, 'CURSOR_AHEAD');
      await node.settle();
      next.grant();
      await node.settle();
      expectEqual('pushed', next.operations, [other]);
    },
  },
  {
    id: 'client-dead-letter-fed',
    title: 'A dead letter that the server feeds and covers is part of the state again, withdrawn or not',
    requirements: ['SYNC-97'],
    async run(scene) {
      for (const isWithdrawn of [false, true]) {
        const node = scene.node();
        const { hub, letter } = await buried(node);
        if (isWithdrawn) for (const { operation } of node.database.deadLetters()) node.database.withdraw(operation.id);
        hub.hand([letter], 1);
        await node.settle();
        expectEqual('the state', stateOf(node), ['bad']);
        expectEqual('dead letters', node.database.deadLetters().length, 0);
      }
    },
  },
  {
    id: 'client-dead-letter-acked-elsewhere',
    title: 'A dead letter that another server acks is part of the state again',
    requirements: ['SYNC-97'],
    async run(scene) {
      const node = scene.node();
      const { letter } = await buried(node);
      const other = await node.live({ url: 'other' });
      if (other.operations.length === 1) other.ackAt(1, letter);
      await node.settle();
      expectEqual('the state', stateOf(node), ['bad']);
      expectEqual('dead letters', node.database.deadLetters().length, 0);
    },
  },
  {
    id: 'client-withdraws-dead-letters-alone',
    title: 'The application cannot withdraw what was not refused for good',
    requirements: ['SYNC-141'],
    async run(scene) {
      const node = scene.node();
      const own = node.write('pending');
      const { operation } = { operation: node.replica.log.entry(1)!.id };
      expectEqual('withdrawn', node.database.withdraw(operation), false);
      expectEqual('the state', stateOf(node), ['pending']);
      const hub = await node.live();
      expectEqual('pushed', hub.operations, [own]);
      hub.ackAt(1, own);
      await node.settle();
      expectEqual('withdrawn', node.database.withdraw(operation), false);
    },
  },
  {
    id: 'client-dead-letter-out-of-state',
    title: 'An own dead letter is no part of the state; what it had pushed aside is back',
    requirements: ['MERGE-14'],
    async run(scene) {
      const node = scene.node();
      const hub = await node.live();
      const record = node.database.insert('bugs', { title: 'first' });
      const insert = node.bytes();
      await node.settle();
      hub.ackAt(1, insert);
      await node.settle();
      node.database.update('bugs', record, { title: 'second' });
      const update = node.bytes();
      await node.settle();
      expectEqual('the state, pending operations included', stateOf(node), ['second']);
      hub.reject(update, 'OP_MALFORMED');
      await node.settle();
      expectEqual('the state', stateOf(node), ['first']);
      expectEqual('the state after a restart', stateOf(node.again()), ['first']);
    },
  },
  {
    id: 'client-relayed-letter-in-state',
    title: "Somebody else's operation that a server refuses stays part of the state",
    requirements: ['MERGE-14'],
    async run(scene) {
      const node = scene.node();
      const hub = await node.live({ url: 'one' });
      const relayed = madeBytes({ changes: { title: 'relayed' } });
      hub.hand([relayed]);
      await node.settle();
      const other = await node.live({ url: 'two' });
      if (other.operations.length === 1) other.reject(relayed, 'OP_MALFORMED');
      await node.settle();
      expectEqual('the state', stateOf(node), ['relayed']);
    },
  },
];
