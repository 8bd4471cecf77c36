import { decodeCursor } from '../../../reference/src/wire/index.ts';

/** Bytes of a cursor on the wire. */
const CURSOR_BYTES = 40;
/** Characters of a mark that tell it from others. */
const SHORT = 8;

/** A value as it stands in a script, for people; of a cursor also what it is, where that is known. */
export function shownValue(value: unknown, bytes?: unknown): string {
  const text = written(value);
  const cursor = shownBytes(bytes);
  return cursor === undefined ? text : `${text} (${cursor})`;
}

/** A cursor by its position: `seq 7, mark 0a1b2c3d...`; `undefined` for what is none. */
export function shownBytes(value: unknown): string | undefined {
  if (!(value instanceof Uint8Array) || value.length !== CURSOR_BYTES) return undefined;
  const { log, seq, mark } = decodeCursor(value);
  return `log ${log.toHex().slice(0, SHORT)}..., seq ${seq}, mark ${mark.toHex().slice(0, SHORT)}...`;
}

function written(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  if ('cursor' in value) {
    const { cursor, ...changes } = value;
    const parts = Object.entries(changes).map(([name, to]) => `${name} ${written(to)}`);
    return [written(cursor), parts.join(', ')].filter((part) => part !== '').join(' with ');
  }
  return JSON.stringify(value);
}
