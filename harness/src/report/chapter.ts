import type { CaseResult } from '../run/verdict.ts';

/** The chapter of the spec that a case belongs to, from the folder it stands in: `04-handshake`; `properties` for code. */
export function chapterOf({ source }: Pick<CaseResult, 'source'>): string {
  return source.split('/').at(-2) ?? 'cases';
}

/** The chapters of these cases, in the order of the spec. */
export function chaptersOf(cases: readonly CaseResult[]): readonly string[] {
  return [...new Set(cases.map(chapterOf))].sort();
}

/** `04-handshake` as people say it. */
export function chapterTitle(chapter: string): string {
  const name = chapter.replace(/^\d+-/, '').replaceAll('-', ' ');
  return name.charAt(0).toUpperCase() + name.slice(1);
}
