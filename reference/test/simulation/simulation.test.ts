import { describe, expect, it } from 'vitest';
import { bugs } from '../../simulation/bugs.ts';
import { play, storyOf } from '../../simulation/run.ts';
import { shrink } from '../../simulation/shrink.ts';

const STEPS = 60;
/** Seeds within which each planted bug is found, and steps of the history that is left of it. */
const WITHIN = 5;
const SHORT = 24;
/** Runs that may be spent on that. */
const SHRINKING = 16;

describe('a history', () => {
  it('is the same each time, bit for bit', async () => {
    const [once, again] = [await play(storyOf('11', STEPS), { isTraced: true }), await play(storyOf('11', STEPS))];
    expect(once.events).toBeGreaterThan(300);
    expect(once.lines.length).toBeGreaterThan(300);
    expect([again.digest, again.events, again.operations]).toEqual([once.digest, once.events, once.operations]);
  });

  it('is another one for another seed', async () => {
    const [one, other] = [await play(storyOf('11', STEPS)), await play(storyOf('12', STEPS))];
    expect(other.digest).not.toBe(one.digest);
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8])('of seed %i ends with every operation at every replica', async (seed) => {
    const { failure, operations } = await play(storyOf(String(seed), STEPS));
    expect(failure).toBeUndefined();
    expect(operations).toBeGreaterThan(10);
  });
});

describe('a planted bug is found, and its history made short', () => {
  it.each(Object.entries(bugs))('%s', async (_, bug) => {
    for (let seed = 1; seed <= WITHIN; seed++) {
      const story = storyOf(String(seed), STEPS);
      const outcome = await play(story, { bug });
      if (outcome.failure === undefined) continue;
      const shortest = await shrink(story, outcome, bug, SHRINKING);
      expect(shortest.outcome.failure?.invariant).toBe(outcome.failure.invariant);
      expect(shortest.story.steps.length).toBeLessThanOrEqual(SHORT);
      expect(shortest.outcome.lines.at(-1)).toContain('FAILURE');
      return;
    }
    expect.fail(`it was not found in ${WITHIN} seeds`);
  });
});
