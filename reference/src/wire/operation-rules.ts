import { equalBytes } from '../bytes/compare.ts';
import { concat } from '../bytes/concat.ts';
import { Id } from '../bytes/id.ts';
import { encodeUtf8 } from '../bytes/utf8.ts';
import { refuse } from '../errors.ts';
import { Label, type OperationTypeName } from '../registry.ts';
import { type Extension, type ExtensionRules, extensionValue, TEAM_EXTENSION } from './extensions.ts';
import type { Fields, Value } from './value.ts';

/** The 32 bytes of SHA-256. */
export type Sha256 = (bytes: Uint8Array) => Uint8Array;

const INDEX = encodeUtf8(Label.INDEX);

/** Entry by entry in the order of the bytes: the type when it is read, the value when it is there. */
export const PLAIN_EXTENSIONS: ExtensionRules = {
  length: 'operation.extensions-length',
  order: 'operation.extensions-order',
  checkValue({ type, value }) {
    if (type !== TEAM_EXTENSION) return;
    if (value.length !== 16 || value.every((byte) => byte === 0)) refuse('operation.team', `${value.length} bytes`);
  },
};

export const SEALED_EXTENSIONS: ExtensionRules = {
  length: 'operation.extensions-length',
  order: 'operation.extensions-order',
  checkType(type) {
    if (type === TEAM_EXTENSION) refuse('operation.sealed-extension');
  },
};

/** Refuses by `operation.changes-not-empty` or `operation.index-changes`. */
export function checkChanges(type: OperationTypeName, changes: Fields): void {
  if (type === 'delete' || type === 'dropIndex') {
    if (changes.size !== 0) refuse('operation.changes-not-empty', `${changes.size} fields`);
  } else if (type === 'createIndex' && !isIndexDefinition(changes)) refuse('operation.index-changes');
}

/** Exactly `fields`, an array of one or more strings, and `name`, a string. */
function isIndexDefinition(changes: Fields): boolean {
  const fields: Value | undefined = changes.get('fields');
  if (changes.size !== 2 || typeof changes.get('name') !== 'string') return false;
  return Array.isArray(fields) && fields.length > 0 && fields.every((field) => typeof field === 'string');
}

/** Where a team is named, an insert or update cannot name another one in its `teamId`: `operation.team-mismatch`. */
export function checkTeam(type: OperationTypeName, changes: Fields, extensions: readonly Extension[]): void {
  if (extensions.length === 0 || (type !== 'insert' && type !== 'update')) return;
  const team = extensionValue(extensions, TEAM_EXTENSION);
  if (team === undefined) return;
  const named = changes.get('teamId');
  if (named === undefined) return;
  if (!(named instanceof Id && equalBytes(named.toBytes(), team))) refuse('operation.team-mismatch');
}

/** Record id of the index `name`: the first 16 bytes of SHA-256("blazedb index" 00 | name). */
export function indexRecord(name: string, sha256: Sha256): Id {
  return Id.from(sha256(concat(INDEX, encodeUtf8(name))));
}

/** Refuses a createIndex by `operation.index-record`; takes every other operation. */
export function checkIndexRecord(
  operation: { readonly type: OperationTypeName; readonly record?: Id; readonly changes?: Fields },
  sha256: Sha256,
): void {
  if (operation.type !== 'createIndex') return;
  const name = operation.changes?.get('name');
  const due = typeof name === 'string' ? indexRecord(name, sha256) : undefined;
  if (due === undefined || !operation.record?.equals(due)) refuse('operation.index-record');
}
