import type { Case } from '../catalogue/case.ts';
import { CaseFailure } from '../failure.ts';
import { FEWEST_CONNECTIONS, type Observer } from '../observe/observer.ts';
import type { CheckOptions, PropertyContext } from '../property.ts';
import { type RefusalSpec, runRefusal } from '../script/refusal.ts';
import { runSteps, type Step } from '../script/run-steps.ts';
import { reachOrFail, type Stage } from '../script/stage.ts';
import { substitute } from '../script/substitute.ts';
import { checkProperty } from './check.ts';
import type { Profile } from './profile.ts';

export interface PlaySettings {
  readonly profile: Profile;
  readonly database: string;
  readonly seed: number;
  readonly runs: number;
  readonly timeout: number;
  readonly watchdogMs: number;
  readonly observer: Observer;
  /** A fresh stage; the prefix goes before the names of its connections. */
  readonly makeStage: (name: string, prefix?: string) => Stage;
}

/** Plays a case, once for each of its values; throws what is wrong. */
export async function playCase(of: Case, settings: PlaySettings): Promise<void> {
  if (of.kind === 'property') return playProperty(of, settings);
  if (of.kind === 'observation') return playObservation(of, settings);
  const [[name, values] = ['', [undefined]]] = Object.entries(of.each ?? {});
  const spec = of.kind === 'script' ? of.script : of.refusal;
  for (const [i, value] of values.entries()) {
    const bound = name === '' ? spec : substitute(spec, name, value);
    try {
      await playOnce(of.kind, bound, i, settings, name, value);
    } catch (error) {
      if (!(error instanceof CaseFailure) || name === '') throw error;
      throw new CaseFailure(`with ${name} ${shown(value)}: ${error.expected}`, error.got, error.requirement);
    }
  }
}

async function playOnce(
  kind: 'script' | 'refusal',
  spec: unknown,
  i: number,
  { makeStage }: PlaySettings,
  name: string,
  value: unknown,
): Promise<void> {
  const stage = makeStage(`${i}`);
  if (name !== '') stage.environment.set(name, value);
  if (kind === 'refusal') {
    const control = makeStage(`${i} unchanged`, 'unchanged.');
    if (name !== '') control.environment.set(name, value);
    await runRefusal(spec as RefusalSpec, control, stage);
  } else await runSteps(spec as readonly Step[], stage);
  stage.check();
  stage.destroy();
}

function shown(value: unknown): string {
  const text = typeof value === 'string' ? `"${value}"` : JSON.stringify(value);
  return text.length <= 80 ? text : `${text.slice(0, 80)}...`;
}

/** Observations see the whole run; where that was too little, they make connections of their own. */
async function playObservation(of: Case & { kind: 'observation' }, settings: PlaySettings): Promise<void> {
  const { observer, makeStage } = settings;
  const stage = makeStage('observation');
  for (let _i = 0; observer.connections < FEWEST_CONNECTIONS; _i++) await stage.visit();
  observer.judge(of.observation);
}

/** Runs of one property under `--runs`. */
export function runsOf(runs: number, { runs: most, perHundred }: CheckOptions = {}): number {
  if (perHundred !== undefined) return Math.max(1, Math.round((perHundred * runs) / 100));
  return Math.min(runs, most ?? runs);
}

async function playProperty(of: Case & { kind: 'property' }, settings: PlaySettings): Promise<void> {
  const { profile, database, seed, runs, timeout, watchdogMs } = settings;
  const stage = settings.makeStage('0');
  let peers = 0;
  const context: PropertyContext = {
    ...{ runs, seed, timeout, database },
    limits: profile.limits,
    capabilities: profile.capabilities,
    fresh: stage.options.fresh,
    collection: String(stage.environment.get('collection')),
    connect: async (name = `P${++peers}`) => {
      const peer = stage.peer(name);
      await reachOrFail(peer, 'W_HELLO');
      return peer;
    },
    open: async (options = {}) => {
      const peer = stage.peer(options.name ?? `P${++peers}`);
      await reachOrFail(peer, 'OPEN', options);
      return peer;
    },
    restart: (how, data) => stage.restart(how, data),
    serves: () => stage.serves(),
    check: (property, options) =>
      checkProperty(property, {
        ...{ runs: runsOf(runs, options), seed, limit: watchdogMs / 2 },
        onCounterexample: (example) => stage.options.exchange.note('', 'counterexample', example),
      }),
    expect: (condition, expected, got) => {
      if (!condition) throw new CaseFailure(expected, got);
    },
  };
  await of.run(context);
  stage.check();
}
