/** Mutants of chapter 7: nodes that do not take the fields of an operation as they are meant. */
import { Id } from '../../reference/src/bytes/id.ts';
import { encodeUtf8 } from '../../reference/src/bytes/utf8.ts';
import type { Receiver } from '../../reference/src/sync/receiver.ts';
import { extensionValue, TEAM_EXTENSION } from '../../reference/src/wire/extensions.ts';
import { encodeOperation, type Operation, peekOperation } from '../../reference/src/wire/index.ts';
import { decodes, duplicate, feedsOtherBytes, refuses, refusesPlain, rejected, rejection } from './factories.ts';
import { type Mutant, within } from './mutant.ts';
import { Traces } from './traces.ts';

const isTeam = ({ type }: { readonly type: number }): boolean => type === TEAM_EXTENSION;

/** Nodes that refuse, keep or name what is right wrongly. */
export const fields: readonly Mutant[] = [
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
