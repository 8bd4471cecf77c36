import type { RefusalName } from '../../../reference/src/registry.ts';
import { cut, hex, text, u8, u16, u32 } from '../hex.ts';
import { demanded } from '../requirements.ts';
import { swift } from '../sources.ts';
import { front } from '../vector-file.ts';

const ID = '550e8400e29b41d4a716446655440000';
const NODE = '000102030405060708090a0b0c0d0e0f';
const RECORD = '770e8400e29b41d4a716446655440000';
const TEAM = 'aa0e8400e29b41d4a716446655440000';
const ZEROS = '00'.repeat(16);
const MAGIC = '424c415a4501';
const EMPTY = `${MAGIC}0000`;
/** SHA-256("blazedb index" 00 | "byStatus")[0..16]. */
const INDEX = 'c991ca704f078d8d938617c7cfb9120d';
const BY_STATUS = hex(
  MAGIC,
  '0002',
  'ff0006',
  text('fields'),
  '080001',
  '26',
  text('status'),
  '1028',
  text('byStatus'),
);

/** Parts of an operation by name, so that each case replaces one of them. */
const PARTS = {
  id: ID,
  counter: '0001',
  node: NODE,
  head: '24',
  collection: text('bugs'),
  record: RECORD,
  changes: EMPTY,
};
type Parts = Partial<Record<keyof typeof PARTS | 'extensions', string>>;

const plain = (parts: Parts): string => {
  const { id, counter, node, head, collection, record, changes, extensions = '' } = { ...PARTS, ...parts };
  return hex(id, counter, node, head, collection, record, changes, extensions);
};

const SEALED = { tag: '1088c6a3f35207d03c6ba4997d0b9bde', epoch: 'e8efde1b92ebbdec1ef57fc71ee3d22c', team: TEAM };
const sealed = (
  parts: Partial<typeof SEALED> & { head?: string; ct?: string; length?: number; extensions?: string },
): string => {
  const { tag, epoch, team, head = 'f0', ct = '5a'.repeat(64), extensions = '' } = { ...SEALED, ...parts };
  const length = parts.length ?? ct.length / 2;
  return hex(
    ID,
    '0001',
    NODE,
    head,
    tag,
    epoch,
    team,
    'c0c1c2c3c4c5c6c7c8c9cacb',
    u32(length),
    ct,
    'f0'.repeat(16),
    extensions,
  );
};

const extension = (type: number, value: string) => hex(u16(type), u16(value.length / 2), value);
const block = (...entries: readonly string[]) => hex(u16(entries.join('').length / 2), ...entries);
const teamId = (value: string) => hex(MAGIC, '0001', '05', value);

const createIndex = (changes: string) => plain({ head: '84', record: INDEX, changes });

type Case = readonly [id: string, reason: RefusalName, bytes: string, note?: string];

const FRONT: readonly Case[] = [
  ['empty', 'operation.id-missing', ''],
  ['id-15-bytes', 'operation.id-missing', cut(ID, 15)],
  ['id-alone', 'operation.truncated', ID],
  ['counter-marker-alone', 'operation.truncated', hex(ID, '02')],
  ['counter-cut', 'operation.truncated', hex(ID, '0200000000010000')],
  ['counter-marker-03', 'operation.counter-form', plain({ counter: '0301' })],
  ['counter-marker-ff', 'operation.counter-form', plain({ counter: 'ff01' })],
  ['counter-255-in-two', 'operation.counter-form', plain({ counter: '0100ff' })],
  ['counter-0-in-two', 'operation.counter-form', plain({ counter: '010000' })],
  ['counter-65535-in-eight', 'operation.counter-form', plain({ counter: '02000000000000ffff' })],
  ['counter-2-to-53', 'operation.counter-range', plain({ counter: '020020000000000000' })],
  ['counter-all-ones', 'operation.counter-range', plain({ counter: '02ffffffffffffffff' })],
  ['counter-top-bit', 'operation.counter-range', plain({ counter: '028000000000000000' })],
  ['node-cut', 'operation.truncated', cut(plain({}), 30)],
  ['head-missing', 'operation.truncated', hex(ID, '0001', NODE)],
];

