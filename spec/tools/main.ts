/**
 * `npm run spec:generate` writes what is made from the spec: the tables in its chapters, `requirements.json` and the
 * constants of the reference. `npm run spec:check` proves that all of it is fresh.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { readChapters } from './chapters.ts';
import { registrySource } from './registry.ts';
import { allRequirements } from './requirements.ts';
import { fillTables } from './tables.ts';

/** Every generated file, with the text that it is due to have. Later files are made from the earlier ones' new text. */
export function generatedFiles(root: string): Map<string, string> {
  const chapters = readChapters(root).map((chapter) => ({ ...chapter, text: fillTables(root, chapter.text) }));
  return new Map([
    ...chapters.map((chapter) => [chapter.file, chapter.text] as const),
    [join(root, 'spec/requirements.json'), `${JSON.stringify(allRequirements(chapters), null, 1)}\n`],
    [join(root, 'reference/src/registry.ts'), registrySource(root)],
  ]);
}

/** Writes or checks the generated files; returns the paths that were stale. */
export function run(root: string, mode: 'generate' | 'check'): string[] {
  const stale: string[] = [];
  for (const [file, text] of generatedFiles(root)) {
    if (existsSync(file) && readFileSync(file, 'utf8') === text) continue;
    stale.push(relative(root, file));
    if (mode === 'generate') writeFileSync(file, text);
  }
  return stale;
}

if (process.argv[1] !== undefined && import.meta.filename === process.argv[1]) {
  const mode = process.argv[2];
  if (mode !== 'generate' && mode !== 'check') {
    console.error('Usage: spec/tools/main.ts generate | check');
    process.exit(2);
  }
  const stale = run(join(import.meta.dirname, '../..'), mode);
  for (const file of stale)
    console.log(mode === 'generate' ? `wrote ${file}` : `stale: ${file} (run \`npm run spec:generate\` and commit)`);
  if (stale.length === 0) console.log('The generated parts of the spec are fresh.');
  process.exitCode = mode === 'check' && stale.length > 0 ? 1 : 0;
}
