import { fromHex, toHex } from '../../../reference/src/bytes/hex.ts';
import { Id } from '../../../reference/src/bytes/id.ts';
import { withRandomness } from '../../../reference/src/crypto/fixed.ts';
import { nodeCrypto } from '../../../reference/src/crypto/node.ts';
import {
  collectionTag,
  epochId,
  operationKey,
  sealOperation,
  tagKey,
} from '../../../reference/src/crypto/sealed-operation.ts';
import { OperationType } from '../../../reference/src/registry.ts';
import { decodeOperation, encodeOperation } from '../../../reference/src/wire/operation.ts';
import {
  type JsonPlainOperation,
  operationFromJson,
  operationToJson,
} from '../../../reference/src/wire/operation-json.ts';
import { encodeRecord } from '../../../reference/src/wire/record.ts';
import { recordFromJson } from '../../../reference/src/wire/record-json.ts';
import { cut, hex, text, u32, withByte } from '../hex.ts';
import { PYTHON, python } from '../sources.ts';
import { front, head, KIT, type Topic } from '../vector-file.ts';
import { indexId, plain } from './operations.ts';

interface Keys {
  readonly team: string;
  readonly epochKey: string;
  readonly teamRoot: string;
  readonly nonce: string;
}

const { team, epochKey, teamRoot, nonce } = python.sealedOperation;
const KEYS: Keys = { team, epochKey, teamRoot, nonce };
const teamKeys = (keys: Keys) => ({
  team: Id.fromHex(keys.team),
  epochKey: fromHex(keys.epochKey),
  teamRoot: fromHex(keys.teamRoot),
});

/** Bytes of id, counter and node, which a sealed operation has as a plain one has them. */
function frontOf(operation: JsonPlainOperation): Uint8Array {
  const bytes = encodeOperation(operationFromJson(operation));
  const counterBytes = [2, 3, 9][bytes[16]!]!;
  return bytes.slice(0, 16 + counterBytes + 16);
}

function contentOf({ type, collection, record, changes }: JsonPlainOperation) {
  const encoded = encodeRecord(recordFromJson(changes));
  return { type: OperationType[type], collection, record: Id.fromHex(record), changes: encoded };
}

function sealed(operation: JsonPlainOperation, keys: Keys): Uint8Array {
  const crypto = withRandomness(nodeCrypto, { bytes: () => fromHex(keys.nonce) });
  return sealOperation(crypto, teamKeys(keys), frontOf(operation), contentOf(operation));
}

/** id, counter, node, head, tag, epoch id, team, nonce, ct_len: what is authenticated and not encrypted. */
const aadBytes = (operation: JsonPlainOperation) => frontOf(operation).length + 1 + 16 + 16 + 16 + 12 + 4;

function valid(id: string, operation: JsonPlainOperation, keys: Keys, note: string, source = 'kit') {
  const bytes = sealed(operation, keys);
  const { team: teamId, epochKey: key, teamRoot: root } = teamKeys(keys);
  const epoch = epochId(nodeCrypto, teamId, key);
  const aad = bytes.slice(0, aadBytes(operation));
  const opKey = operationKey(nodeCrypto, key, epoch, Id.fromHex(operation.id));
  const plaintext = nodeCrypto.open(opKey, fromHex(keys.nonce), bytes.slice(aad.length), aad)!;
  return {
    ...front(
      id,
      ['E2E-2', 'E2E-3', 'E2E-4', 'E2E-5', 'E2E-6', 'E2E-7', 'E2E-8', 'E2E-9', 'E2E-10', 'E2E-11'],
      note,
      source,
    ),
    keys,
    operation,
    epochId: toHex(epoch),
    operationKey: toHex(opKey),
    tagKey: toHex(tagKey(nodeCrypto, teamId, root)),
    collectionTag: toHex(collectionTag(nodeCrypto, teamId, root, operation.collection)),
    plaintext: toHex(plaintext),
    aad: toHex(aad),
    bytes: toHex(bytes),
  };
}

