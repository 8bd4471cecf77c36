import { describe, expect, it } from 'vitest';
import { lackOf } from '../../src/need/need.ts';
import { limitsOf, type Profile } from '../../src/run/profile.ts';

function profile(changes: Partial<Profile> & { readonly told?: ReadonlySet<string> } = {}): Profile {
  return {
    ...{ node: undefined, capabilities: new Set(['COMPRESSION']), auth: 'none', limits: limitsOf(), told: new Set() },
    ...{ statement: undefined, started: false, slow: false },
    ...changes,
  } as Profile;
}

describe('lackOf', () => {
  it.each([
    ['open', profile()],
    ['COMPRESSION', profile()],
    ['no-E2E', profile()],
    ['psk', profile({ auth: 'psk' })],
    ['exec', profile({ started: true })],
    ['slow', profile({ slow: true })],
    ['usual-push-window', profile({ limits: limitsOf({ FRAME_BYTES: 524_288 }) })],
    ['limit:PING_IDLE', profile({ slow: true })],
    ['limit:PING_IDLE', profile({ told: new Set(['PING_IDLE']), limits: limitsOf({ PING_IDLE: 200 }) })],
    ['limit:HALF_OPEN', profile({ told: new Set(['HALF_OPEN']) })],
    ['durable-log', profile({ statement: { levels: ['L2'], capabilities: [], auth: ['none'], log: 'durable' } })],
    ['durable-log', profile({ asked: 'L2' })],
    ['data', profile({ started: true, ownsData: true })],
    ['memory-log', profile({ statement: { levels: ['L1'], capabilities: [], auth: ['none'], log: 'memory' } })],
  ])('%s is met', (need, target) => {
    expect(lackOf(need, target)).toBeUndefined();
  });

  it.each([
    ['psk', profile(), '--psk FILE'],
    ['open', profile({ auth: 'psk' }), 'without a credential'],
    ['E2E', profile(), 'a node with E2E'],
    ['no-COMPRESSION', profile(), 'a node without COMPRESSION'],
    ['exec', profile(), '--exec'],
    ['data', profile({ started: true }), '{port} and {data}'],
    ['durable-log', profile(), '--level L2'],
    ['durable-log', profile({ asked: 'L1' }), '--statement FILE'],
    [
      'durable-log',
      profile({ asked: 'L2', statement: { levels: ['L1'], capabilities: [], auth: ['none'], log: 'memory' } }),
      '--statement FILE',
    ],
    ['slow', profile(), '--slow'],
    ['limit:PING_IDLE', profile(), '--limit PING_IDLE=VALUE'],
    [
      'limit:HALF_OPEN',
      profile({ told: new Set(['HALF_OPEN']), limits: limitsOf({ HALF_OPEN: 9999 }) }),
      '--limit HALF_OPEN',
    ],
    ['limit:KEY_FRAMES', profile({ slow: true }), '--limit KEY_FRAMES'],
    ['limit:PUSH_WINDOW_OPERATIONS', profile(), '--limit PUSH_WINDOW_OPERATIONS=VALUE (1 to 254)'],
    ['limit:FRAME_BYTES', profile(), '--limit FRAME_BYTES=VALUE (1572864 to 4194304)'],
    ['usual-push-window', profile({ limits: limitsOf({ PUSH_WINDOW_OPERATIONS: 16 }) }), 'OPERATIONS=256'],
    ['memory-log', profile(), '--statement FILE'],
    ['durable-log', profile(), '--statement FILE'],
  ])('%s is not met, and it says what would help', (need, target, remedy) => {
    expect(lackOf(need, target)?.remedy).toContain(remedy);
  });

  it.each([
    ['HALF_OPEN', 4096, 'HALF_OPEN=4096 is too large to test; at most 256'],
    ['PUSH_WINDOW_OPERATIONS', 255, 'PUSH_WINDOW_OPERATIONS=255 is too large to test; at most 254'],
    ['KEY_BYTES', 4_194_304, 'KEY_BYTES=4194304 is too large to test; at most 1048576'],
    ['KEY_BYTES', 1_000, 'KEY_BYTES=1000 is too small to test; at least 4096'],
    ['FRAME_BYTES', 524_288, 'FRAME_BYTES=524288 is too small to test; at least 1572864'],
  ])('a told %s of %d cannot be tested', (name, value, reason) => {
    const target = profile({ told: new Set([name]), limits: limitsOf({ [name]: value }) });
    expect(lackOf(`limit:${name}`, target)?.reason).toBe(reason);
  });
});
