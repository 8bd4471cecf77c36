import { describe, expect, it } from 'vitest';
import { Id } from '../../src/bytes/id.ts';
import { clientPsk, serverPsks } from '../../src/handshake/credential.ts';
import { ConnectionEnded } from '../../src/node/client.ts';
import { Server } from '../../src/node/server.ts';
import { standardServerParts } from '../../src/node/server-parts.ts';
import { DEFAULT_LIMITS, ErrorCode } from '../../src/registry.ts';
import { encodeOperation } from '../../src/wire/operation.ts';
import { encoded, newId, operation } from '../sync/operations.ts';
import { settled } from './support/memory-link.ts';
import { Bench } from './support/set-up.ts';

async function failure(promise: Promise<unknown>): Promise<ConnectionEnded> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ConnectionEnded);
  return error as ConnectionEnded;
}

describe('a server and its clients', () => {
  it('agree on what the handshake says', async () => {
    const bench = new Bench();
    const { client } = await bench.client();
    expect(client.open.peerNode).toEqual(bench.server.node);
    expect(client.open.database).toBe('bugs');
    expect(client.open.principal).toBeUndefined();
    expect(bench.server.connections).toBe(1);
  });

  it('store an operation once and acknowledge each copy', async () => {
    const { client } = await new Bench().client();
    const bytes = encoded();
    expect(await client.push(bytes)).toMatchObject({ status: 'stored' });
    expect(await client.push(bytes)).toMatchObject({ status: 'duplicate' });
    expect(client.seen).toHaveLength(40);
  });

  it('tell apart what is wrong with an operation, and go on', async () => {
    const { client } = await new Bench().client();
    const first = operation();
    await client.push(encodeOperation(first));
    expect(await client.push(encodeOperation({ ...first, counter: 9 }))).toMatchObject({
      status: 'rejected',
      code: ErrorCode.OP_ID_CONFLICT,
    });
    const malformed = await client.push(encoded().slice(0, -1));
    expect(malformed).toMatchObject({
      status: 'rejected',
      code: ErrorCode.OP_MALFORMED,
      message: expect.stringContaining('record.truncated'),
    });
    expect(await client.push(encoded())).toMatchObject({ status: 'stored' });
  });

  it('feed what others push, in order, and never back', async () => {
    const bench = new Bench();
    const fed: string[] = [];
    const { client: a } = await bench.client({ onOperations: () => fed.push('a') });
    const { client: b } = await bench.client({
      onOperations: (all) => fed.push(...all.map(({ operation: { id } }) => id.toHex())),
    });
    await a.subscribe([{ s: 1 }]);
    await b.subscribe([{ s: 1 }]);
    const operations = Array.from({ length: 600 }, () => operation());
    await Promise.all(operations.map((each) => a.push(encodeOperation(each))));
    await b.fence();
    expect(fed).toEqual(operations.map(({ id }) => id.toHex()));
  });

  it('feed the author again on another connection with the same node id', async () => {
    const bench = new Bench();
    const node = newId();
    const { client: first } = await bench.client({ node });
    await first.push(encoded({ node }));
    await first.close();
    let fed = 0;
    const { client: second } = await bench.client({ node, onOperations: (all) => (fed += all.length) });
    await second.subscribe([{ s: 1 }]);
    await second.fence();
    expect(fed).toBe(1);
  });

  it('resume behind a cursor', async () => {
    const bench = new Bench();
    const { client: a } = await bench.client();
    const result = await a.push(encoded());
    await a.push(encoded());
    let fed = 0;
    const { client: b } = await bench.client({ onOperations: (all) => (fed += all.length) });
    const cur = result.status === 'stored' ? result.cursor : new Uint8Array();
    expect(await b.subscribe([{ s: 1, cur }], a.seen)).toMatchObject({ st: 0, sc: [{ st: 0 }] });
    await b.fence();
    expect(fed).toBe(1);
  });

  it('keep databases apart, and refuse one that is not there only in OPEN', async () => {
    const bench = new Bench({ databases: ['bugs', 'users'] });
    const { client: a } = await bench.client();
    await a.push(encoded());
    let fed = 0;
    const { client: b } = await bench.client({
      database: 'other',
      target: 'users',
      onOperations: (all) => (fed += all.length),
    });
    await b.subscribe([{ s: 1 }]);
    await b.fence();
    expect(fed).toBe(0);
    const error = await failure(bench.client({ database: 'nowhere' }).then(({ client }) => client.fence()));
    expect(error.ending).toMatchObject({ by: 'peer', word: 'ERROR', code: ErrorCode.NO_SUCH_OR_DENIED });
  });

  it('ask for a proof where a credential is configured, in either direction', async () => {
    const psk = new Uint8Array(32).fill(0x33);
    const bench = new Bench({ credential: serverPsks([['k1', psk]]) });
    const { client } = await bench.client({ credential: clientPsk('k1', psk) });
    expect(client.open.principal).toBe('k1');
    expect((await failure(bench.client())).ending).toMatchObject({ code: ErrorCode.AUTH_REQUIRED });
    const wrong = clientPsk('k1', new Uint8Array(32).fill(0x34));
    expect((await failure(bench.client({ credential: wrong }))).ending).toMatchObject({
      by: 'peer',
      code: ErrorCode.AUTH_FAILED,
    });
    const open = new Bench();
    expect((await failure(open.client({ credential: clientPsk('k1', psk) }))).ending).toMatchObject({
      code: ErrorCode.AUTH_REQUIRED,
    });
  });

  it('refuse themselves', async () => {
    const bench = new Bench();
    const error = await failure(bench.client({ node: bench.server.node }));
    expect(error.ending).toMatchObject({ by: 'peer', word: 'ALERT', code: ErrorCode.SELF_CONNECTION });
  });

  it('part by CLOSE from either side', async () => {
    const bench = new Bench();
    const { client } = await bench.client();
    expect(await client.close()).toMatchObject({ by: 'own', word: 'CLOSE', code: 0 });
    const { client: other } = await bench.client();
    const closed = bench.server.close();
    expect(await other.ended).toMatchObject({ by: 'peer', word: 'CLOSE', code: ErrorCode.GOING_AWAY });
    await closed;
    expect(bench.server.connections).toBe(0);
    expect(bench.endings.map(({ by, word }) => `${by} ${word}`)).toEqual(['peer CLOSE', 'own CLOSE']);
    await settled();
    expect(bench.scheduler.pending).toBe(0);
  });

  it('leave what was unanswered unanswered when the link breaks', async () => {
    const bench = new Bench();
    const { client, link } = await bench.client();
    link.isBlocked = true;
    const pushed = client.push(encoded());
    await settled();
    link.destroy();
    expect((await failure(pushed)).ending).toMatchObject({ by: 'nobody', word: 'none' });
    expect((await failure(client.push(encoded()))).ending).toMatchObject({ by: 'nobody' });
    expect((await failure(client.fence())).ending).toMatchObject({ by: 'nobody' });
    expect((await failure(client.subscribe([]))).ending).toMatchObject({ by: 'nobody' });
    await settled();
    expect(bench.server.connections).toBe(0);
  });

  it('survive a fault in a part: the connection ends with INTERNAL, the server goes on', async () => {
    const parts = {
      ...standardServerParts,
      decodeOperation: () => {
        throw new TypeError('broken');
      },
    };
    const bench = new Bench({ parts });
    const { client } = await bench.client();
    expect((await failure(client.push(encoded()))).ending).toMatchObject({
      by: 'peer',
      word: 'ERROR',
      code: ErrorCode.INTERNAL,
    });
    expect(bench.endings[0]?.error).toBeInstanceOf(TypeError);
    const { client: next } = await bench.client();
    await next.fence();
  });

  it('say CLOSE KEY_LIMIT with the last frame that a key may seal', async () => {
    const limits = { ...DEFAULT_LIMITS, KEY_FRAMES: 6 };
    const bench = new Bench({ limits, parts: { ...standardServerParts, grease: () => undefined } });
    const { client } = await bench.client();
    const outcome = await Promise.allSettled(
      Array.from({ length: 9 }, async () => client.push(encoded())).map((push) => push),
    );
    expect(outcome.every(({ status }) => status === 'fulfilled')).toBe(true);
    for (let i = 0; i < 4; i++) await client.fence();
    expect((await failure(client.fence())).ending).toMatchObject({
      by: 'peer',
      word: 'CLOSE',
      code: ErrorCode.KEY_LIMIT,
    });
  });
});

describe('a server', () => {
  it('takes no bad name for a database', () => {
    expect(() => new Server({ databases: ['a:b'] })).toThrow(RangeError);
  });

  it('has a node id of its own for each instance, or the one that it is given', () => {
    const node = Id.fromHex('11'.repeat(16));
    expect(new Server({ databases: ['bugs'], node }).node).toEqual(node);
    expect(new Server({ databases: ['bugs'] }).node).not.toEqual(new Server({ databases: ['bugs'] }).node);
  });

  it('resolves its close when nobody is there', async () => {
    await new Server({ databases: ['bugs'] }).close();
  });
});
