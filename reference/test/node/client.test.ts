import { describe, expect, it } from 'vitest';
import { clientPsk, serverPsks } from '../../src/handshake/credential.ts';
import { Client, type ClientOptions, ConnectionEnded } from '../../src/node/client.ts';
import { standardClientParts } from '../../src/node/client-parts.ts';
import type { Ending } from '../../src/node/ending.ts';
import type { Outgoing } from '../../src/node/messages.ts';
import type { ServerOptions } from '../../src/node/server.ts';
import { type ServerParts, standardServerParts } from '../../src/node/server-parts.ts';
import { Capability, DEFAULT_LIMITS, ErrorCode, FrameType } from '../../src/registry.ts';
import type { ControlMessage } from '../../src/wire/control/message.ts';
import { encodeFrame, FRAME_HEADER_BYTES } from '../../src/wire/frame.ts';
import { decodeWelcome, encodeWelcome, type Welcome } from '../../src/wire/welcome.ts';
import { encoded, newId, operation } from '../sync/operations.ts';
import { settled } from './support/memory-link.ts';
import { Bench } from './support/set-up.ts';

type Rewrite = (message: Outgoing) => readonly Outgoing[];

/** A server that says other things than it should. */
function lying(rewrite: Rewrite): ServerParts {
  return {
    ...standardServerParts,
    grease: () => undefined,
    outgoing(message, next) {
      for (const each of rewrite(message)) next(each);
    },
  };
}

/** ... instead of, or beside, one control message. */
function atControl(name: ControlMessage['name'], ...said: readonly Outgoing[]): ServerParts {
  return lying((message) => (message.kind === 'control' && message.message.name === name ? said : [message]));
}

/** ... with a WELCOME that is changed. */
function welcoming(change: Partial<Welcome>): ServerParts {
  return lying((message) => {
    if (message.kind !== 'clear' || message.frame[0] !== FrameType.WELCOME) return [message];
    const welcome = decodeWelcome(message.frame.subarray(FRAME_HEADER_BYTES));
    return [{ kind: 'clear', frame: encodeFrame(FrameType.WELCOME, encodeWelcome({ ...welcome, ...change })) }];
  });
}

const control = (message: ControlMessage): Outgoing => ({ kind: 'control', message });

/** How a client's attempt to connect ends: what the client concludes, and what the server hears of it. */
async function attempt(parts: ServerParts, options: Partial<ClientOptions> = {}, server: Partial<ServerOptions> = {}) {
  const bench = new Bench({ ...server, parts });
  const error: unknown = await bench.client(options).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ConnectionEnded);
  await settled();
  return { own: (error as ConnectionEnded).ending, heard: bench.endings[0] };
}

/** How an open connection ends when the server says the wrong thing after `ask`. */
async function ending(
  parts: ServerParts,
  ask: (client: Client) => unknown,
): Promise<{ own: Ending; heard: Ending | undefined }> {
  const bench = new Bench({ parts });
  const { client: other } = await bench.client();
  void other.push(encoded());
  const { client } = await bench.client();
  ask(client);
  const own = await client.ended;
  await settled();
  return { own, heard: bench.endings.find(({ by }) => by === 'peer') };
}

