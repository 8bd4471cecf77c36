import type { CryptoProvider } from '../../../reference/src/crypto/provider.ts';
import { Capability } from '../../../reference/src/registry.ts';
import type { Address } from '../address.ts';
import { type Case, wantsNode } from '../catalogue/case.ts';
import { isAdvice } from '../catalogue/requirements.ts';
import { CaseFailure, HarnessFault, Inconclusive } from '../failure.ts';
import { Fresh } from '../fresh.ts';
import { type Lack, lackOf } from '../need/need.ts';
import { probe } from '../need/probe.ts';
import type { Observer } from '../observe/observer.ts';
import type { Credential } from '../peer/credential.ts';
import { Exchange } from '../peer/exchange.ts';
import { DialError } from '../peer/link.ts';
import { type Restart, Stage } from '../script/stage.ts';
import type { CaseNode, NodeHost } from '../target/case-node.ts';
import { playCase } from './play.ts';
import type { Profile } from './profile.ts';
import type { Sources } from './source-address.ts';
import type { CaseResult, Verdict } from './verdict.ts';

/** Everything that the cases of a run have in common. */
export interface RunnerSettings {
  readonly address: Address;
  readonly crypto: CryptoProvider;
  readonly database: string;
  readonly credential?: Credential | undefined;
  readonly profile: Profile;
  readonly seed: number;
  /** Keeps two runs against one living node apart. */
  readonly salt: Uint8Array;
  /** Of a property. */
  readonly runs: number;
  /** Milliseconds for an answer. */
  readonly timeout: number;
  readonly observer: Observer;
  readonly sources?: Sources | undefined;
  /** Ends the node that all cases share and starts it again. */
  readonly restart?: Restart | undefined;
  /** Gives each case that ends nodes one of its own. */
  readonly host?: NodeHost | undefined;
  /** Keep the exchange of passing cases, too. */
  readonly trace?: boolean | undefined;
}

/** Times the timeout that one case may take beyond the waits it asks for: a node that trickles shall not hold up a run. */
const WATCHDOG = 30;

/** Runs cases against one target, one at a time or many at once, and never throws. */
export class CaseRunner {
  readonly settings: RunnerSettings;
  readonly #probes = new Map<string, Promise<string | undefined>>();

  constructor(settings: RunnerSettings) {
    this.settings = settings;
  }

  async run(of: Case): Promise<CaseResult> {
    const start = performance.now();
    const exchange = new Exchange();
    const done = (verdict: Verdict, rest: Partial<CaseResult> = {}): CaseResult => {
      const { id, title, level, role, requirements, source, why } = of;
      const kept = verdict !== 'pass' && verdict !== 'unsupported';
      return {
        ...{ id, title, level, role, requirements, source, why, verdict },
        durationMs: performance.now() - start,
        ...(kept || this.settings.trace ? { exchange: exchange.entries } : {}),
        ...rest,
      };
    };
    try {
      const lacking = await this.#lacking(of);
      if (lacking !== undefined) return done(...lacking);
      await this.#bounded(of, exchange);
      return done('pass');
    } catch (error) {
      return done(...judge(of, error));
    }
  }

