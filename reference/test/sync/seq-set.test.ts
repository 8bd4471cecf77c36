import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SeqSet } from '../../src/sync/seq-set.ts';

describe('a set of seqs', () => {
  it('is what a set of numbers is', () => {
    const step = fc.tuple(fc.boolean(), fc.nat({ max: 5000 }));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), fc.nat({ max: 5100 }), (steps, from) => {
        const [set, model] = [new SeqSet(), new Set<number>()];
        for (const [isAdded, seq] of steps) {
          if (isAdded) set.add(seq);
          else set.delete(seq);
          if (isAdded) model.add(seq);
          else model.delete(seq);
        }
        expect([...set]).toEqual([...model].sort((a, b) => a - b));
        let missing = from;
        while (model.has(missing)) missing += 1;
        expect(set.missing(from)).toBe(missing);
      }),
    );
  });

  it('passes over a long run without holes', () => {
    const set = new SeqSet();
    for (let seq = 1; seq <= 100_000; seq++) set.add(seq);
    expect(set.missing(1)).toBe(100_001);
    set.delete(65_536);
    expect(set.missing(1)).toBe(65_536);
    expect(set.missing(65_537)).toBe(100_001);
    set.clear();
    expect(set.missing(1)).toBe(1);
  });
});
