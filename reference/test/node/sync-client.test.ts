import { describe, expect, it } from 'vitest';
import { ProtocolError, refuse } from '../../src/errors.ts';
import { standardClientParts } from '../../src/node/client-parts.ts';
import type { Ending } from '../../src/node/ending.ts';
import type { Outgoing } from '../../src/node/messages.ts';
import type { ServerParts } from '../../src/node/server-parts.ts';
import { ErrorCode } from '../../src/registry.ts';
import { StorageError } from '../../src/sync/journal.ts';
import { Outbox } from '../../src/sync/outbox.ts';
import { Receiver } from '../../src/sync/receiver.ts';
import type { ControlMessage } from '../../src/wire/control/message.ts';
import { encodeOperation, type Operation } from '../../src/wire/operation.ts';
import { FULL } from '../sync/list-journal.ts';
import { newId, operation } from '../sync/operations.ts';
import { hex, SyncBench, serverParts } from './support/sync-bench.ts';

/** Ids of the operations in what a side sends, and the names of its control messages. */
function recorded(said: string[]) {
  return {
    outgoing(message: Outgoing, next: (message: Outgoing) => void) {
      if (message.kind === 'operations') for (const bytes of message.operations) said.push(`op ${bytes[15]}`);
      if (message.kind === 'control') said.push(message.message.name);
      next(message);
    },
  };
}

/** A server whose receiver judges by `rights` besides. */
function judging(rights: (operation: Operation) => void): ServerParts {
  return serverParts({
    createReceiver: (config) =>
      new (class extends Receiver {
        override rights(pushed: Operation): void {
          rights(pushed);
        }
      })(config),
  });
}

/** A server that says something else in place of one control message. */
function saying(name: ControlMessage['name'], instead: (message: ControlMessage) => ControlMessage[]): ServerParts {
  return serverParts({
    outgoing(message, next) {
      if (message.kind === 'control' && message.message.name === name) {
        for (const each of instead(message.message)) next({ kind: 'control', message: each });
      } else next(message);
    },
  });
}

