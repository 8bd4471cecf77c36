/** Writes the vectors, or proves that the files are what the generator makes: `vectors generate` and `vectors check`. */
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatVectors } from './format.ts';
import { VECTORS } from './root.ts';
import { TOPICS } from './topics.ts';

/** Text of every file, by its name in `vectors/`. Calls nothing random and no clock: the same text every time. */
export function generateVectors(): Map<string, string> {
  return new Map(
    TOPICS.map((topic) => {
      const file = topic();
      return [`${file.topic}.json`, formatVectors(file)];
    }),
  );
}

/** `stale` names files that differ from what is generated, are missing, or are no longer generated. */
export function checkVectors(): { fresh: boolean; stale: string[] } {
  const generated = generateVectors();
  const stale = [...generated].filter(([name, text]) => readVectors(name) !== text).map(([name]) => name);
  stale.push(...vectorFiles().filter((name) => !generated.has(name)));
  return { fresh: stale.length === 0, stale };
}

/** Gives the names of the files whose content changed. */
export function writeVectors(): string[] {
  const { stale } = checkVectors();
  const generated = generateVectors();
  for (const name of stale) {
    const content = generated.get(name);
    if (content === undefined) rmSync(join(VECTORS, name));
    else writeFileSync(join(VECTORS, name), content);
  }
  return stale;
}

/** Names of the vector files that are there. */
export function vectorFiles(): string[] {
  return readdirSync(VECTORS).filter((name) => name.endsWith('.json'));
}

function readVectors(name: string): string | undefined {
  const path = join(VECTORS, name);
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}
