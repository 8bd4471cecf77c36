import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concat } from '../../src/bytes/concat.ts';
import { fromHex, toHex } from '../../src/bytes/hex.ts';
import { Direction } from '../../src/channel/direction.ts';
import { Opener, SEALED_MINIMUM } from '../../src/channel/opener.ts';
import { Sealer } from '../../src/channel/sealer.ts';
import { nodeCrypto } from '../../src/crypto/node.ts';
import { ProtocolError } from '../../src/errors.ts';
import { DEFAULT_LIMITS, FrameType, type Limits } from '../../src/registry.ts';
import type { Frame } from '../../src/wire/frame.ts';
import { counting, pairs, python } from '../crypto/providers.ts';
import { refusing } from '../crypto/refusing.ts';

const { clientToServer, serverToClient } = Direction;
const { CONTROL, OPERATION, BATCH } = FrameType;
const KEY = fromHex(python.linkKey);

function frameOf(raw: Uint8Array): Frame {
  return { type: raw[0]!, payload: raw.subarray(5) };
}

/** A sealer and the opener of the other side. */
function channel(limits: Limits = DEFAULT_LIMITS, crypto = nodeCrypto) {
  return {
    sealer: new Sealer(crypto, KEY, clientToServer, limits),
    opener: new Opener(crypto, KEY, clientToServer, limits),
  };
}

describe.each(pairs)('sealed by $a.name, opened by $b.name', ({ a, b }) => {
  it('has the bytes of the second derivation, in both directions', () => {
    for (const [side, direction] of Object.entries({ client: clientToServer, server: serverToClient })) {
      const sealer = new Sealer(a, KEY, direction, DEFAULT_LIMITS);
      const opener = new Opener(b, KEY, direction, DEFAULT_LIMITS);
      for (const { sender, plaintext, frame } of python.sealed) {
        if (sender !== side) continue;
        const sealed = sealer.seal(CONTROL, fromHex(plaintext));
        expect(toHex(sealed)).toBe(frame);
        expect(toHex(opener.open(frameOf(sealed)))).toBe(plaintext);
      }
      expect([sealer.counter, opener.counter]).toEqual([2, 2]);
    }
  });

  it('any run of frames of any type and size comes out as it went in', () => {
    const frames = fc.array(
      fc.tuple(fc.constantFrom(CONTROL, OPERATION, BATCH), fc.uint8Array({ minLength: 1, maxLength: 300 })),
      { maxLength: 20 },
    );
    fc.assert(
      fc.property(frames, (run) => {
        const sealer = new Sealer(a, KEY, serverToClient, DEFAULT_LIMITS);
        const opener = new Opener(b, KEY, serverToClient, DEFAULT_LIMITS);
        const sealed = run.map(([type, plaintext]) => sealer.seal(type, plaintext)); // all first: no buffer is reused
        const total = run.reduce((sum, [, plaintext]) => sum + plaintext.length, 0);
        for (const [i, [type, plaintext]] of run.entries()) {
          expect(sealed[i]![0]).toBe(type);
          expect(opener.open(frameOf(sealed[i]!))).toEqual(plaintext);
        }
        expect([sealer.counter, sealer.bytes]).toEqual([run.length, total]);
        expect([opener.counter, opener.bytes]).toEqual([run.length, total]);
      }),
      { numRuns: 50 },
    );
  });
});