describe('a client in the handshake', () => {
  it('refuses a WELCOME that names another database, selects what was not offered, or is its own', async () => {
    const alert = (code: number) => ({
      own: { by: 'own', word: 'ALERT', code },
      heard: { by: 'peer', word: 'ALERT', code },
    });
    const node = newId();
    expect(await attempt(welcoming({ database: 'other' }))).toMatchObject(alert(ErrorCode.ILLEGAL_PARAMETER));
    expect(await attempt(welcoming({ capabilities: Capability.E2E }))).toMatchObject(
      alert(ErrorCode.ILLEGAL_PARAMETER),
    );
    expect(await attempt(welcoming({ key: new Uint8Array(65).fill(4) }))).toMatchObject(
      alert(ErrorCode.ILLEGAL_PARAMETER),
    );
    expect(await attempt(welcoming({ node }), { node })).toMatchObject(alert(ErrorCode.SELF_CONNECTION));
  });

  it('refuses a session over another transcript, and a server that cannot seal', async () => {
    const changed = await attempt(welcoming({ time: 1 }));
    expect(changed.own).toMatchObject({ by: 'own', word: 'ALERT', code: ErrorCode.TRANSCRIPT_MISMATCH });
    const forged = atControl('SESSION', { kind: 'clear', frame: encodeFrame(FrameType.CONTROL, new Uint8Array(60)) });
    expect((await attempt(forged)).own).toMatchObject({ by: 'own', word: 'none' });
  });

  it('refuses a COMPLETE with a body, and a frame that is not due', async () => {
    const body = lying((message) => {
      if (message.kind !== 'clear' || message.frame[0] !== FrameType.COMPLETE) return [message];
      return [{ kind: 'clear', frame: encodeFrame(FrameType.COMPLETE, Uint8Array.of(0)) }];
    });
    expect((await attempt(body)).own).toMatchObject({ word: 'ALERT', code: ErrorCode.BAD_FRAME });
    const early = lying((message) => {
      if (message.kind !== 'clear' || message.frame[0] !== FrameType.WELCOME) return [message];
      return [{ kind: 'clear', frame: encodeFrame(FrameType.COMPLETE, new Uint8Array(0)) }];
    });
    expect((await attempt(early)).own).toMatchObject({ word: 'ALERT', code: ErrorCode.UNEXPECTED_MESSAGE });
  });

  it('refuses a server with a wrong proof', async () => {
    const psk = new Uint8Array(32).fill(0x33);
    const wrong = atControl('AUTH', control({ name: 'AUTH', kind: 1, kid: 'k1', proof: new Uint8Array(32) }));
    const { own } = await attempt(
      wrong,
      { credential: clientPsk('k1', psk) },
      { credential: serverPsks([['k1', psk]]) },
    );
    expect(own).toMatchObject({ by: 'own', word: 'ERROR', code: ErrorCode.AUTH_FAILED });
  });

  it('concludes nothing from an ALERT, an ERROR, a CLOSE or an end', async () => {
    const alert = lying((message) =>
      message.kind === 'clear'
        ? [{ kind: 'clear', frame: encodeFrame(FrameType.ALERT, Uint8Array.of(6, 4)) }]
        : [message],
    );
    expect((await attempt(alert)).own).toMatchObject({ by: 'peer', word: 'ALERT', code: ErrorCode.BUSY });
    const close = atControl('SESSION', control({ name: 'CLOSE', code: 1, retry: 5 }));
    expect((await attempt(close)).own).toMatchObject({ by: 'peer', word: 'CLOSE', code: 1, retry: 5 });
    const silence = lying((message) => (message.kind === 'clear' ? [{ kind: 'end' }] : [message]));
    expect((await attempt(silence)).own).toMatchObject({ by: 'nobody', word: 'none' });
  });

  it('gives up after HANDSHAKE_TIMEOUT', async () => {
    const bench = new Bench({ parts: lying(() => []), limits: { ...DEFAULT_LIMITS, HANDSHAKE_TIMEOUT: 1e6 } });
    const connecting = bench.client();
    await settled();
    bench.scheduler.advance(10_000);
    await expect(connecting).rejects.toMatchObject({ ending: { by: 'own', word: 'ALERT', code: ErrorCode.TIMEOUT } });
  });
});

