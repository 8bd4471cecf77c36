/** One history: what is asked of it, and how it went. */
import { type Setup, type Step, setupOf, stepsOf } from './plan.ts';
import { type Failure, World, type WorldOptions } from './world.ts';

export interface Story {
  readonly setup: Setup;
  readonly steps: readonly Step[];
}

export interface Outcome {
  readonly failure: Failure | undefined;
  /** Hash of all that happened. */
  readonly digest: string;
  /** What happened, if it was to be kept. */
  readonly lines: readonly string[];
  readonly operations: number;
  readonly events: number;
}

export function storyOf(seed: string, steps: number): Story {
  const setup = setupOf(seed);
  return { setup, steps: stepsOf(setup, steps) };
}

/** Never throws: what the nodes throw, also where nobody waits for it, is a failure. */
export async function play({ setup, steps }: Story, options: WorldOptions = {}): Promise<Outcome> {
  const world = new World(setup, options);
  const onThrown = (error: unknown): void => world.thrown(error);
  process.on('unhandledRejection', onThrown);
  process.on('uncaughtException', onThrown);
  try {
    const failure = await world.play(steps);
    const { trace, history, time } = world;
    const [operations, events] = [history.written.size, time.count];
    return { failure, digest: trace.digest(), lines: trace.lines, operations, events };
  } finally {
    process.off('unhandledRejection', onThrown);
    process.off('uncaughtException', onThrown);
  }
}
