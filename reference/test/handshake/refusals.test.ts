import { describe, expect, it } from 'vitest';
import { Id } from '../../src/bytes/id.ts';
import { nodeCrypto } from '../../src/crypto/node.ts';
import { ProtocolError } from '../../src/errors.ts';
import * as client from '../../src/handshake/client.ts';
import { lastWord } from '../../src/handshake/last-word.ts';
import * as server from '../../src/handshake/server.ts';
import { type ClientState, type ServerState, W_HELLO } from '../../src/handshake/state.ts';
import { ErrorCode, FrameType, type RefusalName } from '../../src/registry.ts';
import { encodeControlRecord } from '../../src/wire/control/control.ts';
import { encodeFrame } from '../../src/wire/frame.ts';
import { decodeHello, encodeHello, type Hello } from '../../src/wire/hello.ts';
import { decodeWelcome, encodeWelcome, type Welcome } from '../../src/wire/welcome.ts';
import { counting, pythonKeyPair } from '../crypto/providers.ts';
import { refusing } from '../crypto/refusing.ts';
import { clientConfig, Endpoint, flip, run, serverConfig, TIME } from './endpoint.ts';

/** Lets `left` and `right` talk; the given frame of one side is replaced. Says what each refused and heard. */
function met(
  from: 'client' | 'server',
  index: number,
  change: (frame: Uint8Array) => Uint8Array,
  configs: { client?: Parameters<typeof clientConfig>[0]; server?: Parameters<typeof serverConfig>[0] } = {},
) {
  const left = Endpoint.client(nodeCrypto, clientConfig(configs.client));
  const right = Endpoint.server(nodeCrypto, serverConfig(configs.server));
  const { client, server } = run(left, right, (passing) =>
    passing.from === from && passing.index === index ? change(passing.frame) : passing.frame,
  );
  return { left, right, frames: { client, server } };
}

function changeHello(change: Partial<Hello>): (frame: Uint8Array) => Uint8Array {
  return (frame) => encodeFrame(FrameType.HELLO, encodeHello({ ...decodeHello(frame.subarray(5)), ...change }));
}

function changeWelcome(change: Partial<Welcome>): (frame: Uint8Array) => Uint8Array {
  return (frame) => encodeFrame(FrameType.WELCOME, encodeWelcome({ ...decodeWelcome(frame.subarray(5)), ...change }));
}

const offCurve = flip(pythonKeyPair('client').publicKey, 65 * 8 - 1);
const code = (name: keyof typeof ErrorCode) => ErrorCode[name].toString(16);

describe('a server refuses with an ALERT', () => {
  it.each([
    ['a key off the curve', 'hello.key', { key: offCurve }],
    ['its own node id', 'hello.self', { node: serverConfig().node }],
  ] as const)('%s', (_, reason, change) => {
    const { left, right } = met('client', 0, changeHello(change));
    expect(right.refusal?.reason).toBe(reason);
    expect(left.heard).toBe(`ALERT ${code(right.refusal!.code!)}`);
    expect([left.open, right.open]).toEqual([undefined, undefined]);
  });

  it('another protocol string, whatever else is wrong', () => {
    const frame = Uint8Array.of(1, 0, 0, 0, 4, 3, 0x61, 0x62, 0x63);
    const { left, right } = met('client', 0, () => frame);
    expect(right.refusal?.reason).toBe('hello.protocol');
    expect(left.heard).toBe(`ALERT ${code('UNSUPPORTED_VERSION')}`);
  });

  it('a VERIFY with any bit flipped', () => {
    for (let bit = 40; bit < 37 * 8; bit++) {
      const { left, right } = met('client', 1, (frame) => flip(frame, bit));
      expect(right.refusal?.reason).toBe('verify.mac');
      expect(left.heard).toBe(`ALERT ${code('AUTH_FAILED')}`);
    }
  });

  it('a VERIFY of another length', () => {
    const { right } = met('client', 1, (frame) => encodeFrame(FrameType.VERIFY, frame.subarray(6)));
    expect(right.refusal?.reason).toBe('verify.length');
  });
});

