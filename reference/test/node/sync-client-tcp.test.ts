import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { nodeCrypto } from '../../src/crypto/node.ts';
import { Database } from '../../src/database/database.ts';
import { type Data, openData } from '../../src/node/data-folder.ts';
import { systemScheduler } from '../../src/node/scheduler.ts';
import { Server } from '../../src/node/server.ts';
import { SyncClient, type SyncClientOptions } from '../../src/node/sync-client.ts';

const root = mkdtempSync(join(tmpdir(), 'blazedb-sync-'));
const closing: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** The data folder of a node, as it finds it at a start. */
function data(name: string): Data {
  const opened = openData(join(root, name), ['bugs'], { crypto: nodeCrypto, scheduler: systemScheduler });
  closing.push(async () => opened.close());
  return opened;
}

async function serve({ replicas, node }: Data, url = 'tcp://127.0.0.1:0'): Promise<{ url: string; server: Server }> {
  const server = new Server({ databases: ['bugs'], replicas, node });
  closing.push(() => server.close());
  return { server, url: await server.listen(url) };
}

/** A client that runs, and its database. */
function client(url: string, { replicas, node }: Data, options: Partial<SyncClientOptions> = {}) {
  const replica = replicas.get('bugs')!;
  const database = new Database({ replica, node, crypto: nodeCrypto });
  const waiting = new Set<() => void>();
  const look = () => {
    for (const each of waiting) each();
  };
  const sync = new SyncClient({ replica, database: 'bugs', url, node, onStatus: look, onPushed: look, ...options });
  replica.onCommit(look);
  /** Resolves when `isSo`; looked at whenever something happens. */
  const until = (isSo: () => boolean): Promise<void> =>
    new Promise((resolve) => {
      const check = () => {
        if (isSo() && waiting.delete(check)) resolve();
      };
      waiting.add(check);
      check();
    });
  sync.start();
  closing.push(() => sync.stop());
  return { database, sync, until, titles: () => database.list('bugs').map(({ fields }) => fields.get('title')) };
}

describe('sync over TCP and on disks', () => {
  it('brings what one client writes to the other, and all of it is there after a start', async () => {
    const hub = data('hub');
    const { url } = await serve(hub);
    const [a, b] = [client(url, data('a')), client(url, data('b'))];
    const record = a.database.insert('bugs', { title: 'from a' });
    await b.until(() => b.titles().length === 1);
    b.database.update('bugs', record, { title: 'from b' });
    await a.until(() => a.titles()[0] === 'from b');
    for (let i = 0; i < 500; i++) a.database.insert('bugs', { title: `bug ${i}` });
    await b.until(() => b.titles().length === 501);
    await a.until(() => a.sync.pending === 0);
    for (const close of closing.splice(0).reverse()) await close();
    for (const name of ['hub', 'a', 'b']) {
      const { replicas, node } = data(name);
      const database = new Database({ replica: replicas.get('bugs')!, node, crypto: nodeCrypto });
      expect([name, database.list('bugs').length]).toEqual([name, 501]);
    }
  });

  it('keeps what is written offline, and pushes it when the server is there', async () => {
    const first = await serve(data('hub-1'));
    await first.server.close();
    const folder = data('c');
    const endings: unknown[] = [];
    const c = client(first.url, folder, { onEnding: (ending) => endings.push(ending) });
    c.database.insert('bugs', { title: 'offline' });
    await c.until(() => c.sync.status.kind === 'waiting');
    expect(endings).toEqual([expect.objectContaining({ code: 'ECONNREFUSED' })]);
    const second = data('hub-2');
    await serve(second, first.url);
    await c.until(() => c.sync.pending === 0);
    expect(second.replicas.get('bugs')!.log.head).toBe(1);
  });

  it('refuses a bad URL at once', () => {
    const replica = data('d').replicas.get('bugs')!;
    expect(() => new SyncClient({ replica, database: 'bugs', url: 'nowhere' })).toThrow(RangeError);
  });
});