describe('a sync client', () => {
  it('brings both logs to the same set, and stays live', async () => {
    const bench = new SyncBench();
    const [hub, store] = [bench.hub(), bench.store()];
    const theirs = [hub.store.write(), hub.store.write()];
    const ours = [store.write(), store.write()];
    const caller = bench.caller(hub, {}, store);
    await bench.pass();
    expect(caller.statuses.map(({ kind }) => kind)).toEqual(['connecting', 'syncing', 'live']);
    expect(store.ids.slice(2)).toEqual(hex(...theirs));
    expect(hub.store.ids.slice(2)).toEqual(hex(...ours));
    const [later, other] = [store.write(), hub.store.write()];
    await bench.pass();
    expect(hub.store.ids).toContain(later.id.toHex());
    expect(store.ids).toContain(other.id.toHex());
    expect(caller.sync.pending).toBe(0);
  });

  it('sends FEED_ACK when what it is about is durable with its cursor, and not before', async () => {
    const bench = new SyncBench();
    const hub = bench.hub();
    const fed = hub.store.write();
    const store = bench.store();
    const durable: string[][] = [];
    const parts = {
      ...standardClientParts,
      outgoing(message: Outgoing, next: (message: Outgoing) => void) {
        if (message.kind === 'control' && message.message.name === 'FEED_ACK') durable.push(store.kinds());
        next(message);
      },
    };
    bench.caller(hub, { parts }, store);
    await bench.pass();
    expect(durable).toEqual([['log', 'append', 'cursor', 'known']]);
    expect(store.ids).toEqual(hex(fed));
  });

  it('pushes nothing that is not durable', async () => {
    const bench = new SyncBench();
    const [hub, store] = [bench.hub(), bench.store()];
    bench.caller(hub, {}, store);
    await bench.pass();
    store.journal.failure = FULL;
    expect(() => store.write()).toThrow(FULL);
    await bench.pass();
    expect(hub.store.ids).toEqual([]);
    store.journal.failure = undefined;
    const kept = store.write();
    await bench.pass();
    expect(hub.store.ids).toEqual(hex(kept));
  });

  it('resumes by its cursor and pushes nothing that is acknowledged, across restarts', async () => {
    const bench = new SyncBench();
    const fed: string[] = [];
    const sent: string[] = [];
    const hub = bench.hub({ parts: serverParts(recorded(fed)) });
    const caller = bench.caller(hub, { parts: { ...standardClientParts, ...recorded(sent) } });
    hub.store.write();
    caller.store.write();
    await bench.pass();
    const before = [fed, sent].map((said) => said.filter((word) => word.startsWith('op')).length);
    expect(before).toEqual([1, 1]);
    caller.restart();
    await bench.pass();
    expect(caller.sync.status.kind).toBe('live');
    expect([fed, sent].map((said) => said.filter((word) => word.startsWith('op')).length)).toEqual(before);
  });

  it('says `seen` first, even when it asks for no scope, and pushes only when that is answered', async () => {
    const bench = new SyncBench();
    const said: string[] = [];
    const hub = bench.hub();
    const caller = bench.caller(hub, { scopes: [], parts: { ...standardClientParts, ...recorded(said) } });
    caller.store.write();
    await bench.pass();
    expect(said.slice(1)).toEqual([expect.stringMatching(/^op/)]);
    said.length = 0;
    caller.restart();
    caller.store.write();
    await bench.pass();
    expect(said.slice(said.indexOf('SESSION') + 1)).toEqual(['SUBSCRIBE', expect.stringMatching(/^op/)]);
  });

  it('counts what was fed and not covered by a CHECKPOINT for nothing', async () => {
    const bench = new SyncBench();
    const sent: string[] = [];
    const hub = bench.hub({ parts: saying('CHECKPOINT', () => []) });
    const caller = bench.caller(hub, { parts: { ...standardClientParts, ...recorded(sent) } });
    const fed = hub.store.write();
    await bench.pass();
    expect(caller.store.ids).toEqual(hex(fed));
    expect(caller.sync.pending).toBe(1);
    expect(sent.filter((word) => word.startsWith('op'))).toEqual([]);
    caller.restart();
    await bench.pass();
    expect(sent.filter((word) => word.startsWith('op'))).toHaveLength(1);
    expect(caller.sync.pending).toBe(0);
    expect(hub.store.ids).toEqual(hex(fed));
  });

  it('keeps to its selections in both directions', async () => {
    const bench = new SyncBench();
    const hub = bench.hub();
    const team = newId();
    const caller = bench.caller(hub, { scopes: [{ col: 'notes' }], pushes: [{ team }] });
    hub.store.write({ collection: 'bugs' });
    const note = hub.store.write({ collection: 'notes' });
    caller.store.write({ collection: 'bugs' });
    const ours = caller.store.write({ team });
    await bench.pass();
    expect(caller.store.ids).toEqual([...caller.store.ids.slice(0, 2), note.id.toHex()]);
    expect(hub.store.ids.slice(2)).toEqual(hex(ours));
    expect(caller.sync.pending).toBe(0);
  });

  it('pushes any number of operations, in the order of its log', async () => {
    const bench = new SyncBench();
    const [hub, store] = [bench.hub(), bench.store()];
    const ours = Array.from({ length: 1500 }, () => store.write());
    bench.caller(hub, {}, store);
    for (let i = 0; i < 8; i++) await bench.pass();
    expect(hub.store.ids).toEqual(hex(...ours));
  });

  it('makes acknowledgements durable together, not one by one', async () => {
    const bench = new SyncBench();
    const [hub, store] = [bench.hub(), bench.store()];
    for (let i = 0; i < 1024; i++) store.write();
    const before = store.journal.commits;
    bench.caller(hub, { scopes: [] }, store);
    for (let i = 0; i < 8; i++) await bench.pass();
    expect(hub.store.ids).toHaveLength(1024);
    expect(store.replica.remote('hub').unknown(1)).toBe(1025);
    expect(store.journal.commits - before).toBeLessThanOrEqual(32);
  });

  it('tells how a long catch-up goes on', async () => {
    const bench = new SyncBench();
    const hub = bench.hub();
    for (let i = 0; i < 600; i++) hub.store.write();
    const progress: { operations: number; more: boolean }[] = [];
    bench.caller(hub, { onProgress: (each) => progress.push(each) });
    await bench.pass();
    expect(progress.slice(0, 2)).toEqual([
      { operations: 256, more: true },
      { operations: 512, more: true },
    ]);
    expect(progress.at(-1)).toEqual({ operations: 600, more: false });
  });
});

