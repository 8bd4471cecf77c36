/** Mutants of chapter 6: nodes that read, judge or keep records wrongly. */
import { Id } from '../../reference/src/bytes/id.ts';
import { encodeUtf8 } from '../../reference/src/bytes/utf8.ts';
import { FieldNames, type RefusalName } from '../../reference/src/registry.ts';
import { encodeOperation, type PlainOperation } from '../../reference/src/wire/index.ts';
import { DateValue, Double, Float32Vector, type Value } from '../../reference/src/wire/value.ts';
import { withDependents } from './dependents.ts';
import { decodes, feedsOtherBytes, refusesPlain, takes } from './factories.ts';
import type { Mutant } from './mutant.ts';
import { depthOf, mapValues, nameLists, someValue, withDoubleInts, withPlainNaN, withPlainZero } from './values.ts';

type Row = readonly [name: string, breaks: readonly string[], title: string];

/** Nodes that do not know a form, or not at its border. */
function unknownForm([name, breaks, title]: Row, meant: (value: Value) => boolean): Mutant {
  return refusesPlain({ name, breaks, title }, ({ changes }) => someValue(changes, meant), 'record.tag-unknown');
}

const bytesOf = (value: Value): number => (typeof value === 'string' ? encodeUtf8(value).length : -1);

/** Forms that take a value of one field to tell apart from what other cases send. */
function unknownInField(row: Row, field: string, meant: (value: Value | undefined) => boolean): Mutant {
  const [name, breaks, title] = row;
  return refusesPlain({ name, breaks, title }, ({ changes }) => meant(changes.get(field)), 'record.tag-unknown');
}

const forms: readonly Mutant[] = [
  unknownForm(
    ['record-strings-by-utf16', ['TAG-1'], 'Measures a string in UTF-16 units, and takes four flames for short'],
    (value) => bytesOf(value) >= 16 && (value as string).length < 16,
  ),
  unknownForm(
    ['record-least-int-refused', ['TAG-2'], 'Does not take the least int, whose negative is no int'],
    (value) => value === -(2n ** 63n),
  ),
  unknownForm(
    ['record-infinity-refused', ['TAG-3'], 'Takes no double that is not finite'],
    (value) => value instanceof Double && !Number.isFinite(value.value),
  ),
  unknownForm(['record-false-refused', ['TAG-4'], 'Takes 01 for the only bool'], (value) => value === false),
  unknownForm(
    ['record-zero-uuid-refused', ['TAG-5'], 'Takes a uuid of zeros for none'],
    (value) => value instanceof Id && value.isZero,
  ),
  unknownForm(
    ['record-early-date-refused', ['TAG-6'], 'Takes no date before 2001'],
    (value) => value instanceof DateValue && value.value < 0,
  ),
  unknownForm(
    ['record-empty-data-refused', ['TAG-7'], 'Takes data of no bytes for a wrong form'],
    (value) => value instanceof Uint8Array && value.length === 0,
  ),
  unknownForm(
    ['record-mixed-array-refused', ['TAG-8'], 'Takes arrays of one kind of value only'],
    (value) => Array.isArray(value) && new Set(value.map((entry: Value) => typeof entry)).size > 1,
  ),
  unknownForm(
    ['record-nested-dictionary-refused', ['TAG-9'], 'Takes no dictionary beside other values in a dictionary'],
    (value) => value instanceof Map && value.size > 1 && [...value.values()].some((entry) => entry instanceof Map),
  ),
  unknownForm(
    ['record-empty-vector-refused', ['TAG-10'], 'Takes a vector of no elements for a wrong form'],
    (value) => value instanceof Float32Vector && value.bits.length === 0,
  ),
  unknownInField(
    ['record-null-refused', ['TAG-11'], 'Takes a field that is null for one that is missing'],
    'value',
    (value) => value === null,
  ),
  unknownForm(['record-empty-string-refused', ['TAG-12'], 'Does not know tag 11'], (value) => value === ''),
  unknownInField(
    ['record-small-int-of-255-refused', ['TAG-13'], 'Takes 255 for no small int'],
    'value',
    (value) => value === 255,
  ),
  unknownInField(
    ['record-empty-array-refused', ['TAG-14'], 'Does not know tag 18 in a field'],
    'tags',
    (value) => Array.isArray(value) && value.length === 0,
  ),
  unknownInField(
    ['record-empty-dictionary-refused', ['TAG-15'], 'Does not know tag 19 in a field'],
    'metadata',
    (value) => value instanceof Map && value.size === 0,
  ),
  unknownForm(
    ['record-string-of-15-refused', ['TAG-16', 'REC-6'], 'Takes a short string of exactly 15 bytes for a wrong form'],
    (value) => bytesOf(value) === 15,
  ),
];

