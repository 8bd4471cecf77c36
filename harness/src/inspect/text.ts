import type { Json } from './json.ts';

/** JSON as indented lines for people: `name  value`, lists numbered. */
export function textLines(value: Json, depth = 1): readonly string[] {
  const indent = '  '.repeat(depth);
  if (value === null || typeof value !== 'object') return [indent + shown(value)];
  const entries = Object.entries(value);
  if (entries.length === 0) return [`${indent}(nothing)`];
  const width = Math.max(...entries.map(([name]) => name.length));
  return entries.flatMap(([name, of]) => {
    const flat = oneLine(of);
    if (flat !== undefined) return [`${indent}${name.padEnd(width)}  ${flat}`];
    return [`${indent}${name}`, ...textLines(of as Json, depth + 1)];
  });
}

/** What fits on the line of its name. */
function oneLine(value: unknown): string | undefined {
  if (value === null || typeof value !== 'object') return shown(value as Json);
  const text = JSON.stringify(value);
  return text.length <= 100 ? text : undefined;
}

function shown(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
