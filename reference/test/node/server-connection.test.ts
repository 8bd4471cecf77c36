import { describe, expect, it } from 'vitest';
import { concat } from '../../src/bytes/concat.ts';
import { toHex } from '../../src/bytes/hex.ts';
import { type ClientParts, standardClientParts } from '../../src/node/client-parts.ts';
import type { Outgoing } from '../../src/node/messages.ts';
import { type ServerParts, standardServerParts } from '../../src/node/server-parts.ts';
import { DEFAULT_LIMITS, ErrorCode, FrameType } from '../../src/registry.ts';
import { encodeFrame } from '../../src/wire/frame.ts';
import { encoded } from '../sync/operations.ts';
import { type MemoryLink, settled } from './support/memory-link.ts';
import { Bench } from './support/set-up.ts';

/** Parts of a client that answers no PING. */
const deaf: ClientParts = { ...standardClientParts, control: { ...standardClientParts.control, PING: () => {} } };

/** Parts of a client that acknowledges nothing that it is fed. */
const ungrateful: ClientParts = { ...standardClientParts, settle: (connection) => connection.pushOn() };

/** Server parts that note what is sent, by name. */
function noting(sent: string[], parts: ServerParts = standardServerParts): ServerParts {
  return {
    ...parts,
    grease: () => undefined,
    outgoing(message, next) {
      sent.push(nameOf(message));
      next(message);
    },
  };
}

function nameOf(message: Outgoing): string {
  if (message.kind === 'control') return message.message.name;
  if (message.kind === 'operations') return `OPERATION*${message.operations.length}`;
  return message.kind;
}

/** What the server has said on a link that never got to sealing. */
function saidInClear(link: MemoryLink): string {
  return toHex(concat(...link.peer.sent));
}

const alert = (code: number) => toHex(encodeFrame(FrameType.ALERT, Uint8Array.of(code >>> 8, code & 0xff)));

describe('a server connection on its way to OPEN', () => {
  it('is given one time for the whole way, however it is dribbled at', async () => {
    const bench = new Bench();
    const link = bench.link();
    for (let i = 0; i < 9; i++) {
      link.send(Uint8Array.of([1, 0, 0, 0, 108][i] ?? 0));
      await settled();
      bench.scheduler.advance(1000);
    }
    bench.scheduler.advance(999);
    expect(saidInClear(link)).toBe('');
    bench.scheduler.advance(1);
    expect(saidInClear(link)).toBe(alert(ErrorCode.TIMEOUT));
    expect(link.peer.isEnded).toBe(true);
  });

  it('ends its direction after the last word, discards what still comes, and is gone after LINGER', async () => {
    const bench = new Bench();
    const link = bench.link();
    link.send(Uint8Array.of(0x2a, 0, 0, 0, 0));
    await settled();
    expect(saidInClear(link)).toBe(alert(ErrorCode.UNEXPECTED_MESSAGE));
    link.send(new Uint8Array(10_000));
    await settled();
    bench.scheduler.advance(999);
    expect([link.peer.isEnded, link.peer.isClosed]).toEqual([true, false]);
    bench.scheduler.advance(1);
    expect(link.peer.isClosed).toBe(true);
    await settled();
    expect(bench.server.connections).toBe(0);
    expect(saidInClear(link)).toBe(alert(ErrorCode.UNEXPECTED_MESSAGE));
  });

  it('is refused for its first header, before any payload comes', async () => {
    const bench = new Bench();
    for (const [header, code] of [
      ['0100001001', ErrorCode.FRAME_TOO_LARGE],
      ['01ffffffff', ErrorCode.FRAME_TOO_LARGE],
      ['0500000020', ErrorCode.UNEXPECTED_MESSAGE],
    ] as const) {
      const link = bench.link();
      link.send(Buffer.from(header, 'hex'));
      await settled();
      expect(saidInClear(link)).toBe(alert(code));
    }
  });

  it('says nothing to an ALERT, and to an end', async () => {
    const bench = new Bench();
    const [told, left] = [bench.link(), bench.link()];
    told.send(encodeFrame(FrameType.ALERT, Uint8Array.of(2, 6)));
    left.end();
    await settled();
    expect(saidInClear(told) + saidInClear(left)).toBe('');
    expect(bench.endings).toMatchObject([
      { by: 'peer', word: 'ALERT', code: ErrorCode.TIMEOUT },
      { by: 'nobody', word: 'none' },
    ]);
  });

  it('is turned away at once when its address has too many of them, until one is through or gone', async () => {
    const bench = new Bench({ limits: { ...DEFAULT_LIMITS, HALF_OPEN: 2 } });
    const first = bench.link();
    bench.link();
    const third = bench.link();
    expect(saidInClear(third)).toBe(alert(ErrorCode.BUSY));
    expect(saidInClear(bench.link('192.0.2.2'))).toBe('');
    first.end();
    await settled();
    expect(saidInClear(bench.link())).toBe('');
    expect(saidInClear(bench.link())).toBe(alert(ErrorCode.BUSY));
  });

  it('does not count once it is open', async () => {
    const bench = new Bench({ limits: { ...DEFAULT_LIMITS, HALF_OPEN: 1 } });
    for (let i = 0; i < 3; i++) await bench.client();
    expect(bench.server.connections).toBe(3);
  });

  it('is turned away when its address has failed too many proofs within a minute', async () => {
    const bench = new Bench({ limits: { ...DEFAULT_LIMITS, FAILED_PROOFS: 2 } });
    const wrong: ClientParts = {
      ...standardClientParts,
      outgoing: (message, next) =>
        next(
          message.kind === 'clear' && message.frame[0] === FrameType.VERIFY
            ? { kind: 'clear', frame: encodeFrame(3, new Uint8Array(32)) }
            : message,
        ),
    };
    for (let i = 0; i < 2; i++) {
      await expect(bench.client({ parts: wrong })).rejects.toMatchObject({
        ending: { word: 'ALERT', code: ErrorCode.AUTH_FAILED },
      });
    }
    expect(saidInClear(bench.link())).toBe(alert(ErrorCode.RATE_LIMITED));
    bench.scheduler.advance(59_999);
    expect(saidInClear(bench.link())).toBe(alert(ErrorCode.RATE_LIMITED));
    bench.scheduler.advance(1);
    expect(saidInClear(bench.link())).toBe('');
  });
});

