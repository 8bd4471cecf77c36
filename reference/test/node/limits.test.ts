import { describe, expect, it } from 'vitest';
import { parseLimit, withLimits } from '../../src/node/limits.ts';
import { DEFAULT_LIMITS } from '../../src/registry.ts';

describe('limits', () => {
  it('are those of the registry, with the given ones replaced', () => {
    expect(withLimits({})).toEqual(DEFAULT_LIMITS);
    expect(withLimits({ PING_IDLE: 5, SCOPES: 2 })).toEqual({ ...DEFAULT_LIMITS, PING_IDLE: 5, SCOPES: 2 });
  });

  it('are refused with a sentence when unknown, fixed or out of range', () => {
    for (const [settings, why] of [
      [{ PINGS: 1 }, /no limit is called PINGS/],
      [{ toString: 1 }, /no limit is called toString/],
      [{ NESTING: 33 }, /belongs to the encoding/],
      [{ FRAME_BYTES: 524_287 }, /from 524288 to 16777216/],
      [{ FRAME_BYTES: 16_777_217 }, /from 524288 to 16777216/],
      [{ LINGER: 0 }, /whole number from 1/],
      [{ LINGER: 1.5 }, /whole number from 1/],
      [{ LINGER: 2 ** 31 }, /whole number from 1/],
    ] as const) {
      expect(() => withLimits(settings)).toThrow(RangeError);
      expect(() => withLimits(settings)).toThrow(why);
    }
  });

  it('are read from NAME=VALUE', () => {
    expect(parseLimit('PING_IDLE=500')).toEqual({ name: 'PING_IDLE', value: 500 });
    for (const text of ['', 'PING_IDLE', 'PING_IDLE=', 'PING_IDLE=-1', 'PING_IDLE=1.5', '=1', 'ping=1', 'A=1 ']) {
      expect(() => parseLimit(text), text).toThrow(/NAME=VALUE/);
    }
  });
});
