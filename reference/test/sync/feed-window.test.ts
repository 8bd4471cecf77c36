import { describe, expect, it } from 'vitest';
import { DEFAULT_LIMITS } from '../../src/registry.ts';
import { FeedWindow } from '../../src/sync/feed-window.ts';

const limits = { ...DEFAULT_LIMITS, FEED_WINDOW_OPERATIONS: 3, FEED_WINDOW_BYTES: 100 };

describe('the feed window', () => {
  it('takes operations up to its number and no more', () => {
    const window = new FeedWindow(limits);
    for (let i = 0; i < 3; i++) {
      expect(window.fits(10)).toBe(true);
      window.count(10);
    }
    expect(window.fits(1)).toBe(false);
  });

  it('takes bytes up to its limit and no more', () => {
    const window = new FeedWindow(limits);
    window.count(60);
    expect(window.fits(40)).toBe(true);
    expect(window.fits(41)).toBe(false);
  });

  it('opens by what a FEED_ACK covers', () => {
    const window = new FeedWindow(limits);
    window.count(50);
    window.show();
    window.count(50);
    window.show();
    expect(window.acknowledge(1)).toBe(true);
    expect([window.operations, window.bytes]).toEqual([1, 50]);
    expect(window.acknowledge(2)).toBe(true);
    expect([window.operations, window.bytes]).toEqual([0, 0]);
    expect(window.fed).toBe(2);
  });

  it('lets an older FEED_ACK, or the same again, have no effect', () => {
    const window = new FeedWindow(limits);
    window.show();
    window.count(1);
    window.show();
    window.count(1);
    window.show();
    expect(window.acknowledge(2)).toBe(true);
    for (const n of [0, 1, 2]) expect(window.acknowledge(n)).toBe(false);
    expect(window.operations).toBe(0);
  });

  it('refuses a FEED_ACK of no CHECKPOINT: before the first, between two, above the last', () => {
    const window = new FeedWindow(limits);
    expect(() => window.acknowledge(0)).toThrow(/FEED_ACK/);
    window.show();
    window.count(1);
    window.count(1);
    window.show();
    for (const n of [1, 3]) expect(() => window.acknowledge(n)).toThrow(/FEED_ACK/);
    expect(window.acknowledge(2)).toBe(true);
    expect(() => window.acknowledge(1)).toThrow(/FEED_ACK/);
  });

  it('remembers CHECKPOINTs that show the same number once', () => {
    const window = new FeedWindow(limits);
    for (let i = 0; i < 3; i++) window.show();
    expect(window.acknowledge(0)).toBe(false);
    window.show();
    expect(window.acknowledge(0)).toBe(false);
  });

  it('forgets what was confirmed long ago, and then takes every older number for an old one', () => {
    const window = new FeedWindow(DEFAULT_LIMITS);
    for (let i = 0; i < 5000; i++) {
      window.count(1);
      window.count(1);
      window.show();
      window.acknowledge(window.fed);
    }
    expect(window.acknowledge(3)).toBe(false);
    expect(window.acknowledge(9_998)).toBe(false);
    expect(() => window.acknowledge(9_997)).toThrow(/FEED_ACK/);
  });
});
