import { ByteWriter } from '../../bytes/writer.ts';
import { carriedBy, refuse } from '../../errors.ts';
import { ControlMessages, type ControlName, DEFAULT_LIMITS } from '../../registry.ts';
import { decodeRecordV1 } from '../record.ts';
import { writeRecord } from '../record-writer.ts';
import type { Fields } from '../value.ts';
import { type FieldRule, fieldRules, type RegistryTable, readFields, writeFields } from './fields.ts';
import type { ControlMessage, UnknownControl } from './message.ts';
import { CROSS_FIELD_RULES } from './rules.ts';

export interface ControlForm {
  readonly name: ControlName;
  readonly id: number;
  readonly rules: readonly FieldRule[];
}

/** Unknown ids from here on end the connection; lower ones are skipped. */
export const CRITICAL_CONTROL = 0x80;

const FORMS: readonly ControlForm[] = Object.entries(ControlMessages).map(([name, entry]) => ({
  name: name as ControlName,
  id: Number.parseInt(entry.id, 16),
  rules: fieldRules(entry.fields as RegistryTable, CROSS_FIELD_RULES[name as ControlName]),
}));

const BY_NAME: ReadonlyMap<string, ControlForm> = new Map(FORMS.map((form) => [form.name, form]));
const BY_ID: ReadonlyMap<number, ControlForm> = new Map(FORMS.map((form) => [form.id, form]));

/** How the message `name` looks on the wire. Throws RangeError for a name that is not in the registry. */
export function controlForm(name: string): ControlForm {
  const form = BY_NAME.get(name);
  if (form === undefined) throw new RangeError(`no control message ${name}`);
  return form;
}

/** The plaintext of a CONTROL frame: `id u8 | record`. Refuses what `decodeControl` would. */
export function encodeControl(message: ControlMessage): Uint8Array {
  const form = controlForm(message.name);
  const fields = writeFields(form.rules, message);
  return encodeControlRecord(form.id, fields);
}

/**
 * A control message of any id and any fields, for what the registry does not name: GREASE, extensions, tests.
 * Refuses by `control.too-large` and `record.*`.
 */
export function encodeControlRecord(id: number, fields: Fields): Uint8Array {
  if (!Number.isInteger(id) || id < 0 || id > 0xff) throw new RangeError(`not a control id: ${id}`);
  const writer = new ByteWriter();
  writer.u8(id);
  carriedBy('ILLEGAL_PARAMETER', 'fatal', () => writeRecord(writer, fields, 1));
  if (writer.length > DEFAULT_LIMITS.CONTROL_BYTES) refuse('control.too-large', `${writer.length} bytes`);
  return writer.finish();
}

/**
 * The message that the plaintext of a CONTROL frame is. Whether it may come now, from this side, is not judged here.
 *
 * Precedence: size (`control.too-large`); an unknown id is returned without a look at its body; the record whole
 * (`record.*`, version 1 and nothing after it); its fields (see readFields).
 */
export function decodeControl(plaintext: Uint8Array): ControlMessage | UnknownControl {
  if (plaintext.length > DEFAULT_LIMITS.CONTROL_BYTES) refuse('control.too-large', `${plaintext.length} bytes`);
  const id = plaintext[0] ?? refuse('frame.sealed-too-short', 'a control message without an id');
  const form = BY_ID.get(id);
  if (form === undefined) return { name: 'UNKNOWN', id, critical: id >= CRITICAL_CONTROL };
  const record = carriedBy('ILLEGAL_PARAMETER', 'fatal', () => decodeRecordV1(plaintext, 1));
  return { name: form.name, ...readFields(form.rules, record) } as ControlMessage;
}