/** The reference's own encoding of an operation whose values were changed; the same bytes if none was. */
function rewritten(bytes: Uint8Array, change: (value: Value) => Value): Uint8Array {
  const operation = decodes(bytes);
  if (operation === undefined || operation.type === 'sealed') return bytes;
  const again = encodeOperation({ ...operation, changes: mapValues(operation.changes, change) }).slice();
  return Buffer.compare(again, bytes) === 0 ? bytes : again;
}

const bits: readonly Mutant[] = [
  feedsOtherBytes(
    {
      name: 'record-nan-payload-lost',
      breaks: ['REC-1', 'OP-12', 'SYNC-28'],
      title: 'Feeds NaNs without their payloads, since it encodes what it read',
    },
    (bytes) => rewritten(bytes, withPlainNaN),
  ),
  feedsOtherBytes(
    {
      name: 'record-sign-of-zero-lost',
      breaks: ['REC-1', 'OP-12', 'SYNC-28'],
      title: 'Feeds zero in place of minus zero',
    },
    (bytes) => rewritten(bytes, withPlainZero),
  ),
  feedsOtherBytes(
    {
      name: 'record-ints-as-doubles',
      breaks: ['REC-2', 'OP-12', 'SYNC-28'],
      title: 'Feeds ints beyond 2^53 rounded to a double',
    },
    (bytes) => rewritten(bytes, withDoubleInts),
  ),
];

const COMMON: ReadonlySet<string> = new Set(FieldNames);

/** Names in dictionaries only: the first list is the record's. */
function keys(operation: PlainOperation): readonly string[] {
  return nameLists(operation.changes).slice(1).flat();
}

function ascendsByUtf16(names: readonly string[]): boolean {
  return names.every((name, i) => i === 0 || names[i - 1]! < name);
}

const names: readonly Mutant[] = [
  refusesPlain(
    { name: 'record-last-name-ids-unknown', breaks: ['REC-10'], title: 'Knows the common names up to 38 only' },
    ({ changes }) => changes.has('isArchived') || changes.has('isFavorite'),
    'record.name-id-unknown',
  ),
  refusesPlain(
    {
      name: 'record-ids-wanted-in-dictionaries',
      breaks: ['REC-11'],
      title: 'Wants common names as ids in dictionaries, too',
    },
    (operation) => keys(operation).some((key) => COMMON.has(key)),
    'record.name-not-shortest',
  ),
  refusesPlain(
    { name: 'record-names-by-utf16', breaks: ['REC-12'], title: 'Wants names in the order of their UTF-16 units' },
    ({ changes }) => nameLists(changes).some((list) => !ascendsByUtf16(list)),
    'record.names-unsorted',
  ),
  refusesPlain(
    { name: 'record-id-first', breaks: ['REC-12', 'REC-10'], title: 'Wants the field id before all others' },
    ({ changes }) => changes.has('id') && [...changes.keys()][0] !== 'id',
    'record.names-unsorted',
  ),
  refusesPlain(
    { name: 'record-names-normalised', breaks: ['REC-16'], title: 'Refuses names that are not in form NFC' },
    ({ changes }) => nameLists(changes).some((list) => list.some((name) => name.normalize('NFC') !== name)),
    'record.utf8',
  ),
];

