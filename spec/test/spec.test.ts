import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { proseLines, readChapters, slug } from '../tools/chapters.ts';
import { generatedFiles } from '../tools/main.ts';
import { allRequirements } from '../tools/requirements.ts';
import { tabledEntries } from '../tools/tables.ts';

const root = join(import.meta.dirname, '../..');
const chapters = readChapters(root);
const requirements = allRequirements(chapters);
const ids = new Set(requirements.map(({ id }) => id));
const registry = (name: string): Record<string, { requirement?: string }> =>
  JSON.parse(readFileSync(join(root, 'spec/registries', `${name}.json`), 'utf8'));

describe('the generated parts of the spec', () => {
  it.each([...generatedFiles(root)].map(([file, text]) => ({ file: file.slice(root.length + 1), text })))(
    '$file is fresh',
    ({ file, text }) => {
      expect(readFileSync(join(root, file), 'utf8')).toBe(text);
    },
  );
});

describe('the requirements', () => {
  it('are found in every normative chapter', () => {
    const normative = [
      '02-links',
      '03-frames',
      '04-handshake',
      '05-channel',
      '06-records',
      '07-operations',
      '08-control',
      '09-sync',
      '13-errors',
    ];
    expect(normative.filter((name) => !requirements.some(({ chapter }) => chapter === name))).toEqual([]);
    expect(requirements.length).toBeGreaterThan(150);
  });

  it('state one duty each: a second deciding keyword in the sentence is a second requirement', () => {
    const several = requirements.filter(({ text }) => (text.match(/\b(MUST NOT|MUST)\b/g) ?? []).length > 2);
    expect(several.map(({ id }) => id)).toEqual([]);
  });

  it('are what the text refers to: every [ID] in the chapters exists', () => {
    const unknown = chapters.flatMap(({ name, text }) =>
      [...proseLines(text)].flatMap(({ line, number }) =>
        [...line.matchAll(/\[([A-Z0-9]{2,5}-\d+)\]/g)]
          .filter(([, id]) => !ids.has(id ?? '') && !/^DEV-/.test(id ?? ''))
          .map(([, id]) => `${name}.md:${number} ${id}`),
      ),
    );
    expect(unknown).toEqual([]);
  });

  it('demand every refusal of the registry', () => {
    const entries = Object.entries(registry('refusals'));
    expect(entries.filter(([, { requirement = '' }]) => !ids.has(requirement)).map(([name]) => name)).toEqual([]);
  });
});

describe('the registries', () => {
  const tabled = chapters.flatMap(({ text }) => tabledEntries(root, text));
  const entries = readdirSync(join(root, 'spec/registries'))
    .filter((file) => file !== 'extensions.json' && file !== 'field-names.json')
    .flatMap((file) =>
      Object.keys(registry(file.replace('.json', ''))).map((entry) => `${file.replace('.json', '')}/${entry}`),
    );

  it('stand in the spec, each entry in exactly one table', () => {
    expect(entries.filter((entry) => tabled.filter((shown) => shown === entry).length !== 1)).toEqual([]);
  });
});

describe('the links of the spec', () => {
  const files = ['README.md', ...chapters.map(({ name }) => `${name}.md`)];
  it.each(files)('%s links only to what exists', (file) => {
    const path = join(root, 'spec', file);
    const text = readFileSync(path, 'utf8');
    const broken = [...text.matchAll(/\]\((?!https?:)([^)\s]+)\)/g)]
      .map(([, target = '']) => target)
      .filter((target) => {
        const [to = '', anchor] = target.split('#');
        const linked = to === '' ? path : join(dirname(path), to);
        if (!existsSync(linked)) return true;
        if (anchor === undefined) return false;
        const headings = [...proseLines(readFileSync(linked, 'utf8'))]
          .filter(({ line }) => line.startsWith('#'))
          .map(({ line }) => slug(line.replace(/^#+\s*/, '')));
        return !headings.includes(anchor);
      });
    expect(broken).toEqual([]);
  });
});
