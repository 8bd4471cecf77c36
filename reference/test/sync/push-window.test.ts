import { describe, expect, it } from 'vitest';
import { DEFAULT_LIMITS } from '../../src/registry.ts';
import { PushWindow } from '../../src/sync/push-window.ts';

const limits = { ...DEFAULT_LIMITS, PUSH_WINDOW_OPERATIONS: 2, PUSH_WINDOW_BYTES: 100, OPERATION_BYTES: 50 };

describe('the push window', () => {
  it('lets a client send up to its limits', () => {
    const window = new PushWindow(limits);
    window.open(60);
    expect(window.fits(40)).toBe(true);
    expect(window.fits(41)).toBe(false);
    window.open(1);
    expect(window.fits(1)).toBe(false);
    window.answered(1, 60);
    expect(window.fits(99)).toBe(true);
  });

  it('lets a server bear one operation more, and no second one', () => {
    const window = new PushWindow(limits);
    for (let i = 0; i < 3; i++) window.open(1);
    expect(() => window.check()).not.toThrow();
    window.open(1);
    expect(() => window.check()).toThrow(/without an answer/);
    window.clear();
    expect(() => window.check()).not.toThrow();
  });

  it('lets a server bear the bytes of one operation more', () => {
    const window = new PushWindow(limits);
    window.open(150);
    expect(() => window.check()).not.toThrow();
    window.open(1);
    expect(() => window.check()).toThrow(/without an answer/);
  });
});
