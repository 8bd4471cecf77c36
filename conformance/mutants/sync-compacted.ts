/** Mutants of chapter 9: nodes that serve a log wrongly from which something was dropped. */
import { Id } from '../../reference/src/bytes/id.ts';
import { ProtocolError } from '../../reference/src/errors.ts';
import type { ArrivalLog } from '../../reference/src/sync/arrival-log.ts';
import { targetKey, targetOf } from '../../reference/src/sync/merge/target.ts';
import type { Receiver } from '../../reference/src/sync/receiver.ts';
import type { Subscriptions } from '../../reference/src/sync/subscriptions.ts';
import { decodeCursor } from '../../reference/src/wire/cursor.ts';
import { decodes, rejected } from './factories.ts';
import { at, type ReadJournal, within } from './links-parts.ts';
import { Lives } from './lives.ts';
import type { Mutant } from './mutant.ts';

const isGap = (log: ArrivalLog, seq: number): boolean => seq > 0 && seq <= log.head && log.entry(seq) === undefined;

/** The log without its gaps. */
function closedUp({ changes }: ReadJournal): ReadJournal['changes'] {
  let seq = 0;
  return changes.flatMap(({ change, place }) => {
    if (change.kind === 'dropped') return [];
    return [{ change: change.kind === 'append' ? { ...change, seq: ++seq } : change, place }];
  });
}

/** Judges a cursor at a dropped position in a way of its own. */
function judgesGaps(name: string, breaks: readonly string[], title: string, isRight: boolean): Mutant {
  return {
    name,
    breaks,
    title,
    faults: () => [
      within('createLog', 'judge', {
        when: (call) => isGap(call.self as ArrivalLog, call.args[0].seq) && (call.standard() === undefined) === isRight,
        then: () => (isRight ? ('subscription.cursor-diverged' as const) : undefined),
      }),
    ],
  };
}

/** Resumes at a dropped position somewhere else. */
function resumes(name: string, title: string, from: (log: ArrivalLog, seq: number) => number): Mutant {
  return {
    name,
    breaks: ['SYNC-124', 'SYNC-22', 'SYNC-120', 'SYNC-121'],
    title,
    faults: () => [
      within('createSubscriptions', 'start', {
        when: ({ self, args: [{ cur }] }) => {
          const { log } = (self as Subscriptions).config;
          return cur !== undefined && isGap(log, decodeCursor(cur).seq);
        },
        then: ({ self, args: [{ s, col, team, cur }] }) => {
          const { log, feed } = (self as Subscriptions).config;
          feed.start({ s, collection: col, team }, from(log, decodeCursor(cur!).seq));
        },
      }),
    ],
  };
}

function afterGap(log: ArrivalLog, seq: number): number {
  let next = seq + 1;
  while (isGap(log, next)) next++;
  return Math.min(next, log.head);
}

export const compacted: readonly Mutant[] = [
  {
    name: 'compacted-renumbers',
    breaks: ['SYNC-123', 'SYNC-124', 'SYNC-5', 'SYNC-7', 'SYNC-84', 'SYNC-120'],
    title: 'Closes the gaps of what it has dropped at the next start',
    faults: () => [
      at('openReplica', {
        when: ({ args: [{ changes }] }) => changes.some(({ change }) => change.kind === 'dropped'),
        then: (call) => call.with({ ...call.args[0], changes: closedUp(call.args[0]) }, call.args[1]),
      }),
    ],
  },
  judgesGaps(
    'compacted-forgets-marks',
    ['SYNC-123', 'SYNC-7', 'SYNC-124'],
    'Has no mark of a position any more whose operation it has dropped, and refuses its cursor',
    true,
  ),
  judgesGaps(
    'compacted-any-mark-taken',
    ['SYNC-123', 'SYNC-6'],
    'Takes any mark for that of a position whose operation it has dropped',
    false,
  ),
  resumes(
    'compacted-resumes-at-the-head',
    'Takes a cursor at a dropped operation for one at the head',
    (log) => log.head,
  ),
  resumes('compacted-resumes-too-late', 'Resumes at a dropped operation behind the next one that is kept', afterGap),
  {
    name: 'compacted-refuses-what-it-dropped',
    breaks: ['SYNC-125'],
    title: 'Refuses an operation that it has dropped as one whose id it knows',
    faults() {
      const dropped = new Set<string>();
      return [
        at('droppable', {
          when(call) {
            for (const { seq, operation } of call.args[0]())
              if (call.standard().has(seq)) dropped.add(operation.id.toHex());
            return false;
          },
          then: (call) => call.standard(),
        }),
        within('createReceiver', 'judge', {
          when: (call) => {
            if (call.refusal() !== undefined) return false;
            const verdict = call.standard();
            return verdict.kind === 'stored' && dropped.has(verdict.id.toHex());
          },
          then: ({ args: [bytes] }) => rejected(bytes, new ProtocolError('operation.id-conflict')),
        }),
      ];
    },
  },
  {
    name: 'compacted-acks-what-is-older',
    breaks: ['SYNC-126', 'SYNC-120'],
    title: 'After a restart acknowledges operations without storing them that are older than some of the same record',
    faults() {
      const lives = new Lives();
      const isOlder = ({ config: { log } }: Receiver, bytes: Uint8Array): boolean => {
        const operation = decodes(bytes);
        if (operation === undefined || operation.type === 'sealed') return false;
        const key = targetKey(targetOf(operation));
        for (let seq = log.last; seq > 0; seq--) {
          const other = decodes(log.entry(seq)?.bytes ?? new Uint8Array());
          if (other === undefined || other.type === 'sealed' || targetKey(targetOf(other)) !== key) continue;
          if (other.counter > operation.counter) return true;
        }
        return false;
      };
      return [
        lives.ofStarts(),
        within('createReceiver', 'append', {
          when: ({ self, args: [operation, bytes] }) =>
            lives.found > 0 && operation.type !== 'sealed' && isOlder(self as Receiver, bytes),
          then: ({ args: [{ id }, bytes, origin] }) => ({
            id,
            seq: 0,
            collection: undefined,
            team: Id.ZERO,
            bytes,
            origin,
          }),
        }),
      ];
    },
  },
];
