/** The chapters of the spec, in reading order. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Chapter {
  /** File name without its ending, for example `03-frames`. */
  readonly name: string;
  readonly file: string;
  readonly text: string;
}

/** Every `spec/NN-*.md` below `root`, ascending. */
export function readChapters(root: string): Chapter[] {
  const folder = join(root, 'spec');
  return readdirSync(folder)
    .filter((file) => /^\d\d-.*\.md$/.test(file))
    .sort()
    .map((file) => ({
      name: file.replace(/\.md$/, ''),
      file: join(folder, file),
      text: readFileSync(join(folder, file), 'utf8'),
    }));
}

/** The lines of `text` that stand outside fenced blocks, each with its number from 1. */
export function* proseLines(text: string): Generator<{ line: string; number: number }> {
  let fenced = false;
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trimStart().startsWith('```')) fenced = !fenced;
    else if (!fenced) yield { line, number: index + 1 };
  }
}

/** The anchor that Markdown renderers give a heading. */
export function slug(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[`*]/g, '')
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replace(/\s/g, '-');
}