const HEAD: readonly Case[] = [
  ['type-0-long', 'operation.type', plain({ head: '008020', collection: text('c'.repeat(32)) })],
  ['type-6', 'operation.type', plain({ head: 'c4' })],
  ['type-6-long', 'operation.type', plain({ head: '068020', collection: text('c'.repeat(32)) })],
  ['type-8-long', 'operation.type', plain({ head: '088020', collection: text('c'.repeat(32)) })],
  ['type-31-long', 'operation.type', plain({ head: '1f8020', collection: text('c'.repeat(32)) })],
  ['type-0-like-a-short-head', 'operation.type', hex(ID, '0001', NODE, '00'), 'decided on the first byte alone'],
  ['head-length-31-long', 'operation.head-form', plain({ head: '01801f', collection: text('c'.repeat(31)) })],
  ['head-length-0-long', 'operation.head-form', plain({ head: '018000', collection: '' })],
  [
    'head-second-byte-81',
    'operation.head-form',
    plain({ head: '01810020', collection: text('c'.repeat(32)) }),
    "upstream's form for 256 bytes and more",
  ],
  ['head-second-byte-00', 'operation.head-form', plain({ head: '010020', collection: text('c'.repeat(32)) })],
  ['head-cut', 'operation.truncated', hex(ID, '0001', NODE, '0180')],
  ['collection-empty', 'operation.collection-empty', plain({ head: '20', collection: '' })],
  ['collection-utf8', 'operation.collection-utf8', plain({ collection: '62ff6773' })],
  ['collection-surrogate', 'operation.collection-utf8', plain({ head: '23', collection: 'eda080' })],
  ['collection-cut', 'operation.truncated', hex(ID, '0001', NODE, '2462')],
  ['record-cut', 'operation.truncated', cut(plain({ changes: '' }), -1)],
];

const CHANGES: readonly Case[] = [
  ['changes-missing', 'record.truncated', plain({ changes: '' })],
  ['changes-cut', 'record.truncated', plain({ changes: cut(EMPTY, -1) })],
  ['changes-value-cut', 'record.truncated', plain({ changes: hex(MAGIC, '0001', '06', '2361') })],
  ['changes-version-02', 'record.version', plain({ changes: '424c415a4502000094d87736' })],
  ['changes-magic', 'record.magic', plain({ changes: '424c415a460100000000' })],
  ['changes-unsorted', 'record.names-unsorted', plain({ changes: hex(MAGIC, '0002', '061201', '011201') })],
  ['changes-not-shortest', 'record.tag-not-shortest', plain({ changes: hex(MAGIC, '0001', '06', '0100000000') })],
  [
    'changes-length-prefix',
    'record.magic',
    plain({ changes: hex('00000008', EMPTY) }),
    "upstream's other layout has a length here",
  ],
  ['delete-with-changes', 'operation.changes-not-empty', plain({ head: '64', changes: hex(MAGIC, '0001', '091201') })],
  ['drop-index-with-changes', 'operation.changes-not-empty', plain({ head: 'a4', record: INDEX, changes: BY_STATUS })],
  ['index-no-changes', 'operation.index-changes', createIndex(EMPTY)],
  [
    'index-no-name',
    'operation.index-changes',
    createIndex(hex(MAGIC, '0001', 'ff0006', text('fields'), '080001', '2161')),
  ],
  ['index-no-fields', 'operation.index-changes', createIndex(hex(MAGIC, '0001', '1028', text('byStatus')))],
  [
    'index-fields-empty',
    'operation.index-changes',
    createIndex(hex(MAGIC, '0002', 'ff0006', text('fields'), '18', '1028', text('byStatus'))),
  ],
  [
    'index-fields-no-strings',
    'operation.index-changes',
    createIndex(hex(MAGIC, '0002', 'ff0006', text('fields'), '0800021201', '2161', '1028', text('byStatus'))),
  ],
  [
    'index-fields-string',
    'operation.index-changes',
    createIndex(hex(MAGIC, '0002', 'ff0006', text('fields'), '26', text('status'), '1028', text('byStatus'))),
  ],
  [
    'index-name-int',
    'operation.index-changes',
    createIndex(hex(MAGIC, '0002', 'ff0006', text('fields'), '080001', '2161', '101201')),
  ],
  [
    'index-third-field',
    'operation.index-changes',
    createIndex(
      hex(
        MAGIC,
        '0003',
        'ff0006',
        text('fields'),
        '080001',
        '2161',
        '1028',
        text('byStatus'),
        'ff0006',
        text('unique'),
        '0401',
      ),
    ),
  ],
  [
    'index-record-last-bit',
    'operation.index-record',
    plain({ head: '84', record: `${INDEX.slice(0, -1)}c`, changes: BY_STATUS }),
  ],
  ['index-record-of-record', 'operation.index-record', plain({ head: '84', changes: BY_STATUS })],
];

