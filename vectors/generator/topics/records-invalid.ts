import { crc32 } from '../../../reference/src/bytes/crc32.ts';
import { fromHex } from '../../../reference/src/bytes/hex.ts';
import type { RefusalName } from '../../../reference/src/registry.ts';
import { hex, text, u16, u32 } from '../hex.ts';
import { demanded } from '../requirements.ts';
import { front } from '../vector-file.ts';

const MAGIC = '424c415a45';

/** A record of version 1 with `count` fields, however wrong they are. */
const v1 = (count: number, ...fields: readonly string[]) => hex(MAGIC, '01', u16(count), ...fields);

/** The same in version 2, with the right checksum. */
function v2(count: number, ...fields: readonly string[]): string {
  const body = hex(MAGIC, '02', u16(count), ...fields);
  return body + u32(crc32(fromHex(body)));
}

/** One field, title, with this value. */
const title = (value: string) => v1(1, '06', value);

/** A field name in the long form. */
const named = (name: string) => hex('ff', u16(text(name).length / 2), text(name));
const key = (name: string) => named(name).slice(2);

const ONE = '1201';

type Case = readonly [id: string, reason: RefusalName, bytes: string, note?: string];

const HEADER: readonly Case[] = [
  ['empty', 'record.truncated', ''],
  ['magic-cut', 'record.truncated', '424c41'],
  ['magic-lower-case', 'record.magic', '626c617a65010000'],
  ['magic-last-byte', 'record.magic', '424c415a4601000000'],
  ['version-missing', 'record.truncated', MAGIC],
  ['version-00', 'record.version', `${MAGIC}000000`],
  ['version-03', 'record.version', `${MAGIC}030000`, 'upstream has a version 3 that its decoder does not read either'],
  ['version-ff', 'record.version', `${MAGIC}ff0000`],
  ['count-missing', 'record.truncated', `${MAGIC}01`],
  ['count-cut', 'record.truncated', `${MAGIC}0100`],
  ['count-1025', 'record.fields', v1(1025), 'refused before the first field is read'],
  ['count-ffff', 'record.fields', v1(0xffff)],
  ['count-one-more', 'record.truncated', v1(2, '09', ONE)],
  ['count-one-less', 'record.trailing-bytes', v1(1, '01', ONE, '06', ONE)],
  ['trailing-byte', 'record.trailing-bytes', v1(1, '09', ONE, '00')],
  ['trailing-record', 'record.trailing-bytes', v1(0) + v1(0)],
];

const VERSION_2: readonly Case[] = [
  ['v2-checksum-last-bit', 'record.checksum', `${MAGIC}0200010912018f4fe9dd`],
  ['v2-checksum-first-byte', 'record.checksum', `${MAGIC}0200010912010f4fe9dc`],
  ['v2-checksum-little-endian', 'record.checksum', `${MAGIC}0200003677d894`],
  ['v2-checksum-before-fields', 'record.checksum', `${MAGIC}0204010000000000`, 'the checksum comes before the count'],
  ['v2-checksum-of-v1', 'record.checksum', `${MAGIC}020000${u32(crc32(fromHex(`${MAGIC}010000`)))}`],
  ['v2-checksum-missing', 'record.truncated', `${MAGIC}020001091201`, '11 bytes'],
  ['v2-too-short', 'record.truncated', `${MAGIC}020000`],
  ['v2-trailing-byte', 'record.trailing-bytes', v2(1, '09', ONE, '00'), 'between the fields and a right checksum'],
  ['v2-field-runs-into-checksum', 'record.truncated', v2(1, '06', '24', '6162'), 'a string of 4 bytes, 2 are there'],
  ['v2-tag-unknown', 'record.tag-unknown', v2(1, '06', '13')],
  ['v2-names-unsorted', 'record.names-unsorted', v2(2, '06', ONE, '01', ONE)],
];

