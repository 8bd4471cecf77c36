import { toHex } from '../../../reference/src/bytes/hex.ts';
import { nodeCrypto } from '../../../reference/src/crypto/node.ts';
import { decodeOperation, encodeOperation, indexRecord } from '../../../reference/src/wire/operation.ts';
import { type JsonOperation, operationFromJson, operationToJson } from '../../../reference/src/wire/operation-json.ts';
import { PYTHON, python, SWIFT, type SwiftOperation, swift } from '../sources.ts';
import { front, head, KIT, type Topic } from '../vector-file.ts';
import { invalidOperations } from './operations-invalid.ts';

export const OPERATION_ID = '550e8400e29b41d4a716446655440000';
export const NODE = '000102030405060708090a0b0c0d0e0f';
export const RECORD = '770e8400e29b41d4a716446655440000';
export const TEAM = 'aa0e8400e29b41d4a716446655440000';
const OTHER_TEAM = 'bb0e8400e29b41d4a716446655440000';

/** The record id of the index of this name. */
export const indexId = (name: string) => indexRecord(name, nodeCrypto.sha256).toHex();

type Plain = Exclude<JsonOperation, { type: 'sealed' }>;

/** An insert into "bugs", but for what `other` says. */
export function plain(other: Partial<Plain> = {}): Plain {
  const insert = { type: 'insert', collection: 'bugs', record: RECORD, changes: [] } as const;
  return { id: OPERATION_ID, counter: '1', node: NODE, ...insert, ...other };
}

const team = (value: string) => ({ type: 1, value });

const sealed: JsonOperation = {
  id: OPERATION_ID,
  counter: '1',
  node: NODE,
  type: 'sealed',
  tag: '1088c6a3f35207d03c6ba4997d0b9bde',
  epoch: 'e8efde1b92ebbdec1ef57fc71ee3d22c',
  team: TEAM,
  nonce: 'c0c1c2c3c4c5c6c7c8c9cacb',
  ciphertext: '00112233445566778899aabbccddeeff'.repeat(4),
  mac: 'f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff',
};

const TITLE = ['title', { string: 'Fix login bug' }] as const;
const index = (name: string, ...fields: readonly string[]): Partial<Plain> => ({
  type: 'createIndex',
  record: indexId(name),
  changes: [
    ['fields', { array: fields.map((field) => ({ string: field })) }],
    ['name', { string: name }],
  ],
});

type Own = readonly [id: string, operation: JsonOperation, requirements: readonly string[], note?: string];

