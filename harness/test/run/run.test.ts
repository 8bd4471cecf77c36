import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Capability } from '../../../reference/src/registry.ts';
import {
  type Case,
  type CaseResult,
  exitStatus,
  type RunOptions,
  runConformance,
  UsageError,
} from '../../src/index.ts';
import type { PropertyContext } from '../../src/property.ts';
import { referenceNode, smokeCases } from '../support/node.ts';

let node: Awaited<ReturnType<typeof referenceNode>>;
beforeAll(async () => {
  node = await referenceNode();
});
afterAll(() => node.close());

const head = {
  title: 'A case of the tests',
  level: 'L1',
  role: 'server',
  requirements: ['CTRL-15'],
  source: 'x/y.yaml',
} as const;

const script = (...steps: readonly unknown[]): Case => ({
  ...head,
  id: 'test-case',
  kind: 'script',
  script: steps as never,
});

const property = (run: (context: PropertyContext) => Promise<void>): Case => ({
  ...head,
  id: 'test-case',
  kind: 'property',
  run,
});

async function verdict(of: Case, options: Partial<RunOptions> = {}): Promise<CaseResult> {
  const report = await runConformance({ url: node.url, catalogue: [of], timeout: 500, ...options });
  return report.cases[0]!;
}

describe('runConformance', () => {
  it('passes a right node, twice with the same seed', async () => {
    const options = { url: node.url, catalogue: smokeCases(), seed: 5 };
    for (let i = 0; i < 2; i++) {
      const report = await runConformance(options);
      expect(report.summary).toMatchObject({ pass: 4, fail: 0, error: 0 });
      expect(exitStatus(report)).toBe(0);
    }
  });

  it('needs a target, and one only', async () => {
    await expect(runConformance({ catalogue: smokeCases() })).rejects.toThrow(UsageError);
    await expect(runConformance({ url: node.url, exec: 'x', catalogue: smokeCases() })).rejects.toThrow(UsageError);
  });

  it('fails with what was due, what came, and the exchange', async () => {
    const result = await verdict(
      script('open', { send: { PING: { d: '0011223344556677' } } }, { expect: { PONG: { d: '00' } } }),
    );
    expect(result).toMatchObject({
      verdict: 'fail',
      failure: { requirement: 'CTRL-15', expected: 'PONG {"d":"00"}', got: 'PONG with d 0011223344556677' },
    });
    expect(result.exchange?.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['HELLO', 'WELCOME', 'PING', 'PONG']),
    );
  });

  it('fails in milliseconds where a PONG proves that nothing comes', async () => {
    const result = await verdict(script('open', { expect: 'SUBSCRIBED' }), { timeout: 60_000 });
    expect(result.failure?.got).toBe(
      'nothing of the kind before its PONG, by which all is answered; its latest message is SESSION',
    );
  });

  it('says what a refusal did not refuse', async () => {
    const refusal = { given: ['open'], send: 'PING', change: { set: { d: { zeros: 8 } } }, expect: 'silent' };
    const result = await verdict({ ...head, id: 'test-case', kind: 'refusal', refusal });
    expect(result).toMatchObject({ verdict: 'fail', failure: { expected: expect.stringContaining('without a word') } });
  });

  it('fails a refusal whose unchanged message is not accepted', async () => {
    const refusal = {
      given: ['open'],
      send: { FEED_ACK: { n: 5 } },
      change: { set: { n: 6 } },
      expect: { error: 'ILLEGAL_PARAMETER' },
    };
    const result = await verdict({ ...head, id: 'test-case', kind: 'refusal', refusal });
    expect(result.failure?.expected).toContain('the unchanged message to be accepted');
  });

  it.each<[string, unknown]>([
    ['a step that is none', 'opne'],
    ['a variable that is not there', { send: { PING: { d: '$nothing' } } }],
    ['own traffic that is wrong without saying so', { send: { PING: { d: '00' } } }],
    ['a change that changes nothing', { send: 'PING', change: { in: 'nowhere', flip: 1 } }],
  ])('calls %s an error of the kit, not of the node', async (_, step) => {
    expect(await verdict(script('open', step))).toMatchObject({ verdict: 'error' });
  });

  it('calls a broken SHOULD a warning', async () => {
    const result = await verdict({ ...script('open', { expect: 'CLOSE' }), requirements: ['CTRL-14'] });
    expect(result.verdict).toBe('warning');
  });

  it('runs a case once for each value, and says with which one it failed', async () => {
    const each = { n: [1, 2, 3] };
    const steps = ['open', { send: { PING: { d: { u64: '$n' } } } }, { expect: { PONG: { d: { u64: 2 } } } }];
    const result = await verdict({ ...script(...steps), each });
    expect(result.failure?.expected).toMatch(/^with n 1: PONG/);
  });

  it('calls what the target lacks unsupported, after a probe', async () => {
    const result = await verdict({ ...script('open'), needs: ['psk'] });
    expect(result).toMatchObject({
      verdict: 'unsupported',
      message: 'the node is open; needs a node with a pre-shared key, and --psk FILE',
    });
  });

  it.each([
    ['COMPRESSION', Capability.SELECTIVE_SYNC],
    ['SELECTIVE_SYNC', Capability.COMPRESSION],
    ['E2E', Capability.COMPRESSION],
  ])('probes that a node without %s refuses it', async (need, capabilities) => {
    const lacking = await referenceNode({ capabilities });
    const result = await verdict({ ...script('open'), needs: [need] }, { url: lacking.url });
    await lacking.close();
    expect(result.verdict).toBe('unsupported');
  });

  it('shrinks a counterexample and shows it', async () => {
    const result = await verdict(
      property((context) =>
        context.check(
          fc.asyncProperty(fc.nat(1000), async (n) => context.expect(n < 10, 'a number below 10', String(n))),
        ),
      ),
    );
    expect(result).toMatchObject({ verdict: 'fail', failure: { expected: 'a number below 10' } });
    expect(result.failure?.got).toMatch(/^10; counterexample \[10\] after \d+ runs/);
  });

  it('gives properties connections, and fails them when the node ends one', async () => {
    const right = await verdict(
      property(async (context) => {
        const peer = await context.open();
        await context.check(
          fc.asyncProperty(fc.uint8Array({ minLength: 8, maxLength: 8 }), (d) => peer.fence(d)),
          { runs: 10 },
        );
        await context.serves();
      }),
    );
    expect(right.verdict).toBe('pass');
    const wrong = await verdict(
      property(async (context) => {
        const peer = await context.open();
        await peer.sendDraft({ kind: 'frame', type: 99, payload: new Uint8Array(0) });
        await peer.fence();
      }),
    );
    expect(wrong.failure?.got).toBe('ERROR UNEXPECTED_MESSAGE');
  });

  it('ends after the first failure when it is told to', async () => {
    const cases = ['one', 'two', 'three'].map((id) => ({
      ...script('open', { expect: 'CLOSE' }),
      id: `bail-${id}`,
    }));
    const report = await runConformance({ url: node.url, catalogue: cases, bail: true, workers: 1, timeout: 300 });
    expect(report.cases.length).toBeLessThan(3);
    expect(exitStatus(report)).toBe(1);
  });
});
