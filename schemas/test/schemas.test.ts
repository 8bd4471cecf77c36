import { describe, expect, it } from 'vitest';
import { ajvWithAll, readSchema, schemaPaths, validatorOf } from './load.ts';

const ajv = ajvWithAll();
const paths = schemaPaths();

/** Every schema object in a schema, with the path to it. */
function* parts(schema: unknown, at: string): Generator<[string, Record<string, unknown>]> {
  if (typeof schema !== 'object' || schema === null) return;
  if (!Array.isArray(schema)) yield [at, schema as Record<string, unknown>];
  for (const [name, part] of Object.entries(schema)) yield* parts(part, `${at}/${name}`);
}

describe('the schemas', () => {
  it.each(paths)('%s compiles, and its id says where it is', (path) => {
    expect(readSchema(path).$id).toBe(`https://blazedb.dev/schemas/${path}`);
    expect(validatorOf(ajv, path)).toBeTypeOf('function');
  });

  it.each(paths)('%s says what it is for', (path) => {
    expect(readSchema(path).title).toBeTypeOf('string');
  });

  it.each(paths)('%s lets no unknown member pass', (path) => {
    for (const [at, part] of parts(readSchema(path), path)) {
      if (typeof part.properties !== 'object' || at.endsWith('/properties')) continue;
      expect(part, `${at} describes members and allows others`).toHaveProperty('additionalProperties', false);
    }
  });
});
