/** Extracts the tagged examples of the spec: blocks whose info string is `blazedb TOPIC valid` or `blazedb TOPIC invalid REASON`. */
import type { Chapter } from './chapters.ts';

export interface Example {
  readonly chapter: string;
  /** Line of the opening fence, from 1. */
  readonly line: number;
  readonly topic: string;
  /** Name of the refusal; absent in a valid example. */
  readonly reason?: string;
  readonly bytes: Uint8Array;
}

const FENCE = /^```blazedb (\S+) (valid|invalid (\S+))$/;

/** The examples of one chapter. Throws, with file and line, on a block that cannot be read. */
export function extractExamples(chapter: Chapter): Example[] {
  const lines = chapter.text.split('\n');
  const examples: Example[] = [];
  for (let index = 0; index < lines.length; index += 1) {
    const opening = lines[index] ?? '';
    if (!opening.startsWith('```blazedb')) continue;
    const fence = FENCE.exec(opening.trim());
    if (!fence)
      throw new Error(`${chapter.name}.md:${index + 1}: the info string is not \`blazedb TOPIC valid|invalid REASON\``);
    const end = lines.findIndex((line, at) => at > index && line.startsWith('```'));
    const hex = lines
      .slice(index + 1, end)
      .map((line) => line.replace(/#.*$/, ''))
      .join('')
      .replace(/\s+/g, '');
    if (!/^(?:[0-9a-f]{2})*$/.test(hex))
      throw new Error(`${chapter.name}.md:${index + 1}: the block is not lower-case hex`);
    examples.push({
      chapter: chapter.name,
      line: index + 1,
      topic: fence[1] ?? '',
      ...(fence[3] === undefined ? {} : { reason: fence[3] }),
      bytes: Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16)),
    });
    index = end;
  }
  return examples;
}
