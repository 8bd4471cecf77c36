/** The schemas of the repository, compiled together so that references between files resolve. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';

export const SCHEMAS: string = join(import.meta.dirname, '..');

export type Schema = { readonly $id: string } & { readonly [keyword: string]: unknown };

/** Paths below `schemas/`, for example `message/ACK.schema.json`. */
export function schemaPaths(): string[] {
  return readdirSync(SCHEMAS, { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => path.endsWith('.schema.json'))
    .sort();
}

export function readSchema(path: string): Schema {
  return JSON.parse(readFileSync(join(SCHEMAS, path), 'utf8')) as Schema;
}

/** One validator that knows every schema. `strict` refuses keywords that mean nothing. */
export function ajvWithAll(): Ajv2020 {
  const ajv = new Ajv2020({ strict: true, strictTypes: false, strictRequired: false });
  for (const path of schemaPaths()) ajv.addSchema(readSchema(path));
  return ajv;
}

export function validatorOf(ajv: Ajv2020, path: string): ValidateFunction {
  const validate = ajv.getSchema(readSchema(path).$id);
  if (validate === undefined) throw new Error(`no schema ${path}`);
  return validate;
}
