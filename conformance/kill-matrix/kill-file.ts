import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PACKAGE_ROOT } from '../../harness/src/catalogue/paths.ts';

/** What was measured, as it is kept beside the page that is made from it. */
export interface KillFile {
  /** Name of a mutant, to the cases that name a requirement which it breaks, and fail. */
  readonly mutants: { readonly [name: string]: readonly string[] };
  /** Name of a mutant of the client, to the checks likewise. */
  readonly clients: { readonly [name: string]: readonly string[] };
}

const FILE = join(PACKAGE_ROOT, 'conformance/kill-matrix/kills.json');
export const PAGE: string = join(PACKAGE_ROOT, 'conformance/KILL-MATRIX.md');

export function readKills(): KillFile {
  return JSON.parse(readFileSync(FILE, 'utf8')) as KillFile;
}

export function writeKills(kills: KillFile): void {
  writeFileSync(FILE, `${JSON.stringify(kills, null, 1)}\n`);
}
