import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { PushResult } from '../../src/node/client-connection.ts';
import { ErrorCode } from '../../src/registry.ts';
import { Replica } from '../../src/sync/replica.ts';
import { encodeOperation } from '../../src/wire/operation.ts';
import { FULL, ListJournal } from '../sync/list-journal.ts';
import { encoded, operation, sha256 } from '../sync/operations.ts';
import { settled } from './support/memory-link.ts';
import { Bench } from './support/set-up.ts';

function replicaOf(journal: ListJournal): Replica {
  const opened = { journal, changes: journal.reopened().changes };
  return Replica.open(opened, { sha256, randomBytes, unixSeconds: () => 1_800_000_000 });
}

function benchOf(journal: ListJournal): Bench {
  return new Bench({ replicas: new Map([['bugs', replicaOf(journal)]]) });
}

/** Ends the turn of the event loop: what waits for company is committed. */
async function turn(bench: Bench): Promise<void> {
  await settled();
  bench.scheduler.advance(0);
  await settled();
}

async function pushed(bench: Bench, push: Promise<PushResult>): Promise<PushResult> {
  await turn(bench);
  return push;
}

describe('a server with a journal', () => {
  it('answers and feeds what is durable, not before', async () => {
    const journal = new ListJournal();
    const bench = benchOf(journal);
    const { client } = await bench.client();
    const fed: unknown[] = [];
    const { client: reader } = await bench.client({ onOperations: (operations) => fed.push(...operations) });
    await reader.subscribe([{ s: 1 }]);
    let answer: PushResult | undefined;
    void client.push(encoded()).then((result) => (answer = result));
    await settled();
    expect(answer).toBeUndefined();
    expect(fed).toHaveLength(0);
    await turn(bench);
    expect(answer).toMatchObject({ status: 'stored' });
    expect(fed).toHaveLength(1);
  });

  it('makes one commit of what all connections brought in one turn', async () => {
    const journal = new ListJournal();
    const bench = benchOf(journal);
    const clients = [await bench.client(), await bench.client(), await bench.client()];
    const before = journal.commits;
    const answers = clients.flatMap(({ client }) => [client.push(encoded()), client.push(encoded())]);
    await turn(bench);
    expect(await Promise.all(answers)).toHaveLength(6);
    expect(journal.commits).toBe(before + 1);
  });

  it('commits before a PONG, which says that all before it was answered', async () => {
    const journal = new ListJournal();
    const { client } = await benchOf(journal).client();
    const push = client.push(encoded());
    await client.fence();
    expect(await push).toMatchObject({ status: 'stored' });
    expect(journal.kept.filter(({ kind }) => kind === 'append')).toHaveLength(1);
  });

  it('knows its operations, ids and cursors again after a start', async () => {
    const journal = new ListJournal();
    const stored = operation();
    const first = benchOf(journal);
    const { client } = await first.client();
    await pushed(first, client.push(encodeOperation(stored)));
    const second = benchOf(journal);
    const { client: again } = await second.client();
    expect((await again.subscribe([{ s: 1, cur: client.seen! }], client.seen)).sc[0]!.st).toBe(0);
    expect(await pushed(second, again.push(encodeOperation(stored)))).toMatchObject({ status: 'duplicate' });
    const other = encodeOperation({ ...stored, counter: 2 });
    expect(await pushed(second, again.push(other))).toMatchObject({ code: ErrorCode.OP_ID_CONFLICT });
  });

  it('refuses with a time what the disk has no room for, and takes it when there is room', async () => {
    const journal = new ListJournal();
    const bench = benchOf(journal);
    const { client } = await bench.client();
    const kept = encoded();
    await pushed(bench, client.push(kept));
    journal.failure = FULL;
    const lost = encoded();
    const refused = await Promise.all([pushed(bench, client.push(lost)), pushed(bench, client.push(kept))]);
    expect(refused[0]).toMatchObject({ status: 'rejected', code: ErrorCode.QUOTA });
    expect(refused[0]).toHaveProperty('retry', expect.any(Number));
    expect(refused[1]).toMatchObject({ status: 'duplicate' });
    journal.failure = undefined;
    expect(await pushed(bench, client.push(lost))).toMatchObject({ status: 'stored' });
  });

  it('refuses for now what is in conflict with an operation that could not be made durable', async () => {
    const journal = new ListJournal();
    const bench = benchOf(journal);
    const { client } = await bench.client();
    journal.failure = FULL;
    const first = operation();
    void client.push(encodeOperation(first));
    const { client: other } = await bench.client();
    const refused = await pushed(bench, other.push(encodeOperation({ ...first, counter: 2 })));
    expect(refused).toMatchObject({ status: 'rejected', code: ErrorCode.QUOTA });
    expect(refused).toHaveProperty('retry', expect.any(Number));
  });

  it('refuses a counter above the bound with the time until it gets there', async () => {
    const bench = benchOf(new ListJournal());
    const { client } = await bench.client();
    const early = encoded({ counter: 4096 * 1_800_000_000 + 4096 });
    expect(await pushed(bench, client.push(early))).toMatchObject({ code: ErrorCode.CLOCK_JUMP, retry: 1000 });
  });
});
