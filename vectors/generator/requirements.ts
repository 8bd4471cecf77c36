import { FieldNames, Refusal, type RefusalName } from '../../reference/src/registry.ts';
import type { JsonRecord, JsonValue } from '../../reference/src/wire/record-json.ts';

/** The requirement that demands a refusal, by the registry of refusals. */
export function demanded(reason: RefusalName, ...more: readonly string[]): readonly string[] {
  return [...new Set([Refusal[reason].requirement, ...more])];
}

/** Rows of the table of value tags, by the member of the JSON form. */
const TAGS: { readonly [member: string]: (content: unknown) => string } = {
  string: (content) => {
    const bytes = Buffer.byteLength(content as string);
    return bytes === 0 ? 'TAG-12' : bytes < 16 ? 'TAG-16' : 'TAG-1';
  },
  int: (content) => (BigInt(content as string) >= 0n && BigInt(content as string) <= 255n ? 'TAG-13' : 'TAG-2'),
  double: () => 'TAG-3',
  bool: () => 'TAG-4',
  uuid: () => 'TAG-5',
  date: () => 'TAG-6',
  data: () => 'TAG-7',
  array: (content) => ((content as unknown[]).length === 0 ? 'TAG-14' : 'TAG-8'),
  dictionary: (content) => ((content as unknown[]).length === 0 ? 'TAG-15' : 'TAG-9'),
  vector: () => 'TAG-10',
  null: () => 'TAG-11',
};

/** What a record shows: how its names are written, and the rows of the tags that stand in it. */
export function shownBy(fields: JsonRecord): readonly string[] {
  const ids = new Set<string>(fields.length === 0 ? ['REC-5'] : ['REC-6']);
  if (fields.length > 0) ids.add('REC-10');
  if (fields.length > 1) ids.add('REC-12');
  for (const [, value] of fields) tagsOf(value, ids);
  return [...ids].sort(byNumber);
}

function tagsOf(value: JsonValue, ids: Set<string>): void {
  const [member, content] = Object.entries(value)[0]!;
  ids.add(TAGS[member]!(content));
  if (member === 'array') for (const element of content as JsonValue[]) tagsOf(element, ids);
  if (member !== 'dictionary') return;
  const entries = content as JsonRecord;
  if (entries.some(([name]) => (FieldNames as readonly string[]).includes(name))) ids.add('REC-11');
  for (const [, element] of entries) tagsOf(element, ids);
}

function byNumber(x: string, y: string): number {
  const [chapter = '', number = ''] = x.split('-');
  const [other = '', bound = ''] = y.split('-');
  return chapter === other ? Number(number) - Number(bound) : chapter < other ? -1 : 1;
}
