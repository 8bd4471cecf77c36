import { describe, expect, it } from 'vitest';
import { visibleOf } from '../../simulation/model.ts';
import { Random } from '../../simulation/random.ts';
import { Id } from '../../src/bytes/id.ts';
import { operation } from '../sync/operations.ts';

const record = new Id(0, 0, 0, 1);
const insert = operation({ record, counter: 1, changes: new Map([['title', 'a']]) });
const update = operation({ record, counter: 2, type: 'update', changes: new Map([['state', 'b']]) });
const erase = operation({ record, counter: 3, type: 'delete', changes: new Map() });

describe('the model', () => {
  it('joins the fields of a record that shows', () => {
    expect([...visibleOf([update, insert]).values()]).toEqual(['state="b" title="a"']);
  });

  it('shows neither a deleted record nor an update without its insert', () => {
    expect(visibleOf([erase, insert, update]).size).toBe(0);
    expect(visibleOf([update]).size).toBe(0);
  });

  it('shows of a record that was inserted anew what came after its delete', () => {
    const again = operation({ record, counter: 4, changes: new Map([['title', 'c']]) });
    expect([...visibleOf([insert, update, erase, again]).values()]).toEqual(['title="c"']);
  });
});

describe('random numbers', () => {
  it('are those of their seed and label', () => {
    const draw = (seed: string, label: string): number => new Random(seed).fork(label).u32();
    expect(draw('1', 'a')).toBe(draw('1', 'a'));
    expect(new Set([draw('1', 'a'), draw('1', 'b'), draw('2', 'a')]).size).toBe(3);
  });
});
