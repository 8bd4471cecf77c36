import { Capability } from '../../../reference/src/registry.ts';
import { equalBytes, Id, toHex } from '../../../reference/src/wire/index.ts';
import { codeOf, nameOfCode } from '../peer/codes.ts';
import { resolveBytes } from './bytes.ts';
import type { Environment } from './environment.ts';
import { resolveCapabilities } from './hello.ts';
import { resolveNumber } from './number.ts';
import { resolveText } from './text.ts';

type Spec = { readonly [member: string]: unknown };

/** What does not match, in words; `undefined` when all of it does. */
export function mismatch(pattern: unknown, actual: unknown, environment: Environment, path = ''): string | undefined {
  const fields = (pattern ?? {}) as Spec;
  if (typeof fields !== 'object') return matchField(path || 'code', fields, member(actual, 'code'), environment);
  for (const [name, expected] of Object.entries(fields)) {
    const where = path === '' ? name : `${path}.${name}`;
    const wrong = matchField(where, expected, member(actual, name), environment);
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}

function member(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  const found = (value as Spec)[name];
  return found === undefined && name === 'caps' ? (value as Spec).capabilities : found;
}

function matchField(path: string, expected: unknown, actual: unknown, environment: Environment): string | undefined {
  const wrong = `${path} ${describe(path, actual)}`;
  if (expected === '*') return actual === undefined ? `no ${path}` : undefined;
  if (isTest(expected)) return test(path, expected, actual, environment);
  if (actual === undefined) return `no ${path}`;
  if (Array.isArray(expected)) return matchList(path, expected, actual, environment);
  return equal(path, expected, actual, environment) ? undefined : wrong;
}

function matchList(path: string, expected: unknown[], actual: unknown, environment: Environment): string | undefined {
  if (path.endsWith('caps')) return equal(path, expected, actual, environment) ? undefined : `${path} ${actual}`;
  if (!Array.isArray(actual) || actual.length !== expected.length) {
    return `${path} with ${Array.isArray(actual) ? actual.length : 'no'} entries`;
  }
  for (const [i, entry] of expected.entries()) {
    const wrong = mismatch(entry, actual[i], environment, `${path}.${i}`);
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}

const TESTS = ['not', 'min', 'max', 'length', 'any', 'absent', 'subset'];

function isTest(expected: unknown): expected is Spec {
  return typeof expected === 'object' && expected !== null && Object.keys(expected).some((key) => TESTS.includes(key));
}

function test(path: string, spec: Spec, actual: unknown, environment: Environment): string | undefined {
  const got = `${path} ${describe(path, actual)}`;
  if ('absent' in spec) return actual === undefined ? undefined : got;
  if (actual === undefined) return `no ${path}`;
  if ('not' in spec) return equal(path, spec.not, actual, environment) ? got : undefined;
  if ('any' in spec) {
    const one = (spec.any as unknown[]).some((option) => !matchField(path, option, actual, environment));
    return one ? undefined : got;
  }
  if ('length' in spec) {
    const length = (actual as { readonly length?: number }).length;
    return length === resolveNumber(spec.length, environment) ? undefined : `${path} of length ${length}`;
  }
  if ('subset' in spec) {
    const known = Object.values(Capability).reduce((bits, bit) => bits | bit, 0);
    const extra = Number(actual) & known & ~resolveCapabilities(spec.subset, environment);
    return extra === 0 ? undefined : got;
  }
  const value = Number(actual);
  const low = 'min' in spec && value < resolveNumber(spec.min, environment);
  return low || ('max' in spec && value > resolveNumber(spec.max, environment)) ? got : undefined;
}

/** Whether a value of a script is a value of a message. The message's type decides how the script's is read. */
export function equal(path: string, expected: unknown, actual: unknown, environment: Environment): boolean {
  if (actual instanceof Uint8Array) return equalBytes(resolveBytes(expected, environment), actual);
  if (actual instanceof Id) return equalBytes(resolveBytes(expected, environment), actual.toBytes());
  if (typeof actual === 'boolean' || actual === null) return expected === actual;
  if (typeof actual === 'string') {
    return resolveText(expected, environment) === actual;
  }
  if (path.endsWith('caps')) return resolveCapabilities(expected, environment) === actual;
  const isCode = typeof expected === 'string' && /^[A-Z][A-Z_]+$/.test(expected) && /(^|\.)(code|st)$/.test(path);
  return (isCode ? codeOf(expected) : resolveNumber(expected, environment)) === actual;
}

/** A value of a message, for people. */
export function describe(path: string, value: unknown): string {
  if (value instanceof Uint8Array) return toHex(value);
  if (value instanceof Id) return value.toHex();
  if (typeof value === 'number' && /(^|\.)(code|st)$/.test(path)) return nameOfCode(value);
  return value === undefined ? 'absent' : JSON.stringify(value);
}
