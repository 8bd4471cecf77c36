/** `npm run spec:generate` writes what is generated from the spec; `npm run spec:check` proves that it is fresh. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { registrySource } from './registry.ts';

const root = join(import.meta.dirname, '../..');

/** Every generated file of the spec, and how it is made. */
const generated: Record<string, () => string> = {
  'reference/src/registry.ts': () => registrySource(root),
};

const mode = process.argv[2];
let stale = 0;
for (const [path, make] of Object.entries(generated)) {
  const file = join(root, path);
  const text = make();
  if (mode === 'generate') writeFileSync(file, text);
  else if (readFileSync(file, 'utf8') !== text) {
    stale += 1;
    console.error(`${path} is stale: run \`npm run spec:generate\` and commit the result.`);
  }
}
process.exitCode = stale > 0 ? 1 : 0;
