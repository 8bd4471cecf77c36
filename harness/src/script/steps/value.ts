import { equalBytes } from '../../../../reference/src/wire/index.ts';
import { CaseFailure } from '../../failure.ts';
import { resolveBytes } from '../bytes.ts';
import type { Environment } from '../environment.ts';
import { describe } from '../match.ts';
import { resolveNumber } from '../number.ts';
import { shownBytes, shownValue } from '../shown.ts';
import type { Stage } from '../stage.ts';

type Spec = { readonly [member: string]: unknown };

/** Anything that a variable may hold. */
export function resolveAny(value: unknown, environment: Environment): unknown {
  if (typeof value === 'string') {
    if (/^\$[\w.]+$/.test(value)) return environment.get(value);
    if (/^(\$[\w.]+|[A-Z][A-Z0-9_]{3,})[+*/-]\d+$/.test(value)) return resolveNumber(value, environment);
    return environment.fill(value);
  }
  return typeof value === 'object' && value !== null ? resolveBytes(value, environment) : value;
}

/** `let`: binds variables. */
export function letStep(value: unknown, stage: Stage): void {
  for (const [name, of] of Object.entries(value as Spec)) {
    stage.environment.set(stage.environment.fill(name), resolveAny(of, stage.environment));
  }
}

/** `check`: two values are equal, or differ. */
export function checkStep(value: unknown, { environment }: Stage): void {
  const [[relation, pair] = ['', []]] = Object.entries(value as { readonly [relation: string]: unknown[] });
  const [a, b] = pair.map((of) => resolveAny(of, environment));
  const same = a instanceof Uint8Array || b instanceof Uint8Array ? equalBytesOf(a, b, environment) : a === b;
  if (same === (relation === 'equal')) return;
  throw new CaseFailure(
    `${shownValue(pair[0])} ${relation === 'equal' ? 'to equal' : 'to differ from'} ${shownValue(pair[1])}`,
    `${shownBytes(a) ?? describe('', a)} and ${shownBytes(b) ?? describe('', b)}`,
  );
}

function equalBytesOf(a: unknown, b: unknown, environment: Environment): boolean {
  return equalBytes(resolveBytes(a, environment), resolveBytes(b, environment));
}
