import { describe, expect, it } from 'vitest';
import { loadCatalogue } from '../../harness/src/index.ts';
import { playOn } from '../kill-matrix/play.ts';
import { standardNodeParts } from '../mutants/links-parts.ts';

const cases = (await loadCatalogue()).filter(({ needs = [] }) => needs.includes('durable-log'));

describe('the cases of a durable log, on the reference over a disk in memory', () => {
  it.each(cases.map((of) => [of.id, of] as const))('%s', { timeout: 60_000 }, async (_, of) => {
    const { verdict, message } = await playOn(of, standardNodeParts);
    expect(`${verdict} ${message ?? ''}`).toBe('pass ');
  });
});
