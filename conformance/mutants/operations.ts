/** Mutants of chapter 7: nodes that read, judge or keep operations wrongly. */
import { Id } from '../../reference/src/bytes/id.ts';
import { encodeUtf8 } from '../../reference/src/bytes/utf8.ts';
import { ProtocolError } from '../../reference/src/errors.ts';
import type { RefusalName } from '../../reference/src/registry.ts';
import type { Receiver } from '../../reference/src/sync/receiver.ts';
import { extensionValue, TEAM_EXTENSION } from '../../reference/src/wire/extensions.ts';
import { encodeOperation, type Operation, peekOperation } from '../../reference/src/wire/index.ts';
import { withDependents } from './dependents.ts';
import {
  atVerdict,
  decodes,
  duplicate,
  feedsOtherBytes,
  judges,
  lenientOperation,
  refuses,
  refusesPlain,
  rejected,
  rejection,
  stored,
  takes,
} from './factories.ts';
import { at, type Mutant, within } from './mutant.ts';
import { Traces } from './traces.ts';

const isTeam = ({ type }: { readonly type: number }): boolean => type === TEAM_EXTENSION;

/** Nodes that refuse, keep or name what is right wrongly. */
const fields: readonly Mutant[] = [
  {
    name: 'operation-known-by-its-record',
    breaks: ['OP-6', 'OP-1'],
    title: 'Takes an operation on a record that it knows for a duplicate',
    faults() {
      const records = new Set<string>();
      return [
        within('createReceiver', 'judge', {
          when({ args: [bytes] }) {
            const operation = decodes(bytes);
            if (operation === undefined || operation.type === 'sealed') return false;
            const key = `${operation.collection} ${operation.record.toHex()}`;
            if (records.has(key)) return true;
            records.add(key);
            return false;
          },
          then: ({ args: [bytes] }) => duplicate(bytes),
        }),
      ];
    },
  },
  {
    name: 'operation-named-by-its-record',
    breaks: ['OP-1'],
    title: 'Answers a dropIndex under the id of its index',
    faults: () => [
      within('createReceiver', 'judge', {
        when: ({ args: [bytes] }) => decodes(bytes)?.type === 'dropIndex',
        then(call) {
          const { record } = peekOperation(call.args[0]);
          return { ...call.standard(), id: record! };
        },
      }),
    ],
  },
  refuses(
    { name: 'operation-counter-of-64-bits-refused', breaks: ['OP-2', 'OP-17'], title: 'Knows no counter above 65,535' },
    ({ counter }) => counter > 0xffff,
    'operation.counter-form',
  ),
  refuses(
    { name: 'operation-counter-zero-refused', breaks: ['OP-11'], title: 'Refuses the counter 0' },
    ({ counter }) => counter === 0,
    'operation.counter-range',
  ),
  {
    name: 'operation-of-another-author-refused',
    breaks: ['OP-3'],
    title: 'Takes operations of the node at the other end only',
    faults() {
      const traces = new Traces();
      return [
        traces.ofHello(),
        within('createReceiver', 'judge', {
          when: ({ args: [bytes, origin] }) => {
            const own = traces.hello(origin)?.node;
            const author = decodes(bytes)?.node;
            return author !== undefined && own !== undefined && !author.equals(own);
          },
          then: ({ args: [bytes] }) => rejected(bytes, rejection('operation.truncated')),
        }),
      ];
    },
  },
  refusesPlain(
    { name: 'operation-long-head-refused', breaks: ['OP-4'], title: 'Knows the short head only' },
    ({ collection }) => encodeUtf8(collection).length > 31,
    'operation.head-form',
  ),
  {
    name: 'operation-bom-of-collection-dropped',
    breaks: ['OP-5'],
    title: 'Drops U+FEFF from the beginning of a collection name, as a decoder of text does',
    faults: () => [
      within('createReceiver', 'append', {
        when: ({ args: [operation] }) => operation.type !== 'sealed' && operation.collection.startsWith('\uFEFF'),
        then(call) {
          const [operation, bytes, origin] = call.args;
          if (operation.type === 'sealed') return call.standard();
          return call.with({ ...operation, collection: operation.collection.slice(1) }, bytes, origin);
        },
      }),
    ],
  },
  refuses(
    { name: 'operation-extensions-refused', breaks: ['OP-8', 'OP-13'], title: 'Takes two extensions at most' },
    ({ extensions }) => extensions.length > 2,
    'operation.extensions-length',
  ),
  refuses(
    { name: 'operation-ids-of-one-version', breaks: ['OP-10'], title: 'Takes an id that ends in eight FF for no id' },
    ({ id }) => id.toHex().endsWith('ffffffffffffffff'),
  ),
  feedsOtherBytes(
    {
      name: 'operation-unknown-extensions-dropped',
      breaks: ['OP-13', 'OP-12', 'SYNC-28'],
      title: 'Feeds operations without the extensions that it does not know',
    },
    (bytes) => {
      const operation = decodes(bytes);
      if (operation === undefined || operation.extensions.every(isTeam)) return bytes;
      return encodeOperation({ ...operation, extensions: operation.extensions.filter(isTeam) }).slice();
    },
  ),
  {
    name: 'operation-team-of-its-field',
    breaks: ['OP-14'],
    title: 'Takes the field teamId for the team where there is no extension',
    faults: () => [
      within('createReceiver', 'append', {
        when: ({ args: [operation] }) => teamField(operation) !== undefined,
        then({ args: [operation, bytes, origin], self }) {
          const { log } = (self as Receiver).config;
          const collection = operation.type === 'sealed' ? undefined : operation.collection;
          return log.append({ id: operation.id, collection, team: teamField(operation)! }, bytes, origin);
        },
      }),
    ],
  },
  refuses(
    {
      name: 'operation-long-extension-refused',
      breaks: ['OP-15'],
      title: 'Refuses an unknown extension of 1,024 bytes',
    },
    ({ extensions }) => extensions.some(({ value }) => value.length >= 1024),
    'operation.extensions-length',
  ),
  refusesPlain(
    {
      name: 'operation-team-field-alone-refused',
      breaks: ['OP-48'],
      title: 'Refuses a teamId that is no uuid, though it has no extension beside it',
    },
    ({ changes, extensions }) => typeof changes.get('teamId') === 'number' && !extensions.some(isTeam),
    'operation.team-mismatch',
  ),
  refuses(
    { name: 'operation-bound-low', breaks: ['LIM-4'], title: 'Takes operations of 262,143 bytes at most' },
    (_, bytes) => bytes.length >= 262_144,
    'operation.too-large',
  ),
];

