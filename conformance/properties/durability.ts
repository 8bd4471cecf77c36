import fc from 'fast-check';
import type { PropertyCase } from '../../harness/src/property.ts';
import { answer, batchMessage, idOf, insert, operationMessage, subscribe } from './lib/operations.ts';

/** Writes of one connection, each of so many operations, in a batch or not; and after how many answers the node is killed. */
const load = fc.record({
  writes: fc.array(fc.record({ size: fc.integer({ min: 1, max: 40 }), batch: fc.boolean() }), {
    minLength: 1,
    maxLength: 6,
  }),
  share: fc.double({ min: 0, max: 1, noNaN: true }),
});

export const ackedSurvivesKill: PropertyCase = {
  id: 'property-acked-survives-a-kill',
  title: 'Whenever a node is killed, it has afterwards what it acknowledged and fed, and accepts what it showed',
  level: 'L2',
  role: 'server',
  requirements: ['SYNC-80', 'SYNC-81', 'SYNC-82', 'SYNC-83', 'SYNC-84', 'SYNC-85', 'SYNC-86'],
  needs: ['durable-log', 'data', 'SELECTIVE_SYNC', 'usual-push-window'],
  async run(context) {
    await context.check(
      fc.asyncProperty(load, async ({ writes, share }) => {
        const collection = context.fresh.collection();
        const [pusher, reader] = [await context.open(), await context.open()];
        await subscribe(reader, { col: collection });
        const batches = writes.map(({ size }) => Array.from({ length: size }, () => insert(pusher, collection)));
        const pushed = new Map(batches.flat().map((of) => [idOf(of), of]));
        for (const [i, operations] of batches.entries()) {
          await pusher.send(writes[i]!.batch ? batchMessage(operations) : operations.map(operationMessage));
        }
        const due = Math.floor(share * pushed.size);
        const { acked } = pusher.ledger.pushes;
        await pusher.wait(`${due} answers`, () => (acked.size >= due ? true : undefined), { proof: 'fence' });
        await context.restart('kill');
        const kept = new Set([...acked.keys(), ...reader.ledger.feed.fed.map(({ id }) => id)]);

        const after = await context.open();
        const shown = [pusher.ledger.seen, reader.ledger.scopes.get(1)?.cursor];
        for (const [i, cur] of shown.entries()) {
          if (cur === undefined) continue;
          const status = await subscribe(after, { s: 2 + i, col: `${collection}-${i}`, cur });
          context.expect(status === 0, 'a cursor that was shown accepted', `st ${status}`);
        }
        await subscribe(after, { s: 1, col: collection });
        await after.caughtUp();
        const there = new Set(after.ledger.feed.fed.map(({ id }) => id));
        const lost = [...kept].filter((id) => !there.has(id));
        context.expect(lost.length === 0, `all of ${kept.size} operations`, `${lost.length} lost: ${lost[0]}`);
        const invented = [...there].filter((id) => !pushed.has(id));
        context.expect(invented.length === 0, 'nothing that nobody pushed', `${invented[0]}`);

        const again = await context.open();
        for (const id of [...pushed.keys()].filter((_, i) => i % 8 === 0)) {
          await again.send(operationMessage(pushed.get(id)!));
          const got = await answer(again, pushed.get(id)!);
          context.expect(got === (there.has(id) ? 'duplicate' : 'stored'), 'what is there known, and no more', got);
        }
      }),
      { perHundred: 3 },
    );
  },
};

/** Operations of the log whose every position is tried. */
const LENGTH = 48;

export const resumesAtEveryPosition: PropertyCase = {
  id: 'property-resumes-after-restart',
  title: 'After a kill the feed from each position of the log is exactly what stands above it, in order',
  level: 'L2',
  role: 'server',
  requirements: ['SYNC-84', 'SYNC-82', 'SYNC-7', 'SYNC-22'],
  needs: ['durable-log', 'data'],
  async run(context) {
    const pusher = await context.open();
    const collections = [context.collection, context.fresh.collection()];
    const log: { readonly of: Uint8Array; readonly collection: string; readonly cursor: Uint8Array }[] = [];
    for (let i = 0; i < LENGTH; i++) {
      const collection = collections[(i * 7) % 3 === 0 ? 1 : 0]!;
      const of = insert(pusher, collection, { counter: (i * 37) % LENGTH });
      await pusher.send(operationMessage(of));
      await answer(pusher, of);
      log.push({ of, collection, cursor: pusher.ledger.seen! });
    }
    await context.restart('kill');
    await context.check(
      fc.asyncProperty(fc.nat(LENGTH - 1), fc.nat(2), async (q, chosen) => {
        const collection = context.capabilities.has('SELECTIVE_SYNC') ? collections[chosen] : undefined;
        const peer = await context.open();
        const cur = log[q]!.cursor;
        const status = await subscribe(peer, collection === undefined ? { cur } : { col: collection, cur });
        context.expect(status === 0, `the cursor of position ${q + 1} accepted`, `st ${status}`);
        await peer.caughtUp();
        const above = log.slice(q + 1).filter((entry) => collection === undefined || entry.collection === collection);
        const due = above.map(({ of }) => idOf(of)).join();
        const got = peer.ledger.feed.fed.map(({ id }) => id).join();
        context.expect(got === due, `${above.length} operations`, `${peer.ledger.feed.fed.length}, or others`);
        peer.destroy();
      }),
    );
  },
};
