import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ajvWithAll, schemaPaths, validatorOf } from '../../schemas/test/load.ts';
import { formatVectors } from '../generator/format.ts';
import { checkVectors, vectorFiles } from '../generator/main.ts';
import { entries, NAMES, read, VECTORS } from './files.ts';

const ajv = ajvWithAll();
const spec = (path: string): unknown => JSON.parse(readFileSync(join(VECTORS, '../spec', path), 'utf8'));
const requirements = new Set((spec('requirements.json') as { id: string }[]).map(({ id }) => id));
const refusals = new Set(Object.keys(spec('registries/refusals.json') as object));

describe('the vector files', () => {
  it('are what the generator makes', () => {
    expect(checkVectors()).toEqual({ fresh: true, stale: [] });
  });

  it('there is one for each schema of vectors', () => {
    const schemas = schemaPaths().filter((path) => path.startsWith('vectors/'));
    expect(NAMES.map((name) => `vectors/${name.replace('.json', '.schema.json')}`)).toEqual(schemas);
    expect(vectorFiles().sort()).toEqual(NAMES);
  });

  it.each(NAMES)('%s fits its schema', (name) => {
    const file = read(name);
    expect(name).toBe(`${file.topic}.json`);
    const validate = validatorOf(ajv, file.schema);
    expect(validate(file), ajv.errorsText(validate.errors)).toBe(true);
  });

  it.each(NAMES)('%s is written in the canonical form', (name) => {
    const text = readFileSync(join(VECTORS, name), 'utf8');
    expect(text).toBe(formatVectors(JSON.parse(text) as object));
    expect(text).toMatch(/^[\x20-\x7e\n]*$/);
  });

  it.each(NAMES)('%s gives each vector an id of its own', (name) => {
    const ids = entries(read(name)).map(({ id }) => id);
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
  });

  it.each(NAMES)('%s names origins, requirements and reasons that exist', (name) => {
    const file = read(name);
    for (const { id, source, requirements: shown, reason, operationReason } of entries(file)) {
      expect(file.source, `${id}: ${source}`).toHaveProperty(source);
      expect(
        shown.filter((requirement) => !requirements.has(requirement)),
        id,
      ).toEqual([]);
      for (const given of [reason, operationReason]) if (given !== undefined) expect(refusals).toContain(given);
    }
  });

  it.each(NAMES)('%s has vectors to accept and vectors to refuse', (name) => {
    const { valid, invalid } = read(name);
    expect(valid.length).toBeGreaterThan(0);
    expect(invalid.length).toBeGreaterThan(0);
  });
});
