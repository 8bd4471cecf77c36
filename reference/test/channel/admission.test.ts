import { describe, expect, expectTypeOf, it } from 'vitest';
import { admit, admitControl, type ClientStateKind, type ServerStateKind } from '../../src/channel/admission.ts';
import type { ClientState, ServerState } from '../../src/handshake/state.ts';
import { ControlMessages, DEFAULT_LIMITS, FrameType } from '../../src/registry.ts';
import { refusing } from '../crypto/refusing.ts';

const LEGAL: { readonly [role: string]: { readonly [state: string]: readonly (keyof typeof FrameType)[] } } = {
  server: {
    W_HELLO: ['HELLO', 'ALERT'],
    W_VERIFY: ['VERIFY', 'ALERT'],
    W_SESSION: ['CONTROL', 'ALERT'],
    W_AUTH: ['CONTROL'],
    OPEN: ['CONTROL', 'OPERATION', 'BATCH'],
    CLOSED: [],
  },
  client: {
    W_WELCOME: ['WELCOME', 'ALERT'],
    W_COMPLETE: ['COMPLETE', 'ALERT'],
    W_SESSION: ['CONTROL', 'ALERT'],
    W_AUTH: ['CONTROL'],
    OPEN: ['CONTROL', 'OPERATION', 'BATCH'],
    CLOSED: [],
  },
};

const SEALED: readonly number[] = [FrameType.CONTROL, FrameType.OPERATION, FrameType.BATCH];

/** Every state of both roles. */
const STATES = Object.entries(LEGAL).flatMap(([role, states]) =>
  Object.entries(states).map(([state, names]) => ({ role, state, legal: names.map((name) => FrameType[name]) })),
);

function judge(role: string, state: string, type: number, length: number): void {
  if (role === 'client') admit('client', state as ClientStateKind, type, length, DEFAULT_LIMITS);
  else admit('server', state as ServerStateKind, type, length, DEFAULT_LIMITS);
}

function judgeControl(role: string, state: string, bytes: Uint8Array): 'take' | 'skip' {
  return role === 'client'
    ? admitControl('client', state as ClientStateKind, bytes, DEFAULT_LIMITS)
    : admitControl('server', state as ServerStateKind, bytes, DEFAULT_LIMITS);
}

describe('the header of a frame', () => {
  it('is judged for each state that the handshake knows', () => {
    expectTypeOf<ClientStateKind>().toEqualTypeOf<ClientState['kind']>();
    expectTypeOf<ServerStateKind>().toEqualTypeOf<ServerState['kind']>();
    expect(STATES).toHaveLength(12);
  });

  it.each(STATES)('of each type is legal or not at a $role in $state', ({ role, state, legal }) => {
    for (let type = 0; type < 256; type++) {
      if (legal.includes(type as never)) judge(role, state, type, 100);
      else refusing('frame.unexpected-type', () => judge(role, state, type, 100));
    }
  });

  it.each(STATES)('is held to the limit of $state at a $role, type first', ({ role, state, legal }) => {
    const limit = state === 'OPEN' ? 1_048_576 : 4096;
    for (const type of legal) {
      judge(role, state, type, limit);
      refusing('frame.too-large', () => judge(role, state, type, limit + 1));
      refusing('frame.too-large', () => judge(role, state, type, 0xffffffff));
    }
    refusing('frame.unexpected-type', () => judge(role, state, 9, 0xffffffff));
  });

  it.each(STATES)('of a sealed type has at least 29 bytes at a $role in $state', ({ role, state, legal }) => {
    for (const type of legal) {
      if (!SEALED.includes(type)) judge(role, state, type, 0);
      else {
        judge(role, state, type, 29);
        refusing('frame.sealed-too-short', () => judge(role, state, type, 28));
      }
    }
  });

  it('is held to the limit that was announced', () => {
    const limits = { CLEAR_FRAME_BYTES: 4096, FRAME_BYTES: 524_288 };
    admit('server', 'OPEN', FrameType.BATCH, 524_288, limits);
    refusing('frame.too-large', () => admit('server', 'OPEN', FrameType.BATCH, 524_289, limits));
  });
});

describe('a control message', () => {
  const ids = Object.entries(ControlMessages).map(([name, { id, from, phase }]) => ({
    name,
    id: Number.parseInt(id, 16),
    from: from as string,
    phase: phase as string,
  }));
  const phases: { readonly [state: string]: readonly string[] } = {
    W_SESSION: ['session', 'sealed'],
    W_AUTH: ['auth', 'sealed'],
    OPEN: ['open', 'sealed'],
  };

  it.each(['client', 'server'])('that is known is judged by side and state, at a %s', (role) => {
    const counted = { taken: 0, refused: 0 };
    for (const [state, due] of Object.entries(phases)) {
      for (const { id, from, phase } of ids) {
        const legal = due.includes(phase) && from !== role;
        counted[legal ? 'taken' : 'refused'] += 1;
        if (legal) expect(judgeControl(role, state, Uint8Array.of(id))).toBe('take');
        else refusing('control.unexpected', () => judgeControl(role, state, Uint8Array.of(id)));
      }
    }
    // SESSION; AUTH; SUBSCRIBE and FEED_ACK, or the server's five; PING and PONG; ERROR and CLOSE in three states.
    expect(counted).toEqual({ taken: role === 'server' ? 12 : 15, refused: 3 * 13 - (role === 'server' ? 12 : 15) });
  });

  it('that is unknown is refused before SESSION, later skipped below 80 and fatal from there on', () => {
    const known = new Set(ids.map(({ id }) => id));
    for (let id = 0; id < 256; id++) {
      if (known.has(id)) continue;
      const bytes = Uint8Array.of(id, 1, 2, 3);
      refusing('control.unexpected', () => judgeControl('server', 'W_SESSION', bytes));
      for (const state of ['W_AUTH', 'OPEN']) {
        if (id < 0x80) expect(judgeControl('client', state, bytes)).toBe('skip');
        else refusing('control.unknown-critical', () => judgeControl('client', state, bytes));
      }
    }
  });

  it('over 64 KiB is refused, known or not', () => {
    for (const id of [0x30, 0x5a, 0x99]) {
      const bytes = new Uint8Array(65_537);
      bytes[0] = id;
      refusing('control.too-large', () => judgeControl('server', 'OPEN', bytes));
    }
    const largest = new Uint8Array(65_536);
    largest[0] = 0x5a;
    expect(judgeControl('server', 'OPEN', largest)).toBe('skip');
  });

  it('is judged by its first byte alone', () => {
    expect(judgeControl('server', 'OPEN', Uint8Array.of(0x30))).toBe('take');
  });
});
