import { loadCatalogue, requirements } from '../../harness/src/index.ts';
import { clientChecks, clientMutants } from '../client/index.ts';
import { readExcused } from '../coverage.ts';
import { mutants } from '../mutants/index.ts';
import { nullNodes } from '../null-nodes/index.ts';
import type { KillFile } from './kill-file.ts';
import type { Sources } from './page.ts';

/** What the page is made from, with the kills that were measured. */
export async function sources(kills: KillFile): Promise<Sources> {
  return {
    requirements: [...requirements().values()],
    cases: await loadCatalogue(),
    mutants,
    nullNodes,
    excused: readExcused(),
    clientChecks,
    clientMutants,
    kills,
  };
}
