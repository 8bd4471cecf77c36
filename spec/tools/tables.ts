/** Fills the tables that the registries generate into the chapters, between `<!-- table: NAME -->` and `<!-- /table -->`. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

type Entry = Record<string, unknown> & { requirement: string };
type Registry = Record<string, Entry>;

const MARKER = /^<!-- table: (.+?) -->$[\s\S]*?^<!-- \/table -->$/gm;

/** `text` with every generated table made anew. Throws when a marker names no registry or no entry. */
export function fillTables(root: string, text: string): string {
  return text.replace(MARKER, (_, spec: string) => {
    const [name = '', ...args] = spec.split(/\s+/);
    return `<!-- table: ${spec} -->\n\n${renderTable(root, name, args)}\n\n<!-- /table -->`;
  });
}

/** The registry names and entries that `text` shows, as `registry/entry`. */
export function tabledEntries(root: string, text: string): string[] {
  return [...text.matchAll(MARKER)].flatMap(([, spec = '']) => {
    const [name = '', ...args] = spec.split(/\s+/);
    const registry = name === 'control-message' ? 'control-messages' : name;
    return Object.keys(select(load(root, registry), args)).map((entry) => `${registry}/${entry}`);
  });
}

function load(root: string, name: string): Registry {
  return JSON.parse(readFileSync(join(root, 'spec/registries', `${name}.json`), 'utf8')) as Registry;
}

function select(registry: Registry, names: readonly string[]): Registry {
  if (names.length === 0) return registry;
  return Object.fromEntries(
    names.map((name) => {
      const entry = registry[name];
      if (entry === undefined) throw new Error(`a table names the unknown registry entry ${name}`);
      return [name, entry];
    }),
  );
}

function renderTable(root: string, name: string, args: readonly string[]): string {
  if (name === 'control-message') return controlTable(load(root, 'control-messages'), args);
  const columns = COLUMNS[name];
  if (columns === undefined) throw new Error(`unknown table ${name}`);
  const rows = Object.entries(select(load(root, name), args)).map(([key, entry]) =>
    columns.map(([, cell]) => cell(key, entry)),
  );
  return table(
    columns.map(([title]) => title),
    rows,
  );
}

type Column = readonly [title: string, cell: (name: string, entry: Entry) => string];

const id: Column = ['Id', (_, e) => `[${e.requirement}]`];
const member = (title: string, key: string): Column => [title, (_, e) => String(e[key] ?? '')];
const code = (title: string, key: string): Column => [title, (_, e) => `\`${String(e[key])}\``];
const named: Column = ['Name', (name) => `\`${name}\``];

const COLUMNS: Record<string, readonly Column[]> = {
  'frame-types': [
    id,
    code('Type', 'type'),
    ['Name', (n) => n],
    member('From', 'from'),
    ['Sealed', (_, e) => (e.sealed ? 'yes' : 'no')],
    member('Payload', 'payload'),
  ],
  'operation-types': [id, member('Type', 'type'), named, member('Changes', 'changes')],
  capabilities: [id, code('Bit', 'bit'), ['Name', (n) => n], member('Meaning', 'meaning')],
  'error-codes': [id, code('Code', 'code'), ['Name', (n) => n], member('Meaning', 'meaning')],
  limits: [
    id,
    named,
    ['Value', (_, e) => `${Number(e.value).toLocaleString('en-US')} ${String(e.unit)}`],
    member('Of', 'meaning'),
  ],
  labels: [
    id,
    named,
    ['Bytes', (_, e) => `\`"${String(e.text)}"\`${e.terminated ? ' then `00`' : ''}`],
    member('Use', 'use'),
  ],
  'value-tags': [id, code('Tag', 'tag'), ['Type', (n) => n], member('Body', 'body')],
  'field-names': [
    ['Name', (n) => `\`${n}\``],
    ['Id', (_, e) => `\`${String(e)}\``],
  ],
  refusals: [
    ['Refusal', (n) => `\`${n}\``],
    ['Code', (_, e) => String(e.code ?? 'of its carrier')],
    member('Effect', 'effect'),
    ['Demanded by', (_, e) => (e.requirement === '' ? '' : `[${e.requirement}]`)],
    member('Meaning', 'meaning'),
  ],
};

function controlTable(registry: Registry, names: readonly string[]): string {
  const rows = Object.entries(select(registry, names)).flatMap(([name, message]) => [
    [`[${message.requirement}]`, `**${name}**`, `id \`${String(message.id)}\``, `sent by ${String(message.from)}`],
    ...fieldRows('', message.fields as Registry),
  ]);
  return table(['Id', 'Field', 'Type', 'Meaning'], rows);
}

function fieldRows(prefix: string, fields: Registry): string[][] {
  return Object.entries(fields).flatMap(([name, field]) => [
    [
      `[${field.requirement}]`,
      `\`${prefix}${name}\`${field.optional ? ' (optional)' : ''}`,
      fieldType(field),
      String(field.meaning),
    ],
    ...(field.fields ? fieldRows(`${prefix}${name}[].`, field.fields as Registry) : []),
  ]);
}

function fieldType(field: Entry): string {
  if (field.length !== undefined) return `${String(field.type)}, ${String(field.length)} bytes`;
  if (field.multiple !== undefined) return `${String(field.type)}, a multiple of ${String(field.multiple)} bytes`;
  if (field.minimum !== undefined) return `${String(field.type)}, ${String(field.minimum)} to ${String(field.maximum)}`;
  if (field.type !== 'list') return String(field.type);
  return field.maximum === undefined
    ? 'array of dictionaries'
    : `array of at most ${String(field.maximum)} dictionaries`;
}

function table(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(titles), line(titles.map(() => '---')), ...rows.map(line)].join('\n');
}