const bounds: readonly Mutant[] = [
  refusesPlain(
    { name: 'record-of-no-fields-refused', breaks: ['REC-5', 'OT-1'], title: 'Refuses an insert without fields' },
    ({ type, changes }) => type === 'insert' && changes.size === 0,
    'record.fields',
  ),
  refusesPlain(
    { name: 'record-nesting-bound-low', breaks: ['LIM-8'], title: 'Takes 31 nested containers at most' },
    ({ changes }) => [...changes.values()].some((value) => depthOf(value) > 31),
    'record.nesting',
  ),
  refusesPlain(
    { name: 'record-fields-bound-low', breaks: ['LIM-9'], title: 'Takes 1,023 fields or entries at most' },
    ({ changes }) => nameLists(changes).some((list) => list.length > 1023),
    'record.fields',
  ),
  refusesPlain(
    { name: 'record-name-bound-low', breaks: ['LIM-10'], title: 'Takes names of 254 bytes at most' },
    ({ changes }) => nameLists(changes).some((list) => list.some((name) => encodeUtf8(name).length > 254)),
    'record.name-too-long',
  ),
  refusesPlain(
    { name: 'record-array-bound-low', breaks: ['LIM-11'], title: 'Takes arrays of 32,767 elements at most' },
    ({ changes }) => someValue(changes, (value) => Array.isArray(value) && value.length > 32767),
    'record.truncated',
  ),
];

const lenient: readonly (readonly [RefusalName, ...Row])[] = [
  ['record.truncated', 'record-truncated-taken', ['REC-19', 'OP-38'], 'Takes changes that end too early'],
  ['record.utf8', 'record-bad-utf8-taken', ['REC-20'], 'Takes strings and names that are not UTF-8'],
  ['record.magic', 'record-magic-unchecked', ['REC-21', 'REC-3', 'OP-38'], 'Does not look at the magic'],
  ['record.version', 'record-version-unchecked', ['REC-22', 'REC-4'], 'Takes any version of a record'],
  ['record.fields', 'record-fields-unbounded', ['REC-24', 'LIM-9'], 'Takes any number of fields'],
  ['record.name-id-unknown', 'record-unknown-name-id-taken', ['REC-25'], 'Takes name ids that are not in the table'],
  ['record.name-too-long', 'record-names-unbounded', ['REC-26', 'LIM-10'], 'Takes names of any length'],
  ['record.name-bom', 'record-bom-in-name-taken', ['REC-27'], 'Takes a name that begins with U+FEFF'],
  [
    'record.name-not-shortest',
    'record-common-name-spelled-out',
    ['REC-28', 'REC-10'],
    'Takes a common name that is spelled out',
  ],
  ['record.names-duplicate', 'record-duplicate-names-taken', ['REC-29', 'REC-13'], 'Takes a name twice'],
  ['record.names-unsorted', 'record-unsorted-names-taken', ['REC-30', 'REC-12'], 'Takes names in any order'],
  ['record.tag-unknown', 'record-unknown-tag-taken', ['REC-31'], 'Takes tags that are not in the registry'],
  ['record.nesting', 'record-nesting-unbounded', ['REC-32', 'LIM-8'], 'Takes any depth of containers'],
  ['record.tag-not-shortest', 'record-long-form-taken', ['REC-33'], 'Takes a value in a longer form than it needs'],
  ['record.bool', 'record-any-byte-is-true', ['REC-34', 'TAG-4'], 'Takes any byte but 00 for true'],
];

export const recordMutants: readonly Mutant[] = withDependents([
  ...forms,
  ...bits,
  ...names,
  ...bounds,
  ...lenient.map(([reason, name, breaks, title]) => takes(reason, { name, breaks, title })),
]);
