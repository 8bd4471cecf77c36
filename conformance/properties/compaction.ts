import fc from 'fast-check';
import { CaseFailure } from '../../harness/src/failure.ts';
import type { PropertyCase, PropertyContext } from '../../harness/src/property.ts';
import { meaning } from './lib/client.ts';
import { Author, type Edit, edit, RECORDS } from './lib/edits.ts';
import { answer, idOf, operationMessage, subscribe } from './lib/operations.ts';

const edits = fc.array(edit, { minLength: 1, maxLength: 40 });
/** Every so many operations a cursor is kept, and tried afterwards. */
const STEP = 4;

export const compactionIsNotSeen: PropertyCase = {
  id: 'property-compaction-is-not-seen',
  title:
    'After a restart a reader of every old position comes to the state of all operations, and so after more of them',
  level: 'L2',
  role: 'server',
  requirements: [
    'SYNC-120',
    'SYNC-121',
    'SYNC-123',
    'SYNC-124',
    'SYNC-125',
    'SYNC-126',
    'SYNC-7',
    'SYNC-73',
    'SYNC-77',
    'SYNC-84',
    'SYNC-85',
  ],
  needs: ['durable-log', 'data', 'SELECTIVE_SYNC'],
  why: 'A node may compact whenever it likes; one that does so at its start does it here.',
  async run(context) {
    await context.check(
      fc.asyncProperty(edits, edits, (before, after) => play(context, before, after)),
      { perHundred: 2 },
    );
  },
};

async function play(context: PropertyContext, before: readonly Edit[], after: readonly Edit[]): Promise<void> {
  const collection = context.fresh.collection();
  const records = Array.from({ length: RECORDS }, () => context.fresh.id());
  const author = new Author(context, collection, records);
  const cursors: { readonly cursor: Uint8Array; readonly covers: number }[] = [];
  const pushed: Uint8Array[] = [];
  const push = async (list: readonly Uint8Array[]): Promise<void> => {
    const peer = await context.open();
    for (const of of list) {
      await peer.send(operationMessage(of));
      const got = await answer(peer, of);
      context.expect(got === 'stored' || got === 'duplicate', 'an ACK', got);
      if (pushed.length % STEP === 0) cursors.push({ cursor: peer.ledger.seen!, covers: pushed.length + 1 });
      pushed.push(of);
    }
    peer.destroy();
  };
  await push(before.map((one) => author.write(one)));
  await context.restart('term');
  await readFrom(context, collection, cursors, pushed);
  await push(after.map((one) => author.write(one)));
  // what may have been dropped comes once more, as from a client that was restored from a backup
  const again = await context.open();
  for (const of of pushed.filter((_, i) => i % 3 === 0)) {
    await again.send(operationMessage(of));
    const got = await answer(again, of);
    context.expect(got === 'stored' || got === 'duplicate', 'an ACK for what was acknowledged before', got);
  }
  again.destroy();
  await readFrom(context, collection, cursors, pushed);
}

/** A reader from zero, and one from each cursor that has what came before it, are at the state of all. */
async function readFrom(
  context: PropertyContext,
  collection: string,
  cursors: readonly { readonly cursor: Uint8Array; readonly covers: number }[],
  pushed: readonly Uint8Array[],
): Promise<void> {
  const known = new Set(pushed.map(idOf));
  const due = meaning(pushed);
  for (const { cursor, covers } of [{ cursor: undefined, covers: 0 }, ...cursors]) {
    const peer = await context.open();
    const status = await subscribe(peer, { col: collection, ...(cursor && { cur: cursor }) });
    context.expect(status === 0, 'a cursor that was shown accepted', `st ${status}`);
    await peer.caughtUp();
    const { fed } = peer.ledger.feed;
    const invented = fed.find(({ id }) => !known.has(id));
    context.expect(invented === undefined, 'nothing that nobody pushed', `${invented?.id}`);
    const held = [...pushed.slice(0, covers), ...fed.map(({ bytes }) => bytes)];
    const different = due.difference(meaning(held));
    if (different !== undefined) {
      throw new CaseFailure(`a reader from behind operation ${covers} at the state of all`, different);
    }
    peer.destroy();
  }
}
