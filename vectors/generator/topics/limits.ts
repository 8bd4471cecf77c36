import { fromHex, toHex } from '../../../reference/src/bytes/hex.ts';
import { nodeCrypto } from '../../../reference/src/crypto/node.ts';
import type { RefusalName } from '../../../reference/src/registry.ts';
import { hex, text, u16, u32 } from '../hex.ts';
import { demanded } from '../requirements.ts';
import { readJson } from '../root.ts';
import type { JsonRecord } from '../sources.ts';
import { front, head, KIT, type Topic } from '../vector-file.ts';
import { NODE, OPERATION_ID, RECORD } from './operations.ts';

/** `(00x3)` in hex stands for `000000`; the other short forms are those of README.md. */
const times = (unit: string, n: number) => `(${unit}x${n})`;

/** The bytes of the short form, and of the texts and lists in a value. */
export function longHex(short: string): string {
  return short.replace(/\(([0-9a-f]+)x([0-9]+)\)/g, (_, unit: string, n: string) => unit.repeat(Number(n)));
}

type Kind = 'record' | 'operation' | 'batch' | 'packed-batch' | 'control';
type Valid = readonly [
  id: string,
  kind: Kind,
  value: unknown,
  bytes: string,
  requirements: readonly string[],
  note: string,
];
type Invalid = readonly [id: string, kind: Kind, bytes: string, reason: RefusalName, note: string];

const MAGIC = '424c415a4501';
const title = (value: string) => hex(MAGIC, '0001', '06', value);

/** Names of four digits, in their order, and the same as bytes. */
const names = (n: number) => Array.from({ length: n }, (_, index) => index.toString().padStart(4, '0'));
const nulls = (n: number): JsonRecord => names(n).map((name) => [name, { null: null }]);
const fieldBytes = (n: number) =>
  names(n)
    .map((name) => `ff0004${text(name)}0b`)
    .join('');
const entryBytes = (n: number) =>
  names(n)
    .map((name) => `0004${text(name)}0b`)
    .join('');

/** An insert into "bugs" of one title of zero bytes, `length` bytes in all. */
const BESIDE_DATA = 69;
const operationOf = (length: number) => {
  const data = length - BESIDE_DATA;
  return {
    value: {
      id: OPERATION_ID,
      counter: '1',
      node: NODE,
      type: 'insert',
      collection: 'bugs',
      record: RECORD,
      changes: [['title', { data: times('00', data) }]],
    },
    bytes: hex(OPERATION_ID, '0001', NODE, '24', text('bugs'), RECORD, title(`07${u32(data)}`)) + times('00', data),
  };
};

const SHORTEST = times('00', 16);
const batchOf = (n: number) => ({
  value: { operations: [{ times: n, value: SHORTEST }] },
  bytes: `00${u16(n)}${times(`00000010${'00'.repeat(16)}`, n)}`,
});

/** A CONTROL message of `length` bytes: an ERROR with a long `msg`. */
const BESIDE_MSG = 36;
const errorOf = (length: number) => {
  const n = length - BESIDE_MSG;
  return {
    value: { message: 'ERROR', code: 0x0605, msg: { repeat: 'e', times: n } },
    bytes:
      hex('3e', MAGIC, '0002', 'ff0004', text('code'), '020000000000000605', 'ff0003', text('msg'), '01', u32(n)) +
      times('65', n),
  };
};

/** A SUBSCRIBE that removes the scope 1 again and again. */
const subscribeOf = (n: number) => ({
  value: { message: 'SUBSCRIBE', req: 1, mode: 1, sc: [{ times: n, value: { s: 1 } }] },
  bytes:
    hex(
      '10',
      MAGIC,
      '0003',
      'ff0004',
      text('mode'),
      '1201',
      'ff0003',
      text('req'),
      '1201',
      'ff0002',
      text('sc'),
      '08',
      u16(n),
    ) + times('0900010001731201', n),
});

interface Packed {
  readonly raw: number;
  readonly data: readonly number[];
  readonly padding: number;
  readonly packed: string;
}

const packedBytes = ({ padding, packed }: Packed) => `${padding === 0 ? '' : times('000000ffff', padding)}${packed}`;
const packedOf = (packed: Packed) => ({
  value: {
    operations: packed.data.map((n, index) => {
      const id = (index + 1).toString(16).padStart(2, '0');
      const front = hex(`000000000000400080000000000000${id}`, `00${id}`, NODE, '24', text('bugs'), RECORD);
      return front + title(`07${u32(n)}`) + times('00', n);
    }),
  },
  bytes: `01${u32(packed.raw)}${packedBytes(packed)}`,
});