describe('a sealed frame', () => {
  it('has a header, a structured nonce and 28 bytes of overhead', () => {
    const { sealer } = channel();
    for (let counter = 0; counter < 300; counter++) {
      const raw = sealer.seal(OPERATION, counting(165));
      expect(raw).toHaveLength(198);
      const nonce = `000600000000000000000${counter.toString(16).padStart(3, '0')}`;
      expect(toHex(raw.subarray(0, 17))).toBe(`06000000c1${nonce}`);
    }
  });

  it('carries at least one byte', () => {
    expect(() => channel().sealer.seal(CONTROL, new Uint8Array(0))).toThrow(RangeError);
    expect(channel().sealer.seal(CONTROL, counting(1))).toHaveLength(5 + SEALED_MINIMUM);
    expect(SEALED_MINIMUM).toBe(29);
  });

  it('of 1 MiB comes out as it went in', () => {
    const { sealer, opener } = channel();
    const plaintext = counting(1 << 20);
    expect(opener.open(frameOf(sealer.seal(BATCH, plaintext)))).toEqual(plaintext);
  });

  it('does not lie in memory that a later frame is written to', () => {
    const { sealer } = channel();
    const first = sealer.seal(CONTROL, counting(100));
    const copy = first.slice();
    for (let i = 0; i < 2000; i++) sealer.seal(CONTROL, counting(100));
    expect(first).toEqual(copy);
  });
});

describe('an opener refuses', () => {
  const { sealer } = channel();
  const sealed = [0, 1, 2, 3].map((i) => sealer.seal(OPERATION, counting(20, i)));
  const opener = (frames: number) => {
    const fresh = channel().opener;
    for (let i = 0; i < frames; i++) fresh.open(frameOf(sealed[i]!));
    return fresh;
  };

  it('a replay', () => {
    refusing('sealed.nonce', () => opener(1).open(frameOf(sealed[0]!)));
    refusing('sealed.nonce', () => opener(3).open(frameOf(sealed[1]!)));
  });

  it('a frame before its turn, so a drop and a reorder, too', () => {
    refusing('sealed.nonce', () => opener(0).open(frameOf(sealed[1]!)));
    refusing('sealed.nonce', () => opener(1).open(frameOf(sealed[3]!)));
  });

  it('a reflection', () => {
    const own = new Opener(nodeCrypto, KEY, serverToClient, DEFAULT_LIMITS);
    refusing('sealed.nonce', () => own.open(frameOf(sealed[0]!)));
  });

  it('another frame type, with the old nonce and with one that fits', () => {
    refusing('sealed.nonce', () => opener(0).open({ type: CONTROL, payload: sealed[0]!.subarray(5) }));
    const payload = sealed[0]!.slice(5);
    payload[1] = CONTROL;
    refusing('sealed.tag', () => opener(0).open({ type: CONTROL, payload }));
  });

  it('a random nonce, which 1.0 does not take', () => {
    const nonce = counting(12, 100);
    const payload = concat(nonce, nodeCrypto.seal(KEY, nonce, counting(20)));
    refusing('sealed.nonce', () => opener(0).open({ type: OPERATION, payload }));
  });

  it('each flipped bit: of the nonce by sealed.nonce, behind it by sealed.tag', () => {
    const whole = sealed[0]!.subarray(5);
    for (let bit = 0; bit < whole.length * 8; bit++) {
      const payload = whole.slice();
      payload[bit >> 3]! ^= 1 << (bit & 7);
      refusing(bit < 96 ? 'sealed.nonce' : 'sealed.tag', () => opener(0).open({ type: OPERATION, payload }));
    }
  });

  it('another length', () => {
    const whole = sealed[0]!.subarray(5);
    refusing('sealed.tag', () => opener(0).open({ type: OPERATION, payload: whole.subarray(0, whole.length - 1) }));
    refusing('sealed.tag', () => opener(0).open({ type: OPERATION, payload: concat(whole, counting(1)) }));
    refusing('frame.sealed-too-short', () => opener(0).open({ type: OPERATION, payload: whole.subarray(0, 28) }));
  });

  it('another key', () => {
    const other = new Opener(nodeCrypto, counting(32), clientToServer, DEFAULT_LIMITS);
    refusing('sealed.tag', () => other.open(frameOf(sealed[0]!)));
  });

  it('everything after it has refused a frame', () => {
    const broken = opener(0);
    refusing('sealed.nonce', () => broken.open(frameOf(sealed[2]!)));
    refusing('sealed.nonce', () => broken.open(frameOf(sealed[0]!)));
  });

  it('every order of frames but the one in which they were sealed', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(3), { minLength: 1, maxLength: 6 }), (order) => {
        const fresh = opener(0);
        let opened = 0;
        try {
          for (const index of order) {
            expect(fresh.open(frameOf(sealed[index]!))).toEqual(counting(20, index));
            opened += 1;
          }
        } catch (error) {
          expect(error).toBeInstanceOf(ProtocolError);
        }
        let inOrder = 0;
        while (order[inOrder] === inOrder) inOrder += 1;
        expect(opened).toBe(inOrder);
      }),
    );
  });
});