describe('an open server connection', () => {
  it('ends in silence when a frame does not open', async () => {
    const sent: string[] = [];
    const bench = new Bench({ parts: noting(sent) });
    const { link } = await bench.client();
    sent.length = 0;
    link.send(encodeFrame(FrameType.CONTROL, new Uint8Array(40)));
    await settled();
    expect(sent).toEqual(['end']);
    expect(bench.endings).toMatchObject([{ by: 'own', word: 'none' }]);
  });

  it('answers what came before the frame that ends it', async () => {
    const sent: string[] = [];
    const bench = new Bench({ parts: noting(sent) });
    const bad: ClientParts = {
      ...standardClientParts,
      outgoing(message, next) {
        next(message);
        if (message.kind === 'operations')
          next({ kind: 'sealed', type: FrameType.CONTROL, plaintext: Uint8Array.of(0x80) });
      },
    };
    const { client } = await bench.client({ parts: bad });
    sent.length = 0;
    expect(await client.push(encoded())).toMatchObject({ status: 'stored' });
    expect(await client.ended).toMatchObject({ by: 'peer', word: 'ERROR', code: ErrorCode.UNKNOWN_CRITICAL });
    expect(sent).toEqual(['ACK', 'ERROR', 'end']);
  });

  it('sends PONG behind the answers to what came before the PING', async () => {
    const sent: string[] = [];
    const bench = new Bench({ parts: noting(sent) });
    const { client } = await bench.client();
    sent.length = 0;
    void client.push(encoded());
    void client.push(encoded().slice(0, -1));
    await client.fence();
    expect(sent).toEqual(['ACK', 'REJECT', 'PONG']);
  });

  it('sends CHECKPOINT at once after PONG and SUBSCRIBED, and for a run when nothing follows', async () => {
    const sent: string[] = [];
    const bench = new Bench({ parts: noting(sent) });
    const { client: a } = await bench.client();
    const { client: b } = await bench.client();
    sent.length = 0;
    await b.subscribe([{ s: 1 }]);
    await b.fence();
    expect(sent).toEqual(['SUBSCRIBED', 'CHECKPOINT', 'PONG', 'CHECKPOINT']);
    sent.length = 0;
    await a.push(encoded());
    await a.push(encoded());
    expect(sent).toEqual(['OPERATION*1', 'ACK', 'OPERATION*1', 'ACK']);
    bench.scheduler.advance(2);
    expect(sent.splice(4)).toEqual(['CHECKPOINT']);
    bench.scheduler.advance(1000);
    expect(sent).toHaveLength(4);
  });

  it('answers at once after a pause, and gathers the answers of a moment', async () => {
    const sent: string[] = [];
    const bench = new Bench({ parts: noting(sent) });
    bench.answerGap = 1;
    const { client } = await bench.client();
    sent.length = 0;
    await client.push(encoded());
    const more = [client.push(encoded())];
    await settled();
    more.push(client.push(encoded()));
    await settled();
    expect(sent).toEqual(['ACK']);
    bench.scheduler.advance(1);
    await Promise.all(more);
    expect(sent).toEqual(['ACK', 'ACK']);
    await Promise.all(Array.from({ length: 512 }, () => client.push(encoded())));
    expect(sent.length).toBeGreaterThan(2);
  });

  it('lets no gathered answer wait behind a fence, a CLOSE or the end of the link', async () => {
    for (const leave of ['fence', 'close', 'end'] as const) {
      const sent: string[] = [];
      const bench = new Bench({ parts: noting(sent) });
      bench.answerGap = 1;
      const { client, link } = await bench.client();
      await client.push(encoded());
      void client.push(encoded());
      await settled();
      sent.length = 0;
      if (leave === 'end') link.end();
      else void client[leave]();
      await settled();
      expect(sent[0]).toBe('ACK');
    }
  });

  it('pings a silent peer and gives it up, saying why', async () => {
    const sent: string[] = [];
    const bench = new Bench({ parts: noting(sent) });
    const { client } = await bench.client({
      parts: deaf,
      limits: { ...DEFAULT_LIMITS, PING_IDLE: 1e9, DEAD_PEER: 1e9 },
    });
    sent.length = 0;
    bench.scheduler.advance(29_999);
    expect(sent).toEqual([]);
    bench.scheduler.advance(1);
    expect(sent).toEqual(['PING']);
    await settled();
    bench.scheduler.advance(59_999);
    expect(sent).toEqual(['PING']);
    bench.scheduler.advance(1);
    expect(sent).toEqual(['PING', 'CLOSE', 'end']);
    expect(await client.ended).toMatchObject({ by: 'peer', word: 'CLOSE', code: ErrorCode.IDLE });
  });

  it('keeps a peer that answers', async () => {
    const sent: string[] = [];
    const bench = new Bench({ parts: noting(sent) });
    const { client } = await bench.client({ limits: { ...DEFAULT_LIMITS, PING_IDLE: 1e9, DEAD_PEER: 1e9 } });
    sent.length = 0;
    for (let i = 0; i < 10; i++) {
      bench.scheduler.advance(30_000);
      await settled();
    }
    expect(sent.filter((name) => name !== 'PING')).toEqual([]);
    expect(sent.length).toBeGreaterThanOrEqual(9);
    await client.fence();
  });

  it('waits for the other CLOSE, answering meanwhile and feeding nothing, for CLOSE_TIMEOUT at most', async () => {
    const sent: string[] = [];
    const bench = new Bench({ parts: noting(sent) });
    const stubborn: ClientParts = {
      ...standardClientParts,
      control: { ...standardClientParts.control, CLOSE: () => {} },
    };
    const { client } = await bench.client({ parts: stubborn });
    await client.subscribe([{ s: 1 }]);
    const { client: other } = await bench.client({ parts: stubborn });
    sent.length = 0;
    void bench.server.close();
    await settled();
    expect(await other.push(encoded())).toMatchObject({ status: 'stored' });
    await client.fence();
    bench.scheduler.advance(9_999);
    expect(sent).toEqual(['CLOSE', 'CLOSE', 'ACK', 'PONG']);
    bench.scheduler.advance(1);
    expect(sent.slice(4)).toEqual(['end', 'end']);
    expect(await client.ended).toMatchObject({ by: 'nobody' });
  });

  it('says nothing but answers after its CLOSE, not even why it ends', async () => {
    const sent: string[] = [];
    const bench = new Bench({ parts: noting(sent) });
    const wrong: ClientParts = {
      ...standardClientParts,
      control: {
        ...standardClientParts.control,
        CLOSE: (connection) =>
          connection.send({ kind: 'sealed', type: FrameType.CONTROL, plaintext: Uint8Array.of(0x80) }),
      },
    };
    const { client } = await bench.client({ parts: wrong });
    sent.length = 0;
    void bench.server.close();
    expect(await client.ended).toMatchObject({ by: 'nobody', word: 'none' });
    expect(sent).toEqual(['CLOSE', 'end']);
  });

  it('ends a feed whose window stays full without progress', async () => {
    const limits = { ...DEFAULT_LIMITS, FEED_WINDOW_OPERATIONS: 2, PING_IDLE: 1e9, DEAD_PEER: 1e9 };
    const sent: string[] = [];
    const bench = new Bench({ limits, parts: noting(sent) });
    const { client: a } = await bench.client();
    const { client: b } = await bench.client({ parts: ungrateful });
    await b.subscribe([{ s: 1 }]);
    for (let i = 0; i < 2; i++) await a.push(encoded());
    bench.scheduler.advance(60_000);
    await b.fence();
    await a.push(encoded());
    bench.scheduler.advance(59_999);
    await b.fence();
    bench.scheduler.advance(1);
    expect(await b.ended).toMatchObject({ by: 'peer', word: 'ERROR', code: ErrorCode.SLOW_CONSUMER });
    await a.fence();
  });

  it('gives a slow consumer its time again with each progress', async () => {
    const limits = { ...DEFAULT_LIMITS, FEED_WINDOW_OPERATIONS: 1, PING_IDLE: 1e9, DEAD_PEER: 1e9 };
    const bench = new Bench({ limits });
    const commits: (() => void)[] = [];
    const { client: a } = await bench.client();
    const { client: b } = await bench.client({ onCheckpoint: () => new Promise((resolve) => commits.push(resolve)) });
    await b.subscribe([{ s: 1 }]);
    for (let i = 0; i < 4; i++) await a.push(encoded());
    for (let i = 0; i < 3; i++) {
      bench.scheduler.advance(59_000);
      for (const commit of commits.splice(0)) commit();
      await settled();
      await b.fence();
    }
    expect(bench.endings).toEqual([]);
  });

  it('reads the log no further than the link takes, and goes on when it takes more', async () => {
    const bench = new Bench();
    const { client: a } = await bench.client();
    let fed = 0;
    const { client: b, link } = await bench.client({ onOperations: (all) => (fed += all.length) });
    await b.subscribe([{ s: 1 }]);
    link.peer.isBlocked = true;
    const big = () => encoded({ changes: new Map([['title', 'x'.repeat(60_000)]]) });
    await Promise.all(Array.from({ length: 30 }, () => a.push(big())));
    expect(link.peer.buffered).toBeLessThan(600_000);
    expect(await a.push(encoded())).toMatchObject({ status: 'stored' });
    link.peer.unblock();
    await b.fence();
    expect(fed).toBe(31);
  });

  it('goes on reading while its writes are blocked', async () => {
    const bench = new Bench();
    const { client: a } = await bench.client({});
    const { client: b, link } = await bench.client();
    let fed = 0;
    const { client: c } = await bench.client({ onOperations: (all) => (fed += all.length) });
    await c.subscribe([{ s: 1 }]);
    link.peer.isBlocked = true;
    for (let i = 0; i < 200; i++) void b.push(encoded());
    await settled();
    await a.fence();
    await c.fence();
    expect(fed).toBe(200);
  });

  it('does not read a peer that asks without end and never reads, until it reads again', async () => {
    const bench = new Bench();
    const greedy: ClientParts = {
      ...standardClientParts,
      outgoing(message, next) {
        const times = message.kind === 'control' && message.message.name === 'PING' ? 20_000 : 1;
        for (let i = 0; i < times; i++) next(message);
      },
      control: { ...standardClientParts.control, PONG: () => {} },
    };
    const { client, link } = await bench.client({ parts: greedy });
    link.peer.isBlocked = true;
    void client.fence();
    await settled();
    expect(link.peer.isPaused).toBe(true);
    link.peer.unblock();
    expect(link.peer.isPaused).toBe(false);
    bench.scheduler.advance(89_000);
    expect(bench.endings).toEqual([]);
  });

  it('refuses more operations without an answer than its window bears, and stores none of that frame', async () => {
    const bench = new Bench({ limits: { ...DEFAULT_LIMITS, PUSH_WINDOW_OPERATIONS: 3 } });
    const { client } = await bench.client();
    const results = await Promise.allSettled(Array.from({ length: 5 }, () => client.push(encoded())));
    expect(results.every(({ status }) => status === 'rejected')).toBe(true);
    expect(await client.ended).toMatchObject({ by: 'peer', word: 'ERROR', code: ErrorCode.FLOW_CONTROL });
    let fed = 0;
    const { client: next } = await bench.client({ onOperations: (all) => (fed += all.length) });
    await next.subscribe([{ s: 1 }]);
    await next.fence();
    expect(fed).toBe(0);
  });
});