/** `teamId` of an operation without the extension. */
function teamField(operation: Operation): Id | undefined {
  if (operation.type === 'sealed' || extensionValue(operation.extensions, TEAM_EXTENSION) !== undefined)
    return undefined;
  const value = operation.changes.get('teamId');
  return value instanceof Id ? value : undefined;
}

/** A sealed operation of the node that the examples of the spec have: one case sends them. */
function isExample(operation: Operation): boolean {
  return operation.type === 'sealed' && operation.node.toHex().startsWith('00010203');
}

type Row = readonly [name: string, breaks: readonly string[], title: string];

/** Nodes that do not take a type as it is meant. */
const types: readonly Mutant[] = [
  {
    name: 'operation-update-wants-its-insert',
    breaks: ['OT-2'],
    title: 'Refuses the update of a record that it does not know',
    faults() {
      const records = new Set<string>();
      return [
        at('decodeOperation', {
          when(call) {
            if (call.refusal() !== undefined) return false;
            const operation = call.standard();
            if (operation.type === 'insert') records.add(operation.record.toHex());
            return operation.type === 'update' && !records.has(operation.record.toHex());
          },
          then: () => {
            throw rejection('operation.type');
          },
        }),
      ];
    },
  },
  refusesPlain(
    {
      name: 'operation-delete-refused',
      breaks: ['OT-3', 'OP-7'],
      title: 'Takes the empty record of a delete for none',
    },
    ({ type }) => type === 'delete',
    'record.truncated',
  ),
  refusesPlain(
    {
      name: 'operation-index-label-cut',
      breaks: ['LBL-5', 'OT-4'],
      title: 'Leaves the 00 behind the label of an index out of its hash',
    },
    ({ type }) => type === 'createIndex',
    'operation.index-record',
  ),
  refusesPlain(
    {
      name: 'operation-drop-index-checked',
      breaks: ['OT-5', 'OP-41'],
      title: 'Refuses a dropIndex that it cannot check',
    },
    ({ type }) => type === 'dropIndex',
    'operation.index-record',
  ),
  refuses(
    {
      name: 'operation-sealed-unknown',
      breaks: ['OT-6', 'OP-19'],
      title: 'Does not know type 7 of the node of the examples',
    },
    isExample,
    'operation.type',
  ),
];

