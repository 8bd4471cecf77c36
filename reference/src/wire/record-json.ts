import type { Fields } from './value.ts';
import { fieldsFromJson, fieldsToJson, type JsonFields } from './value-json.ts';

export type { JsonFields, JsonValue } from './value-json.ts';

/** One field as JSON. */
export type JsonField = JsonFields[number];

/** A record as JSON: `[name, value]` in the order of the bytes. For tools; it never crosses a link. */
export type JsonRecord = JsonFields;

/** Throws RangeError where the form is wrong; refuses by `record.names-duplicate`. */
export function recordFromJson(json: JsonRecord): Fields {
  return fieldsFromJson(json);
}

/** In the order of the Map, which is that of the bytes for a decoded record. */
export function recordToJson(record: Fields): JsonRecord {
  return fieldsToJson(record);
}
