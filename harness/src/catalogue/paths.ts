import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where the running code stands: the package's root when it is run from source, `dist` when it was built. */
export const CODE_ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/** The package's root, where `spec`, `schemas` and the catalogue's data are. */
export const PACKAGE_ROOT = findUpwards(CODE_ROOT, 'package.json');

function findUpwards(from: string, file: string): string {
  for (let folder = from; ; folder = dirname(folder)) {
    if (existsSync(join(folder, file))) return folder;
    if (dirname(folder) === folder) throw new Error(`there is no ${file} above ${from}`);
  }
}
