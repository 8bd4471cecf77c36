import { HarnessFault } from '../failure.ts';
import type { Environment } from './environment.ts';
import { resolveNumber } from './number.ts';

/** A text of a script: `$variable`, a string with `${variable}` filled in, or `{repeat, times}`. */
export function resolveText(value: unknown, environment: Environment): string {
  if (typeof value === 'string') {
    return /^\$[\w.]+$/.test(value) ? String(environment.get(value)) : environment.fill(value);
  }
  if (typeof value === 'object' && value !== null && 'repeat' in value && 'times' in value) {
    return String(value.repeat).repeat(resolveNumber(value.times, environment));
  }
  throw new HarnessFault(`${JSON.stringify(value)} is no text`);
}