function cases(): { valid: readonly Valid[]; invalid: readonly Invalid[] } {
  const { ratio, raw } = readJson('vectors/stored/packed-limits.json') as { ratio: Packed; raw: Packed };
  const of = (
    kind: Kind,
    id: string,
    { value, bytes }: { value: unknown; bytes: string },
    requirement: string,
    note: string,
  ): Valid => [id, kind, value, bytes, [requirement], note];
  return {
    valid: [
      ['fields-1024', 'record', nulls(1024), hex(MAGIC, u16(1024), fieldBytes(1024)), ['LIM-9'], '1,024 fields'],
      [
        'entries-1024',
        'record',
        [['title', { dictionary: nulls(1024) }]],
        title(`09${u16(1024)}${entryBytes(1024)}`),
        ['LIM-9'],
        'a dictionary of 1,024 entries',
      ],
      [
        'array-65535',
        'record',
        [['title', { array: [{ times: 65535, value: { null: null } }] }]],
        `${title('08ffff')}${times('0b', 65535)}`,
        ['LIM-11'],
        '65,535 elements',
      ],
      [
        'string-100000',
        'record',
        [['title', { string: { repeat: '\u20ac', times: 33334 } }]],
        `${title(`01${u32(100002)}`)}${times('e282ac', 33334)}`,
        ['TAG-1'],
        'no limit of its own',
      ],
      [
        'vector-100000',
        'record',
        [['title', { vector: [{ times: 100000, value: '3f800000' }] }]],
        `${title(`0a${u32(100000)}`)}${times('3f800000', 100000)}`,
        ['TAG-10'],
        'no limit of its own',
      ],
      of('operation', 'operation-262144', operationOf(262144), 'LIM-4', '256 KiB'),
      of('batch', 'batch-256', batchOf(256), 'LIM-5', '256 operations'),
      of('packed-batch', 'raw-length-1-mib', packedOf(raw), 'LIM-6', 'raw_length is 1 MiB'),
      of('packed-batch', 'ratio-100', packedOf(ratio), 'LIM-7', 'raw_length is 100 times the packed bytes'),
      of('control', 'control-65536', errorOf(65536), 'LIM-3', '64 KiB, the id included'),
      of('control', 'subscribe-1024', subscribeOf(1024), 'SYNC-69', '1,024 entries'),
    ],
    invalid: [
      [
        'fields-1025',
        'record',
        hex(MAGIC, u16(1025), fieldBytes(1025)),
        'record.fields',
        '1,025 fields, all of them there',
      ],
      [
        'entries-1025',
        'record',
        title(`09${u16(1025)}${entryBytes(1025)}`),
        'record.fields',
        'a dictionary of 1,025 entries',
      ],
      ['operation-262145', 'operation', operationOf(262145).bytes, 'operation.too-large', '256 KiB and a byte'],
      [
        'operation-too-large-comes-first',
        'operation',
        times('00', 262145),
        'operation.too-large',
        'nobody looks into it',
      ],
      ['batch-257', 'batch', batchOf(257).bytes, 'batch.count', '257 operations, all of them there'],
      [
        'raw-length-above-1-mib',
        'packed-batch',
        `01${u32(1048577)}${times('000000ffff', 3000)}0300`,
        'batch.raw-length',
        'refused before anything is unpacked',
      ],
      [
        'ratio-above-100',
        'packed-batch',
        `01${u32(ratio.raw + 1)}${packedBytes(ratio)}`,
        'batch.ratio',
        'one byte more than 100 times',
      ],
      ['control-65537', 'control', errorOf(65537).bytes, 'control.too-large', '64 KiB and a byte'],
      ['control-65537-unknown', 'control', `5a${times('00', 65536)}`, 'control.too-large', 'whatever its id'],
      ['subscribe-1025', 'control', subscribeOf(1025).bytes, 'control.field-range', '1,025 entries'],
    ],
  };
}

/** What an encoder has to refuse for its length. */
const UNENCODABLE: readonly (readonly [id: string, value: unknown, reason: RefusalName])[] = [
  [
    'unencodable-array-65536',
    [['title', { array: [{ times: 65536, value: { null: null } }] }]],
    'record.array-too-long',
  ],
  ['unencodable-fields-1025', nulls(1025), 'record.fields'],
];

export const limits: Topic = () => {
  const { valid, invalid } = cases();
  return {
    ...head(
      'limits',
      'Each limit exactly, and passed by one. Long bytes and values stand in a short form: see README.md.',
      {
        stored: 'Packed once and kept, decode only: vectors/stored/packed-limits.json.',
        ...KIT,
      },
    ),
    valid: valid.map(([id, kind, value, short, requirements, note]) => {
      const bytes = fromHex(longHex(short));
      return {
        ...front(id, requirements, note, kind === 'packed-batch' ? 'stored' : 'kit'),
        kind,
        value,
        length: bytes.length,
        sha256: toHex(nodeCrypto.sha256(bytes)),
        bytes: short,
      };
    }),
    invalid: invalid.map(([id, kind, bytes, reason, note]) => ({
      ...front(id, demanded(reason), note),
      kind,
      bytes,
      reason,
    })),
    unencodable: UNENCODABLE.map(([id, value, reason]) => ({
      id,
      source: 'kit',
      requirements: demanded(reason),
      value,
      reason,
    })),
  };
};
