import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { PACKAGE_ROOT } from '../catalogue/paths.ts';
import { UsageError } from '../failure.ts';

/** What a node says of itself (schemas/statement.schema.json). */
export interface Statement {
  readonly node?: string;
  readonly levels: readonly string[];
  readonly capabilities: readonly string[];
  readonly auth: readonly ('none' | 'psk' | 'identity')[];
  readonly log: 'memory' | 'durable';
  readonly limits?: { readonly [name: string]: number };
  readonly notes?: string;
}

/** Reads a conformance statement. Throws UsageError when there is none or it breaks its schema. */
export function readStatement(file: string): Statement {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    throw new UsageError(`cannot read the statement ${file}`);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new UsageError(`${file} is not JSON: ${(error as Error).message}`);
  }
  const schema = JSON.parse(readFileSync(join(PACKAGE_ROOT, 'schemas/statement.schema.json'), 'utf8'));
  const validate = new Ajv2020({ allErrors: false, strict: false }).compile<Statement>(schema);
  if (validate(value)) return value;
  const [error] = validate.errors ?? [];
  throw new UsageError(`${file} is no conformance statement: ${error?.instancePath || 'it'} ${error?.message}`);
}
