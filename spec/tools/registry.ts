/** Turns the registries (JSON, the one source) into `reference/src/registry.ts`: constants that TypeScript can narrow on. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

type Entries = Record<string, Record<string, unknown>>;

const hexToNumber = (hex: unknown): number => Number.parseInt(String(hex), 16);

const load = (root: string, name: string): Entries =>
  JSON.parse(readFileSync(join(root, 'spec/registries', `${name}.json`), 'utf8')) as Entries;

function constant(name: string, doc: string, value: unknown): string {
  return `/** ${doc} */\nexport const ${name} = ${JSON.stringify(value, null, 2)} as const;\n`;
}

function pick(entries: Entries, member: string, convert: (value: unknown) => unknown = (v) => v): object {
  return Object.fromEntries(Object.entries(entries).map(([name, entry]) => [name, convert(entry[member])]));
}

/** The text of `reference/src/registry.ts`. Throws when a code or a name stands twice. */
export function registrySource(root: string): string {
  const errors = load(root, 'error-codes');
  const refusals = load(root, 'refusals');
  const control = load(root, 'control-messages');
  refuseDuplicates('error code', Object.values(pick(errors, 'code')));
  refuseDuplicates('control id', Object.values(pick(control, 'id')));
  for (const [name, refusal] of Object.entries(refusals)) {
    if (refusal.code !== null && !(String(refusal.code) in errors)) throw new Error(`${name}: unknown error code`);
  }
  return [
    '// Generated from spec/registries by `npm run spec:generate`. Do not edit.\n',
    constant('FrameType', 'Frame types (registry frame-types).', pick(load(root, 'frame-types'), 'type', hexToNumber)),
    'export type FrameType = (typeof FrameType)[keyof typeof FrameType];\nexport type FrameName = keyof typeof FrameType;\n',
    constant(
      'OperationType',
      'Operation types (registry operation-types).',
      pick(load(root, 'operation-types'), 'type'),
    ),
    'export type OperationTypeName = keyof typeof OperationType;\n',
    constant(
      'Capability',
      'Capability bits (registry capabilities).',
      pick(load(root, 'capabilities'), 'bit', hexToNumber),
    ),
    'export type CapabilityName = keyof typeof Capability;\n',
    constant('ErrorCode', 'Error codes (registry error-codes).', pick(errors, 'code', hexToNumber)),
    'export type ErrorName = keyof typeof ErrorCode;\n',
    constant('Refusal', 'Named refusals: wire code, effect and requirement (registry refusals).', refusals),
    'export type RefusalName = keyof typeof Refusal;\n',
    constant(
      'DEFAULT_LIMITS',
      'Limits and timers (registry limits), in the units given there.',
      pick(load(root, 'limits'), 'value'),
    ),
    'export type LimitName = keyof typeof DEFAULT_LIMITS;\nexport type Limits = { readonly [name in LimitName]: number };\n',
    constant('ControlMessages', 'Control messages and their fields (registry control-messages).', control),
    'export type ControlName = keyof typeof ControlMessages;\n',
    constant(
      'FieldNames',
      'Common field names, by id from 1 (registry field-names).',
      Object.keys(load(root, 'field-names')),
    ),
    constant('Label', 'Texts of the key schedule (registry labels); the terminated ones carry their 00.', labels(root)),
  ].join('\n');
}

function labels(root: string): object {
  return Object.fromEntries(
    Object.entries(load(root, 'labels')).map(([name, l]) => [name, `${String(l.text)}${l.terminated ? '\0' : ''}`]),
  );
}

function refuseDuplicates(what: string, values: unknown[]): void {
  const twice = values.find((value, index) => values.indexOf(value) !== index);
  if (twice !== undefined) throw new Error(`${what} ${String(twice)} stands twice in its registry`);
}