describe('a client refuses with an ALERT', () => {
  it.each([
    ['a key off the curve', 'hello.key', { key: offCurve }],
    ['its own node id', 'hello.self', { node: clientConfig().node }],
    ['a capability that it did not offer', 'welcome.capabilities', { capabilities: 0x08 }],
    ['another database than it asked for', 'welcome.database', { database: 'wiki' }],
  ] as const)('%s', (_, reason, change) => {
    const { left, right } = met('server', 0, changeWelcome(change), { client: { capabilities: 0x07 } });
    expect(left.refusal?.reason).toBe(reason);
    expect(right.heard).toBe(`ALERT ${code(left.refusal!.code!)}`);
  });

  it('the name of its own database where it asked for another', () => {
    const configs = { client: { database: 'mine', target: 'bugs' } };
    const { left } = met('server', 0, changeWelcome({ database: 'mine' }), configs);
    expect(left.refusal?.reason).toBe('welcome.database');
  });

  it('a COMPLETE with a body', () => {
    const { left, right } = met('server', 1, () => encodeFrame(FrameType.COMPLETE, counting(1)));
    expect(left.refusal?.reason).toBe('complete.body');
    expect(right.heard).toBe(`ALERT ${code('BAD_FRAME')}`);
  });

  it('a transcript that differs, though the key is the same', () => {
    // `time` is outside the key: only the transcript hash can tell.
    const { left, right } = met('client', 0, changeHello({ time: 1 }));
    expect(left.refusal?.reason).toBe('session.transcript');
    expect(right.heard).toBe(`ALERT ${code('TRANSCRIPT_MISMATCH')}`);
  });
});

describe('of several defects the first in the order of the spec decides', () => {
  it('at a server: its own node id, then the point', () => {
    const { right } = met('client', 0, changeHello({ node: serverConfig().node, key: offCurve }));
    expect(right.refusal?.reason).toBe('hello.self');
  });

  it('at a client: its own node id, the database, the capabilities, then the point', () => {
    const defects: [RefusalName, Partial<Welcome>][] = [
      ['hello.key', { key: offCurve }],
      ['welcome.capabilities', { capabilities: 0x08 }],
      ['welcome.database', { database: 'wiki' }],
      ['hello.self', { node: clientConfig().node }],
    ];
    let change: Partial<Welcome> = {};
    for (const [reason, defect] of defects) {
      change = { ...change, ...defect };
      const { left } = met('server', 0, changeWelcome(change), { client: { capabilities: 0x07 } });
      expect(left.refusal?.reason).toBe(reason);
    }
  });
});

describe('the private key of a connection', () => {
  it("is erased when the link key is derived, and when the peer's key is refused", () => {
    for (const key of [undefined, offCurve]) {
      const hello = client.clientHello(nodeCrypto, clientConfig(), TIME);
      const right = Endpoint.server(nodeCrypto, serverConfig());
      right.receive(hello.out[0]!.frame!);
      const frame = right.sent[0]!;
      const welcome = decodeWelcome(frame.subarray(5));
      const state = hello.state as Extract<ClientState, { kind: 'W_WELCOME' }>;
      expect(state.keyPair.privateKey).not.toEqual(new Uint8Array(32));
      const step = () =>
        client.onWelcome(nodeCrypto, clientConfig(), state, {
          welcome: { ...welcome, key: key ?? welcome.key },
          frame,
        });
      if (key === undefined) step();
      else refusing('hello.key', step);
      expect(state.keyPair.privateKey).toEqual(new Uint8Array(32));
    }
  });
});

describe('a client ignores', () => {
  it('bits of WELCOME.caps that are not in the registry, as long as the transcript agrees', () => {
    const state = welcomed();
    const step = client.onWelcome(nodeCrypto, clientConfig(), state.state, {
      welcome: { ...state.welcome, capabilities: 0xf3 },
      frame: state.frame,
    });
    expect(step.state).toMatchObject({ kind: 'W_COMPLETE', bound: { capabilities: 3 } });
  });

  it('a target extension in WELCOME, where it has no meaning', () => {
    const extensions = [{ type: 1, value: counting(3) }];
    const { left, right } = met('client', 9, (frame) => frame, { server: { extensions } });
    expect([left.open === undefined, right.open === undefined]).toEqual([false, false]);
  });
});

