import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parse } from 'yaml';
import { HarnessFault } from '../failure.ts';
import type { PropertyCase } from '../property.ts';
import type { Case, CaseBody } from './case.ts';
import { CODE_ROOT, PACKAGE_ROOT } from './paths.ts';

let catalogue: Promise<readonly Case[]> | undefined;

/** Every case of the catalogue, by chapter and file; read once. Throws HarnessFault for a catalogue that is broken. */
export function loadCatalogue(): Promise<readonly Case[]> {
  catalogue ??= load();
  return catalogue;
}

async function load(): Promise<readonly Case[]> {
  const cases = [...dataFiles().flatMap(readCases), ...(await propertyCases())];
  const sources = new Map<string, string>();
  for (const { id, source } of cases) {
    const other = sources.get(id);
    if (other !== undefined) throw new HarnessFault(`case ${id} stands in ${other} and in ${source}`);
    sources.set(id, source);
  }
  return cases;
}

/** The YAML files of the catalogue, in order. */
export function dataFiles(): readonly string[] {
  const root = join(PACKAGE_ROOT, 'conformance/cases');
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.yaml') && !name.startsWith('_'))
    .sort()
    .map((name) => join(root, name));
}

/** The cases of one YAML file. */
export function readCases(file: string): readonly Case[] {
  const source = relative(PACKAGE_ROOT, file).replaceAll('\\', '/');
  let content: { readonly cases?: readonly RawCase[] } | null;
  try {
    content = parse(readFileSync(file, 'utf8'), { prettyErrors: true });
  } catch (error) {
    throw new HarnessFault(`${source} is not YAML: ${(error as Error).message}`);
  }
  if (!Array.isArray(content?.cases)) throw new HarnessFault(`${source} has no list of cases`);
  return content.cases.map((raw) => ({ ...raw, ...bodyOf(raw, source), source }));
}

type RawCase = Case & { readonly script?: unknown; readonly refusal?: unknown; readonly observation?: unknown };

function bodyOf(raw: RawCase, source: string): CaseBody {
  for (const kind of ['script', 'refusal', 'observation'] as const) {
    if (kind in raw) return { kind, [kind]: raw[kind as keyof RawCase] } as unknown as CaseBody;
  }
  throw new HarnessFault(`case ${raw.id} in ${source} is no script, refusal or observation`);
}

const PROPERTIES = 'conformance/properties';

/** The modules in `root` that have a source in `sources`: what a build left of a file that was renamed does not count. */
export function propertyFiles(root: string, sources: string): readonly string[] {
  if (!existsSync(root)) return [];
  return readdirSync(root)
    .filter((name) => /\.(ts|js)$/.test(name) && !name.endsWith('.d.ts'))
    .filter((name) => existsSync(join(sources, name.replace(/\.js$/, '.ts'))))
    .sort();
}

/** The cases that are code: every export with a `run` of `conformance/properties`. */
async function propertyCases(): Promise<readonly Case[]> {
  const root = join(CODE_ROOT, PROPERTIES);
  const files = propertyFiles(root, join(PACKAGE_ROOT, PROPERTIES));
  const modules = await Promise.all(files.map((name) => import(pathToFileURL(join(root, name)).href)));
  return modules.flatMap((module, i) =>
    Object.values(module as { readonly [name: string]: unknown })
      .filter(isPropertyCase)
      .map((found) => {
        const source = `conformance/properties/${files[i]!.replace(/\.js$/, '.ts')}`;
        return { ...found, kind: 'property', source } as const;
      }),
  );
}

function isPropertyCase(value: unknown): value is PropertyCase {
  return typeof value === 'object' && value !== null && 'run' in value && 'id' in value && 'requirements' in value;
}
