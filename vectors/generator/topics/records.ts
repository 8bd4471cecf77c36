import { toHex } from '../../../reference/src/bytes/hex.ts';
import { decodeRecord, encodeRecord } from '../../../reference/src/wire/record.ts';
import {
  type JsonRecord,
  type JsonValue,
  recordFromJson,
  recordToJson,
} from '../../../reference/src/wire/record-json.ts';
import { shownBy } from '../requirements.ts';
import { SWIFT, swift } from '../sources.ts';
import { front, head, KIT, type Topic } from '../vector-file.ts';
import { invalidRecords } from './records-invalid.ts';
import { unencodableRecords } from './records-unencodable.ts';

/** `value` inside `depth` containers of one element. */
export function nested(kind: 'array' | 'dictionary', depth: number, value: JsonValue): JsonValue {
  if (depth === 0) return value;
  const inside = nested(kind, depth - 1, value);
  return kind === 'array' ? { array: [inside] } : { dictionary: [['d', inside]] };
}

const ONE: JsonValue = { int: '1' };

/** Beside the records of Swift: what it cannot write, what it cannot read back, and the ends of every range. */
const OWN: readonly (readonly [
  id: string,
  fields: JsonRecord,
  note?: string | undefined,
  ...requirements: string[],
])[] = [
  ['vector-empty', [['v', { vector: [] }]]],
  ['vector-three', [['v', { vector: ['3f800000', 'c0200000', '3dcccccd'] }]], '1, -2.5, 0.1'],
  [
    'vector-bits',
    [
      [
        'v',
        { vector: ['80000000', '7f800000', 'ff800000', '7fc00000', '7f800001', '7fa55aa5', 'ffffffff', '00000001'] },
      ],
    ],
    'minus zero, infinities, NaNs with payloads, the least subnormal',
    'REC-1',
  ],
  [
    'double-nans',
    [
      ['a', { double: '7ff0000000000001' }],
      ['b', { double: 'fff8000000000000' }],
      ['c', { double: '7fffffffffffffff' }],
      ['d', { double: '7ff8000000000001' }],
    ],
    'signalling, negative, all bits set, and a payload',
    'REC-1',
  ],
  [
    'date-nans',
    [
      ['a', { date: '7ff0000000000001' }],
      ['b', { date: 'fff8dead0000beef' }],
      ['c', { date: '8000000000000000' }],
    ],
    'NaN payloads and minus zero in dates',
    'REC-1',
  ],
  [
    'int-safe-ends',
    [
      ['a', { int: '-9007199254740991' }],
      ['b', { int: '9007199254740991' }],
      ['c', { int: '-9007199254740992' }],
      ['d', { int: '9007199254740992' }],
      ['e', { int: '9007199254740993' }],
    ],
    'where a double stops to be exact',
    'REC-2',
  ],
  [
    'int-ends',
    [
      ['a', { int: '-9223372036854775808' }],
      ['b', { int: '9223372036854775807' }],
      ['c', { int: '-1' }],
      ['d', { int: '0' }],
      ['e', { int: '255' }],
      ['f', { int: '256' }],
    ],
    undefined,
    'REC-2',
  ],
  ['string-bom', [['title', { string: '\ufeffab' }]], 'U+FEFF is kept in a value', 'REC-14'],
  [
    'string-bom-long',
    [['title', { string: '\ufeffa string of more than fifteen bytes' }]],
    'U+FEFF is kept in a value',
    'REC-14',
  ],
  ['string-nul-and-controls', [['title', { string: '\u0000\u0001\u001f\u007f\u0080' }]]],
  ['string-noncharacters', [['title', { string: '\ufdd0\ufffe\uffff\u{10ffff}' }]], 'noncharacters are scalar values'],
  ['string-3-byte-at-15', [['title', { string: '\u20ac\u20ac\u20ac\u20ac\u20ac' }]], '15 bytes of 5 characters'],
  ['string-4-byte-at-16', [['title', { string: '\u{1f525}\u{1f525}\u{1f525}\u{1f525}' }]], '16 bytes of 4 characters'],
  ['name-empty', [['', ONE]]],
  ['name-empty-in-dictionary', [['metadata', { dictionary: [['', ONE]] }]]],
  [
    'names-canonically-equal',
    [
      ['e\u0301', ONE],
      ['\u00e9', { int: '2' }],
    ],
    'two spellings of one letter are two names',
    'REC-16',
  ],
  [
    'names-astral-order',
    [
      ['\uffff', ONE],
      ['\u{1f525}', { int: '2' }],
    ],
    'UTF-8 order; UTF-16 has it the other way round',
  ],
  [
    'names-prefix-order',
    [
      ['a', ONE],
      ['a\u0000', { int: '2' }],
      ['aa', { int: '3' }],
    ],
    'a prefix comes first',
  ],
  [
    'names-common-order',
    [
      ['createdAt', { date: '0000000000000000' }],
      ['id', { int: '2' }],
      ['zz', { int: '3' }],
    ],
    'by name, not by id',
  ],
  ['name-bom-inside', [['a\ufeff', ONE]], 'only at the start is U+FEFF refused', 'REC-14'],
  ['name-255-multibyte', [[`${'\u20ac'.repeat(84)}abc`, ONE]], '255 bytes of 87 characters', 'LIM-10'],
  ['dictionary-key-255', [['metadata', { dictionary: [['k'.repeat(255), ONE]] }]], undefined, 'LIM-10'],
  ['nested-32-arrays', [['config', nested('array', 31, { array: [] })]], 'the 32nd container is empty', 'LIM-8'],
  ['nested-32-dictionaries', [['config', nested('dictionary', 32, ONE)]], undefined, 'LIM-8'],
  [
    'nested-32-and-vector',
    [['config', nested('array', 32, { vector: ['3f800000'] })]],
    'a vector is no container',
    'LIM-8',
  ],
  [
    'uuid-and-data',
    [
      ['id', { uuid: '00000000000000000000000000000000' }],
      ['parentId', { uuid: 'ffffffffffffffffffffffffffffffff' }],
      ['tags', { data: '' }],
      ['value', { data: '00ff' }],
    ],
  ],
  [
    'one-of-each',
    [
      ['a', { null: null }],
      ['b', { bool: false }],
      ['c', { int: '7' }],
      ['d', { int: '-7' }],
      ['e', { double: '3ff8000000000000' }],
      ['f', { date: '41d954fc40000000' }],
      ['g', { uuid: '550e8400e29b41d4a716446655440000' }],
      ['h', { string: '' }],
      ['i', { string: 'short' }],
      ['j', { string: 'a string of more than fifteen bytes' }],
      ['k', { data: '010203' }],
      ['l', { array: [] }],
      ['m', { array: [{ null: null }, { array: [ONE] }] }],
      ['n', { dictionary: [] }],
      ['o', { dictionary: [['title', ONE]] }],
      ['p', { vector: ['3f800000'] }],
    ],
    'every tag once',
  ],
];

function valid(
  source: string,
  id: string,
  fields: JsonRecord,
  note?: string | undefined,
  more: readonly string[] = [],
) {
  const record = recordFromJson(fields);
  return {
    ...front(id, [...new Set([...shownBy(fields), ...more])], note, source),
    fields: recordToJson(decodeRecord(encodeRecord(record))),
    v1: toHex(encodeRecord(record, 1)),
    v2: toHex(encodeRecord(record, 2)),
  };
}

export const records: Topic = () => ({
  ...head('records', 'Records in version 1 and version 2. `fields` stand in the order of the bytes.', {
    ...SWIFT,
    ...KIT,
  }),
  valid: [
    ...swift.records.map(({ name, fields }) =>
      valid('swift', `swift-${name.replace('--', '-minus-').toLowerCase()}`, fields),
    ),
    ...OWN.map(([id, fields, note, ...more]) => valid('kit', id, fields, note, more)),
  ],
  invalid: invalidRecords(),
  unencodable: unencodableRecords(),
});
