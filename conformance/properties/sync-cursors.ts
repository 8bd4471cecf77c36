import fc from 'fast-check';
import { sha256 } from '../../harness/src/primitives.ts';
import type { PropertyCase } from '../../harness/src/property.ts';
import { decodeCursor, toHex } from '../../reference/src/wire/index.ts';
import { answer, idOf, insert, operationMessage, subscribe } from './lib/operations.ts';

export const cursorsResumeExactly: PropertyCase = {
  id: 'property-cursors-resume-exactly',
  title: 'From the cursor of any ACK or CHECKPOINT a scope is fed exactly what was stored after it',
  level: 'L1',
  role: 'server',
  requirements: [
    'SYNC-38',
    'SYNC-7',
    'SYNC-64',
    'SYNC-6',
    'SYNC-22',
    'MSG-19',
    'MSG-43',
    'MSG-32',
    'SYNC-36',
    'SYNC-4',
    'SYNC-39',
    'SYNC-34',
    'LIM-20',
  ],
  async run(context) {
    const [pusher, reader] = [await context.open({ name: 'pusher' }), await context.open({ name: 'reader' })];
    await subscribe(reader, { col: context.collection });
    const operations: Uint8Array[] = [];
    /** Cursors, each with the number of operations that it covers. */
    const shown: { readonly cursor: Uint8Array; readonly covers: number }[] = [];
    for (let i = 0; i < 40; i++) {
      const of = insert(pusher, context.collection);
      operations.push(of);
      await pusher.send(operationMessage(of));
      await answer(pusher, of);
      shown.push({ cursor: pusher.ledger.seen!, covers: operations.length });
      if (i % 5 !== 0) continue;
      await reader.caughtUp();
      shown.push({ cursor: reader.ledger.scopes.get(1)!.cursor!, covers: operations.length });
    }
    await context.check(
      fc.asyncProperty(fc.nat(shown.length - 1), async (i) => {
        const { cursor, covers } = shown[i]!;
        const peer = await context.open();
        const status = await subscribe(peer, { col: context.collection, cur: cursor });
        context.expect(status === 0, 'the cursor accepted', `st ${status}`);
        await peer.caughtUp();
        const got = peer.ledger.feed.fed.map(({ id }) => id).join();
        const due = operations.slice(covers).map(idOf).join();
        context.expect(
          got === due,
          `${operations.length - covers} operations`,
          `${peer.ledger.feed.fed.length}, or others`,
        );
        peer.destroy();
      }),
    );
  },
};

export const marksBindTheLog: PropertyCase = {
  id: 'property-marks-bind-the-log',
  title: 'The mark of every cursor is the hash of all that the log holds up to it',
  level: 'L1',
  role: 'server',
  requirements: [
    'SYNC-5',
    'SYNC-3',
    'SYNC-4',
    'SYNC-38',
    'SYNC-22',
    'MSG-43',
    'SYNC-34',
    'LIM-20',
    'SYNC-36',
    'MSG-16',
    'MSG-18',
    'MSG-19',
    'CTRL-21',
    'CHAN-7',
  ],
  why: 'A scope of everything is fed the whole log, so its reader can follow the marks from any cursor on.',
  async run(context) {
    const [pusher, reader] = [await context.open({ name: 'pusher' }), await context.open({ name: 'reader' })];
    const first = insert(pusher, context.collection);
    await pusher.send(operationMessage(first));
    await answer(pusher, first);
    const start = decodeCursor(pusher.ledger.seen!);
    await subscribe(reader, { cur: pusher.ledger.seen! });
    let mark = start.mark.toBytes();
    let followed = 0;
    await context.check(
      fc.asyncProperty(fc.integer({ min: 1, max: 6 }), async (count) => {
        const operations = Array.from({ length: count }, () => insert(pusher, context.collection));
        await pusher.send(operations.map(operationMessage));
        for (const of of operations) await answer(pusher, of);
        await reader.caughtUp();
        // Operations of others may have come since the CHECKPOINT whose cursor this is.
        const { fed: entries, n } = reader.ledger.feed;
        for (; followed < n; followed++) {
          const { bytes } = entries[followed]!;
          mark = sha256(mark, bytes.subarray(0, 16), sha256(bytes)).slice(0, 16);
        }
        const cursor = decodeCursor(reader.ledger.scopes.get(1)!.cursor!);
        context.expect(cursor.log.equals(start.log), `log ${start.log.toHex()}`, cursor.log.toHex());
        context.expect(cursor.seq === start.seq + followed, `seq ${start.seq + followed}`, `${cursor.seq}`);
        context.expect(cursor.mark.toHex() === toHex(mark), `mark ${toHex(mark)}`, cursor.mark.toHex());
      }),
    );
  },
};
