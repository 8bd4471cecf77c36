import { putU16 } from '../bytes/put.ts';
import { utf8Length, writeUtf8 } from '../bytes/utf8.ts';
import { refuse } from '../errors.ts';
import { DEFAULT_LIMITS, FieldNames } from '../registry.ts';

/** A field name or dictionary key with its bytes on the wire. */
export class Name {
  readonly text: string;
  /** As a field of a record: its id, or `FF` and the key. */
  readonly field: Uint8Array;
  /** As the key of a dictionary: u16 length and UTF-8. */
  readonly key: Uint8Array;
  /** Whether it has an id. */
  readonly common: boolean;
  /** Whether it is remembered: see interning.ts. Others are not followed, either. */
  readonly kept: boolean;
  /** The name that followed it last time, which is above it. */
  next: Name | undefined = undefined;

  constructor(text: string, field: Uint8Array, key: Uint8Array, common: boolean, kept: boolean) {
    this.text = text;
    this.field = field;
    this.key = key;
    this.common = common;
    this.kept = kept;
  }
}

/** Precedes a name that is spelled out at top level. */
export const SPELLED_OUT = 0xff;

/** Names over this are not worth to be kept. */
const KEPT_BYTES = 48;
const NO_BYTES = new Uint8Array(0);

const COMMON_IDS: ReadonlyMap<string, number> = new Map(FieldNames.map((name, index) => [name, index + 1]));

/** The common names by their id; nothing at 0. */
export const COMMON_NAMES: readonly (Name | undefined)[] = [undefined, ...FieldNames.map((text) => makeName(text))];

/** A name with all of its forms. Refuses by `record.utf8`, `record.name-too-long` or `record.name-bom`. */
export function makeName(text: string): Name {
  const length = utf8Length(text);
  if (length < 0) refuse('record.utf8', 'a lone surrogate');
  if (length > DEFAULT_LIMITS.NAME_BYTES) refuse('record.name-too-long', `${length} bytes`);
  refuseBom(text);
  const spelled = new Uint8Array(3 + length);
  spelled[0] = SPELLED_OUT;
  writeUtf8(text, spelled, putU16(spelled, 1, length));
  const id = COMMON_IDS.get(text);
  const field = id === undefined ? spelled : Uint8Array.of(id);
  return new Name(text, field, spelled.slice(1), id !== undefined, length <= KEPT_BYTES);
}

/** A name that was read, is not common and will not be compared by its bytes. Refuses by `record.name-bom`. */
export function passingName(text: string): Name {
  refuseBom(text);
  return new Name(text, NO_BYTES, NO_BYTES, false, false);
}

function refuseBom(text: string): void {
  if (text.charCodeAt(0) === 0xfeff) refuse('record.name-bom');
}