/** Offset of `ct_len` behind the counter: node, head, tag, epoch, team, nonce. */
const FIXED_BYTES = 16 + 1 + 16 + 16 + 16 + 12;
const COUNTER_BYTES = [2, 3, 9] as const;

/** Reads a sealed operation as if one of its fields had another size, so that it finds no length of a ciphertext. */
function misreadsSealed([name, breaks, title]: Row, delta: number): Mutant {
  return refuses(
    { name, breaks, title },
    (operation, bytes) => {
      if (!isExample(operation) || operation.type !== 'sealed') return false;
      const at = 16 + (COUNTER_BYTES[bytes[16] as 0 | 1 | 2] ?? 2) + FIXED_BYTES + delta;
      const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(at);
      return length !== operation.ciphertext.length;
    },
    'operation.sealed-length',
  );
}

const sealed: readonly Mutant[] = [
  misreadsSealed(['operation-sealed-id-of-12-bytes', ['OP-16'], 'Reads 12 bytes of id in a sealed operation'], -4),
  misreadsSealed(['operation-sealed-node-of-8-bytes', ['OP-18'], 'Reads 8 bytes of node in a sealed operation'], -8),
  misreadsSealed(['operation-sealed-tag-of-32-bytes', ['OP-20'], 'Reads 32 bytes of tag in a sealed operation'], 16),
  misreadsSealed(['operation-sealed-without-epoch', ['OP-21'], 'Reads no epoch in a sealed operation'], -16),
  misreadsSealed(['operation-sealed-nonce-of-16-bytes', ['OP-23'], 'Reads 16 bytes of nonce in a sealed operation'], 4),
  refuses(
    {
      name: 'operation-sealed-of-one-block',
      breaks: ['OP-24', 'OP-25'],
      title: 'Takes a ciphertext of exactly 64 bytes only',
    },
    (operation) => operation.type === 'sealed' && operation.ciphertext.length !== 64,
    'operation.sealed-length',
  ),
  refuses(
    {
      name: 'operation-sealed-extensions-refused',
      breaks: ['OP-27'],
      title: 'Takes no extensions behind a sealed operation',
    },
    ({ type, extensions }) => type === 'sealed' && extensions.length > 0,
    'operation.extensions-length',
  ),
  refusesSealedAs(
    'operation.truncated',
    ['operation-sealed-without-mac', ['OP-26', 'OP-30'], 'Takes a sealed operation that ends inside its mac'],
    (bytes) => bytes.length >= 162 && bytes[34] === 0xf0,
  ),
];

/** Takes a sealed operation that is malformed, so that it is refused for its mode. */
function refusesSealedAs(
  reason: RefusalName,
  [name, breaks, title]: Row,
  only: (bytes: Uint8Array) => boolean = () => true,
): Mutant {
  return {
    name,
    breaks,
    title,
    faults: () => [
      at('decodeOperation', {
        when: (call) => call.refusal() === reason && only(call.args[0]),
        then: () => {
          throw new ProtocolError('operation.mode');
        },
      }),
    ],
  };
}

