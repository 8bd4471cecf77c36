import { describe, expect, it } from 'vitest';
import { bugs } from '../../simulation/bugs.ts';
import type { NodePlan, Refuses, Step } from '../../simulation/plan.ts';
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

describe('a hub', () => {
  const node = (name: string, upstream: readonly string[], refuses: Refuses): NodePlan => {
    return { name, isHub: name !== 'client1', upstream, refuses, ahead: 0, preallocate: 0 };
  };

  it('drops nothing because of a relayed operation that its own server has yet to take', async () => {
    const { setup } = storyOf('hazard 6', 1);
    const nodes = [node('hub1', [], 'some'), node('hub2', ['hub1'], 'none'), node('client1', ['hub2'], 'none')];
    const steps: Step[] = [
      { kind: 'stall', node: 'hub1', ms: 20_000 },
      { kind: 'write', node: 'client1', count: 30, salt: 6 },
      { kind: 'wait', ms: 9000 },
      { kind: 'compact', node: 'hub2' },
      { kind: 'wait', ms: 100 },
    ];
    const { failure } = await play({ setup: { ...setup, nodes, endsInBlackout: false }, steps });
    expect(failure).toBeUndefined();
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
