import fc from 'fast-check';
import type { Peer } from '../../harness/src/peer/peer.ts';
import type { PropertyCase } from '../../harness/src/property.ts';
import { batchMessage, idOf, insert, subscribe } from './lib/operations.ts';

/** Operations that every run reads again. */
const STORED = 1200;

async function store(pusher: Peer, operations: readonly Uint8Array[]): Promise<void> {
  for (let at = 0; at < operations.length; at += 200) {
    await pusher.send(batchMessage(operations.slice(at, at + 200)));
    await pusher.fence();
  }
}

export const windowUnderAnyAcks: PropertyCase = {
  id: 'property-window-under-any-acks',
  title: 'The feed window holds whichever CHECKPOINTs are acknowledged, and in the end everything comes',
  level: 'L1',
  role: 'server',
  requirements: [
    ...[
      'SYNC-27',
      'SYNC-41',
      'LIM-16',
      'SYNC-22',
      'SYNC-30',
      'LIM-18',
      'SYNC-39',
      'SYNC-40',
      'SYNC-34',
      'SYNC-38',
      'LIM-20',
    ],
  ],
  needs: ['usual-push-window'],
  async run(context) {
    const pusher = await context.open({ name: 'pusher' });
    const operations = Array.from({ length: STORED }, () => insert(pusher, context.collection));
    await store(pusher, operations);
    await context.check(
      fc.asyncProperty(fc.array(fc.nat(99), { minLength: 1, maxLength: 12 }), async (choices) => {
        const reader = await context.open();
        reader.acknowledges = false;
        await subscribe(reader, { col: context.collection });
        for (const choice of choices) {
          await reader.fence();
          const shown = checkpoints(reader);
          if (shown.length > 0) await reader.send(reader.control('FEED_ACK', { n: shown[choice % shown.length]! }));
        }
        while (reader.ledger.feed.fed.length < STORED) {
          const before = reader.ledger.feed.fed.length;
          await reader.send(reader.control('FEED_ACK', { n: checkpoints(reader).at(-1) ?? 0 }));
          await reader.wait('the feed to go on', () => (reader.ledger.feed.fed.length > before ? true : undefined));
          await reader.fence();
        }
        const got = reader.ledger.feed.fed.map(({ id }) => id).join();
        context.expect(
          got === operations.map(idOf).join(),
          'all operations in their order',
          'others, or another order',
        );
        reader.destroy();
      }),
      { runs: Math.min(context.runs, 15) },
    );
  },
};

/** `n` of every CHECKPOINT so far. */
function checkpoints(peer: Peer): readonly number[] {
  return peer.inbound.received.flatMap((received) =>
    'message' in received && received.message.name === 'CHECKPOINT' ? [received.message.n] : [],
  );
}
