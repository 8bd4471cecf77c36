import { InvalidArgumentError } from 'commander';
import { parseLimit } from '../../../reference/src/node/limits.ts';
import { DEFAULT_LIMITS } from '../../../reference/src/registry.ts';
import { isLimitName } from '../run/profile.ts';
import { nearest } from '../text/nearest.ts';

/** A whole number from `least` on, for an option. */
export function whole(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && Number.isSafeInteger(value) && value >= least) return value;
    throw new InvalidArgumentError(`It is a whole number from ${least} on.`);
  };
}

/** Collects an option that may be given several times, or with commas. */
export function several(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, ...text.split(',').filter((part) => part !== '')];
}

/** Collects NAME=VALUE. */
export function limit(
  text: string,
  before: { readonly [name: string]: number } = {},
): { readonly [name: string]: number } {
  const { name, value } = parsed(text);
  if (!isLimitName(name)) {
    const near = nearest(name.toLowerCase(), Object.keys(DEFAULT_LIMITS));
    throw new InvalidArgumentError(
      `There is no limit ${name}${near.length === 0 ? '' : `; near it: ${near.join(', ')}`}.`,
    );
  }
  return { ...before, [name]: value };
}

function parsed(text: string): { readonly name: string; readonly value: number } {
  try {
    return parseLimit(text);
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message);
  }
}
