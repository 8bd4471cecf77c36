/** Mutants of chapter 9: nodes that judge or store pushed operations wrongly. */
import { Id } from '../../reference/src/bytes/id.ts';
import { ProtocolError } from '../../reference/src/errors.ts';
import type { Receiver } from '../../reference/src/sync/receiver.ts';
import { atVerdict, decodes, duplicate, lenientOperation, rejected, stored } from './factories.ts';
import { type Mutant, within } from './mutant.ts';

export const judging: readonly Mutant[] = [
  {
    name: 'sync-duplicate-stored-again',
    breaks: ['SYNC-1', 'SYNC-55'],
    title: 'Answers a duplicate rightly and appends it all the same',
    faults: () => [
      within('createReceiver', 'judge', {
        when: (call) => call.refusal() === undefined && call.standard().kind === 'duplicate',
        then(call) {
          const [bytes, origin] = call.args;
          const receiver = call.self as Receiver;
          receiver.append(receiver.config.decode(bytes), bytes, origin);
          return call.standard();
        },
      }),
    ],
  },
  {
    name: 'sync-duplicate-is-stored',
    breaks: ['SYNC-55', 'SYNC-63'],
    title: 'Answers a duplicate as if it had been stored now',
    faults: () => [
      within('createReceiver', 'judge', {
        when: (call) => call.refusal() === undefined && call.standard().kind === 'duplicate',
        then(call) {
          const [bytes] = call.args;
          const entry = (call.self as Receiver).config.log.find(Id.from(bytes))!;
          return { kind: 'stored' as const, id: entry.id, entry };
        },
      }),
    ],
  },
  {
    name: 'sync-duplicate-unanswered',
    breaks: ['SYNC-53', 'SYNC-55'],
    title: 'Does not answer a duplicate',
    faults: () => [
      within('createAnswers', 'add', {
        when: ({ args: [verdict] }) => verdict.kind === 'duplicate',
        then: () => {},
      }),
    ],
  },
  {
    name: 'sync-knows-its-connection-only',
    breaks: ['SYNC-55', 'SYNC-1'],
    title: 'Knows the operations of a connection by their bytes as long as it is open, and others as conflicts',
    faults: () => [
      within('createReceiver', 'judge', {
        when(call) {
          const [bytes, origin] = call.args;
          const entry = (call.self as Receiver).config.log.find(
            Id.from(bytes.length < 16 ? new Uint8Array(16) : bytes),
          );
          return entry !== undefined && entry.origin !== origin && call.standard().kind === 'duplicate';
        },
        then: ({ args: [bytes] }) => rejected(bytes, new ProtocolError('operation.id-conflict')),
      }),
    ],
  },
  {
    name: 'sync-conflict-is-duplicate',
    breaks: ['SYNC-56'],
    title: 'Takes an operation whose id it knows for a duplicate, whatever its bytes',
    faults: () => [atVerdict('operation.id-conflict', (_, bytes) => duplicate(bytes))],
  },
  {
    name: 'sync-conflict-replaces',
    breaks: ['SYNC-56', 'SYNC-1'],
    title: 'Stores an operation whose id it knows beside the first one',
    faults: () => [
      atVerdict('operation.id-conflict', (receiver, bytes, origin) =>
        stored(receiver, receiver.config.decode(bytes), bytes, origin),
      ),
    ],
  },
  {
    name: 'sync-sealed-taken',
    breaks: ['SYNC-57'],
    title: 'Stores a sealed operation in a database that is not e2eOnly',
    faults: () => [
      atVerdict('operation.mode', (receiver, bytes, origin) =>
        stored(receiver, receiver.config.decode(bytes), bytes, origin),
      ),
    ],
  },
  {
    name: 'sync-drop-index-acknowledged-alone',
    breaks: ['SYNC-58', 'SYNC-59'],
    title: 'Acknowledges a dropIndex and does not store it',
    faults: () => [
      within('createReceiver', 'judge', {
        when(call) {
          const [bytes] = call.args;
          const { log } = (call.self as Receiver).config;
          return decodes(bytes)?.type === 'dropIndex' && log.find(Id.from(bytes)) === undefined;
        },
        then({ args: [bytes, origin] }) {
          const id = Id.from(bytes);
          const entry = { id, seq: 0, collection: undefined, team: Id.ZERO, bytes, origin };
          return { kind: 'stored' as const, id, entry };
        },
      }),
    ],
  },
  {
    name: 'sync-rejected-stored',
    breaks: ['SYNC-60'],
    title: 'Rejects an operation of an unknown type and keeps it',
    faults: () => [
      atVerdict('operation.type', (receiver, bytes, origin) => {
        receiver.append(lenientOperation(bytes), bytes, origin);
        return rejected(bytes, new ProtocolError('operation.type'));
      }),
    ],
  },
  {
    name: 'sync-malformed-without-name',
    breaks: ['SYNC-54', 'SYNC-53'],
    title: 'Rejects an operation whose counter it cannot read under the id of zeros',
    faults: () => [
      atVerdict('operation.counter-form', () =>
        rejected(Id.ZERO.toBytes(), new ProtocolError('operation.counter-form')),
      ),
    ],
  },
];
