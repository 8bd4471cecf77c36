import { describe, expect, it } from 'vitest';
import { requirements } from '../../harness/src/index.ts';
import { clientChecks, clientMutants, runCheck } from '../client/index.ts';
import { bindsClient } from '../coverage.ts';
import { names } from '../kill-matrix/clients.ts';
import { readKills } from '../kill-matrix/kill-file.ts';

const published = readKills().clients;

describe('the reference client', () => {
  it.each(clientChecks)('$title', async (check) => {
    expect(await runCheck(check)).toBeUndefined();
  });
});

describe('a client that is wrong', () => {
  it.each(clientMutants)(
    '$name: it fails the checks of what it breaks, and no others',
    { timeout: 60_000 },
    async (mutant) => {
      const failed: string[] = [];
      for (const check of clientChecks) if ((await runCheck(check, mutant)) !== undefined) failed.push(check.id);
      const named = clientChecks.filter((check) => names(check, mutant)).map(({ id }) => id);
      const dependents = mutant.dependents ?? [];
      expect(failed.filter((id) => !named.includes(id) && !dependents.includes(id))).toEqual([]);
      expect(dependents.filter((id) => !failed.includes(id) || named.includes(id))).toEqual([]);
      expect(failed.filter((id) => named.includes(id))).toEqual(published[mutant.name]);
      expect(published[mutant.name]).not.toEqual([]);
    },
  );
});

describe("the client's duties", () => {
  const duties = [...requirements().values()].filter(bindsClient).map(({ id }) => id);

  it('have a check each, and a mutant that fails it', () => {
    const checked = new Set(clientChecks.flatMap((check) => check.requirements));
    expect(duties.filter((id) => !checked.has(id))).toEqual([]);
    const shown = new Set(
      clientMutants.flatMap(({ name, breaks }) =>
        breaks.filter((id) =>
          clientChecks.some((check) => published[name]?.includes(check.id) && check.requirements.includes(id)),
        ),
      ),
    );
    expect(duties.filter((id) => !shown.has(id))).toEqual([]);
  });

  it('are all that the checks and the mutants speak of', () => {
    const named = [
      ...clientChecks.flatMap((check) => check.requirements),
      ...clientMutants.flatMap(({ breaks }) => breaks),
    ];
    expect([...new Set(named)].filter((id) => !duties.includes(id))).toEqual([]);
  });

  it('each fail with some mutant', () => {
    const killing = new Set(Object.values(published).flat());
    expect(clientChecks.filter(({ id }) => !killing.has(id)).map(({ id }) => id)).toEqual([]);
  });
});
