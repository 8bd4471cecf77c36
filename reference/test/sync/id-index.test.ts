import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Id } from '../../src/bytes/id.ts';
import { IdColumn } from '../../src/sync/id-column.ts';
import { IdIndex } from '../../src/sync/id-index.ts';

/** Few words, so that hashes and slots collide. */
const word = fc.integer({ min: -2, max: 2 });
const id = fc.tuple(word, word, word, word).map(([a, b, c, d]) => new Id(a, b, c, d));

describe('the index of ids', () => {
  it('finds what was added and nothing else, whatever is taken back meanwhile', () => {
    fc.assert(
      fc.property(fc.array(fc.option(id)), fc.integer(), (steps, seed) => {
        const ids = new IdColumn();
        const index = new IdIndex(ids, seed);
        const model: Id[] = [];
        for (const step of steps) {
          if (step === null) {
            if (model.length === 0) continue;
            index.removeLast(model.length - 1);
            model.pop();
            ids.truncate(model.length);
          } else if (!model.some((known) => known.equals(step))) {
            ids.push(step);
            index.add(ids.length - 1);
            model.push(step);
          }
          for (const each of steps) {
            if (each !== null) expect(index.find(each)).toBe(model.findIndex((known) => known.equals(each)));
          }
        }
      }),
    );
  });

  it('begins anew with some of the ids', () => {
    const ids = new IdColumn();
    const index = new IdIndex(ids, 7);
    for (let i = 0; i < 500; i++) {
      ids.push(new Id(i, 0, 0, 0));
      index.add(i);
    }
    index.rebuild([3, 400]);
    expect(index.find(new Id(400, 0, 0, 0))).toBe(400);
    expect(index.find(new Id(4, 0, 0, 0))).toBe(-1);
  });
});