describe('a sync client whose connections end', () => {
  it('connects anew by the backoff: 1 s, twice as much each time, up to 5 minutes, and from 1 s when one has lasted', async () => {
    const bench = new SyncBench();
    const hub = bench.hub();
    hub.isDown = true;
    const caller = bench.caller(hub);
    const waits: number[] = [];
    for (let i = 0; i < 40; i++) {
      await bench.pass(0);
      const { status } = caller.sync;
      if (status.kind !== 'waiting') throw new Error(status.kind);
      waits.push(status.until - bench.scheduler.now());
      bench.scheduler.advance(waits.at(-1)!);
    }
    for (const [i, wait] of waits.entries()) expect(wait).toBeLessThanOrEqual(Math.min(300_000, 1000 * 2 ** i));
    expect(Math.max(...waits)).toBeGreaterThan(60_000);
    expect(new Set(waits).size).toBeGreaterThan(30);
    hub.isDown = false;
    await bench.pass(0);
    const { status } = caller.sync;
    await bench.pass(status.kind === 'waiting' ? status.until - bench.scheduler.now() : 0);
    expect(caller.sync.status.kind).toBe('live');
    await bench.pass(10_000);
    caller.link.destroy();
    await bench.pass(0);
    expect(caller.sync.status).toMatchObject({ kind: 'waiting', reason: { by: 'nobody' } });
    await bench.pass(1000);
    expect(caller.sync.status.kind).toBe('live');
  });

  it.each(['CLOSE', 'ERROR'] as const)('waits as long as a %s asks it to', async (name) => {
    const bench = new SyncBench();
    const code = ErrorCode.BUSY;
    const hub = bench.hub({ parts: saying('SUBSCRIBED', () => [{ name, code, retry: 90_000 }]) });
    const caller = bench.caller(hub);
    await bench.pass(0);
    expect(caller.sync.status).toMatchObject({ kind: 'waiting', until: 90_000 });
    await bench.pass(89_000);
    expect(caller.links).toHaveLength(1);
    await bench.pass(2000);
    expect(caller.links).toHaveLength(2);
  });

  it('gives a link up that does not come', async () => {
    const bench = new SyncBench();
    const caller = bench.caller(bench.hub(), { connect: () => new Promise(() => {}) });
    await bench.pass(9_999);
    expect(caller.sync.status.kind).toBe('connecting');
    await bench.pass(1);
    expect(caller.endings).toEqual([expect.objectContaining({ message: expect.stringMatching(/no link/) })]);
  });

  it('stops cleanly: connected, waiting, or on the way', async () => {
    const bench = new SyncBench();
    const hub = bench.hub();
    const [connected, waiting, dialling] = [bench.caller(hub), bench.caller(hub), bench.caller(hub)];
    await bench.pass();
    waiting.link.destroy();
    await bench.pass(0);
    hub.isDown = true;
    for (const { sync } of [connected, waiting, dialling]) {
      const stopping = sync.stop();
      await bench.pass(0);
      await stopping;
      expect(sync.status.kind).toBe('stopped');
    }
    const links = [connected, waiting, dialling].map((caller) => caller.links.length);
    await bench.pass(1_000_000);
    expect([connected, waiting, dialling].map((caller) => caller.links.length)).toEqual(links);
    expect(bench.scheduler.pending).toBe(0);
  });

  it('destroys a link that comes when it was stopped', async () => {
    const bench = new SyncBench();
    const caller = bench.caller(bench.hub());
    await caller.sync.stop();
    await bench.pass();
    expect(caller.link.isClosed).toBe(true);
  });
});

