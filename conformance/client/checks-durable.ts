/** What a client owes with its clock and its disk: sections 9.12 and 9.13. */
import { ProtocolError } from '../../reference/src/errors.ts';
import { StorageError } from '../../reference/src/sync/journal.ts';
import { decodeOperation, toHex } from '../../reference/src/wire/index.ts';
import { CheckFailure, type ClientCheck, expectEqual } from './check.ts';
import type { ClientNode } from './client-node.ts';
import { cursorAt, type GlassHub } from './glass-hub.ts';
import { BEGINNING } from './hand-time.ts';
import { madeBytes } from './operations.ts';

const BOUND = (4096 * BEGINNING) / 1000;

function counters(operations: readonly Uint8Array[]): number[] {
  return operations.map((bytes) => decodeOperation(bytes).counter);
}

/** What a write fails by; `undefined` when it does not. */
function failureOf(node: ClientNode): unknown {
  try {
    node.write('refused');
    return undefined;
  } catch (error) {
    return error;
  }
}

/** What a client that finds this on its disk says on its next connection: a position for each, and what it pushes. */
async function comesUp(node: ClientNode): Promise<{ cur: string; seen: string; pushed: string[]; log: string[] }> {
  const hub = await node.live();
  const [asked] = hub.heard('SUBSCRIBE');
  const text = (bytes: Uint8Array | undefined) => (bytes === undefined ? 'none' : toHex(bytes));
  return {
    cur: text(asked?.sc[0]?.cur),
    seen: text(asked?.seen),
    pushed: hub.operations.map(toHex).sort(),
    log: node.log.map(toHex),
  };
}

const clock: readonly ClientCheck[] = [
  {
    id: 'client-author-counter',
    title: 'A new operation has the counter clock + 1, also after a restart',
    requirements: ['SYNC-70'],
    async run(scene) {
      const node = scene.node();
      for (const title of ['a', 'b', 'c']) node.write(title);
      expectEqual('counters', counters(node.log), [1, 2, 3]);
      const again = node.again();
      again.write('d');
      expectEqual('counters', counters(again.log), [1, 2, 3, 4]);
    },
  },
  {
    id: 'client-author-failed',
    title: 'A write that cannot be made durable is none, and the clock is what it was',
    requirements: ['SYNC-70'],
    async run(scene) {
      const node = scene.node();
      node.write('a');
      node.isFull = true;
      expectEqual('refused to the application', failureOf(node) instanceof StorageError, true);
      node.isFull = false;
      expectEqual('records', node.titles, ['a']);
      node.write('b');
      expectEqual('counters', counters(node.log), [1, 2]);
    },
  },
  {
    id: 'client-clock-follows',
    title: 'The clock follows a greater counter that is fed, and no smaller one',
    requirements: ['SYNC-71'],
    async run(scene) {
      const node = scene.node();
      const hub = await node.live();
      hub.hand([madeBytes({ counter: 41 })], 1);
      await node.settle();
      node.write();
      expectEqual('counter', counters(node.log).at(-1), 42);
      hub.hand([madeBytes({ counter: 7 })], 2);
      await node.settle();
      node.write();
      expectEqual('counter', counters(node.log).at(-1), 43);
    },
  },
  {
    id: 'client-author-bound',
    title: 'Nothing is written whose counter would be above the bound; reading and syncing go on',
    requirements: ['SYNC-76'],
    async run(scene) {
      const node = scene.node();
      const hub = await node.live();
      hub.hand([madeBytes({ counter: BOUND, changes: { title: 'a' } })], 1);
      await node.settle();
      if (node.titles.length === 0) throw new CheckFailure('an operation at the bound stored', 'none');
      const failure = failureOf(node);
      expectEqual('refused to the application', failure instanceof ProtocolError && failure.reason, 'operation.clock');
      hub.hand([madeBytes({ changes: { title: 'b' } })], 2);
      await node.settle();
      expectEqual('sent', hub.operations.length, 0);
      expectEqual('records', node.titles, ['a', 'b']);
      await node.pass(1000);
      node.write('c');
      expectEqual('counter', counters(node.log).at(-1), BOUND + 1);
    },
  },
];

