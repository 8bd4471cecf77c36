import { describe, expect, it } from 'vitest';
import { showProgress } from '../../src/cli/progress.ts';
import type { CaseResult, Verdict } from '../../src/index.ts';
import { paintFor } from '../../src/report/paint.ts';

function stream(columns: number | undefined): { out: NodeJS.WriteStream; text: () => string } {
  let text = '';
  const write = (chunk: string): boolean => {
    text += chunk;
    return true;
  };
  const out = { isTTY: columns !== undefined, columns, write } as unknown as NodeJS.WriteStream;
  return { out, text: () => text };
}

function end(id: string, verdict: Verdict, done = 1) {
  const head = { id, title: 'T', level: 'L1', role: 'server', requirements: ['CTRL-15'], source: 'x/y.yaml' } as const;
  const result: CaseResult = { ...head, verdict, durationMs: 1, message: `${verdict} because` };
  return { kind: 'end', result, done, cases: 200 } as const;
}

describe('showProgress', () => {
  it.each([undefined, 0])('writes plain lines where nothing can move (columns: %s)', (columns) => {
    const { out, text } = stream(columns);
    const progress = showProgress(out, paintFor(false, {}), false);
    progress.on({ kind: 'preflight', url: 'tcp://127.0.0.1:1' });
    progress.on(end('case-passes', 'pass', 100));
    progress.on(end('case-fails', 'fail'));
    progress.on(end('case-unsupported', 'unsupported'));
    progress.stop();
    expect(text()).toBe('  100 of 200\n✗ case-fails 1 ms\n    fail because\n');
  });

  it('writes every case where that is asked for', () => {
    const { out, text } = stream(undefined);
    const progress = showProgress(out, paintFor(false, {}), true);
    progress.on(end('case-passes', 'pass'));
    expect(text()).toBe('✓ case-passes 1 ms\n');
  });
});