describe('a refused push', () => {
  it('is a dead letter without `retry`: told, and never sent again, also after a restart', async () => {
    const bench = new SyncBench();
    let judged = 0;
    const parts = judging(({ counter }) => {
      if (counter !== 1) return;
      judged += 1;
      refuse('operation.mode');
    });
    const hub = bench.hub({ parts });
    const caller = bench.caller(hub);
    caller.store.write();
    const other = caller.store.write();
    await bench.pass();
    expect(hub.store.ids).toEqual(hex(other));
    expect(caller.told).toEqual([`dead 1 ${ErrorCode.MODE_MISMATCH}`]);
    caller.restart();
    await bench.pass(1000);
    expect(judged).toBe(1);
    expect([...caller.sync.remote.deadLetters]).toEqual([
      { seq: 1, code: ErrorCode.MODE_MISMATCH, isWithdrawn: false },
    ]);
    expect(caller.sync.pending).toBe(0);
  });

  it('is sent again after `retry`, and others go on meanwhile', async () => {
    const bench = new SyncBench();
    const judged: number[] = [];
    const parts = judging(({ counter }) => {
      if (counter !== 1) return;
      judged.push(bench.scheduler.now());
      if (judged.length < 3) throw new ProtocolError('operation.clock', '', { retry: 5000 });
    });
    const hub = bench.hub({ parts });
    const caller = bench.caller(hub);
    const first = caller.store.write();
    const second = caller.store.write();
    await bench.pass(0);
    expect(hub.store.ids).toEqual(hex(second));
    await bench.pass(4999);
    expect(judged).toEqual([0]);
    await bench.pass(1);
    caller.link.destroy();
    await bench.pass(1000);
    await bench.pass(5000);
    expect(judged).toHaveLength(3);
    expect(judged[2]! - judged[1]!).toBeGreaterThanOrEqual(5000);
    expect(hub.store.ids).toEqual(hex(second, first));
    expect(caller.told).toEqual(['postponed 1 5000', 'postponed 1 5000']);
  });

  it('comes back to life when the server feeds it after all', async () => {
    const bench = new SyncBench();
    let isClosed = true;
    const hub = bench.hub({ parts: judging(() => isClosed && refuse('operation.mode')) });
    const [author, copyist] = [bench.caller(hub), bench.caller(hub)];
    const written = author.store.write();
    await bench.pass();
    expect(author.store.kinds()).toContain('dead');
    isClosed = false;
    copyist.store.write(written);
    await bench.pass();
    expect(hub.store.ids).toEqual(hex(written));
    expect(author.sync.remote.isDead(1)).toBe(false);
    expect(author.sync.remote.isKnown(1)).toBe(true);
  });
});