const EXTENSIONS: readonly Case[] = [
  ['trailing-byte', 'operation.extensions-length', plain({ extensions: '00' })],
  ['extensions-empty-block', 'operation.extensions-length', plain({ extensions: '0000' })],
  ['extensions-total-3', 'operation.extensions-length', plain({ extensions: '0003000200' })],
  ['extensions-total-above', 'operation.extensions-length', plain({ extensions: hex('0006', extension(2, '00')) })],
  ['extensions-total-below', 'operation.extensions-length', plain({ extensions: hex('0004', extension(2, '00')) })],
  ['extensions-value-past-end', 'operation.extensions-length', plain({ extensions: '00050002000200' })],
  [
    'extensions-second-header-cut',
    'operation.extensions-length',
    plain({ extensions: hex('0007', extension(2, ''), '000300') }),
  ],
  [
    'extensions-second-operation',
    'operation.extensions-length',
    plain({ extensions: plain({}) }),
    'bytes behind the operation are taken for its extensions',
  ],
  [
    'extensions-descending',
    'operation.extensions-order',
    plain({ extensions: block(extension(3, ''), extension(2, '')) }),
  ],
  [
    'extensions-twice',
    'operation.extensions-order',
    plain({ extensions: block(extension(1, TEAM), extension(1, TEAM)) }),
  ],
  ['team-15-bytes', 'operation.team', plain({ extensions: block(extension(1, cut(TEAM, 15))) })],
  ['team-17-bytes', 'operation.team', plain({ extensions: block(extension(1, `${TEAM}00`)) })],
  ['team-empty', 'operation.team', plain({ extensions: block(extension(1, '')) })],
  ['team-zeros', 'operation.team', plain({ extensions: block(extension(1, ZEROS)) })],
  [
    'teamid-other',
    'operation.team-mismatch',
    plain({ changes: teamId(`05bb${TEAM.slice(2)}`), extensions: block(extension(1, TEAM)) }),
  ],
  [
    'teamid-other-update',
    'operation.team-mismatch',
    plain({ head: '44', changes: teamId(`05bb${TEAM.slice(2)}`), extensions: block(extension(1, TEAM)) }),
  ],
  [
    'teamid-data',
    'operation.team-mismatch',
    plain({ changes: teamId(hex('0700000010', TEAM)), extensions: block(extension(1, TEAM)) }),
    'the same bytes, but no uuid',
  ],
  ['teamid-null', 'operation.team-mismatch', plain({ changes: teamId('0b'), extensions: block(extension(1, TEAM)) })],
];

const SEALED_CASES: readonly Case[] = [
  ['sealed-head-ef', 'operation.sealed-head', sealed({ head: 'ef' })],
  ['sealed-head-e0', 'operation.sealed-head', sealed({ head: 'e0' })],
  ['sealed-head-f1', 'operation.sealed-head', sealed({ head: 'f1' })],
  ['sealed-head-ff', 'operation.sealed-head', sealed({ head: 'ff' })],
  ['sealed-head-long', 'operation.sealed-head', sealed({ head: '078010' })],
  ['sealed-team-zeros', 'operation.sealed-team', sealed({ team: ZEROS })],
  ['sealed-length-0', 'operation.sealed-length', sealed({ ct: '' })],
  ['sealed-length-63', 'operation.sealed-length', sealed({ ct: '5a'.repeat(63) })],
  ['sealed-length-65', 'operation.sealed-length', sealed({ ct: '5a'.repeat(65) })],
  [
    'sealed-length-unaligned-4-gib',
    'operation.sealed-length',
    sealed({ length: 0xffffffff }),
    'no multiple of 64 comes before what remains',
  ],
  ['sealed-length-above', 'operation.truncated', sealed({ length: 128 })],
  ['sealed-length-4-gib', 'operation.truncated', sealed({ length: 0xffffffc0 })],
  ['sealed-mac-cut', 'operation.truncated', cut(sealed({}), -1)],
  ['sealed-trailing-byte', 'operation.extensions-length', sealed({ extensions: u8(0) })],
  ['sealed-team-extension', 'operation.sealed-extension', sealed({ extensions: block(extension(1, TEAM)) })],
  [
    'sealed-extensions-descending',
    'operation.extensions-order',
    sealed({ extensions: block(extension(9, ''), extension(8, '')) }),
  ],
];

export function invalidOperations() {
  const { compact } = swift.operations.find(({ type }) => type === 'createIndex')!;
  const own = [...FRONT, ...HEAD, ...CHANGES, ...EXTENSIONS, ...SEALED_CASES].map(
    (entry) => ['kit', ...entry] as const,
  );
  const upstream = ['swift', 'swift-type-createindex', 'operation.index-changes', compact] as const;
  return [upstream, ...own].map(([source, id, reason, bytes, note]) => ({
    ...front(id, demanded(reason), note, source),
    bytes,
    reason,
  }));
}
