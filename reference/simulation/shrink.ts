/** Makes a failing history short: leaves out steps as long as the same invariant still breaks (delta debugging). */
import type { Bug } from './bug.ts';
import type { Setup, Step } from './plan.ts';
import { type Outcome, play, type Story } from './run.ts';

/** Crashes are imagined after so many of all events: a shorter history has fewer chances to show what is wrong. */
const IMAGINED = 0.1;

export interface Shrunk {
  readonly story: Story;
  readonly outcome: Outcome;
  readonly runs: number;
}

/** @param most runs that may be spent */
export async function shrink(story: Story, failed: Outcome, bug: Bug | undefined, most: number): Promise<Shrunk> {
  let best: Story = story;
  let runs = 0;
  const fails = async (candidate: Story): Promise<boolean> => {
    runs += 1;
    const { failure } = await play(candidate, { bug, imagined: IMAGINED });
    return failure?.invariant === failed.failure?.invariant;
  };
  const attempt = async (candidate: Story): Promise<boolean> => {
    if (runs >= most || !(await fails(candidate))) return false;
    best = candidate;
    return true;
  };

  for (let size = Math.ceil(best.steps.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < best.steps.length && runs < most; ) {
      const steps = [...best.steps.slice(0, at), ...best.steps.slice(at + size)];
      if (!(await attempt({ ...best, steps }))) at += size;
    }
  }
  for (const setup of withoutNodes(best.setup)) {
    const names = new Set(setup.nodes.map(({ name }) => name));
    const steps = best.steps.filter((step) => nodesOf(step).every((name) => names.has(name)));
    const nodes = best.setup.nodes.filter(({ name }) => names.has(name));
    if (nodes.length < best.setup.nodes.length) await attempt({ setup: { ...best.setup, nodes }, steps });
  }
  for (const [at, step] of best.steps.entries()) {
    for (const smaller of smallerSteps(step)) {
      const steps = best.steps.with(at, smaller);
      if (await attempt({ ...best, steps })) break;
    }
  }
  const imagined = best === story ? undefined : IMAGINED;
  return { story: best, outcome: await play(best, { bug, isTraced: true, imagined }), runs };
}

/** The setup without one node to which nobody is a client. */
function withoutNodes(setup: Setup): Setup[] {
  return setup.nodes
    .filter(({ name }) => !setup.nodes.some(({ upstream }) => upstream.includes(name)))
    .map((left) => ({ ...setup, nodes: setup.nodes.filter((node) => node !== left) }));
}

function nodesOf(step: Step): string[] {
  if (step.kind === 'wait') return [];
  return step.kind === 'carry' ? [step.from, step.to] : [step.node];
}

function smallerSteps(step: Step): Step[] {
  if (step.kind === 'write' && step.count > 1)
    return [
      { ...step, count: 1 },
      { ...step, count: Math.ceil(step.count / 2) },
    ];
  return [];
}
