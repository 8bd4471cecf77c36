/** Canonical JSON of the vectors: 2 spaces, LF, ASCII only, so that a diff shows the vector that changed. */
const WIDTH = 120;

/** Deeper than this, what fits into a line stands in one. */
const ALWAYS_OPEN = 2;

export function formatVectors(file: object): string {
  return `${format(file, 0, '')}\n`;
}

function format(value: unknown, depth: number, before: string): string {
  const line = inline(value);
  const isContainer = typeof value === 'object' && value !== null && Object.keys(value).length > 0;
  if (!isContainer) return line;
  if (depth > ALWAYS_OPEN && 2 * depth + before.length + line.length < WIDTH) return line;
  const indent = '  '.repeat(depth + 1);
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  const members = Object.entries(value).map(([name, member]) => {
    const key = Array.isArray(value) ? '' : `${ascii(JSON.stringify(name))}: `;
    return `${indent}${key}${format(member, depth + 1, key)}`;
  });
  return `${open}\n${members.join(',\n')}\n${'  '.repeat(depth)}${close}`;
}

function inline(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(inline).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return ascii(JSON.stringify(value));
  const members = Object.entries(value).map(([name, member]) => `${ascii(JSON.stringify(name))}: ${inline(member)}`);
  return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`;
}

/** What looks alike in an editor (U+FEFF, combining marks) stands as its code. */
function ascii(json: string): string {
  return json.replace(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
