import { describe, expect, it } from 'vitest';
import { PreflightError, runConformance } from '../../harness/src/index.ts';
import { nullNodes } from '../null-nodes/index.ts';

/** Cases of each part, enough to see that a node is none. */
const GREP = '/^(links|frame|hello|verify|session|channel|record-magic|operation-|batch-c|control-|sync-|errors-code)/';
const TIMEOUT = 200;

describe('a node that does one simple thing', () => {
  const beforeHandshake = nullNodes.filter(({ verdict }) => verdict !== undefined);
  const withHandshake = nullNodes.filter(({ verdict }) => verdict === undefined);

  it.each(beforeHandshake)('$name: the preflight says so in one sentence', { timeout: 15_000 }, async (node) => {
    const running = await node.start();
    try {
      const error = await runConformance({ url: running.url, timeout: TIMEOUT }).then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
      expect(error).toBeInstanceOf(PreflightError);
      expect((error as PreflightError).status).toBe(1);
      expect((error as PreflightError).message).toMatch(node.verdict!);
    } finally {
      await running.stop();
    }
  });

  it.each(withHandshake)('$name: cases of every part fail', { timeout: 60_000 }, async (node) => {
    const running = await node.start();
    try {
      const report = await runConformance({ url: running.url, grep: GREP, timeout: TIMEOUT, workers: 16, runs: 2 });
      const { fail, pass, error } = report.summary;
      expect(error).toBe(0);
      expect(fail / (fail + pass)).toBeGreaterThan(0.3);
      const parts = new Set(report.cases.filter(({ verdict }) => verdict === 'fail').map(({ id }) => id.split('-')[0]));
      for (const part of ['record', 'operation', 'batch', 'control', 'sync', 'errors']) expect(parts).toContain(part);
    } finally {
      await running.stop();
    }
  });
});
