import fc from 'fast-check';
import type { Case } from '../../harness/src/catalogue/case.ts';
import { type CaseResult, CaseRunner, Observer } from '../../harness/src/index.ts';
import { capabilityNames } from '../../harness/src/run/profile.ts';
import { nodeCrypto } from '../../reference/src/crypto/node.ts';
import { arm } from '../mutants/fault.ts';
import { type NodeParts, standardNodeParts } from '../mutants/links-parts.ts';
import type { Mutant } from '../mutants/mutant.ts';
import { mutate } from '../mutants/mutant.ts';
import { CREDENTIAL, DATABASE, startNode, type TestNode } from './node.ts';
import { type Setup, setupOf } from './setup.ts';

/** One seed and one salt: a pair of case and node is always the same pair. */
const SEED = 20_220_501;
const SALT = new Uint8Array(16);
/** Runs of a property. */
const RUNS = 8;
/** Runs of one of which a few tell as much as a hundred of another: each restarts its node. */
const DEAR_RUNS = 3;
/** Milliseconds for an answer that a right node gives at once. */
const TIMEOUT = 1500;

/** Runs one case against a node of its own, which it may end and whose data it may change. */
export async function play(of: Case, node: TestNode, setup: Setup): Promise<CaseResult> {
  const { secured, capabilities, limits, told, durable } = setup;
  const runner = new CaseRunner({
    address: node.address,
    crypto: nodeCrypto,
    database: DATABASE,
    ...(secured ? { credential: CREDENTIAL } : {}),
    profile: {
      node: undefined,
      capabilities: capabilityNames(capabilities),
      auth: secured ? 'psk' : 'none',
      limits,
      told,
      statement: {
        levels: durable ? ['L0', 'L1', 'L2'] : ['L0', 'L1'],
        capabilities: [...capabilityNames(capabilities)],
        auth: ['none', 'psk'],
        log: durable ? 'durable' : 'memory',
      },
      started: true,
      slow: false,
      ownsData: true,
    },
    seed: SEED,
    salt: SALT,
    runs: RUNS,
    timeout: TIMEOUT,
    observer: new Observer(),
    host: { start: async () => ({ ...node, stop: async () => {} }), close: async () => {} },
    trace: process.env.TRACE === '1',
  });
  return runner.run(withoutShrinking(of));
}

/** A property that is content with its first counterexample: nobody reads it, and shrinking is dear. */
function withoutShrinking(of: Case): Case {
  if (of.kind !== 'property') return of;
  return {
    ...of,
    run: (context) =>
      of.run({
        ...context,
        async check(property, { runs = RUNS, perHundred } = {}) {
          const most = perHundred === undefined ? RUNS : DEAR_RUNS;
          const settings = { numRuns: Math.min(runs, most), seed: SEED, endOnFailure: true };
          const { errorInstance, failed } = await fc.check(property as fc.IAsyncProperty<unknown>, settings);
          if (failed) throw errorInstance;
        },
      }),
  };
}

/** Runs one case against the node that `parts` make. */
export async function playOn(of: Case, parts: NodeParts, limits: Mutant['limits'] = {}): Promise<CaseResult> {
  const base = setupOf(of);
  const setup = { ...base, limits: { ...base.limits, ...limits } };
  const node = await startNode(setup, parts);
  try {
    return await play(of, node, setup);
  } finally {
    await node.stop();
  }
}

export function playMutant(of: Case, mutant: Mutant): Promise<CaseResult> {
  return playOn(of, mutate(mutant, standardNodeParts) as NodeParts, mutant.limits);
}

/** A case on the reference, and the mutants that would have done something else in it. */
export interface Shadowed {
  readonly result: CaseResult;
  readonly touched: ReadonlySet<Mutant>;
}

/**
 * Runs a case on the reference, with the faults of all mutants beside it. A mutant none of whose faults would have acted
 * is the reference as far as this case goes, so its verdict is known. Mutants with limits of their own are another node
 * from the start.
 */
export async function playShadowed(of: Case, mutants: readonly Mutant[]): Promise<Shadowed> {
  const touched = new Set(mutants.filter(({ limits }) => limits !== undefined));
  const owners = new Map(mutants.flatMap((mutant) => mutant.faults().map((fault) => [fault, mutant] as const)));
  const parts = arm(standardNodeParts, [...owners.keys()], (fault) => touched.add(owners.get(fault)!));
  return { result: await playOn(of, parts), touched };
}