const NAMES: readonly Case[] = [
  ['name-id-00', 'record.name-id-unknown', v1(1, '00', ONE)],
  ['name-id-3b', 'record.name-id-unknown', v1(1, '3b', ONE), 'the first id that is not given'],
  ['name-id-fe', 'record.name-id-unknown', v1(1, 'fe', ONE)],
  ['name-long-form-common', 'record.name-not-shortest', v1(1, named('title'), ONE)],
  ['name-long-form-last-common', 'record.name-not-shortest', v1(1, named('isFavorite'), ONE)],
  ['name-256', 'record.name-too-long', v1(1, named('n'.repeat(256)), ONE)],
  ['name-65535', 'record.name-too-long', v1(1, 'ffffff', ONE), 'refused on the length'],
  ['key-256', 'record.name-too-long', v1(1, '27', '090001', key('k'.repeat(256)), ONE)],
  ['name-length-cut', 'record.truncated', v1(1, 'ff00')],
  ['name-cut', 'record.truncated', v1(1, 'ff0004', '6b6b6b')],
  ['name-without-value', 'record.truncated', v1(1, named('k'))],
  ['name-utf8', 'record.utf8', v1(1, 'ff0001ff', ONE)],
  ['key-utf8', 'record.utf8', v1(1, '27', '0900010002c32812', '01')],
  ['name-bom', 'record.name-bom', v1(1, named('\ufeffk'), ONE)],
  ['name-bom-alone', 'record.name-bom', v1(1, named('\ufeff'), ONE)],
  ['key-bom', 'record.name-bom', v1(1, '27', '090001', key('\ufeffk'), ONE)],
  ['names-duplicate', 'record.names-duplicate', v1(2, '06', '1201', '06', '1202')],
  ['names-duplicate-long', 'record.names-duplicate', v1(2, named('k'), ONE, named('k'), ONE)],
  ['names-duplicate-empty', 'record.names-duplicate', v1(2, named(''), ONE, named(''), ONE)],
  ['keys-duplicate', 'record.names-duplicate', v1(1, '27', '090002', key('a'), ONE, key('a'), ONE)],
  ['names-unsorted', 'record.names-unsorted', v1(2, '06', ONE, '01', ONE), 'title, id'],
  [
    'names-by-id',
    'record.names-unsorted',
    v1(2, '01', ONE, '02', ONE),
    'id, createdAt: the order is that of the names',
  ],
  ['names-utf16-order', 'record.names-unsorted', v1(2, named('\u{1f525}'), ONE, named('\uffff'), ONE)],
  ['names-prefix-last', 'record.names-unsorted', v1(2, named('aa'), ONE, named('a'), ONE)],
  ['names-case-folded', 'record.names-unsorted', v1(2, named('a'), ONE, named('B'), ONE), 'upper case sorts first'],
  ['keys-unsorted', 'record.names-unsorted', v1(1, '27', '090002', key('b'), ONE, key('a'), ONE)],
];

/** Tags at both ends of each gap. */
const UNKNOWN_TAGS = ['00', '0c', '10', '13', '17', '1a', '1f', '20', '30', '7f', '80', 'ff'];