/** One connection: two operations acked with position 2, one fed and covered by position 3, one dead, one open. */
async function busyDay(node: ClientNode): Promise<{ readonly hub: GlassHub; readonly open: Uint8Array }> {
  const hub = await node.live();
  const own = ['a', 'b', 'c', 'd'].map((title) => node.write(title));
  await node.settle();
  hub.ackAt(2, own[0]!, own[1]!);
  hub.reject(own[2]!, 'OP_MALFORMED');
  await node.settle();
  hub.hand([madeBytes({ changes: { title: 'e' } })], 3);
  await node.settle();
  return { hub, open: own[3]! };
}

const durable: readonly ClientCheck[] = [
  {
    id: 'client-book-survives',
    title: 'Log, cursors, `seen`, what a server has and dead letters are there after a restart',
    requirements: ['SYNC-131'],
    async run(scene) {
      const node = scene.node();
      const { open } = await busyDay(node);
      const again = node.again();
      const { cur, seen, pushed, log } = await comesUp(again);
      expectEqual('cursor', cur, toHex(cursorAt(3)));
      expectEqual('seen', seen, toHex(cursorAt(2)));
      expectEqual('pushed', pushed, [toHex(open)]);
      expectEqual('log', log, node.log.map(toHex));
      expectEqual('dead letters', again.database.deadLetters().length, 1);
    },
  },
  {
    id: 'client-checkpoint-whole',
    title: 'At every moment the disk holds a cursor with the operations that it covers, and the fact that it does',
    requirements: ['SYNC-131', 'SYNC-43'],
    async run(scene) {
      const node = scene.node();
      const hub = await node.live();
      const fed = [1, 2, 3].map(() => madeBytes());
      hub.hand(fed.slice(0, 2), 2);
      await node.settle();
      hub.hand(fed.slice(2), 3);
      await node.settle();
      for (const disk of node.durable) {
        const { cur, pushed, log } = await comesUp(node.again(disk));
        const covered = cur === 'none' ? 0 : cur === toHex(cursorAt(2)) ? 2 : 3;
        const due = fed.slice(0, covered).map(toHex);
        expectEqual(
          'operations under a cursor',
          due.filter((bytes) => log.includes(bytes)),
          due,
        );
        expectEqual('pushed', pushed, log.filter((bytes) => !due.includes(bytes)).sort());
      }
    },
  },
  {
    id: 'client-seen-with-acks',
    title: 'At every moment the disk holds `seen` together with the acknowledgements that it came with',
    requirements: ['SYNC-98'],
    async run(scene) {
      const node = scene.node();
      const hub = await node.live();
      const own = ['a', 'b', 'c'].map((title) => node.write(title));
      await node.settle();
      hub.ackAt(1, own[0]!);
      await node.settle();
      hub.ackAt(3, own[1]!, own[2]!);
      await node.settle();
      for (const disk of node.durable) {
        const { seen, pushed, log } = await comesUp(node.again(disk));
        const acked = seen === 'none' ? 0 : seen === toHex(cursorAt(1)) ? 1 : 3;
        expectEqual('pushed', pushed, log.slice(acked).sort());
      }
    },
  },
  {
    id: 'client-sends-what-is-durable',
    title: 'Nothing is sent that would be lost with the power',
    requirements: ['SYNC-90'],
    async run(scene) {
      const node = scene.node();
      const hub = await node.live();
      node.write('a');
      node.isFull = true;
      failureOf(node);
      await node.settle();
      node.isFull = false;
      const kept = node.again(node.disk.crash(() => 0)).log.map(toHex);
      expectEqual(
        'sent and lost',
        hub.operations.map(toHex).filter((bytes) => !kept.includes(bytes)),
        [],
      );
      expectEqual('sent', hub.operations.length, 1);
    },
  },
];

export const durableChecks: readonly ClientCheck[] = [...clock, ...durable];