/** A title that makes the content, without its padding, `total` bytes long. */
function filling(total: number): JsonPlainOperation {
  const empty = plain({ changes: [['title', { data: '' }]] });
  const used = 1 + 1 + 4 + 16 + encodeRecord(recordFromJson(empty.changes)).length;
  return plain({ changes: [['title', { data: '5a'.repeat(total - used) }]] });
}

const SEED = operationToJson(decodeOperation(fromHex(python.operation.plaintext))) as JsonPlainOperation;

const VALID: readonly (readonly [
  id: string,
  operation: JsonPlainOperation,
  keys: Keys,
  note: string,
  source?: string,
])[] = [
  ['python-seed-example', SEED, KEYS, 'the 165 bytes of the seed become 307', 'python'],
  ['delete', plain({ type: 'delete' }), KEYS, 'one block of 64'],
  ['content-63', filling(63), KEYS, 'the padding is 80 alone'],
  ['content-64', filling(64), KEYS, 'a block of padding alone'],
  [
    'counter-8-bytes',
    plain({ type: 'update', counter: '65536' }),
    KEYS,
    'the counter is part of what is authenticated',
  ],
  ['collection-255', plain({ collection: 'c'.repeat(255) }), KEYS, 'the longest name'],
  [
    'create-index',
    plain({
      type: 'createIndex',
      record: indexId('byStatus'),
      changes: [
        ['fields', { array: [{ string: 'status' }] }],
        ['name', { string: 'byStatus' }],
      ],
    }),
    KEYS,
    'an index, sealed',
  ],
  ['other-team', plain(), { ...KEYS, team: 'bb0e8400e29b41d4a716446655440000' }, 'the same keys, another team'],
  ['other-epoch', plain(), { ...KEYS, epochKey: '46'.repeat(32) }, 'the same collection tag, another epoch id'],
  ['other-root', plain(), { ...KEYS, teamRoot: '57'.repeat(32) }, 'the same epoch id, another collection tag'],
];

const GOOD = toHex(sealed(SEED, KEYS));
const AAD_BYTES = aadBytes(SEED);

/** Any plaintext, sealed as an author with the keys could; `tag` is that of `bugs` if no other is given. */
function forged(plaintext: string, tag = python.sealedOperation.operation.slice(70, 102)): string {
  const padded = plaintext.length / 2;
  const epoch = epochId(nodeCrypto, Id.fromHex(team), fromHex(epochKey));
  const aad = fromHex(hex(frontOf(SEED), 'f0', tag, epoch, team, nonce, u32(padded)));
  const key = operationKey(nodeCrypto, fromHex(epochKey), epoch, Id.fromHex(SEED.id));
  return hex(aad, nodeCrypto.seal(key, fromHex(nonce), fromHex(plaintext), aad));
}

const pad = (content: string) => `${content}80${'00'.repeat(63 - ((content.length / 2) % 64))}`;
const RECORD = '770e8400e29b41d4a716446655440000';
const EMPTY = '424c415a45010000';
const ONE_FIELD = '424c415a45010001091201';
const BUGS = text('bugs');

type Failure = 'epoch' | 'gcm-tag' | 'padding' | 'content' | 'collection-tag';
const DEMANDED: { readonly [failure in Failure]: string } = {
  epoch: 'E2E-13',
  'gcm-tag': 'E2E-14',
  padding: 'E2E-15',
  content: 'E2E-16',
  'collection-tag': 'E2E-17',
};

