import { utf8Length, writeUtf8 } from '../bytes/utf8.ts';
import { refuse } from '../errors.ts';
import { DEFAULT_LIMITS, FieldNames } from '../registry.ts';

/** A field name or dictionary key in the form that both directions can use at once. */
export class Name {
  readonly text: string;
  readonly bytes: Uint8Array;
  /** Its id as a common field name, 1 to 58; 0 when it has none. */
  readonly id: number;
  /** The name that followed it last time, which is above it: see interning.ts. */
  next: Name | undefined = undefined;

  constructor(text: string, bytes: Uint8Array, id: number) {
    this.text = text;
    this.bytes = bytes;
    this.id = id;
  }
}

/** Precedes a name that is spelled out at top level. */
export const SPELLED_OUT = 0xff;

const COMMON_IDS: ReadonlyMap<string, number> = new Map(FieldNames.map((name, index) => [name, index + 1]));

/** The common names by their id; nothing at 0. */
export const COMMON_NAMES: readonly (Name | undefined)[] = [undefined, ...FieldNames.map((text) => makeName(text))];

/** Refuses by `record.name-too-long`, `record.utf8` or `record.name-bom`. */
export function makeName(text: string): Name {
  const length = utf8Length(text);
  if (length < 0) refuse('record.utf8', 'a lone surrogate');
  if (length > DEFAULT_LIMITS.NAME_BYTES) refuse('record.name-too-long', `${length} bytes`);
  if (text.charCodeAt(0) === 0xfeff) refuse('record.name-bom');
  const bytes = new Uint8Array(length);
  writeUtf8(text, bytes, 0);
  return new Name(text, bytes, COMMON_IDS.get(text) ?? 0);
}
