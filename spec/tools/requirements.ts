/** Extracts the numbered requirements of the spec: the text is the source, `spec/requirements.json` is made from it. */
import { type Chapter, proseLines, slug } from './chapters.ts';

export const KEYWORDS = ['MUST NOT', 'MUST', 'SHOULD NOT', 'SHOULD', 'MAY'] as const;
export type Keyword = (typeof KEYWORDS)[number];

export interface Requirement {
  readonly id: string;
  readonly chapter: string;
  /** Anchor of the heading it stands under. */
  readonly section: string;
  readonly keyword: Keyword;
  /** Whose duty it is. */
  readonly role: 'server' | 'client' | 'both' | 'kit';
  readonly level: string;
  readonly text: string;
}

interface Scope {
  role: Requirement['role'];
  level: string;
  keyword?: Keyword | undefined;
}

const MARK = /^(?:[-*]|\d+\.)?\s*\*\*\[([A-Z0-9]+-\d+)\]\*\*\s+(.*)$/;
const ROW = /^\|\s*(?:\*\*)?\[([A-Z0-9]+-\d+)\](?:\*\*)?\s*\|(.*)\|\s*$/;
const SCOPE = /^<!-- requirements: (.*) -->$/;

/** The requirements of one chapter, in the order of the text. Throws, with file and line, on a malformed one. */
export function extractRequirements(chapter: Chapter): Requirement[] {
  const found: Requirement[] = [];
  let scope: Scope | undefined;
  let section = '';
  let open: { id: string; text: string; number: number } | undefined;

  const fail: (number: number, what: string) => never = (number, what) => {
    throw new Error(`${chapter.name}.md:${number}: ${what}`);
  };
  const add = (id: string, text: string, number: number): void => {
    if (scope === undefined) fail(number, `${id} stands before any <!-- requirements: role=... level=... -->`);
    const plain = text.replace(/\s+/g, ' ').trim();
    const keyword = decidingKeyword(plain) ?? scope.keyword;
    if (keyword === undefined) fail(number, `${id} has no keyword of BCP 14`);
    found.push({ id, chapter: chapter.name, section, keyword, role: scope.role, level: scope.level, text: plain });
  };
  const close = (): void => {
    if (open !== undefined) add(open.id, open.text, open.number);
    open = undefined;
  };

  for (const { line, number } of proseLines(chapter.text)) {
    const mark = MARK.exec(line.trim());
    const row = ROW.exec(line.trim());
    const setting = SCOPE.exec(line.trim());
    if (mark || row || setting || line.trim() === '' || line.startsWith('#') || /^\s*([-*]|\d+\.)\s/.test(line))
      close();
    if (line.startsWith('#')) section = slug(line.replace(/^#+\s*/, ''));
    if (setting) scope = parseScope(setting[1] ?? '', (what) => fail(number, what));
    else if (row)
      add(
        row[1] ?? '',
        (row[2] ?? '')
          .split(/(?<!\\)\|/)
          .map((cell) => cell.trim())
          .join(' — '),
        number,
      );
    else if (mark) open = { id: mark[1] ?? '', text: mark[2] ?? '', number };
    else if (open !== undefined) open.text += ` ${line.trim()}`;
  }
  close();
  return found;
}

/** The keyword that decides: the first that stands in the text. */
function decidingKeyword(text: string): Keyword | undefined {
  return /\b(MUST NOT|MUST|SHOULD NOT|SHOULD|MAY)\b/.exec(text)?.[1] as Keyword | undefined;
}

function parseScope(text: string, fail: (what: string) => never): Scope {
  const settings = new Map<string, string>();
  for (const [, key, quoted, bare] of text.matchAll(/(\w+)=(?:"([^"]*)"|(\S+))/g))
    settings.set(key ?? '', quoted ?? bare ?? '');
  const role = settings.get('role');
  const level = settings.get('level');
  const keyword = settings.get('keyword');
  if (role !== 'server' && role !== 'client' && role !== 'both' && role !== 'kit')
    return fail(`role ${role} is none of server, client, both, kit`);
  if (level === undefined || !/^L[0-5]$/.test(level)) return fail(`level ${level} is none of L0 to L5`);
  if (keyword !== undefined && !KEYWORDS.includes(keyword as Keyword)) return fail(`unknown keyword ${keyword}`);
  return { role, level, keyword: keyword as Keyword | undefined };
}

/** All requirements of `chapters`; throws when an id stands twice. */
export function allRequirements(chapters: readonly Chapter[]): Requirement[] {
  const all = chapters.flatMap(extractRequirements);
  const seen = new Map<string, string>();
  for (const { id, chapter } of all) {
    const before = seen.get(id);
    if (before !== undefined) throw new Error(`${id} stands in ${before}.md and again in ${chapter}.md`);
    seen.set(id, chapter);
  }
  return all;
}