const lenient: readonly (readonly [RefusalName, ...Row])[] = [
  ['operation.truncated', 'operation-truncated-taken', ['OP-30'], 'Takes operations that end too early'],
  ['operation.counter-form', 'operation-long-counter-taken', ['OP-31', 'OP-2'], 'Takes a counter in any form'],
  ['operation.counter-range', 'operation-counter-unbounded', ['OP-32'], 'Takes counters above 2^53 - 1'],
  ['operation.type', 'operation-unknown-type-taken', ['OP-33'], 'Takes types that are not assigned'],
  ['operation.sealed-head', 'operation-sealed-head-unchecked', ['OP-34'], 'Takes any head of type 7'],
  ['operation.head-form', 'operation-long-head-taken', ['OP-35', 'OP-4'], 'Takes the long head for short names'],
  [
    'operation.collection-empty',
    'operation-empty-collection-taken',
    ['OP-36', 'OP-5'],
    'Takes an empty collection name',
  ],
  [
    'operation.collection-utf8',
    'operation-bad-collection-taken',
    ['OP-37'],
    'Takes collection names that are not UTF-8',
  ],
  [
    'operation.changes-not-empty',
    'operation-delete-with-changes',
    ['OP-39', 'OT-3'],
    'Takes a delete that has changes',
  ],
  [
    'operation.index-changes',
    'operation-index-changes-unchecked',
    ['OP-40', 'OT-4'],
    'Takes any changes of a createIndex',
  ],
  ['operation.index-record', 'operation-index-id-unchecked', ['OP-41', 'LBL-5'], 'Does not check the id of an index'],
  [
    'operation.sealed-team',
    'operation-sealed-zero-team-taken',
    ['OP-42', 'OP-22'],
    'Takes sealed operations of the zero team',
  ],
  ['operation.sealed-length', 'operation-sealed-any-length', ['OP-43', 'OP-24'], 'Takes a ciphertext of any length'],
  [
    'operation.extensions-length',
    'operation-extension-lengths-unchecked',
    ['OP-44', 'OP-8'],
    'Takes extension blocks whose lengths do not fit',
  ],
  ['operation.extensions-order', 'operation-extensions-unordered', ['OP-45'], 'Takes extensions in any order'],
  [
    'operation.sealed-extension',
    'operation-sealed-team-extension-taken',
    ['OP-46', 'OP-27'],
    'Takes the extension team in a sealed operation',
  ],
  ['operation.team', 'operation-any-team-taken', ['OP-47', 'OP-14'], 'Takes a team of any length, and the zero team'],
  [
    'operation.team-mismatch',
    'operation-team-field-unchecked',
    ['OP-48'],
    'Does not compare teamId with the extension',
  ],
];

const judging: readonly Mutant[] = [
  {
    name: 'operation-without-id-rejected',
    breaks: ['OP-28'],
    title: 'Rejects an operation that has no id, under an id that it makes up',
    faults: () => [
      within('createReceiver', 'judge', {
        when: (call) => call.refusal() === 'operation.id-missing',
        then: () => rejected(Id.ZERO.toBytes(), rejection('operation.truncated')),
      }),
    ],
  },
  {
    name: 'operation-of-16-bytes-fatal',
    breaks: ['OP-28', 'OP-30'],
    title: 'Ends the connection for an operation of nothing but its id',
    faults: () => [
      within('createReceiver', 'judge', {
        when: ({ args: [bytes] }) => bytes.length === 16,
        then: () => {
          throw new ProtocolError('operation.id-missing');
        },
      }),
    ],
  },
  judges(
    'operation.too-large',
    { name: 'operation-size-unbounded', breaks: ['OP-29', 'LIM-4'], title: 'Takes operations of any size' },
    (receiver, bytes, origin) => stored(receiver, lenientOperation(bytes), bytes, origin),
  ),
  {
    name: 'operation-size-judged-late',
    breaks: ['OP-29'],
    title: 'Looks at the size of an operation after its contents',
    faults: () => [
      atVerdict('operation.too-large', (_, bytes) => {
        const broken = bytes[16]! > 2 || bytes[35] === 0;
        const reason = broken ? 'operation.truncated' : 'operation.too-large';
        return rejected(bytes, new ProtocolError(reason));
      }),
    ],
  },
];

export const operationMutants: readonly Mutant[] = withDependents([
  ...fields,
  ...types,
  ...sealed,
  ...judging,
  ...lenient.map(([reason, name, breaks, title]) =>
    reason.startsWith('operation.sealed-')
      ? refusesSealedAs(reason, [name, breaks, title])
      : takes(reason, { name, breaks, title }),
  ),
]);