describe('the limit of a key', () => {
  const close = Uint8Array.of(0x3f, 1);

  it('in frames keeps the last counter for CLOSE', () => {
    const { sealer, opener } = channel({ ...DEFAULT_LIMITS, KEY_FRAMES: 2 });
    for (const i of [0, 1]) {
      expect(sealer.limitReached()).toBe(false);
      opener.open(frameOf(sealer.seal(OPERATION, counting(9, i))));
    }
    expect(sealer.limitReached()).toBe(true);
    refusing('channel.key-limit', () => sealer.seal(OPERATION, counting(9)));
    refusing('channel.key-limit', () => sealer.seal(CONTROL, Uint8Array.of(0x3e)));
    refusing('channel.key-limit', () => sealer.seal(OPERATION, close));
    expect(opener.open(frameOf(sealer.seal(CONTROL, close)))).toEqual(close);
    refusing('channel.key-limit', () => sealer.seal(CONTROL, close));
  });

  it('in bytes of plaintext lets the limit itself pass, and CLOSE after it', () => {
    const { sealer } = channel({ ...DEFAULT_LIMITS, KEY_BYTES: 20 });
    sealer.seal(OPERATION, counting(10));
    expect([sealer.limitReached(10), sealer.limitReached(11), sealer.limitReached()]).toEqual([false, true, false]);
    refusing('channel.key-limit', () => sealer.seal(OPERATION, counting(11)));
    sealer.seal(OPERATION, counting(10));
    expect(sealer.limitReached()).toBe(true);
    refusing('channel.key-limit', () => sealer.seal(OPERATION, counting(1)));
    expect(sealer.seal(CONTROL, close)).toHaveLength(35);
    refusing('channel.key-limit', () => sealer.seal(CONTROL, close));
  });

  it('is what a frame after the kept counter is refused by, unopened', () => {
    const open = channel({ ...DEFAULT_LIMITS, KEY_FRAMES: 1 }).opener;
    const { sealer } = channel();
    const frames = [0, 1, 2].map(() => frameOf(sealer.seal(CONTROL, close)));
    open.open(frames[0]!);
    open.open(frames[1]!);
    refusing('channel.key-limit', () => open.open(frames[2]!));
    refusing('channel.key-limit', () => open.open({ type: CONTROL, payload: new Uint8Array(40) }));
  });

  it('does not stop a CLOSE that comes before it', () => {
    const { sealer } = channel();
    sealer.seal(CONTROL, close);
    expect(sealer.seal(CONTROL, counting(3))).toHaveLength(5 + 31);
  });

  it('has a counter that reaches 2^32 - 1', () => {
    const { sealer } = channel();
    // @ts-expect-error reaching into it saves four thousand million frames
    sealer.nonce.counter = 0xfffffffe;
    expect(sealer.limitReached()).toBe(false);
    expect(toHex(sealer.seal(OPERATION, counting(1)).subarray(5, 17))).toBe('0006000000000000fffffffe');
    expect(sealer.limitReached()).toBe(true);
    expect(toHex(sealer.seal(CONTROL, close).subarray(5, 17))).toBe('0005000000000000ffffffff');
  });
});
