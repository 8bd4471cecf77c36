import { describe, expect, it } from 'vitest';
import { Id } from '../../src/bytes/id.ts';
import { Client } from '../../src/node/client.ts';
import { standardClientParts } from '../../src/node/client-parts.ts';
import type { Outgoing } from '../../src/node/messages.ts';
import { ErrorCode } from '../../src/registry.ts';
import { FULL } from '../sync/list-journal.ts';
import { encoded } from '../sync/operations.ts';
import { type Caller, type Hub, hex, type Store, SyncBench } from './support/sync-bench.ts';

/** A hub that is a client of another one: both roles over one replica. */
class Relay {
  readonly store: Store;
  readonly hub: Hub;
  /** Operations that it has pushed. */
  pushed = 0;
  caller!: Caller;
  readonly #bench: SyncBench;

  constructor(bench: SyncBench) {
    this.#bench = bench;
    this.store = bench.store();
    this.hub = bench.hub({}, this.store);
  }

  joins(other: Relay): void {
    const outgoing = (message: Outgoing, next: (message: Outgoing) => void) => {
      if (message.kind === 'operations') this.pushed += message.operations.length;
      next(message);
    };
    this.caller = this.#bench.caller(other.hub, { parts: { ...standardClientParts, outgoing } }, this.store);
  }
}

async function rest(bench: SyncBench): Promise<void> {
  for (let i = 0; i < 10; i++) await bench.pass();
}

describe('hubs that are clients of hubs', () => {
  it('in a chain of three have every operation exactly once, whoever wrote it', async () => {
    const bench = new SyncBench();
    const [a, b, c] = [new Relay(bench), new Relay(bench), new Relay(bench)];
    b.joins(a);
    c.joins(b);
    await rest(bench);
    const written = [a, b, c, a, b, c].map(({ store }) => store.write());
    await rest(bench);
    for (const { store } of [a, b, c]) expect([...store.ids].sort()).toEqual(hex(...written).sort());
    expect([b.pushed, c.pushed]).toEqual([4, 2]);
    expect([b, c].map(({ caller }) => caller.sync.pending)).toEqual([0, 0]);
  });

  it('in a ring have every operation exactly once, and come to rest', async () => {
    const bench = new SyncBench();
    const ring = [new Relay(bench), new Relay(bench), new Relay(bench)];
    for (const [i, relay] of ring.entries()) relay.joins(ring[(i + 1) % 3]!);
    await rest(bench);
    const written = ring.flatMap(({ store }) => [store.write(), store.write()]);
    await rest(bench);
    for (const { store } of ring) expect([...store.ids].sort()).toEqual(hex(...written).sort());
    const sent = () => ring.map(({ pushed, caller }) => [pushed, caller.links.map((link) => link.sent.length)]);
    const before = sent();
    for (const [pushed] of before) expect(pushed).toBeLessThanOrEqual(written.length);
    await rest(bench);
    expect(sent()).toEqual(before);
  });

  it('in a ring come to the same after one of them has lost its links and was restarted', async () => {
    const bench = new SyncBench();
    const ring = [new Relay(bench), new Relay(bench), new Relay(bench)];
    for (const [i, relay] of ring.entries()) relay.joins(ring[(i + 1) % 3]!);
    const written = ring.map(({ store }) => store.write());
    await rest(bench);
    for (const { caller } of ring) caller.link.destroy();
    written.push(...ring.map(({ store }) => store.write()));
    for (let i = 0; i < 5; i++) await bench.pass(1000);
    for (const { store } of ring) expect([...store.ids].sort()).toEqual(hex(...written).sort());
  });

  it('acknowledge nothing to their own clients that another commit has lost', async () => {
    const bench = new SyncBench();
    const relay = new Relay(bench);
    const client = await Client.over(relay.hub.link(), {
      database: 'bugs',
      scheduler: bench.scheduler,
      grease: false,
      node: Id.fromHex('c2c2c2c2c2c242c282c2c2c2c2c2c2c2'),
    });
    const pushing = client.push(encoded());
    for (let i = 0; i < 20 && relay.store.replica.log.last === 0; i++) await new Promise(setImmediate);
    expect(relay.store.replica.isDirty).toBe(true);
    relay.store.journal.failure = FULL;
    expect(() => relay.store.write()).toThrow(FULL);
    relay.store.journal.failure = undefined;
    await rest(bench);
    expect(await pushing).toMatchObject({ status: 'rejected', retry: expect.any(Number) });
    expect([ErrorCode.QUOTA, ErrorCode.INTERNAL]).toContain(((await pushing) as { code: number }).code);
    expect(relay.store.ids).toEqual([]);
  });
});