  async #bounded(of: Case, exchange: Exchange): Promise<void> {
    const node = wantsNode(of) ? await this.settings.host?.start() : undefined;
    let proven = false;
    try {
      await this.#play(of, exchange, node);
      proven = true;
    } finally {
      await node?.stop(proven);
    }
  }

  async #play(of: Case, exchange: Exchange, node: CaseNode | undefined): Promise<void> {
    const limit = WATCHDOG * this.settings.timeout + longestWait(of, this.settings.profile);
    let timer: NodeJS.Timeout | undefined;
    const watchdog = new Promise<never>((_, reject) => {
      const due = `an end within ${Math.round(limit / 1000)} s`;
      timer = setTimeout(() => reject(new CaseFailure(due, 'a case that goes on')), limit);
    });
    const stages: Stage[] = [];
    const makeStage = (name: string, prefix = ''): Stage => {
      const stage = this.#stage(`${of.id} ${name}`, exchange, prefix, node);
      stages.push(stage);
      return stage;
    };
    try {
      await Promise.race([watchdog, playCase(of, { ...this.settings, makeStage, watchdogMs: limit })]);
    } finally {
      clearTimeout(timer);
      for (const stage of stages) stage.destroy();
    }
  }

  /** A stage whose ids no other case, value or run shares. */
  #stage(name: string, exchange: Exchange, prefix = '', node?: CaseNode): Stage {
    const { seed, salt, crypto, profile, database, credential, timeout, observer, sources, restart } = this.settings;
    const fresh = new Fresh(seed, salt, name);
    const { address } = node ?? this.settings;
    const watched =
      node === undefined
        ? { onWelcome: observer.onWelcome, onLog: observer.onLog }
        : { onWelcome: observer.onOtherWelcome };
    const from = sources?.(fresh);
    const options = {
      address: from === undefined || address.kind !== 'tcp' ? address : { ...address, from },
      ...{ crypto, limits: profile.limits, database, credential, node: fresh.child('node').id() },
      ...{ fresh, timeout, exchange, ...watched },
    };
    const stage = new Stage(options, {
      prefix,
      restart: node === undefined ? restart : (how, data) => node.restart(how, data),
    });
    stage.environment.set('capabilities', statedCapabilities(profile));
    return stage;
  }

  /** The verdict on a case whose needs are not met: unsupported, or fail when the probe says otherwise. */
  async #lacking(of: Case): Promise<[Verdict, Partial<CaseResult>] | undefined> {
    for (const need of of.needs ?? []) {
      const lack = lackOf(need, this.settings.profile);
      if (lack === undefined) continue;
      if (claims(this.settings.profile, need)) {
        return failed(of, new CaseFailure(`${need}, which the statement claims`, lack.reason));
      }
      const contradiction = await this.#probe(lack);
      if (contradiction === undefined) return ['unsupported', { message: `${lack.reason}; needs ${lack.remedy}` }];
      const got = `${lack.reason}, and yet: ${contradiction}`;
      return failed(of, new CaseFailure('what is unsupported to be refused', got));
    }
    return undefined;
  }

  /** What the node did instead of refusing; each probe is made once. */
  #probe({ probe: what }: Lack): Promise<string | undefined> {
    if (what === undefined) return Promise.resolve(undefined);
    const known = this.#probes.get(what);
    if (known !== undefined) return known;
    const stage = this.#stage(`probe ${what}`, new Exchange(), 'probe.');
    const result = probe(what, stage).then(
      () => undefined,
      (error: unknown) => (error instanceof Error ? error.message : String(error)),
    );
    this.#probes.set(what, result);
    return result;
  }
}

/** Bits of the capabilities that the target says it has; without a statement those that it selected first. */
function statedCapabilities({ statement, capabilities }: Profile): number {
  const names = new Set<string>(statement?.capabilities ?? capabilities);
  return Object.entries(Capability).reduce((bits, [name, bit]) => (names.has(name) ? bits | bit : bits), 0);
}

/** Whether the statement says that the target has what a probe did not find. */
function claims({ statement }: Profile, need: string): boolean {
  return statement?.capabilities.includes(need) ?? false;
}

/** Needs of cases that are about being turned away: there it is a verdict. */
const PER_ADDRESS: ReadonlySet<string> = new Set(['limit:HALF_OPEN', 'limit:FAILED_PROOFS']);

function judge(of: Case, error: unknown): [Verdict, Partial<CaseResult>] {
  if (error instanceof CaseFailure) return failed(of, error);
  if (error instanceof Inconclusive) {
    if (of.needs?.some((need) => PER_ADDRESS.has(need)))
      return failed(of, new CaseFailure('this connection let in', error.message));
    return ['inconclusive', { message: error.message }];
  }
  if (error instanceof DialError) {
    return failed(of, new CaseFailure('a link to the node', `${error.code}: it takes no connection (any more)`));
  }
  const message = error instanceof Error ? error.message : String(error);
  const stack = error instanceof Error && !(error instanceof HarnessFault) ? error.stack : undefined;
  return ['error', { message: `the kit's own fault: ${message}`, stack }];
}

function failed(of: Case, { expected, got, requirement }: CaseFailure): [Verdict, Partial<CaseResult>] {
  const failure = { requirement: requirement ?? of.requirements[0] ?? '', expected, got };
  const advice = isAdvice(requirement === undefined ? of.requirements : [requirement]);
  return [advice ? 'warning' : 'fail', { message: `expected ${expected}; got ${got}`, failure }];
}

/** Milliseconds that the steps of a case ask for by `within`, roughly: the sum of all limits that they name. */
function longestWait(of: Case, { limits }: Profile): number {
  if (of.kind !== 'script') return 0;
  let sum = 0;
  for (const [, name, number] of JSON.stringify(of).matchAll(/"within":"?(?:([A-Z_]+)|(\d+))/g)) {
    sum += 10_000 + (name === undefined ? Number(number) : ((limits as { [name: string]: number })[name] ?? 0));
  }
  return sum;
}
