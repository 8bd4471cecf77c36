import { describe, expect, it } from 'vitest';
import { Backoff } from '../../src/sync/backoff.ts';

describe('the backoff', () => {
  it('doubles its ceiling from 1 s to 5 minutes, and stays there', () => {
    const backoff = new Backoff();
    const ceilings = Array.from({ length: 12 }, () => {
      const { ceiling } = backoff;
      backoff.failed(0.5);
      return ceiling;
    });
    expect(ceilings).toEqual([
      1000, 2000, 4000, 8000, 16_000, 32_000, 64_000, 128_000, 256_000, 300_000, 300_000, 300_000,
    ]);
  });

  it('draws the wait from 0 to the ceiling', () => {
    const backoff = new Backoff();
    expect(backoff.failed(0)).toBe(0);
    expect(backoff.failed(0.25)).toBe(500);
    expect(backoff.failed(0.999_999)).toBe(3999);
  });

  it('begins anew when it is reset', () => {
    const backoff = new Backoff();
    for (let i = 0; i < 5000; i++) backoff.failed(0);
    backoff.reset();
    expect(backoff.ceiling).toBe(1000);
  });
});
