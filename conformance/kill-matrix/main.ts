/** `npm run kill-matrix`: measures all kills anew, keeps them, and writes `conformance/KILL-MATRIX.md`. */
import { writeFileSync } from 'node:fs';
import { loadCatalogue } from '../../harness/src/index.ts';
import { mutants } from '../mutants/index.ts';
import { clientKills, names } from './clients.ts';
import { PAGE, writeKills } from './kill-file.ts';
import { isNamed, runMatrix } from './matrix.ts';
import { page } from './page.ts';
import { sources } from './sources.ts';

const cases = await loadCatalogue();
const byId = new Map(cases.map((of) => [of.id, of]));
const { kills, pairs, reference } = await runMatrix(cases, mutants);
const wrong = reference.filter(({ verdict }) => verdict !== 'pass');
for (const { id, verdict, message } of wrong) process.stdout.write(`the reference: ${verdict} ${id}: ${message}\n`);

const file = {
  mutants: Object.fromEntries(
    mutants.map((mutant) => [
      mutant.name,
      (kills.get(mutant.name) ?? []).filter((id) => isNamed(byId.get(id)!, mutant)),
    ]),
  ),
  clients: Object.fromEntries(
    [...(await clientKills())].map(([mutant, failed]) => [
      mutant.name,
      failed.filter((check) => names(check, mutant)).map(({ id }) => id),
    ]),
  ),
};
writeKills(file);
writeFileSync(PAGE, page(await sources(file)));
process.stdout.write(
  `${mutants.length} mutants, ${cases.length} cases, ${pairs} pairs that can differ from the reference\n`,
);
process.exit(wrong.length === 0 ? 0 : 1);
