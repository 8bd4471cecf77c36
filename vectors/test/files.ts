/** The vector files, as tests read them. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const VECTORS: string = join(import.meta.dirname, '..');

/** An entry of a list; what a topic adds is told by its schema, which another test checks. */
// biome-ignore lint/suspicious/noExplicitAny: the schemas say what the members are
export type Entry = { readonly id: string; readonly requirements: readonly string[]; readonly [member: string]: any };

export interface File {
  readonly topic: string;
  readonly schema: string;
  readonly source: { readonly [origin: string]: string };
  readonly valid: readonly Entry[];
  readonly invalid: readonly Entry[];
  readonly unencodable?: readonly Entry[];
  readonly skipped?: readonly Entry[];
}

export const LISTS = ['valid', 'invalid', 'unencodable', 'skipped'] as const;

/** Names of the files, without their folder. */
export const NAMES: readonly string[] = readdirSync(VECTORS)
  .filter((name) => name.endsWith('.json'))
  .sort();

export function read(name: string): File {
  return JSON.parse(readFileSync(join(VECTORS, name), 'utf8')) as File;
}

export const topic = (name: string): File => read(`${name}.json`);

/** Entries with their ids, as `it.each` takes them. */
export const named = (entries: readonly Entry[]): [string, Entry][] => entries.map((entry) => [entry.id, entry]);

/** Every entry of a file. */
export function entries(file: File): Entry[] {
  return LISTS.flatMap((list) => file[list] ?? []);
}
