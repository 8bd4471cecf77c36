import { fromHex, toHex } from '../../../reference/src/bytes/hex.ts';
import type { RefusalName } from '../../../reference/src/registry.ts';
import { encodeBatch } from '../../../reference/src/wire/batch.ts';
import { encodeOperation } from '../../../reference/src/wire/operation.ts';
import { operationFromJson } from '../../../reference/src/wire/operation-json.ts';
import { cut, hex, u32 } from '../hex.ts';
import { demanded } from '../requirements.ts';
import { readJson } from '../root.ts';
import { front, head, KIT, type Topic } from '../vector-file.ts';
import { plain } from './operations.ts';

interface Stored {
  readonly valid: readonly { id: string; note: string; operations: readonly string[]; bytes: string }[];
  readonly invalid: readonly { id: string; note?: string; compression: boolean; bytes: string; reason: RefusalName }[];
}

const STORED = { stored: 'Packed once and kept, decode only: vectors/stored/packed-batches.json.' } as const;

const operation = (n: number) =>
  toHex(encodeOperation(operationFromJson(plain({ id: n.toString(16).padStart(32, '0'), counter: String(n) }))));

const [FIRST, SECOND, THIRD] = [1, 2, 300].map(operation) as [string, string, string];
const FOREIGN = 'ff'.repeat(16);

/** A batch that is not packed, without any check. */
const raw = (flags: string, count: string, ...operations: readonly string[]) =>
  hex(flags, count, ...operations.map((bytes) => u32(bytes.length / 2) + bytes));

type Valid = readonly [id: string, operations: readonly string[], requirements: readonly string[], note?: string];

const VALID: readonly Valid[] = [
  ['one', [FIRST], ['OP-50', 'OP-52', 'OP-60']],
  ['three', [FIRST, SECOND, THIRD], ['OP-50', 'OP-52']],
  ['same-twice', [FIRST, FIRST], ['OP-52'], 'the envelope does not look into its operations'],
  [
    'malformed-inside',
    [FIRST, FOREIGN, SECOND],
    ['OP-56', 'OP-59'],
    '16 bytes have an id, so this one is rejected by itself',
  ],
];

type Invalid = readonly [id: string, reason: RefusalName, bytes: string, note?: string];

const INVALID: readonly Invalid[] = [
  ['empty', 'batch.truncated', ''],
  ['flags-alone', 'batch.truncated', '00'],
  ['count-cut', 'batch.truncated', '0000'],
  ['count-0', 'batch.count', '000000'],
  ['count-257', 'batch.count', '000101', 'refused before the first operation'],
  ['count-65535', 'batch.count', '00ffff'],
  ['flags-02', 'batch.flags', raw('02', '0001', FIRST)],
  ['flags-03', 'batch.flags', raw('03', '0001', FIRST), 'bit 1 comes before bit 0'],
  ['flags-80', 'batch.flags', raw('80', '0001', FIRST)],
  ['operation-missing', 'batch.truncated', raw('00', '0002', FIRST)],
  ['operation-length-cut', 'batch.truncated', hex(raw('00', '0002', FIRST), '000000')],
  ['operation-cut', 'batch.truncated', cut(raw('00', '0001', FIRST), -1)],
  ['operation-4-gib', 'batch.truncated', hex('000001', 'ffffffff', FIRST)],
  ['operation-0-bytes', 'batch.operation-short', raw('00', '0001', '')],
  ['operation-15-bytes', 'batch.operation-short', raw('00', '0001', cut(FIRST, 15))],
  [
    'operation-15-bytes-missing',
    'batch.operation-short',
    '0000010000000f',
    'before it is looked whether so many follow',
  ],
  ['operation-15-bytes-second', 'batch.operation-short', raw('00', '0002', FIRST, cut(SECOND, 15))],
  ['trailing-byte', 'batch.trailing-bytes', hex(raw('00', '0001', FIRST), '00')],
  ['trailing-operation', 'batch.trailing-bytes', raw('00', '0001', FIRST, SECOND)],
];

export const batches: Topic = () => {
  const stored = readJson('vectors/stored/packed-batches.json') as Stored;
  return {
    ...head('batches', '`compression`: is COMPRESSION selected. The operations are not judged here.', {
      ...STORED,
      ...KIT,
    }),
    valid: [
      ...VALID.map(([id, operations, requirements, note]) => ({
        ...front(id, requirements, note),
        compression: false,
        packed: false,
        operations,
        bytes: toHex(encodeBatch(operations.map(fromHex))),
      })),
      ...stored.valid.map(({ id, note, operations, bytes }) => ({
        ...front(id, ['OP-51', 'OP-52', 'CAP-2'], note, 'stored'),
        compression: true,
        packed: true,
        operations,
        bytes,
      })),
    ],
    invalid: [
      ...INVALID.map(([id, reason, bytes, note]) => ({
        ...front(id, demanded(reason), note),
        compression: true,
        bytes,
        reason,
      })),
      ...stored.invalid.map(({ id, note, compression, bytes, reason }) => ({
        ...front(id, demanded(reason), note, 'stored'),
        compression,
        bytes,
        reason,
      })),
    ],
  };
};
