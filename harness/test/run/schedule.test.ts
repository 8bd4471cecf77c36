import { describe, expect, it } from 'vitest';
import type { Case } from '../../src/index.ts';
import { schedule } from '../../src/run/schedule.ts';

const head = { title: 'A case', level: 'L1', role: 'server', requirements: ['CTRL-15'], source: 'x/y.yaml' } as const;

const script = (id: string, ...steps: readonly unknown[]): Case => ({
  ...head,
  id,
  kind: 'script',
  script: steps as never,
});

interface Log {
  readonly order: string[];
  readonly most: Map<string, number>;
}

/** Plays cases that take a turn of the event loop each; notes their order and how many others ran beside each. */
async function played(
  cases: readonly Case[],
  workers: number,
  stop = (): boolean => false,
  ownNode?: (of: Case) => boolean,
): Promise<Log> {
  const log: Log = { order: [], most: new Map() };
  let running = 0;
  const run = async ({ id }: Case): Promise<void> => {
    running++;
    log.order.push(id);
    await new Promise(setImmediate);
    log.most.set(id, running);
    running--;
  };
  await schedule(cases, workers, run, stop, ownNode);
  return log;
}

describe('schedule', () => {
  it('runs as many at once as there are workers', async () => {
    const { most } = await played(
      ['a', 'b', 'c', 'd', 'e'].map((id) => script(id, 'open')),
      2,
    );
    expect(Math.max(...most.values())).toBe(2);
    expect(most.size).toBe(5);
  });

  it('begins cases that wait at once, beside the workers', async () => {
    const waits = ['w1', 'w2', 'w3'].map((id) => script(id, { ends: 'silent', within: 10_000 }));
    const { order } = await played([script('a', 'open'), ...waits], 1);
    expect(order.slice(0, 4)).toEqual(['w1', 'w2', 'w3', 'a']);
  });

  it('leaves those that must be alone to the end, one by one, and those that use up an address last', async () => {
    const alone = { ...script('alone', 'open'), exclusive: true };
    const proofs = { ...script('proofs', 'open'), exclusive: true, needs: ['limit:FAILED_PROOFS'] };
    const observation: Case = { ...head, id: 'observation', kind: 'observation', observation: 'fresh-keys' };
    const restart = script('restart', { restart: 'kill' });
    const { order, most } = await played(
      [proofs, alone, restart, observation, script('a', 'open'), script('b', 'open')],
      4,
    );
    expect(order).toEqual(['a', 'b', 'observation', 'alone', 'restart', 'proofs']);
    for (const id of ['alone', 'restart', 'proofs', 'observation']) expect(most.get(id)).toBe(1);
  });

  it('runs cases with a node of their own beside the others, and first', async () => {
    const restart = { ...script('restart', { restart: 'kill' }), exclusive: true };
    const own = (of: Case): boolean => of.id === 'restart';
    const { order, most } = await played([script('a', 'open'), script('b', 'open'), restart], 3, () => false, own);
    expect(order[0]).toBe('restart');
    expect(most.get('restart')).toBe(3);
  });

  it('begins nothing more once it is told to stop', async () => {
    let begun = 0;
    const { order } = await played(
      ['a', 'b', 'c'].map((id) => script(id, 'open')),
      1,
      () => ++begun > 1,
    );
    expect(order).toEqual(['a']);
  });
});