describe('a fed operation', () => {
  const feeding = (bytes: () => Uint8Array): ServerParts =>
    serverParts({
      outgoing(message, next) {
        next(message.kind === 'operations' ? { kind: 'operations', operations: [bytes()] } : message);
      },
    });

  it('that is refused ends the connection with its id; the second time it is passed over', async () => {
    const bench = new SyncBench();
    const wrong = encodeOperation(operation()).slice(0, -1);
    const refs: unknown[] = [];
    const hub = bench.hub({
      parts: {
        ...feeding(() => wrong),
        incoming(message, next) {
          if (message.kind === 'control' && message.message.name === 'ERROR') refs.push(message.message.ref?.toBytes());
          next(message);
        },
      },
    });
    hub.store.write();
    const caller = bench.caller(hub);
    await bench.pass(0);
    expect(refs).toEqual([wrong.slice(0, 16)]);
    expect(caller.endings).toMatchObject([{ by: 'own', word: 'ERROR', code: ErrorCode.OP_MALFORMED }]);
    expect(caller.store.kinds()).toEqual(['log', 'refused']);
    caller.restart();
    await bench.pass(1000);
    expect(caller.told).toEqual([expect.stringMatching(/^skipped operation|^skipped record/)]);
    expect(caller.sync.status.kind).toBe('live');
    expect(caller.store.kinds()).toEqual(['log', 'refused', 'cursor']);
    expect(caller.store.ids).toEqual([]);
  });

  it('above the bound is refused as CLOCK_JUMP, and taken when its time has come', async () => {
    const bench = new SyncBench();
    const bound = 4096 * 1_700_000_000;
    const early = operation({ counter: bound + 4096 * 60 });
    const hub = bench.hub({ parts: feeding(() => encodeOperation(early)) });
    hub.store.write();
    const caller = bench.caller(hub);
    await bench.pass(0);
    expect(caller.endings).toMatchObject([{ by: 'own', word: 'ERROR', code: ErrorCode.CLOCK_JUMP }]);
    expect(caller.store.replica.clock.value).toBe(0);
    expect(caller.sync.status).toMatchObject({ kind: 'waiting', until: 60_000 });
    await bench.pass(60_000);
    expect(caller.store.ids).toEqual(hex(early));
    expect(caller.told).toEqual([]);
  });

  it('with a known id and other bytes is passed over, and the first one stays', async () => {
    const bench = new SyncBench();
    const hub = bench.hub();
    const caller = bench.caller(hub, { pushes: [] });
    const id = newId();
    const ours = caller.store.write({ id });
    hub.store.write({ id, changes: new Map([['title', 'other']]) });
    await bench.pass();
    expect(caller.told).toEqual(['skipped conflict']);
    expect(caller.sync.status.kind).toBe('live');
    expect([...caller.store.replica.log.find(id)!.bytes]).toEqual([...encodeOperation(ours)]);
    expect(caller.store.kinds()).toContain('cursor');
  });
});

describe('a server that was restored from a backup', () => {
  it('is given back what it had acknowledged, fed and relayed', async () => {
    const bench = new SyncBench();
    const hub = bench.hub();
    const [caller, other] = [bench.caller(hub), bench.caller(hub)];
    caller.store.write();
    await bench.pass();
    const backup = [...hub.store.journal.kept];
    caller.store.write();
    other.store.write();
    await bench.pass();
    const all = [...hub.store.ids].sort();
    expect(all).toHaveLength(3);
    await restored(bench, hub, backup, [caller]);
    expect(caller.told).toEqual([`recovery ${ErrorCode.CURSOR_AHEAD}`]);
    expect([...hub.store.ids].sort()).toEqual(all);
    expect(caller.sync.pending).toBe(0);
  });

  it('is noticed by `seen` alone, when no CHECKPOINT came since', async () => {
    const bench = new SyncBench();
    const hub = bench.hub();
    const caller = bench.caller(hub, { scopes: [] });
    const first = caller.store.write();
    await bench.pass();
    const backup = [...hub.store.journal.kept];
    const second = caller.store.write();
    await bench.pass();
    await restored(bench, hub, backup, [caller]);
    expect(caller.told).toEqual([`recovery ${ErrorCode.CURSOR_AHEAD}`]);
    expect(hub.store.ids).toEqual(hex(first, second));
  });

  it('does not get dead letters again', async () => {
    const bench = new SyncBench();
    let judged = 0;
    const parts = judging(({ counter }) => {
      if (counter !== 1) return;
      judged += 1;
      refuse('operation.mode');
    });
    const hub = bench.hub({ parts });
    const caller = bench.caller(hub);
    caller.store.write();
    const other = caller.store.write();
    await bench.pass();
    await restored(bench, hub, [], [caller]);
    expect(caller.told).toEqual([expect.stringMatching(/^dead 1/), `recovery ${ErrorCode.CURSOR_DIVERGED}`]);
    expect(hub.store.ids).toEqual(hex(other));
    expect(judged).toBe(1);
  });

  async function restored(
    bench: SyncBench,
    hub: ReturnType<SyncBench['hub']>,
    backup: Parameters<ReturnType<SyncBench['store']>['restore']>[0],
    callers: readonly ReturnType<SyncBench['caller']>[],
  ): Promise<void> {
    hub.isDown = true;
    for (const { link } of callers) link.destroy();
    await bench.pass(0);
    hub.store.restore(backup);
    hub.start();
    hub.isDown = false;
    await bench.pass(2000);
    await bench.pass();
  }
});

