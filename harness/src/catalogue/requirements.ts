import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PACKAGE_ROOT } from './paths.ts';

/** One numbered sentence of the spec (`spec/requirements.json`). */
export interface Requirement {
  readonly id: string;
  readonly chapter: string;
  readonly section?: string;
  readonly keyword: 'MUST' | 'MUST NOT' | 'SHOULD' | 'SHOULD NOT' | 'MAY';
  readonly role: string;
  readonly level: string;
  readonly text: string;
}

let loaded: ReadonlyMap<string, Requirement> | undefined;

/** All requirements by id; read once. */
export function requirements(): ReadonlyMap<string, Requirement> {
  if (loaded === undefined) {
    const list = JSON.parse(readFileSync(join(PACKAGE_ROOT, 'spec/requirements.json'), 'utf8')) as Requirement[];
    loaded = new Map(list.map((requirement) => [requirement.id, requirement]));
  }
  return loaded;
}

/** Where a requirement stands, from the package's root: `spec/03-frames.md#34-header-validation`. */
export function requirementLink({ chapter, section }: Requirement): string {
  return `spec/${chapter}.md${section === undefined || section === '' ? '' : `#${section}`}`;
}

/** Whether a failure is only a warning: nothing that the case tests is a MUST. */
export function isAdvice(ids: readonly string[]): boolean {
  const known = ids.map((id) => requirements().get(id)).filter((found) => found !== undefined);
  return known.length > 0 && known.every(({ keyword }) => !keyword.startsWith('MUST'));
}
