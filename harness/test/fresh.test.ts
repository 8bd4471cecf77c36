import { describe, expect, it } from 'vitest';
import { Fresh } from '../src/fresh.ts';

const salt = new Uint8Array(16);

describe('Fresh', () => {
  it('gives the same stream for the same parts', () => {
    expect(new Fresh(1, salt, 'case').bytes(40)).toEqual(new Fresh(1, salt, 'case').bytes(40));
  });

  it('gives another stream for another seed, salt or name', () => {
    const streams = [
      new Fresh(1, salt, 'case'),
      new Fresh(2, salt, 'case'),
      new Fresh(1, new Uint8Array(15), 'case'),
      new Fresh(1, salt, 'other'),
      new Fresh(1, salt, 'ca', 'se'),
    ].map((fresh) => String(fresh.bytes(16)));
    expect(new Set(streams).size).toBe(streams.length);
  });

  it('never gives the same bytes twice', () => {
    const fresh = new Fresh(1, salt);
    expect(fresh.bytes(32)).not.toEqual(fresh.bytes(32));
    expect(fresh.collection()).not.toBe(fresh.collection());
  });

  it('makes version 4 UUIDs', () => {
    expect(new Fresh(1, salt).id().toHex()).toMatch(/^.{12}4.{3}[89ab].{15}$/);
  });

  it('has children that do not depend on what was drawn before', () => {
    const fresh = new Fresh(1, salt);
    const before = fresh.child('node').bytes(8);
    fresh.bytes(100);
    expect(fresh.child('node').bytes(8)).toEqual(before);
  });
});
