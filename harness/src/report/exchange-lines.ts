import { describeEntry } from '../inspect/describe-entry.ts';
import type { Entry } from '../peer/exchange.ts';

const ARROWS = { kit: '->', node: '<-', link: '--' } as const;
/** Characters of a decoded message on one line. */
const DECODED = 160;
/** Entries shown from the beginning, and from the end, where a case fails. */
const HEAD = 20;
const TAIL = 60;

/** An exchange as lines of text: time, connection, direction, name, size, and what it says. */
export function exchangeLines(entries: readonly Entry[]): readonly string[] {
  const cut = entries.length > HEAD + TAIL + 1;
  const shown = cut ? [...entries.slice(0, HEAD), ...entries.slice(-TAIL)] : entries;
  const width = Math.max(1, ...shown.map(({ connection }) => connection.length));
  const lines = shown.map((entry) => line(entry, width));
  const gap = `${' '.repeat(10)}... ${entries.length - HEAD - TAIL} more, which the reports of --html and --json show ...`;
  return cut ? [...lines.slice(0, HEAD), gap, ...lines.slice(HEAD)] : lines;
}

function line(entry: Entry, width: number): string {
  const { at, connection, from, name, size, note, decoded } = describeEntry(entry);
  const time = at.toFixed(1).padStart(8);
  const bytes = size === 0 ? '' : `${size} B`;
  const text = decoded === undefined ? '' : JSON.stringify(decoded);
  const said = text.length > DECODED ? `${text.slice(0, DECODED)}...` : text;
  const told = note === undefined ? '' : `(${note})`;
  return `${time}  ${connection.padEnd(width)} ${ARROWS[from]} ${name.padEnd(12)} ${bytes.padStart(9)}  ${said}${told}`.trimEnd();
}
