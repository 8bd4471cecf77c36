import { fromHex, toHex } from '../../../reference/src/bytes/hex.ts';
import type { RefusalName } from '../../../reference/src/registry.ts';
import { decodeExtensions, encodeExtensions } from '../../../reference/src/wire/extensions.ts';
import { hex, text, u16 } from '../hex.ts';
import { demanded } from '../requirements.ts';
import { front, head, KIT, type Topic } from '../vector-file.ts';

type Entry = readonly [type: number, value: string];
const TARGET: Entry = [1, text('bugs')];
const GREASE: Entry = [0x0a0a, 'c0de'];

const entry = ([type, value]: Entry) => hex(u16(type), u16(value.length / 2), value);
const block = (...list: readonly Entry[]) => {
  const body = list.map(entry).join('');
  return u16(body.length / 2) + body;
};

const VALID: readonly (readonly [
  id: string,
  list: readonly Entry[],
  requirements: readonly string[],
  note?: string,
])[] = [
  ['none', [], ['HS-52'], 'no extensions are no block'],
  ['target', [TARGET], ['HS-52', 'HS-53', 'HS-55']],
  ['target-and-grease', [TARGET, GREASE], ['HS-53', 'HS-54', 'HS-57']],
  ['empty-value', [[0x1a1a, '']], ['HS-52', 'HS-54'], 'the shortest block'],
  ['type-0', [[0, '00']], ['HS-53', 'HS-54']],
  [
    'type-65535',
    [
      [65534, ''],
      [65535, 'ff'],
    ],
    ['HS-53', 'HS-54'],
  ],
  [
    'all-grease',
    [
      0x0a0a, 0x1a1a, 0x2a2a, 0x3a3a, 0x4a4a, 0x5a5a, 0x6a6a, 0x7a7a, 0x8a8a, 0x9a9a, 0xaaaa, 0xbaba, 0xcaca, 0xdada,
      0xeaea, 0xfafa,
    ].map((type, i): Entry => [type, 'a5'.repeat(i)]),
    ['HS-54', 'HS-57'],
  ],
  ['value-300-bytes', [[7, '5a'.repeat(300)]], ['HS-53', 'HS-54']],
];

type Invalid = readonly [id: string, reason: 'extensions.length' | 'extensions.order', bytes: string, note?: string];

const INVALID: readonly Invalid[] = [
  ['one-byte', 'extensions.length', '00'],
  ['total-0', 'extensions.length', '0000', 'an empty block'],
  ['total-3', 'extensions.length', '0003000100'],
  ['total-one-more', 'extensions.length', hex('0009', entry(TARGET))],
  ['total-one-less', 'extensions.length', hex('0007', entry(TARGET))],
  ['total-ffff', 'extensions.length', hex('ffff', entry(TARGET))],
  ['header-cut', 'extensions.length', hex('000b', entry(TARGET), '0a0a00')],
  ['value-one-past-end', 'extensions.length', hex('0008', '00010005', text('bugs'))],
  ['value-65535', 'extensions.length', '00040001ffff'],
  ['types-descending', 'extensions.order', block(GREASE, TARGET)],
  ['type-twice', 'extensions.order', block(TARGET, TARGET)],
  ['type-twice-grease', 'extensions.order', block([0x0a0a, ''], [0x0a0a, '00']), 'unknown ones, too'],
  [
    'order-before-value',
    'extensions.order',
    hex('000c', entry(TARGET), '0001ffff'),
    'the type is judged before its value has to fit',
  ],
];

export const extensions: Topic = () => ({
  ...head(
    'extensions',
    'The block of HELLO, WELCOME and operations; the refusals have other names in an operation.',
    KIT,
  ),
  valid: VALID.map(([id, list, requirements, note]) => {
    const bytes = encodeExtensions(list.map(([type, value]) => ({ type, value: fromHex(value) })));
    return {
      ...front(id, requirements, note),
      extensions: decodeExtensions(bytes).map(({ type, value }) => ({ type, value: toHex(value) })),
      bytes: toHex(bytes),
    };
  }),
  invalid: INVALID.map(([id, reason, bytes, note]) => {
    const operationReason = `operation.${reason.replace('.', '-')}` as RefusalName;
    return {
      ...front(id, demanded(reason, ...demanded(operationReason)), note),
      bytes,
      reason,
      operationReason,
    };
  }),
});
