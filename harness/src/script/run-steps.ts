import { HarnessFault } from '../failure.ts';
import type { Peer } from '../peer/peer.ts';
import { known } from './feed-check.ts';
import { resolveNumber } from './number.ts';
import { namedOperation } from './operation.ts';
import { checkStored } from './read-all.ts';
import type { Stage } from './stage.ts';
import { PLAIN_STEPS, reachStep } from './steps/connection.ts';
import { convergesStep } from './steps/converges.ts';
import { answerStep, endsStep, expectStep } from './steps/expect.ts';
import { absentStep, fedStep } from './steps/feed.ts';
import { keptStep, restartStep } from './steps/restart.ts';
import { defineStep, pushStep, sendStep } from './steps/send.ts';
import { subscribeStep } from './steps/subscribe.ts';
import { checkStep, letStep } from './steps/value.ts';

type Spec = { readonly [member: string]: unknown };
export type Step = string | Spec;

/** Steps that play on one connection (`on`, default A). */
const ON_PEER: {
  readonly [action: string]: (peer: Peer, value: unknown, modifiers: Spec, stage: Stage) => Promise<void>;
} = {
  reach: reachStep,
  send: sendStep,
  push: pushStep,
  answer: answerStep,
  expect: expectStep,
  ends: endsStep,
  fed: fedStep,
  absent: (peer, value, _, stage) => absentStep(peer, value, stage),
  subscribe: subscribeStep,
};

async function goneStep(value: unknown, stage: Stage, step: Spec): Promise<void> {
  const within = step.within === undefined ? undefined : resolveNumber(step.within, stage.environment);
  const earliest = step.earliest === undefined ? undefined : resolveNumber(step.earliest, stage.environment);
  for (const name of Array.isArray(value) ? value : [value ?? 'A']) await stage.peer(name).gone(within, earliest);
}

const ON_STAGE: { readonly [action: string]: (value: unknown, stage: Stage, step: Spec) => Promise<void> | void } = {
  define: defineStep,
  gone: goneStep,
  let: letStep,
  check: checkStep,
  serves: (_, stage) => stage.serves(),
  stored: (value, stage) => storedStep(value, stage, true),
  'not-stored': (value, stage) => storedStep(value, stage, false),
  repeat: async (value, stage, step) => {
    const times = resolveNumber(value, stage.environment);
    for (let i = 0; i < times; i++) {
      stage.environment.set('i', i);
      await runSteps(step.steps as readonly Step[], stage);
    }
  },
  restart: restartStep,
  kept: keptStep,
  converges: convergesStep,
};

/** Plays the steps one after the other; the first that fails ends it. */
export async function runSteps(steps: readonly Step[], stage: Stage): Promise<void> {
  for (const step of steps) await runStep(step, stage);
}

async function runStep(step: Step, stage: Stage): Promise<void> {
  const spec: Spec = typeof step === 'string' ? { [step]: undefined } : step;
  for (const [action, value] of Object.entries(spec)) {
    const plain = PLAIN_STEPS[action];
    if (plain !== undefined) {
      const names = (Array.isArray(value) ? value : [value ?? 'A']) as readonly string[];
      for (const name of names) await plain(stage.peer(name));
      return;
    }
    const onPeer = ON_PEER[action];
    if (onPeer !== undefined) {
      const peer = stage.peer((spec.on as string | undefined) ?? 'A');
      if (action !== 'reach' && !peer.isConnected)
        throw new HarnessFault(`${action} on ${peer.name}, which is no link yet`);
      return onPeer(peer, value, spec, stage);
    }
    const onStage = ON_STAGE[action];
    if (onStage !== undefined) return onStage(value, stage, spec);
  }
  throw new HarnessFault(`${JSON.stringify(step)} is no step`);
}

async function storedStep(value: unknown, stage: Stage, stored: boolean): Promise<void> {
  const names = (Array.isArray(value) ? value : [value]) as readonly string[];
  const operations = names.map((name) => {
    const filled = stage.environment.fill(name);
    return known(filled, namedOperation(filled, stage.environment));
  });
  await checkStored(stage, operations, stored);
}
