import fc from 'fast-check';
import type { Peer } from '../../harness/src/peer/peer.ts';
import type { PropertyCase } from '../../harness/src/property.ts';
import { answer, batchMessage, idOf, insert, operationMessage, subscribe } from './lib/operations.ts';

export const answeredExactlyOnce: PropertyCase = {
  id: 'property-answered-exactly-once',
  title: 'Pushes of the same operations on several connections are each answered once, and stored once in all',
  level: 'L1',
  role: 'server',
  requirements: [
    'SYNC-53',
    'SYNC-1',
    'SYNC-55',
    'SYNC-58',
    'SYNC-63',
    'MSG-29',
    'MSG-30',
    'MSG-31',
    'MSG-32',
    'SYNC-24',
    'SYNC-25',
    'SYNC-59',
    'SYNC-2',
    'SYNC-3',
    'OP-60',
  ],
  async run(context) {
    const peers = [await context.open(), await context.open(), await context.open()];
    const plan = fc.array(
      fc.record({ by: fc.nat(2), which: fc.array(fc.nat(5), { minLength: 1, maxLength: 4 }), batch: fc.boolean() }),
      { minLength: 1, maxLength: 10 },
    );
    await context.check(
      fc.asyncProperty(plan, async (turns) => {
        const collection = context.fresh.collection();
        const operations = Array.from({ length: 6 }, () => insert(peers[0]!, collection));
        const sent: { readonly peer: Peer; readonly of: Uint8Array }[] = [];
        for (const { by, which, batch } of turns) {
          const peer = peers[by]!;
          // No two copies of one id are in flight on one connection (SYNC-49).
          const busy = sent.filter((one) => one.peer === peer).map(({ of }) => of);
          const chosen = [...new Set(which)].map((i) => operations[i]!).filter((of) => !busy.includes(of));
          if (chosen.length === 0) continue;
          await peer.send(batch ? batchMessage(chosen) : chosen.map(operationMessage));
          for (const of of chosen) sent.push({ peer, of });
        }
        const stored = new Map<string, number>();
        for (const { peer, of } of sent) {
          const verdict = await answer(peer, of);
          context.expect(verdict === 'stored' || verdict === 'duplicate', 'stored or duplicate', verdict);
          if (verdict === 'stored') stored.set(idOf(of), (stored.get(idOf(of)) ?? 0) + 1);
        }
        const all = new Set(sent.map(({ of }) => idOf(of)));
        const twice = [...all].filter((id) => stored.get(id) !== 1);
        context.expect(
          twice.length === 0,
          'each operation stored once',
          twice.map((id) => `${id} ${stored.get(id) ?? 0} times`).join(),
        );
        const reader = await context.open();
        await subscribe(reader, { col: collection });
        await reader.caughtUp();
        const { fed: got } = reader.ledger.feed;
        context.expect(got.length === all.size, `${all.size} operations in the feed`, `${got.length}`);
        reader.destroy();
      }),
      { runs: Math.min(context.runs, 50) },
    );
  },
};
