import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Case, type RunOptions, runConformance, type Statement } from '../../src/index.ts';
import { dataAdvice } from '../../src/run/run.ts';
import { referenceNode } from '../support/node.ts';

let node: Awaited<ReturnType<typeof referenceNode>>;
beforeAll(async () => {
  node = await referenceNode();
});
afterAll(() => node.close());

const head = {
  title: 'A case',
  role: 'server',
  requirements: ['CTRL-15'],
  source: 'x/y.yaml',
  kind: 'script',
} as const;
const cases = (['L1', 'L2'] as const).map(
  (level): Case => ({ ...head, level, id: `case-of-${level}`, script: ['open'] as never }),
);

/** What is told before a run. */
async function told(options: Partial<RunOptions>): Promise<string> {
  let text = '';
  const onProgress: RunOptions['onProgress'] = (progress) => {
    if (progress.kind === 'begin') text = progress.advice.join('\n');
  };
  await runConformance({ url: node.url, catalogue: cases, timeout: 500, onProgress, ...options });
  return text;
}

const statement = (levels: readonly string[], log: 'memory' | 'durable'): Statement => {
  return { levels, capabilities: ['COMPRESSION', 'SELECTIVE_SYNC'], auth: ['none'], log };
};

describe('what is told before a run', () => {
  it('is that the database of a durable node is filled', async () => {
    expect(await told({ level: 'L2' })).toContain('The database under test is filled');
    expect(await told({ statement: statement(['L0', 'L1', 'L2'], 'durable') })).toContain('is filled');
    expect(await told({ level: 'L1' })).not.toContain('database');
  });

  it('is which cases a statement leaves out', async () => {
    const text = '1 case of level L2 is left out, since the statement names L0, L1 only.';
    expect(await told({ statement: statement(['L0', 'L1'], 'memory'), level: 'L2' })).toContain(text);
    expect(await told({ statement: statement(['L0', 'L1'], 'memory') })).toContain(text);
    expect(await told({ statement: statement(['L0', 'L1'], 'memory'), level: 'L1' })).not.toContain('left out');
  });

  it('names filling, killing and rolling back whoever owns the data', () => {
    expect(dataAdvice({ started: true, ownsData: true })).toMatch(/filled, killed and rolled back.*removes/);
    expect(dataAdvice({ started: true, ownsData: false })).toMatch(/filled.*is ended, too.*\{data\}/);
    expect(dataAdvice({ started: false })).toMatch(/filled.*throwaway.*\{data\}/);
    expect(dataAdvice({ started: false })).not.toContain('is ended');
  });
});
