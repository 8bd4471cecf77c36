import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { inflate } from '../../harness/src/peer/inflate.ts';
import type { Peer } from '../../harness/src/peer/peer.ts';
import type { PropertyCase } from '../../harness/src/property.ts';
import { concat, decodeBatch, decodeCursor, Id, toHex } from '../../reference/src/wire/index.ts';
import { answer, batchMessage, fed, idOf, insert, operationMessage, subscribe } from './lib/operations.ts';

interface Pushed {
  readonly bytes: Uint8Array;
  readonly collection: number;
  readonly team: number;
  readonly by: number;
}

/** A scope by the numbers of its collection and team; -1: any, and as team 0: none. */
interface Filter {
  readonly col: number;
  readonly team: number;
}

const filter: fc.Arbitrary<Filter> = fc.record({
  col: fc.integer({ min: 0, max: 2 }),
  team: fc.integer({ min: -1, max: 2 }),
});

const push = fc.record({ collection: fc.nat(2), team: fc.nat(2), by: fc.nat(1) });

const step = fc.oneof(
  { weight: 4, arbitrary: push.map((of) => ({ kind: 'push' as const, ...of })) },
  { weight: 1, arbitrary: filter.map((of) => ({ kind: 'subscribe' as const, ...of })) },
);

export const scopesGetTheirOwn: PropertyCase = {
  id: 'property-scopes-get-their-own',
  title: 'Each scope is fed exactly the operations that belong to it, in the order in which they were stored',
  level: 'L1',
  role: 'server',
  requirements: [
    ...['SYNC-22', 'SYNC-23', 'SYNC-24', 'SYNC-25', 'SYNC-28', 'OP-14', 'MSG-16', 'MSG-18', 'MSG-19'],
    ...['SYNC-36', 'SYNC-37', 'SYNC-38', 'SYNC-39', 'SYNC-40', 'SYNC-34', 'SYNC-33', 'LIM-20'],
  ],
  needs: ['SELECTIVE_SYNC'],
  async run(context) {
    await context.check(
      fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 24 }), async (steps) => {
        const fresh = context.fresh;
        const collections = [fresh.collection(), fresh.collection(), fresh.collection()];
        const teams = [Id.ZERO, fresh.id(), fresh.id()];
        const pushers = [await context.open(), await context.open()];
        const reader = pushers[0]!;
        const pushed: Pushed[] = [];
        const filters: Filter[] = [];
        for (const of of steps) {
          if (of.kind === 'push') {
            const extensions = of.team === 0 ? [] : [{ type: 1, value: teams[of.team]!.toBytes() }];
            const bytes = insert(pushers[of.by]!, collections[of.collection]!, { extensions });
            await pushers[of.by]!.send(operationMessage(bytes));
            await answer(pushers[of.by]!, bytes);
            pushed.push({ bytes, ...of });
          } else {
            filters.push(of);
            const team = of.team < 0 ? {} : { team: teams[of.team]! };
            await subscribe(reader, { s: filters.length, col: collections[of.col]!, ...team });
          }
        }
        if (filters.length > 0) await reader.caughtUp();
        const got = reader.ledger.feed.fed.map(({ id }) => id);
        for (const of of filters) {
          const due = pushed.filter((one) => one.by === 1 && belongs(one, of)).map(({ bytes }) => idOf(bytes));
          // Scopes that overlap bring an operation more than once: what counts is that all come in this order.
          const came = got.reduce((n, id) => (id === due[n] ? n + 1 : n), 0);
          context.expect(came === due.length, `scope ${JSON.stringify(of)}: ${due.join(' ')}`, got.join(' '));
        }
        const any = new Set(
          pushed
            .filter((one) => one.by === 1 && filters.some((of) => belongs(one, of)))
            .map(({ bytes }) => idOf(bytes)),
        );
        context.expect(
          got.every((id) => any.has(id)),
          'nothing but what belongs to a scope',
          got.join(' '),
        );
        for (const peer of pushers) peer.destroy();
      }),
      { runs: Math.min(context.runs, 50) },
    );
  },
};

function belongs(of: Pushed, { col, team }: Filter): boolean {
  return of.collection === col && (team < 0 || of.team === team);
}

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

export const packsOneAuthor: PropertyCase = {
  id: 'property-packs-one-author',
  title: 'A batch that a node packs has the operations of one author',
  level: 'L1',
  role: 'server',
  requirements: ['OP-62', 'OP-50', 'OP-52', 'SYNC-22', 'OP-49'],
  needs: ['COMPRESSION'],
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

const sha256 = (...parts: readonly Uint8Array[]): Uint8Array =>
  createHash('sha256')
    .update(concat(...parts))
    .digest();

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
