import { HarnessFault } from '../failure.ts';
import type { Edit } from '../message/damage.ts';
import { resolveBytes } from './bytes.ts';
import type { Environment } from './environment.ts';
import { resolveNumber } from './number.ts';

type Spec = { readonly [member: string]: unknown };

/** One damage of a script: exactly one verb, and where. */
export function resolveEdit(spec: Spec, environment: Environment): Edit {
  const at = spec.at === undefined ? 0 : resolveNumber(spec.at, environment);
  if ('flip' in spec) return { verb: 'flip', at, mask: resolveNumber(spec.flip, environment) };
  if ('truncate' in spec) return { verb: 'truncate', count: resolveNumber(spec.truncate, environment) };
  if ('drop' in spec) return { verb: 'drop', at, count: resolveNumber(spec.drop, environment) };
  if ('add' in spec) return { verb: 'add', amount: resolveNumber(spec.add, environment) };
  for (const verb of ['overwrite', 'insert'] as const) {
    if (verb in spec) return { verb, at, bytes: resolveBytes(spec[verb], environment) };
  }
  for (const verb of ['append', 'replace'] as const) {
    if (verb in spec) return { verb, bytes: resolveBytes(spec[verb], environment) };
  }
  throw new HarnessFault(`${JSON.stringify(spec)} changes nothing`);
}
