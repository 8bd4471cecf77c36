import { HarnessFault } from '../failure.ts';
import type { Environment } from './environment.ts';

const FORM = /^(?:(\$[\w.]+)|([A-Z][A-Z0-9_]*)|(\d+))(?:([+*/-])(\d+))?$/;

/** A number of a script: itself, a limit of the target, a variable, each with `+n`, `-n`, `*n` or `/n`. */
export function resolveNumber(value: unknown, environment: Environment): number {
  if (typeof value === 'number') return value;
  const match = typeof value === 'string' ? FORM.exec(value) : null;
  if (match === null) throw new HarnessFault(`${JSON.stringify(value)} is no number`);
  const [, variable, limit, digits, operator, operand] = match;
  const base = variable !== undefined ? ofVariable(variable, environment) : ofName(limit, digits, environment);
  const by = Number(operand ?? 0);
  if (operator === '+') return base + by;
  if (operator === '-') return base - by;
  if (operator === '*') return base * by;
  return operator === '/' ? Math.floor(base / by) : base;
}

function ofVariable(path: string, environment: Environment): number {
  const value = environment.get(path);
  return typeof value === 'number' ? value : resolveNumber(value, environment);
}

function ofName(limit: string | undefined, digits: string | undefined, environment: Environment): number {
  if (limit === undefined) return Number(digits);
  const value = (environment.limits as { readonly [name: string]: number })[limit];
  if (value === undefined) throw new HarnessFault(`there is no limit ${limit}`);
  return value;
}