const FAILURES: readonly (readonly [
  id: string,
  failure: Failure,
  bytes: string,
  note: string,
  keys?: Partial<Keys>,
])[] = [
  ['key-of-another-epoch', 'epoch', GOOD, 'the key at hand is not the one that sealed', { epochKey: '46'.repeat(32) }],
  [
    'key-of-another-team',
    'epoch',
    GOOD,
    'the key at hand is that of another team',
    { team: 'bb0e8400e29b41d4a716446655440000' },
  ],
  ['epoch-id-changed', 'epoch', withByte(GOOD, 51, 'e9'), 'a bit of the epoch id is another'],
  ['team-changed', 'epoch', withByte(GOOD, 67, 'ab'), 'a bit of the team is another'],
  ['id-changed', 'gcm-tag', withByte(GOOD, 0, '54'), 'a bit of the operation id is another: another key, too'],
  ['counter-changed', 'gcm-tag', withByte(GOOD, 17, '02'), 'the counter is authenticated'],
  ['node-changed', 'gcm-tag', withByte(GOOD, 18, '01'), 'the node is authenticated'],
  ['collection-tag-changed', 'gcm-tag', withByte(GOOD, 35, '11'), 'the collection tag is authenticated'],
  ['nonce-changed', 'gcm-tag', withByte(GOOD, 83, 'c1'), 'a bit of the nonce is another'],
  ['ciphertext-changed', 'gcm-tag', withByte(GOOD, AAD_BYTES, '58'), 'a bit of the ciphertext is another'],
  ['mac-changed', 'gcm-tag', withByte(GOOD, -1, '55'), 'a bit of the tag is another'],
  [
    'ciphertext-cut-by-a-block',
    'gcm-tag',
    withByte(cut(GOOD, AAD_BYTES + 128) + GOOD.slice(-32), AAD_BYTES - 1, '80'),
    'two blocks instead of three',
  ],
  ['padding-missing', 'padding', forged('00'.repeat(64)), 'zeros alone'],
  [
    'padding-not-80',
    'padding',
    forged(`${hex('03', '04', BUGS, RECORD, EMPTY)}01${'00'.repeat(33)}`),
    '01 in place of 80',
  ],
  [
    'padding-65',
    'padding',
    forged(`${hex('03', '04', BUGS, RECORD, EMPTY)}80${'00'.repeat(97)}`),
    'a block more than is needed',
  ],
  ['content-empty', 'content', forged(pad('')), 'nothing before the padding'],
  ['content-type-0', 'content', forged(pad(hex('00', '04', BUGS, RECORD, EMPTY))), 'no such type'],
  [
    'content-type-7',
    'content',
    forged(pad(hex('07', '04', BUGS, RECORD, EMPTY))),
    'a sealed operation in a sealed operation',
  ],
  ['content-collection-empty', 'content', forged(pad(hex('03', '00', RECORD, EMPTY))), 'a name has a byte or more'],
  ['content-collection-utf8', 'content', forged(pad(hex('03', '01', 'ff', RECORD, EMPTY))), 'a name is UTF-8'],
  ['content-cut', 'content', forged(pad(hex('03', '04', BUGS, cut(RECORD, 15)))), 'the record id ends early'],
  [
    'content-changes-cut',
    'content',
    forged(pad(hex('03', '04', BUGS, RECORD, cut(EMPTY, -1)))),
    'the changes end early',
  ],
  [
    'content-changes-trailing',
    'content',
    forged(pad(hex('03', '04', BUGS, RECORD, EMPTY, '01'))),
    'a byte between the changes and the padding',
  ],
  [
    'content-delete-with-changes',
    'content',
    forged(pad(hex('03', '04', BUGS, RECORD, ONE_FIELD))),
    'a delete has no changes',
  ],
  [
    'content-index-record',
    'content',
    forged(pad(hex('04', '04', BUGS, RECORD, '424c415a450100 02 ff0006', text('fields'), '080001 2161 1021', '61'))),
    'the record id is not that of the index',
  ],
  [
    'collection-hidden',
    'collection-tag',
    forged(pad(hex('03', '05', text('other'), RECORD, EMPTY))),
    'the name inside is not that of the tag outside',
  ],
];

export const sealedOperations: Topic = () => ({
  ...head(
    'sealed-operations',
    'Sealed and opened. `failure` is the name of the step that fails; it is local, nobody is told.',
    { ...PYTHON, ...KIT },
  ),
  valid: VALID.map(([id, operation, keys, note, source]) => valid(id, operation, keys, note, source)),
  invalid: FAILURES.map(([id, failure, bytes, note, keys]) => ({
    ...front(id, [DEMANDED[failure]], note),
    keys: { ...KEYS, ...keys },
    bytes,
    failure,
  })),
});
