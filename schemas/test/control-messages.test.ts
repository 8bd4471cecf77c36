import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readSchema, SCHEMAS } from './load.ts';

interface Field {
  readonly type: string;
  readonly meaning: string;
  readonly optional?: boolean;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly length?: number;
  readonly multiple?: number;
  readonly fields?: Fields;
}
type Fields = { readonly [name: string]: Field };
type Registry = { readonly [message: string]: { readonly id: string; readonly fields: Fields } };

const registry = JSON.parse(
  readFileSync(join(SCHEMAS, '../spec/registries/control-messages.json'), 'utf8'),
) as Registry;

/** The JSON Schema of a field, as the registry demands it. */
function schemaOf({ type, meaning, minimum, maximum, length, multiple, fields }: Field): object {
  const description = { description: meaning };
  if (type === 'int') return { ...description, type: 'integer', minimum, maximum };
  if (type === 'bool') return { ...description, type: 'boolean' };
  if (type === 'string') return { ...description, type: 'string' };
  if (type === 'uuid') return { ...description, type: 'string', pattern: '^[0-9a-f]{32}$' };
  if (type === 'list') {
    const maxItems = maximum === undefined ? {} : { maxItems: maximum };
    return { ...description, type: 'array', ...maxItems, items: objectOf(fields!) };
  }
  const pattern = length === undefined ? `^(?:[0-9a-f]{${2 * (multiple ?? 1)}})*$` : `^[0-9a-f]{${2 * length}}$`;
  return { ...description, type: 'string', pattern };
}

function objectOf(fields: Fields, first: { [name: string]: object } = {}): object {
  const properties = { ...first };
  for (const [name, field] of Object.entries(fields)) properties[name] = schemaOf(field);
  const required = Object.keys(properties).filter((name) => fields[name]?.optional !== true);
  return { type: 'object', properties, required, additionalProperties: false };
}

describe('the schemas of control messages', () => {
  it.each(Object.entries(registry))('%s agrees with the registry', (name, { id, fields }) => {
    const { $schema: _, $id: __, title, description, ...schema } = readSchema(`message/${name}.schema.json`);
    expect(title).toBe(name);
    expect(description).toMatch(`Control message ${id}, `);
    expect(schema).toEqual(objectOf(fields, { message: { const: name } }));
  });

  it('there is none for a message that the registry does not know', () => {
    const clear = ['HELLO', 'WELCOME', 'VERIFY', 'COMPLETE', 'ALERT'];
    const names = readdirSync(join(SCHEMAS, 'message')).map((path) => path.replace('.schema.json', ''));
    const messages = names.filter((name) => name === name.toUpperCase());
    expect(messages.sort()).toEqual([...Object.keys(registry), ...clear].sort());
  });
});
