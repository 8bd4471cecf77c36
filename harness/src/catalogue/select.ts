import { UsageError } from '../failure.ts';
import { LEVELS, type Level } from '../property.ts';
import { nearest } from '../text/nearest.ts';
import type { Case } from './case.ts';

export interface Selection {
  /** This level and those below it. */
  readonly level?: Level | undefined;
  /** The levels that the target states; all, when absent. */
  readonly levels?: readonly string[] | undefined;
  /** Exact ids. */
  readonly cases?: readonly string[] | undefined;
  /** Text in the id, the title, a requirement, a need or the file; or a regular expression between slashes. */
  readonly grep?: string | undefined;
}

/** The cases that are meant. Throws UsageError, with what is near, when there is none. */
export function select(all: readonly Case[], { level, levels, cases, grep }: Selection): readonly Case[] {
  let chosen = all;
  if (cases !== undefined && cases.length > 0) chosen = cases.map((id) => byId(all, id));
  if (level !== undefined) chosen = chosen.filter((of) => LEVELS.indexOf(of.level) <= LEVELS.indexOf(level));
  if (grep !== undefined) chosen = chosen.filter(matcher(grep));
  const meant = chosen;
  if (levels !== undefined) chosen = chosen.filter((of) => levels.includes(of.level));
  if (chosen.length > 0) return [...new Set(chosen)];
  if (meant.length > 0) throw new UsageError(`nothing is left to test: ${leftOutText(meant, levels ?? [])}`);
  if (grep === undefined) throw new UsageError('no case is selected');
  const near = nearest(grep, [...all.map(({ id }) => id), ...new Set(all.flatMap((of) => of.requirements))]);
  const hint = near.length === 0 ? 'blazedb-kit list shows all of them' : `near it: ${near.join(', ')}`;
  throw new UsageError(`no case matches ${JSON.stringify(grep)}; ${hint}`);
}

/** Which cases a statement leaves out, and why; `undefined` when none. */
export function leftOut(all: readonly Case[], selection: Selection): string | undefined {
  const { levels, ...rest } = selection;
  if (levels === undefined) return undefined;
  const without = select(all, rest).filter((of) => !levels.includes(of.level));
  return without.length === 0 ? undefined : leftOutText(without, levels);
}

function leftOutText(cases: readonly Case[], levels: readonly string[]): string {
  const counts = LEVELS.map((level) => [level, cases.filter((of) => of.level === level).length] as const);
  const parts = counts
    .filter(([, n]) => n > 0)
    .map(([level, n]) => `${n} ${n === 1 ? 'case' : 'cases'} of level ${level}`);
  const verb = cases.length === 1 ? 'is' : 'are';
  return `${parts.join(' and ')} ${verb} left out, since the statement names ${levels.join(', ') || 'no level'} only`;
}

function byId(all: readonly Case[], id: string): Case {
  const found = all.find((of) => of.id === id);
  if (found !== undefined) return found;
  const ids = all.map((of) => of.id);
  const near = nearest(id, ids);
  const hint = near.length === 0 ? 'blazedb-kit list shows all of them' : `did you mean ${near.join(' or ')}?`;
  throw new UsageError(`there is no case ${JSON.stringify(id)}; ${hint}`);
}

function matcher(grep: string): (of: Case) => boolean {
  const pattern = /^\/(.*)\/(i?)$/s.exec(grep);
  if (pattern === null) {
    const text = grep.toLowerCase();
    return (of) => searchable(of).toLowerCase().includes(text);
  }
  try {
    const expression = new RegExp(pattern[1] ?? '', pattern[2]);
    return (of) => expression.test(searchable(of));
  } catch (error) {
    throw new UsageError(`${grep} is no regular expression: ${(error as Error).message}`);
  }
}

function searchable(of: Case): string {
  return [of.id, of.title, of.source, ...of.requirements, ...(of.needs ?? [])].join('\n');
}