const VALUES: readonly Case[] = [
  ...UNKNOWN_TAGS.map((tag): Case => [`tag-${tag}`, 'record.tag-unknown', title(tag)]),
  ['tag-unknown-in-array', 'record.tag-unknown', title('08000113')],
  ['tag-unknown-in-dictionary', 'record.tag-unknown', title(hex('090001', key('a'), '0c'))],
  ['tag-missing', 'record.truncated', v1(1, '06')],
  ['int-0-long', 'record.tag-not-shortest', title('020000000000000000')],
  ['int-255-long', 'record.tag-not-shortest', title('0200000000000000ff')],
  ['int-long-in-array', 'record.tag-not-shortest', title('080001020000000000000001')],
  ['string-0-long', 'record.tag-not-shortest', title('0100000000')],
  ['string-15-long', 'record.tag-not-shortest', title(hex('010000000f', '78'.repeat(15)))],
  ['array-0-long', 'record.tag-not-shortest', title('080000')],
  ['dictionary-0-long', 'record.tag-not-shortest', title('090000')],
  ['bool-02', 'record.bool', title('0402')],
  ['bool-ff', 'record.bool', title('04ff')],
  ['bool-02-in-dictionary', 'record.bool', title(hex('090001', key('a'), '0402'))],
  ['int-cut', 'record.truncated', title('02010000000000')],
  ['small-int-cut', 'record.truncated', title('12')],
  ['double-cut', 'record.truncated', title('033ff00000000000')],
  ['bool-cut', 'record.truncated', title('04')],
  ['uuid-cut', 'record.truncated', title(`05${'00'.repeat(15)}`)],
  ['date-cut', 'record.truncated', title('0600000000000000')],
  ['data-length-cut', 'record.truncated', title('07000000')],
  ['data-cut', 'record.truncated', title('07000000020a')],
  ['data-4-gib', 'record.truncated', title('07ffffffff00'), 'a length is compared before anything is allocated'],
  ['string-cut', 'record.truncated', title('2361 62')],
  ['string-long-cut', 'record.truncated', title(hex('0100000010', '78'.repeat(15)))],
  ['string-4-gib', 'record.truncated', title('01ffffffff00')],
  ['array-element-missing', 'record.truncated', title('0800021201')],
  ['array-65535-missing', 'record.truncated', title('08ffff')],
  ['dictionary-entry-missing', 'record.truncated', title(hex('090002', key('a'), ONE))],
  ['dictionary-1025', 'record.fields', title('090401')],
  ['vector-count-cut', 'record.truncated', title('0a000000')],
  ['vector-cut', 'record.truncated', title('0a000000023f8000003f8000')],
  ['vector-2-to-30', 'record.truncated', title('0a40000000'), 'four times the count is 2^32, which is 0 in 32 bits'],
  ['nested-33-arrays', 'record.nesting', v1(1, '28', '080001'.repeat(32), '18')],
  ['nested-33-dictionaries', 'record.nesting', v1(1, '28', hex('090001', key('d')).repeat(32), '19')],
  ['nested-33-long', 'record.nesting', v1(1, '28', '080001'.repeat(33), ONE)],
  ['nested-33-mixed', 'record.nesting', v1(1, '28', hex('080001', '090001', key('d')).repeat(16), '18')],
  ['nested-33-second', 'record.nesting', v1(1, '28', '080002', '18', '080001'.repeat(31), '19')],
];

const UTF8: readonly Case[] = [
  ['utf8-lone-continuation', 'record.utf8', title('2180')],
  ['utf8-bad-continuation', 'record.utf8', title('22c328')],
  ['utf8-cut', 'record.utf8', title('22e282')],
  ['utf8-overlong-2', 'record.utf8', title('22c080')],
  ['utf8-overlong-3', 'record.utf8', title('23e09fbf')],
  ['utf8-overlong-4', 'record.utf8', title('24f08fbfbf')],
  ['utf8-surrogate-first', 'record.utf8', title('23eda080')],
  ['utf8-surrogate-last', 'record.utf8', title('23edbfbf')],
  ['utf8-surrogate-pair', 'record.utf8', title('26eda0bdedb4a5'), 'CESU-8'],
  ['utf8-above-10ffff', 'record.utf8', title('24f4908080')],
  ['utf8-five-bytes', 'record.utf8', title('25f888808080')],
  ['utf8-ff', 'record.utf8', title('21ff')],
  ['utf8-long-string', 'record.utf8', title(hex('0100000010', '78'.repeat(15), 'ff'))],
];

export function invalidRecords() {
  return [...HEADER, ...VERSION_2, ...NAMES, ...VALUES, ...UTF8].map(([id, reason, bytes, note]) => ({
    ...front(id, demanded(reason), note),
    bytes: hex(bytes),
    reason,
  }));
}