describe('SESSION', () => {
  it('with another transcript hash is answered by a server with ERROR', () => {
    const opening = Endpoint.server(nodeCrypto, serverConfig());
    const peer = Endpoint.client(nodeCrypto, clientConfig());
    run(peer, opening, ({ from, index, frame }) => (from === 'client' && index === 2 ? undefined : frame));
    const state = opening.state as Extract<ServerState, { kind: 'W_SESSION' }>;
    expect(state.kind).toBe('W_SESSION');
    const session = { name: 'SESSION', th: counting(32), auth: 0, max: 1_048_576 } as const;
    const refusal = refusing('session.transcript', () => server.onSession(nodeCrypto, serverConfig(), state, session));
    expect(lastWord('server', state, refusal)?.sealed).toMatchObject({
      name: 'ERROR',
      code: ErrorCode.TRANSCRIPT_MISMATCH,
    });
    expect(lastWord('client', state as ClientState, refusal)?.frame).toEqual(Uint8Array.of(7, 0, 0, 0, 2, 2, 9));
  });

  it('opens only a database that is there and allowed; the other is told after SESSION, by one code', () => {
    const { left, right } = met('client', 9, (frame) => frame, { server: { serves: () => false } });
    expect(right.refusal?.reason).toBe('database.denied');
    expect(left.heard).toBe(`ERROR ${code('NO_SUCH_OR_DENIED')}`);
    expect(right.state).toMatchObject({ kind: 'CLOSED' });
  });
});

describe('a frame that does not open is answered by silence', () => {
  it.each([0, 12, 24, 40, 700])('with bit %i of its payload flipped', (bit) => {
    const { left, right } = met('server', 2, (frame) => flip(frame, 40 + bit));
    expect(left.refusal?.effect).toBe('silent');
    expect(left.sent).toEqual([]);
    expect(right.heard).toBeUndefined();
  });
});

describe('before OPEN everything else is fatal', () => {
  const operation = encodeFrame(FrameType.OPERATION, new Uint8Array(40));
  const control = encodeFrame(FrameType.CONTROL, new Uint8Array(40));
  const wrong: readonly [string, 'client' | 'server', number, Uint8Array, RefusalName][] = [
    ['a second HELLO', 'client', 1, encodeFrame(FrameType.HELLO, new Uint8Array(108)), 'frame.unexpected-type'],
    ['VERIFY before HELLO', 'client', 0, encodeFrame(FrameType.VERIFY, new Uint8Array(32)), 'frame.unexpected-type'],
    ['CONTROL before VERIFY', 'client', 1, control, 'frame.unexpected-type'],
    ['an OPERATION in W_SESSION', 'client', 2, operation, 'frame.unexpected-type'],
    [
      'WELCOME from a client',
      'client',
      0,
      encodeFrame(FrameType.WELCOME, new Uint8Array(124)),
      'frame.unexpected-type',
    ],
    ['COMPLETE for WELCOME', 'server', 0, encodeFrame(FrameType.COMPLETE, new Uint8Array(0)), 'frame.unexpected-type'],
    ['CONTROL for COMPLETE', 'server', 1, control, 'frame.unexpected-type'],
    ['a second COMPLETE', 'server', 2, encodeFrame(FrameType.COMPLETE, new Uint8Array(0)), 'frame.unexpected-type'],
    ['an unassigned type', 'client', 0, encodeFrame(9, new Uint8Array(0)), 'frame.unexpected-type'],
    ['a HELLO of 4,097 bytes', 'client', 0, encodeFrame(FrameType.HELLO, new Uint8Array(4097)), 'frame.too-large'],
  ];
  it.each(wrong)('%s', (_, from, index, frame, reason) => {
    const { left, right } = met(from, index, () => frame);
    const [judge, other] = from === 'client' ? [right, left] : [left, right];
    expect(judge.refusal?.reason).toBe(reason);
    expect(judge.open ?? other.open).toBeUndefined();
  });

  it('each step refuses a state that is not its own', () => {
    const { state, welcome, frame } = welcomed();
    const config = clientConfig();
    const session = { name: 'SESSION', th: counting(32), auth: 0, max: 1_048_576 } as const;
    const auth = { name: 'AUTH', kind: 1, proof: counting(32) } as const;
    refusing('frame.unexpected-type', () => client.onComplete(state));
    refusing('control.unexpected', () => client.onSession(nodeCrypto, config, state, session));
    refusing('control.unexpected', () => client.onAuth(nodeCrypto, config, state, auth));
    const next = client.onWelcome(nodeCrypto, config, state, { welcome, frame }).state;
    refusing('frame.unexpected-type', () => client.onWelcome(nodeCrypto, config, next, { welcome, frame }));
    refusing('frame.unexpected-type', () => client.onComplete(client.onComplete(next).state));
    const serving = serverConfig();
    refusing('frame.unexpected-type', () =>
      server.onVerify(nodeCrypto, serving, W_HELLO, { mac: counting(32), frame: counting(37) }),
    );
    refusing('control.unexpected', () => server.onSession(nodeCrypto, serving, W_HELLO, session));
    refusing('control.unexpected', () => server.onAuth(nodeCrypto, serving, W_HELLO, auth));
  });

  it('an unknown control message before SESSION, a known one that is not due', () => {
    for (const id of [0x5a, 0x80, 0x30, 0x02]) {
      const left = Endpoint.client(nodeCrypto, clientConfig());
      const right = Endpoint.server(nodeCrypto, serverConfig());
      run(left, right, ({ from, index, frame }) => (from === 'client' && index === 2 ? undefined : frame));
      const forger = Endpoint.client(nodeCrypto, clientConfig());
      forger.state = left.state;
      forger.sent.length = 0;
      forger.send(FrameType.CONTROL, encodeControlRecord(id, new Map()));
      right.receive(forger.sent[0]!);
      expect(right.refusal?.reason).toBe('control.unexpected');
    }
  });
});

