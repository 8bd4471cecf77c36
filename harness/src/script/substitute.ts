/**
 * `tree` with `$name` (as a whole) replaced by `value` and `${name}` filled in, in keys and values alike. This is how `each` binds its
 * variable: before the steps are read, so that it can stand for anything.
 */
export function substitute(tree: unknown, name: string, value: unknown): unknown {
  if (typeof tree === 'string') return inString(tree, name, value);
  if (Array.isArray(tree)) return tree.map((entry) => substitute(entry, name, value));
  if (typeof tree !== 'object' || tree === null) return tree;
  return Object.fromEntries(
    Object.entries(tree).map(([key, entry]) => [String(inString(key, name, value)), substitute(entry, name, value)]),
  );
}

function inString(text: string, name: string, value: unknown): unknown {
  if (text === `$${name}`) return value;
  const nested = new RegExp(`^\\$${name}((?:\\.\\w+)+)$`).exec(text);
  if (nested !== null) return nested[1]!.slice(1).split('.').reduce(at, value);
  if (typeof value === 'object') return text;
  return text.replaceAll(`\${${name}}`, String(value)).replace(new RegExp(`^\\$${name}(?=[+*/-]\\d+$)`), String(value));
}

function at(value: unknown, step: string): unknown {
  return (value as { readonly [name: string]: unknown } | undefined)?.[step];
}
