import { ErrorCode, type ErrorName } from '../../../reference/src/registry.ts';
import { HarnessFault } from '../failure.ts';

const NAMES: ReadonlyMap<number, string> = new Map(Object.entries(ErrorCode).map(([name, code]) => [code, name]));

/** The registry's name of a code, or its four hex digits. */
export function nameOfCode(code: number): string {
  return NAMES.get(code) ?? code.toString(16).toUpperCase().padStart(4, '0');
}

/** The number of a code that a case names. */
export function codeOf(name: string | number): number {
  if (typeof name === 'number') return name;
  if (!(name in ErrorCode)) throw new HarnessFault(`no error code ${name}`);
  return ErrorCode[name as ErrorName];
}