describe('ALERT, ERROR and CLOSE end the way to OPEN and get no answer', () => {
  it('an ALERT at each clear state of either side', () => {
    const alert = encodeFrame(FrameType.ALERT, Uint8Array.of(6, 4));
    for (const [from, index] of [
      ['client', 0],
      ['client', 1],
      ['client', 2],
      ['server', 0],
      ['server', 1],
      ['server', 2],
    ] as const) {
      const { left, right } = met(from, index, () => alert);
      const judge = from === 'client' ? right : left;
      expect(judge.heard).toBe(`ALERT ${code('BUSY')}`);
      expect(judge.state).toMatchObject({ kind: 'CLOSED', refusal: undefined });
      expect(judge.sent).toEqual([]);
    }
  });

  it('an ALERT after SESSION is fatal', () => {
    const left = Endpoint.client(nodeCrypto, clientConfig());
    const right = Endpoint.server(nodeCrypto, serverConfig());
    run(left, right);
    right.receive(encodeFrame(FrameType.ALERT, Uint8Array.of(6, 4)));
    expect(right.refusal?.reason).toBe('frame.unexpected-type');
    expect(right.sealed.at(-1)).toMatchObject({ name: 'ERROR', code: ErrorCode.UNEXPECTED_MESSAGE });
  });
});

describe('the last word', () => {
  const open = (() => {
    const left = Endpoint.client(nodeCrypto, clientConfig());
    run(left, Endpoint.server(nodeCrypto, serverConfig()));
    return left.state as ClientState;
  })();

  it('is INTERNAL for what is no refusal, and says nothing of it', () => {
    expect(lastWord('client', open, new TypeError('secret'))).toEqual({ sealed: { name: 'ERROR', code: 0x0605 } });
    expect(lastWord('server', W_HELLO, new TypeError('secret'))?.frame).toEqual(Uint8Array.of(7, 0, 0, 0, 2, 6, 5));
  });

  it('is CLOSE for a key that is used up or a connection that is idle', () => {
    const limit = new ProtocolError('channel.key-limit');
    expect(lastWord('client', open, limit)).toEqual({ sealed: { name: 'CLOSE', code: ErrorCode.KEY_LIMIT } });
    expect(lastWord('client', open, new ProtocolError('connection.idle'), { retry: 5 })).toEqual({
      sealed: { name: 'CLOSE', code: ErrorCode.IDLE, retry: 5 },
    });
  });

  it('is nothing after a frame that did not open', () => {
    expect(lastWord('client', open, new ProtocolError('sealed.nonce'))).toBeUndefined();
    expect(lastWord('server', W_HELLO, new ProtocolError('sealed.tag'))).toBeUndefined();
  });

  it('names the operation and the wait, where they are given', () => {
    const ref = Id.from(counting(16));
    expect(lastWord('client', open, new ProtocolError('operation.too-large'), { ref, retry: 9 })?.sealed).toMatchObject(
      {
        name: 'ERROR',
        code: ErrorCode.OP_TOO_LARGE,
        ref,
        retry: 9,
      },
    );
  });

  it('gives the sentence of the registry, never what was found', () => {
    const word = lastWord('client', open, new ProtocolError('auth.failed', 'kid "k1" is unknown'));
    expect(JSON.stringify(word)).not.toContain('k1');
    expect(word?.sealed).toMatchObject({ msg: 'a proof, its kind or its key id is wrong' });
  });
});

/** A client in W_WELCOME, and the WELCOME that is meant for it. */
function welcomed(): { state: ClientState; welcome: Welcome; frame: Uint8Array } {
  const hello = client.clientHello(nodeCrypto, clientConfig(), TIME);
  const right = Endpoint.server(nodeCrypto, serverConfig());
  right.receive(hello.out[0]!.frame!);
  const frame = right.sent[0]!;
  return { state: hello.state, welcome: decodeWelcome(frame.subarray(5)), frame };
}
