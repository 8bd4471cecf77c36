import { describe, expect, it } from 'vitest';
import { nodeCrypto } from '../../../reference/src/crypto/node.ts';
import { parseAddress } from '../../src/address.ts';
import { type Case, CaseRunner, type DataSwap, type Ending, limitsOf, Observer } from '../../src/index.ts';
import { runsOf } from '../../src/run/play.ts';
import { referenceNode } from '../support/node.ts';

const head = { title: 'A case', level: 'L2', role: 'server', requirements: ['SYNC-80'], source: 'x/y.yaml' } as const;

/** Runs a script on nodes that tell what is done to them; each is the reference, at an address of its own. */
async function played(needs: readonly string[], ...script: readonly unknown[]) {
  const log: string[] = [];
  const shared = await referenceNode();
  const own = await referenceNode();
  const runner = new CaseRunner({
    ...{ address: parseAddress(shared.url), crypto: nodeCrypto, database: 'bugs', seed: 1, salt: new Uint8Array(16) },
    ...{ runs: 1, timeout: 1000, observer: new Observer() },
    profile: {
      ...{ node: undefined, capabilities: new Set(), auth: 'none', limits: limitsOf(), told: new Set() },
      ...{ statement: undefined, started: true, ownsData: true, slow: false },
    },
    host: {
      start: async () => {
        log.push('start');
        return {
          address: parseAddress(own.url),
          restart: async (how: Ending, data?: DataSwap) => void log.push([how, JSON.stringify(data)].join(' ')),
          stop: async (proven) => void log.push(`stop ${proven}`),
        };
      },
      close: async () => {},
    },
  });
  const of = { ...head, id: 'a-case', kind: 'script', needs, script } as unknown as Case;
  const result = await runner.run(of);
  await Promise.all([shared.close(), own.close()]);
  return { log, result };
}

describe('a case with a node of its own', () => {
  it('ends it and swaps its data, and hands it back', async () => {
    const steps = ['open', { restart: 'kill', backup: 'x' }, { restart: 'term', restore: 'x' }];
    const { log, result } = await played(['data'], ...steps);
    expect(result.message ?? result.verdict).toBe('pass');
    expect(log).toEqual(['start', 'kill {"backup":"x"}', 'term {"restore":"x"}', 'stop true']);
  });

  it('does not pass on a node that was wrong', async () => {
    const { log, result } = await played(['exec'], 'open', { expect: { CLOSE: {} }, within: 20 });
    expect(result.verdict).toBe('fail');
    expect(log).toEqual(['start', 'stop false']);
  });

  it('is one that asks for it, and no other', async () => {
    const { log, result } = await played([], 'open', 'fence');
    expect(result.verdict).toBe('pass');
    expect(log).toEqual([]);
  });

  it('finds again what was acknowledged on one connection', async () => {
    const steps = ['open', { push: 'op1' }, { answer: { op1: 'stored' } }, { kept: 'A' }];
    expect((await played(['data'], ...steps)).result.verdict).toBe('pass');
  });
});

describe('runsOf', () => {
  it('takes at most as many runs as a property allows, and scales those that are dear', () => {
    expect([runsOf(100), runsOf(100, { runs: 30 }), runsOf(10, { runs: 30 })]).toEqual([100, 30, 10]);
    expect([runsOf(100, { perHundred: 5 }), runsOf(1000, { perHundred: 5 }), runsOf(1, { perHundred: 5 })]).toEqual([
      5, 50, 1,
    ]);
  });
});
