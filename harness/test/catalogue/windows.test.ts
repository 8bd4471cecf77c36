import { describe, expect, it } from 'vitest';
import { type Case, loadCatalogue } from '../../src/index.ts';

type Spec = { readonly [member: string]: unknown };

/** Operations that a case may push at once without asking for room in the push window. */
const FREE = 11;
/** Rounds of a loop that are looked at. */
const ROUNDS = 20;

/** The most operations that a script has unanswered on one connection. */
function mostUnanswered(steps: readonly unknown[]): number {
  const unanswered = new Map<unknown, number>();
  let most = 0;
  const settle = (names: unknown): void => {
    for (const name of list(names)) unanswered.delete(name);
  };
  const walk = (of: readonly unknown[]): void => {
    for (const step of of) {
      if (typeof step === 'string') {
        if (step === 'fence' || step === 'caught-up') settle('A');
        continue;
      }
      const { on = 'A', repeat, steps: inner, ...rest } = step as Spec;
      if (inner !== undefined) {
        for (let i = 0; i < Math.min(Number(repeat) || ROUNDS, ROUNDS); i++) walk(inner as unknown[]);
        continue;
      }
      const pushed = list(rest.push).length + list(rest.send).reduce<number>((sum, one) => sum + operationsOf(one), 0);
      const now = (unanswered.get(on) ?? 0) + pushed * (Number(repeat) || 1);
      unanswered.set(on, now);
      most = Math.max(most, now);
      if ('restart' in rest) unanswered.clear();
      if ('answer' in rest || /"(ACK|REJECT)/.test(JSON.stringify(rest.expect) ?? '')) settle(on);
      settle(rest.fence);
      settle(rest['caught-up']);
    }
  };
  walk(steps);
  return most;
}

function list(value: unknown): readonly unknown[] {
  return value === undefined ? [] : Array.isArray(value) ? value : [value];
}

function operationsOf(message: unknown): number {
  if (typeof message !== 'object' || message === null) return 0;
  if ('operation' in message) return 1;
  if (!('batch' in message)) return 0;
  const { batch } = message as { readonly batch: unknown };
  const operations = Array.isArray(batch) ? batch : (batch as Spec).operations;
  return Array.isArray(operations) ? operations.length : Number((operations as Spec | undefined)?.fresh ?? 0) || 0;
}

describe('cases and the push window', () => {
  it('counts what is unanswered', () => {
    expect(mostUnanswered(['open', { push: ['a', 'b'] }, { answer: { b: 'stored' } }, { push: 'c' }])).toBe(2);
    expect(mostUnanswered([{ repeat: 12, steps: [{ push: 'x' }] }])).toBe(12);
    expect(mostUnanswered([{ repeat: 12, steps: [{ push: 'x' }, 'fence'] }])).toBe(1);
    expect(mostUnanswered([{ send: { batch: { operations: { fresh: 250 } } }, on: 'B' }])).toBe(250);
  });

  it('ask for the usual one where they push more than ten operations at once', async () => {
    const asks = ({ needs = [] }: Case): boolean => needs.some((need) => /usual-push-window|PUSH_WINDOW/.test(need));
    const silent = (await loadCatalogue()).filter(
      (of) => of.kind === 'script' && mostUnanswered(of.script) > FREE && !asks(of),
    );
    expect(silent.map(({ id }) => id)).toEqual([]);
  });
});
