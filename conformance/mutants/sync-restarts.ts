/** Mutants of chapter 9: nodes that have forgotten something after a restart, or remember too much. */
import { ProtocolError } from '../../reference/src/errors.ts';
import type { Feed } from '../../reference/src/sync/feed.ts';
import type { Receiver } from '../../reference/src/sync/receiver.ts';
import { duplicate, rejected, stored } from './factories.ts';
import { at, within } from './links-parts.ts';
import { Lives } from './lives.ts';
import type { Mutant } from './mutant.ts';
import { flipped, LOG } from './sync-found.ts';

/** Judges what it had at its start otherwise. */
function judgesOld(
  about: Omit<Mutant, 'faults'>,
  kind: 'duplicate' | 'rejected',
  then: (receiver: Receiver, bytes: Uint8Array, origin: number) => ReturnType<Receiver['judge']>,
): Mutant {
  return {
    ...about,
    faults() {
      const lives = new Lives();
      return [
        lives.ofStarts(),
        within('createReceiver', 'judge', {
          when(call) {
            if (call.refusal() !== undefined) return false;
            const verdict = call.standard();
            if (verdict.kind !== kind) return false;
            if (verdict.kind === 'rejected' && verdict.error.reason !== 'operation.id-conflict') return false;
            const { log } = (call.self as Receiver).config;
            return (log.find(verdict.id)?.seq ?? lives.found + 1) <= lives.found;
          },
          then: ({ self, args: [bytes, origin] }) => then(self as Receiver, bytes, origin),
        }),
      ];
    },
  };
}

const storeAgain = (receiver: Receiver, bytes: Uint8Array, origin: number) =>
  stored(receiver, receiver.config.decode(bytes), bytes, origin);

export const restarts: readonly Mutant[] = [
  {
    name: 'restart-old-cursors-refused',
    breaks: LOG,
    title: 'Takes the cursors that it showed before its start for those of another log, but for the last',
    faults() {
      const lives = new Lives();
      return [
        lives.ofStarts(),
        within('createLog', 'judge', {
          when: (call) => call.args[0].seq > 0 && call.args[0].seq < lives.found && call.standard() === undefined,
          then: () => 'subscription.cursor-diverged' as const,
        }),
      ];
    },
  },
  judgesOld(
    {
      name: 'restart-forgets-duplicates',
      breaks: ['SYNC-85', 'SYNC-1', 'SYNC-55', 'SYNC-77', 'SYNC-112'],
      title: 'Stores again after a restart what it had before',
    },
    'duplicate',
    storeAgain,
  ),
  judgesOld(
    {
      name: 'restart-duplicates-are-conflicts',
      breaks: ['SYNC-85', 'SYNC-55', 'SYNC-77', 'SYNC-112'],
      title: 'Knows after a restart the ids of what it had, but not that the bytes are the same',
    },
    'duplicate',
    (_, bytes) => rejected(bytes, new ProtocolError('operation.id-conflict')),
  ),
  judgesOld(
    {
      name: 'restart-forgets-conflicts',
      breaks: ['SYNC-85', 'SYNC-56'],
      title: 'Stores after a restart other bytes under an id that it had before',
    },
    'rejected',
    storeAgain,
  ),
  judgesOld(
    {
      name: 'restart-conflicts-are-duplicates',
      breaks: ['SYNC-85', 'SYNC-56'],
      title: 'Takes after a restart whatever comes under an id that it had for a duplicate',
    },
    'rejected',
    (_, bytes) => duplicate(bytes),
  ),
  {
    name: 'restart-new-node-id',
    breaks: ['HS-1'],
    title: 'Has another node id after a restart',
    faults() {
      const lives = new Lives();
      return [
        lives.ofStarts(),
        at('onHello', {
          when: () => lives.restarts > 0,
          then: (call) => {
            const [crypto, config, ...others] = call.args;
            return call.with(crypto, { ...config, node: flipped(config.node) }, ...others);
          },
        }),
      ];
    },
  },
  {
    name: 'restart-origins-by-number',
    breaks: ['SYNC-25'],
    title: 'Does not feed a reader after a restart what came before it on a reader’s connection of the same number',
    faults() {
      const lives = new Lives();
      const readers = new Set<number>();
      const brought = new Map<string, number>();
      return [
        lives.ofStarts(),
        at('openReplica', {
          when() {
            readers.clear();
            return false;
          },
          then: (call) => call.standard(),
        }),
        within('createFeed', 'start', {
          when({ self }) {
            readers.add((self as Feed).config.connection);
            return false;
          },
          then: (call) => call.standard(),
        }),
        within('createReceiver', 'append', {
          when({ args: [{ id }, , origin] }) {
            if (readers.has(origin)) brought.set(id.toHex(), origin);
            return false;
          },
          then: (call) => call.standard(),
        }),
        within('createFeed', 'mayFeed', {
          when({ self, args: [{ id, seq }] }) {
            return seq <= lives.found && brought.get(id.toHex()) === (self as Feed).config.connection;
          },
          then: () => false,
        }),
      ];
    },
  },
  {
    name: 'restart-echo',
    breaks: ['SYNC-25'],
    title: 'After a restart feeds on a connection what came on it',
    faults() {
      const lives = new Lives();
      return [
        lives.ofStarts(),
        within('createFeed', 'mayFeed', {
          when: (call) => lives.found > 0 && !call.standard(),
          then: () => true,
        }),
      ];
    },
  },
  {
    name: 'restart-forgets-collections',
    breaks: ['SYNC-84', 'SYNC-22'],
    title: 'Has forgotten after a restart of which collection and team an operation is, and feeds it to everybody',
    faults() {
      const lives = new Lives();
      return [
        lives.ofStarts(),
        within('createSubscriptions', 'start', {
          when: ({ args: [{ col, team }] }) => lives.found > 0 && (col !== undefined || team !== undefined),
          then: (call) => call.with({ ...call.args[0], col: undefined, team: undefined }),
        }),
      ];
    },
  },
  {
    name: 'restart-window-unheeded',
    breaks: ['SYNC-27', 'SYNC-30'],
    title: 'Feeds what it had at its start without heeding the window',
    faults() {
      const lives = new Lives();
      return [
        lives.ofStarts(),
        within('createFeed', 'fits', { when: (call) => lives.found > 0 && !call.standard(), then: () => true }),
      ];
    },
  },
];
