/** Mutants of chapter 7: nodes that take operations which are to be refused. */
import { Id } from '../../reference/src/bytes/id.ts';
import { ProtocolError } from '../../reference/src/errors.ts';
import type { RefusalName } from '../../reference/src/registry.ts';
import { atVerdict, judges, lenientOperation, rejected, rejection, stored } from './factories.ts';
import { type Mutant, within } from './mutant.ts';
import type { Row } from './operations-sealed.ts';

export const lenient: readonly (readonly [RefusalName, ...Row])[] = [
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

export const judging: readonly Mutant[] = [
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