describe('a sync client that cannot keep what comes', () => {
  it('ends the connection, acknowledges nothing, tells, and tries again', async () => {
    const bench = new SyncBench();
    const said: string[] = [];
    const hub = bench.hub();
    const fed = hub.store.write();
    const caller = bench.caller(hub, { parts: { ...standardClientParts, ...recorded(said) } });
    caller.store.journal.failure = FULL;
    await bench.pass(0);
    expect(said).not.toContain('FEED_ACK');
    expect(caller.told).toEqual([`fault ${FULL.message}`]);
    expect(caller.endings[0] as Ending).toMatchObject({ by: 'own', word: 'ERROR', error: FULL });
    caller.store.journal.failure = undefined;
    await bench.pass(1000);
    await bench.pass();
    expect(caller.store.ids).toEqual(hex(fed));
    expect(caller.sync.status.kind).toBe('live');
  });

  it('begins anew when a commit of somebody else has taken back what it was fed', async () => {
    const bench = new SyncBench();
    const hub = bench.hub();
    const caller = bench.caller(hub);
    await bench.pass();
    const fed = hub.store.write();
    while (caller.store.replica.log.last === 0) await new Promise(setImmediate);
    caller.store.journal.failure = FULL;
    expect(() => caller.store.write()).toThrow(FULL);
    caller.store.journal.failure = undefined;
    await bench.pass(0);
    expect(caller.endings).toMatchObject([{ by: 'own', word: 'ERROR', code: ErrorCode.INTERNAL }]);
    await bench.pass(1000);
    await bench.pass();
    expect(caller.store.ids).toEqual(hex(fed));
    expect(caller.sync.pending).toBe(0);
  });

  it('ends the connection when its log is damaged, and whoever commits does not hear of it', async () => {
    const bench = new SyncBench();
    const hub = bench.hub();
    const damaged = new StorageError('damaged', 'the log is damaged');
    const caller = bench.caller(hub, {
      parts: {
        ...standardClientParts,
        createOutbox: (config) =>
          new Outbox({
            ...config,
            log: {
              head: 5,
              entry: () => {
                throw damaged;
              },
            },
          }),
      },
    });
    await bench.pass(0);
    expect(caller.told).toEqual(['fault the log is damaged']);
    expect(caller.endings).toMatchObject([{ by: 'own', word: 'ERROR', error: damaged }]);
    caller.store.write();
  });

  it('forgets an acknowledgement that it could not keep, and pushes again', async () => {
    const bench = new SyncBench();
    const hub = bench.hub();
    const caller = bench.caller(hub);
    await bench.pass();
    const written = caller.store.write();
    caller.store.journal.failure = FULL;
    await bench.pass(0);
    expect(hub.store.ids).toEqual(hex(written));
    expect(caller.sync.remote.isKnown(1)).toBe(false);
    caller.store.journal.failure = undefined;
    await bench.pass(1000);
    await bench.pass();
    expect(caller.sync.remote.isKnown(1)).toBe(true);
    expect(hub.store.ids).toEqual(hex(written));
  });
});
