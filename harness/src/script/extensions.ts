import { type Extension, TARGET_EXTENSION } from '../../../reference/src/wire/index.ts';
import { resolveBytes } from './bytes.ts';
import type { Environment } from './environment.ts';
import { resolveNumber } from './number.ts';

/** Extensions of a script, in the order given. */
export function resolveExtensions(value: unknown, environment: Environment): readonly Extension[] {
  if (typeof value === 'string') return environment.get(value) as readonly Extension[];
  return (value as readonly { readonly type: unknown; readonly value: unknown }[]).map((entry) => ({
    type: resolveNumber(entry.type, environment),
    value: resolveBytes(entry.value, environment),
  }));
}

/** `extensions` with extension 1 (`target` of HELLO, `team` of an operation) first, as its type demands. */
export function withFirst(extensions: readonly Extension[], value: Uint8Array): readonly Extension[] {
  return [{ type: TARGET_EXTENSION, value }, ...extensions.filter(({ type }) => type !== TARGET_EXTENSION)];
}
