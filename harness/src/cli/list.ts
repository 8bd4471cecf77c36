import { type Command, Option } from 'commander';
import type { Case } from '../catalogue/case.ts';
import type { Level } from '../property.ts';

interface ListFlags {
  readonly level?: Level;
  readonly grep?: string;
  readonly json?: boolean;
  readonly requirements?: boolean;
}

/** Adds `list`. */
export function registerListCommand(program: Command): void {
  program
    .command('list')
    .description('show the catalogue: cases, levels, requirements')
    .addOption(
      new Option('--level <level>', 'this level and those below').choices(['L0', 'L1', 'L2', 'L3', 'L4', 'L5']),
    )
    .option('--grep <text>', 'cases with this text (or /expression/) in id, title, requirement, need or file')
    .option('--requirements', 'by requirement: its text, and the cases that test it')
    .option('--json', 'as JSON')
    .action(async (flags: ListFlags) => {
      const { loadCatalogue } = await import('../catalogue/load.ts');
      const { select } = await import('../catalogue/select.ts');
      const cases = select(await loadCatalogue(), flags);
      const lines = flags.requirements === true ? await byRequirement(cases, flags) : byCase(cases, flags);
      process.stdout.write(`${lines.join('\n')}\n`);
    });
}

function byCase(cases: readonly Case[], { json }: ListFlags): readonly string[] {
  if (json === true) {
    const shown = cases.map(({ id, title, level, role, requirements, needs, kind, source }) => {
      return { id, title, level, role, kind, requirements, ...(needs === undefined ? {} : { needs }), source };
    });
    return [JSON.stringify(shown, null, 1)];
  }
  const width = Math.max(...cases.map(({ id }) => id.length));
  const lines = cases.map(({ id, level, title, requirements, needs }) => {
    const need = needs === undefined ? '' : `  (needs ${needs.join(', ')})`;
    return `${id.padEnd(width)}  ${level}  ${title}  [${requirements.join(' ')}]${need}`;
  });
  return [...lines, '', `${cases.length} cases`];
}

async function byRequirement(cases: readonly Case[], { json, grep }: ListFlags): Promise<readonly string[]> {
  const { requirements } = await import('../catalogue/requirements.ts');
  const tested = [...requirements().values()].map(({ id, keyword, role, level, text }) => {
    return {
      id,
      keyword,
      role,
      level,
      text,
      cases: cases.filter((of) => of.requirements.includes(id)).map((of) => of.id),
    };
  });
  const shown = grep === undefined ? tested : tested.filter((requirement) => requirement.cases.length > 0);
  if (json === true) return [JSON.stringify(shown, null, 1)];
  return shown.flatMap(({ id, keyword, role, level, text, cases: ids }) => [
    `${id}  ${keyword}, ${role}, ${level}: ${text}`,
    `    ${ids.length === 0 ? 'no case' : ids.join(' ')}`,
  ]);
}
