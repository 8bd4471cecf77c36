import fc from 'fast-check';
import { inflate } from '../../harness/src/peer/inflate.ts';
import type { Peer } from '../../harness/src/peer/peer.ts';
import type { PropertyCase } from '../../harness/src/property.ts';
import { decodeBatch, Id } from '../../reference/src/wire/index.ts';
import { answer, batchMessage, fed, insert, subscribe } from './lib/operations.ts';

export const packsOneAuthor: PropertyCase = {
  id: 'property-packs-one-author',
  title: 'A batch that a node packs has the operations of one author',
  level: 'L1',
  role: 'server',
  requirements: ['OP-62', 'OP-50', 'OP-52', 'SYNC-22', 'OP-49', 'OP-3'],
  needs: ['COMPRESSION', 'usual-push-window'],
  async run(context) {
    const pusher = await context.open();
    await context.check(
      fc.asyncProperty(fc.integer({ min: 2, max: 4 }), fc.integer({ min: 12, max: 20 }), async (authors, count) => {
        const collection = context.fresh.collection();
        const nodes = Array.from({ length: authors }, () => context.fresh.id());
        const operations = Array.from({ length: count }, (_, i) =>
          insert(pusher, collection, { node: nodes[i % authors]! }),
        );
        await pusher.send(batchMessage(operations));
        for (const of of operations) await answer(pusher, of);
        const reader = await context.open();
        await subscribe(reader, { col: collection });
        await fed(reader, operations);
        for (const of of packedBatches(reader)) {
          const found = new Set(of.map((bytes) => Id.from(bytes, 18).toHex()));
          context.expect(found.size === 1, 'one author in a packed batch', `${found.size}`);
        }
        reader.destroy();
      }),
      { runs: Math.min(context.runs, 20) },
    );
  },
};

/** The packed batches that a connection has received. */
function packedBatches(peer: Peer): readonly (readonly Uint8Array[])[] {
  return peer.options.exchange.entries
    .filter(({ connection, from, name, plaintext }) => {
      return connection === peer.name && from === 'node' && name === 'BATCH' && plaintext?.[0] === 1;
    })
    .map(({ plaintext }) => decodeBatch(plaintext!, { compression: true, inflate }));
}
