/** What a client may drop from its log: section 9.17. */

import { nodeCrypto } from '../../reference/src/crypto/node.ts';
import { indexRecord } from '../../reference/src/wire/operation.ts';
import { type ClientCheck, expectEqual } from './check.ts';
import type { ClientNode } from './client-node.ts';
import { type Made, madeBytes, RECORD, TEAM } from './operations.ts';

/** The log of somebody who was fed these, each on one record unless it says otherwise, after compaction. */
async function compacted(node: ClientNode, all: readonly Made[]): Promise<{ fed: Uint8Array[]; left: string[] }> {
  const hub = await node.live();
  const fed = all.map((each) => madeBytes({ record: RECORD, ...each }));
  hub.hand(fed, 1);
  await node.settle();
  return { fed, left: node.compact() };
}

const INDEX = indexRecord('byTitle', nodeCrypto.sha256);

export const compactionChecks: readonly ClientCheck[] = [
  {
    id: 'client-compacts-what-is-dominated',
    title: 'An operation with an effect that nothing retained dominates is not dropped',
    requirements: ['SYNC-120'],
    async run(scene) {
      const { fed, left } = await compacted(scene.node(), [
        { counter: 3, changes: { status: 'open', title: 'Crash' } },
        { counter: 9, type: 'update', changes: { status: 'done' } },
        { counter: 5, type: 'update', changes: { status: 'busy', note: 'n' } },
        { counter: 8, type: 'update', changes: { title: 'Crash!' } },
        { counter: 2, team: TEAM, changes: { status: 'open', title: 'Crash' } },
        { counter: 2, collection: 'tags', changes: { title: 'Crash' } },
      ]);
      expectEqual(
        'dropped, and not dominated',
        fed.map(hex).filter((bytes) => !left.includes(bytes)),
        [],
      );
    },
  },
  {
    id: 'client-compacts-no-last-delete',
    title: 'The greatest delete of a record and the greatest dropIndex of an index stay, whatever came after',
    requirements: ['SYNC-121'],
    async run(scene) {
      const { fed, left } = await compacted(scene.node(), [
        { counter: 5, type: 'delete' },
        { counter: 9, changes: { title: 'again' } },
        { counter: 5, type: 'dropIndex', record: INDEX },
        { counter: 9, type: 'createIndex', record: INDEX, changes: { fields: ['title'], name: 'byTitle' } },
      ]);
      expectEqual(
        'dropped',
        fed.map(hex).filter((bytes) => !left.includes(bytes)),
        [],
      );
    },
  },
  {
    id: 'client-compaction-of-pending',
    title: 'Own pending operations and dead letters dominate nothing',
    requirements: ['SYNC-122'],
    async run(scene) {
      for (const isRefused of [false, true]) {
        const node = scene.node();
        const hub = await node.live();
        hub.hand([madeBytes({ record: RECORD, changes: { a: 1, b: 1 } }), madeBytes({ ...older, record: RECORD })], 2);
        await node.settle();
        node.database.update('bugs', RECORD, { a: 9 });
        await node.settle();
        if (isRefused) hub.reject(node.bytes(), 'OP_MALFORMED');
        await node.settle();
        const before = node.log.map(hex);
        const left = node.compact();
        expectEqual(
          'dropped',
          before.filter((bytes) => !left.includes(bytes)),
          [],
        );
      }
    },
  },
  {
    id: 'client-compacts-nothing-pending',
    title: 'An own operation that no server has is not dropped, though it is dominated or has no effect',
    requirements: ['SYNC-143'],
    async run(scene) {
      const node = scene.node();
      const hub = await node.live();
      node.database.update('bugs', RECORD, { a: 1 });
      node.database.update('bugs', RECORD, {});
      const pending = node.log.map(hex);
      hub.hand([madeBytes({ counter: 9, record: RECORD, changes: { a: 9 } })], 1);
      await node.settle();
      const left = node.compact();
      expectEqual(
        'dropped',
        pending.filter((bytes) => !left.includes(bytes)),
        [],
      );
    },
  },
  {
    id: 'client-compacts-nothing-of-an-outbox',
    title: 'A relayed operation that one server lacks is not dropped, and dominates nothing',
    requirements: ['SYNC-138'],
    async run(scene) {
      for (const lacking of [1, 2]) {
        const node = scene.node();
        const hub = await node.live({ url: 'one' });
        const fed = [
          madeBytes({ record: RECORD, changes: { b: 1 } }),
          madeBytes({ record: RECORD, type: 'update', counter: 2, changes: { a: 2 } }),
          madeBytes({ record: RECORD, type: 'update', counter: 3, changes: { a: 3 } }),
        ];
        hub.hand(fed, 3);
        await node.settle();
        const other = await node.live({ url: 'two' });
        expectEqual('pushed', other.operations.length, 3);
        other.ackAt(2, ...fed.filter((_, i) => i !== lacking));
        await node.settle();
        const left = node.compact();
        expectEqual(
          'dropped',
          fed.map(hex).filter((bytes) => !left.includes(bytes)),
          [],
        );
      }
    },
  },
];

const older: Made = { counter: 2, type: 'update', changes: { a: 2 } };

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