const OWN: readonly Own[] = [
  ['ids-zero', plain({ id: '0'.repeat(32), node: '0'.repeat(32), record: '0'.repeat(32) }), ['OP-1', 'OP-10']],
  ['ids-all-ones', plain({ id: 'f'.repeat(32), node: 'f'.repeat(32), record: 'f'.repeat(32) }), ['OP-1', 'OP-10']],
  ['counter-0', plain({ counter: '0' }), ['OP-2', 'OP-11'], 'no author writes it, every decoder takes it'],
  ['counter-65537', plain({ counter: '65537' }), ['OP-2']],
  ['counter-greatest', plain({ counter: '9007199254740991' }), ['OP-2'], '2^53 - 1'],
  ['collection-31', plain({ collection: 'c'.repeat(31) }), ['OP-4'], 'the longest name of the short form'],
  ['collection-32', plain({ collection: 'c'.repeat(32) }), ['OP-4'], 'the shortest name of the long form'],
  ['collection-255', plain({ collection: 'c'.repeat(255) }), ['OP-4']],
  ['collection-multibyte', plain({ collection: '\u20ac'.repeat(11) }), ['OP-4', 'OP-5'], '33 bytes of 11 characters'],
  ['collection-bom', plain({ collection: '\ufeffbugs' }), ['OP-5'], 'U+FEFF is kept'],
  ['collection-nul', plain({ collection: '\u0000' }), ['OP-5']],
  ['insert-empty', plain(), ['OT-1', 'OP-7']],
  ['update', plain({ type: 'update', changes: [TITLE] }), ['OT-2', 'OP-7']],
  ['update-to-null', plain({ type: 'update', changes: [['title', { null: null }]] }), ['OT-2', 'OP-7']],
  ['delete', plain({ type: 'delete' }), ['OT-3', 'OP-7']],
  ['delete-long-name', plain({ type: 'delete', collection: 'c'.repeat(40) }), ['OT-3', 'OP-4']],
  ['create-index', plain(index('byStatus', 'status')), ['OT-4', 'LBL-5', 'OP-6']],
  ['create-index-three-fields', plain(index('by three', 'status', 'priority', '')), ['OT-4', 'LBL-5', 'OP-6']],
  ['create-index-empty-name', plain(index('', 'status')), ['OT-4', 'LBL-5', 'OP-6']],
  ['create-index-utf8', plain(index('\u00e9', 'e\u0301')), ['OT-4', 'LBL-5', 'OP-6']],
  ['drop-index', plain({ type: 'dropIndex', record: indexId('byStatus') }), ['OT-5', 'OP-6']],
  ['drop-index-any-id', plain({ type: 'dropIndex' }), ['OT-5', 'OP-41'], 'the id of a dropIndex is not checked'],
  ['team', plain({ changes: [TITLE], extensions: [team(TEAM)] }), ['OP-8', 'OP-14']],
  [
    'team-and-teamid',
    plain({ changes: [['teamId', { uuid: TEAM }], TITLE], extensions: [team(TEAM)] }),
    ['OP-14', 'OP-48'],
    'both name one team',
  ],
  [
    'update-team-and-teamid',
    plain({ type: 'update', changes: [['teamId', { uuid: TEAM }]], extensions: [team(TEAM)] }),
    ['OP-14', 'OP-48'],
  ],
  [
    'teamid-without-team',
    plain({ changes: [['teamId', { uuid: OTHER_TEAM }]] }),
    ['OP-48'],
    'a field without the extension passes',
  ],
  [
    'teamid-nested',
    plain({ changes: [['metadata', { dictionary: [['teamId', { uuid: OTHER_TEAM }]] }]], extensions: [team(TEAM)] }),
    ['OP-48'],
    'only the top level is compared',
  ],
  ['delete-team', plain({ type: 'delete', extensions: [team(TEAM)] }), ['OP-14', 'OT-3']],
  ['create-index-team', plain({ ...index('byStatus', 'status'), extensions: [team(TEAM)] }), ['OP-14', 'OT-4']],
  [
    'extension-unknown-empty',
    plain({ extensions: [{ type: 0x7777, value: '' }] }),
    ['OP-13', 'OP-15'],
    'the shortest block',
  ],
  ['extension-type-0', plain({ extensions: [{ type: 0, value: '00' }, team(TEAM)] }), ['OP-13', 'OP-15']],
  [
    'extensions-three',
    plain({ extensions: [team(TEAM), { type: 2, value: 'ff' }, { type: 65535, value: '0102' }] }),
    ['OP-13', 'OP-15'],
  ],
  ['sealed-shortest', sealed, ['OT-6', 'OP-19', 'OP-25'], '64 bytes of ciphertext'],
  ['sealed-counter-2-bytes', { ...sealed, counter: '256' }, ['OT-6', 'OP-17']],
  ['sealed-extension', { ...sealed, extensions: [{ type: 2, value: '00' }] }, ['OT-6', 'OP-27']],
  ['sealed-128', { ...sealed, ciphertext: sealed.ciphertext.repeat(2) }, ['OT-6', 'OP-24']],
];

function valid(source: string, id: string, operation: JsonOperation, requirements: readonly string[], note?: string) {
  const bytes = encodeOperation(operationFromJson(operation));
  return {
    ...front(id, requirements, note, source),
    operation: operationToJson(decodeOperation(bytes)),
    bytes: toHex(bytes),
  };
}

const TYPE_ROW: { readonly [type: string]: string } = {
  insert: 'OT-1',
  update: 'OT-2',
  delete: 'OT-3',
  dropIndex: 'OT-5',
};

function fromSwift({ name, compact: _, ...operation }: SwiftOperation & { fixed?: string }) {
  const { fixed: __, ...json } = operation;
  const id = `swift-${name.toLowerCase()}`;
  return valid('swift', id, json as JsonOperation, ['OP-2', 'OP-4', 'OP-7', TYPE_ROW[json.type]!]);
}

export const operations: Topic = () => ({
  ...head('operations', 'Operations, plain and sealed. A sealed one is not opened here.', {
    ...SWIFT,
    ...PYTHON,
    ...KIT,
  }),
  valid: [
    // createIndex with no changes is an example of upstream's syntax only: it stands under `invalid`.
    ...swift.operations.filter(({ type }) => type !== 'createIndex').map(fromSwift),
    ...[
      ['python-seed-example', python.operation.plaintext, ['OP-7']] as const,
      ['python-sealed', python.sealedOperation.operation, ['OT-6', 'OP-25']] as const,
    ].map(([id, bytes, requirements]) =>
      valid('python', id, operationToJson(decodeOperation(Buffer.from(bytes, 'hex'))), requirements),
    ),
    ...OWN.map(([id, operation, requirements, note]) => valid('kit', id, operation, requirements, note)),
  ],
  invalid: invalidOperations(),
});