describe('a client in OPEN', () => {
  const cur = new Uint8Array(40);
  const said = (word: string, code: number) => ({ own: { by: 'own', word, code }, heard: { by: 'peer', word, code } });
  const ids = newId().toBytes();

  it('refuses an answer about an operation that is not in flight', async () => {
    const push = (client: Client) => client.push(encoded());
    const ack = control({ name: 'ACK', ids, st: Uint8Array.of(0), cur });
    const reject = control({ name: 'REJECT', ids, code: 0x0401 });
    for (const message of [ack, reject]) {
      const bench = new Bench({ parts: atControl('PONG', message) });
      const { client } = await bench.client();
      void client.fence();
      expect(await client.ended).toMatchObject(said('ERROR', ErrorCode.ILLEGAL_PARAMETER).own);
    }
    const twice = lying((message) =>
      message.kind === 'control' && message.message.name === 'ACK' ? [message, message] : [message],
    );
    expect(await ending(twice, push)).toMatchObject(said('ERROR', ErrorCode.ILLEGAL_PARAMETER));
  });

  it('refuses a PONG that answers none of its PINGs', async () => {
    const other = atControl('PONG', control({ name: 'PONG', d: new Uint8Array(8) }));
    expect(await ending(other, (client) => client.fence())).toMatchObject(said('ERROR', ErrorCode.ILLEGAL_PARAMETER));
  });

  it('refuses messages that only a client may send', async () => {
    const wrong = atControl('PONG', control({ name: 'FEED_ACK', n: 0 }));
    expect(await ending(wrong, (client) => client.fence())).toMatchObject(said('ERROR', ErrorCode.UNEXPECTED_MESSAGE));
  });

  it('refuses a CHECKPOINT that has lost count, or speaks of a scope that is not active', async () => {
    const subscribe = (client: Client) => client.subscribe([{ s: 1 }]);
    const count = atControl('CHECKPOINT', control({ name: 'CHECKPOINT', n: 7, sc: [], more: false }));
    expect(await ending(count, subscribe)).toMatchObject(said('ERROR', ErrorCode.ILLEGAL_PARAMETER));
    const scope = atControl('CHECKPOINT', control({ name: 'CHECKPOINT', n: 1, sc: [{ s: 9, cur }], more: false }));
    expect(await ending(scope, subscribe)).toMatchObject(said('ERROR', ErrorCode.ILLEGAL_PARAMETER));
  });

  it('refuses operations of no scope', async () => {
    const unasked = atControl('PONG', { kind: 'operations', operations: [encoded()] });
    expect(await ending(unasked, (client) => client.fence())).toMatchObject(
      said('ERROR', ErrorCode.UNEXPECTED_MESSAGE),
    );
  });

  it('refuses a fed operation that is malformed or too large, and names it', async () => {
    const subscribe = (client: Client) => client.subscribe([{ s: 1 }]);
    const right = encoded();
    for (const [bytes, code] of [
      [right.slice(0, -1), ErrorCode.OP_MALFORMED],
      [new Uint8Array(262_145), ErrorCode.OP_TOO_LARGE],
    ] as const) {
      const refs: unknown[] = [];
      const wrong = lying((message) =>
        message.kind === 'operations' ? [{ kind: 'operations', operations: [bytes] }] : [message],
      );
      const parts: ServerParts = {
        ...wrong,
        incoming(message, next) {
          if (message.kind === 'control' && message.message.name === 'ERROR') refs.push(message.message.ref?.toBytes());
          next(message);
        },
      };
      expect(await ending(parts, subscribe)).toMatchObject(said('ERROR', code));
      expect(refs).toEqual([new Uint8Array(bytes.subarray(0, 16))]);
    }
  });

  it('never has more under way than the window, and gives a batch no more than the peer takes', async () => {
    const sizes: number[] = [];
    let flight = 0;
    let most = 0;
    const parts: ServerParts = {
      ...standardServerParts,
      incoming(message, next) {
        if (message.kind === 'operations') {
          flight += message.operations.length;
          sizes.push(message.operations.reduce((sum, bytes) => sum + bytes.length, 0));
          most = Math.max(most, flight);
        }
        next(message);
      },
      outgoing(message, next) {
        if (message.kind === 'control' && message.message.name === 'ACK') flight -= message.message.st.length;
        next(message);
      },
    };
    const bench = new Bench({ parts, limits: { ...DEFAULT_LIMITS, FRAME_BYTES: 524_288 } });
    const { client } = await bench.client();
    await Promise.all(Array.from({ length: 1000 }, () => client.push(encoded())));
    expect(most).toBeLessThanOrEqual(256);
    const big = () => encoded({ changes: new Map([['title', 'x'.repeat(200_000)]]) });
    const results = await Promise.all(Array.from({ length: 12 }, () => client.push(big())));
    expect(results.every(({ status }) => status === 'stored')).toBe(true);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(524_288);
  });

  it('does not send an operation again while it is under way', async () => {
    const { client } = await new Bench().client();
    const bytes = encoded();
    const first = client.push(bytes);
    await expect(client.push(bytes)).rejects.toThrow(/on its way/);
    expect(await first).toMatchObject({ status: 'stored' });
    expect(await client.push(bytes)).toMatchObject({ status: 'duplicate' });
  });

  it('acknowledges a CHECKPOINT when it is committed, and not before', async () => {
    const acked: number[] = [];
    const parts: ServerParts = {
      ...standardServerParts,
      incoming(message, next) {
        if (message.kind === 'control' && message.message.name === 'FEED_ACK') acked.push(message.message.n);
        next(message);
      },
    };
    const bench = new Bench({ parts });
    const { client: other } = await bench.client();
    await other.push(encoded());
    const commits: (() => void)[] = [];
    const { client } = await bench.client({ onCheckpoint: () => new Promise((resolve) => commits.push(resolve)) });
    await client.subscribe([{ s: 1 }]);
    await client.fence();
    expect(commits.length).toBeGreaterThan(0);
    expect(acked).toEqual([]);
    for (const commit of commits) commit();
    await settled();
    await client.fence();
    expect(acked.length).toBeGreaterThan(0);
    expect(new Set(acked)).toEqual(new Set([1]));
  });

  it('ends with INTERNAL when it cannot commit', async () => {
    const bench = new Bench();
    const { client } = await bench.client({ onCheckpoint: () => Promise.reject(new Error('disk full')) });
    void client.subscribe([{ s: 1 }]);
    expect(await client.ended).toMatchObject({
      by: 'own',
      word: 'ERROR',
      code: ErrorCode.INTERNAL,
      error: { message: 'disk full' },
    });
  });

  it('answers PING, and pings a silent server', async () => {
    const bench = new Bench({ limits: { ...DEFAULT_LIMITS, PING_IDLE: 1e9, DEAD_PEER: 1e9 } });
    const { client } = await bench.client();
    for (let i = 0; i < 5; i++) {
      bench.scheduler.advance(30_000);
      await settled();
    }
    await client.fence();
    expect(bench.endings).toEqual([]);
  });

  it('takes what is fed once for several scopes, and stops when a scope is removed', async () => {
    const bench = new Bench();
    const { client: other } = await bench.client();
    const fed: string[] = [];
    const { client } = await bench.client({
      onOperations: (all) => fed.push(...all.map((each) => each.operation.id.toHex())),
    });
    await client.subscribe([{ s: 1 }, { s: 2, col: 'bugs' }]);
    const first = operation();
    await other.push(encoded(first));
    await client.fence();
    expect(await client.unsubscribe([1, 2])).toMatchObject({ sc: [{ st: 0 }, { st: 0 }] });
    await other.push(encoded());
    await client.fence();
    expect(fed).toEqual([first.id.toHex()]);
  });

  it('says CLOSE KEY_LIMIT when its key is used up, and leaves the rest unanswered', async () => {
    const bench = new Bench({ parts: { ...standardServerParts, grease: () => undefined } });
    const limits = { ...DEFAULT_LIMITS, KEY_FRAMES: 4, PUSH_WINDOW_OPERATIONS: 3 };
    const { client } = await bench.client({ limits, parts: { ...standardClientParts, grease: () => undefined } });
    const results = await Promise.allSettled(Array.from({ length: 20 }, () => client.push(encoded())));
    expect(await client.ended).toMatchObject({ by: 'own', word: 'CLOSE', code: ErrorCode.KEY_LIMIT });
    expect(results.map(({ status }) => status)).toEqual([...Array(9).fill('fulfilled'), ...Array(11).fill('rejected')]);
  });

  it('leaves its link to whoever made it when that is bad', async () => {
    await expect(Client.connect('tcp://127.0.0.1', { database: 'bugs' })).rejects.toThrow(RangeError);
    expect(standardClientParts.control.SUBSCRIBE).toBeUndefined();
  });
});
