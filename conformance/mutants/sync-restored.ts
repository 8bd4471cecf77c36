/** Mutants of chapter 9: nodes that do not get over it when a backup was put back. */
import { ProtocolError } from '../../reference/src/errors.ts';
import type { ArrivalLog, CursorRefusal } from '../../reference/src/sync/arrival-log.ts';
import type { Verdict } from '../../reference/src/sync/verdict.ts';
import type { Cursor } from '../../reference/src/wire/cursor.ts';
import { duplicate, rejected } from './factories.ts';
import { at, within } from './links-parts.ts';
import { Lives } from './lives.ts';
import type { Mutant } from './mutant.ts';

/** Remembers elsewhere what it acked, and answers by that where a backup does not have it. */
function remembers(name: string, title: string, then: (bytes: Uint8Array) => Verdict): Mutant {
  return {
    name,
    breaks: ['SYNC-112', 'SYNC-85'],
    title,
    faults() {
      const lives = new Lives();
      const known = new Set<string>();
      const dropped = new Set<string>();
      return [
        lives.ofStarts(),
        at('droppable', {
          when(call) {
            for (const { seq, operation } of call.args[0]())
              if (call.standard().has(seq)) dropped.add(operation.id.toHex());
            return false;
          },
          then: (call) => call.standard(),
        }),
        within('createReceiver', 'judge', {
          when(call) {
            if (call.refusal() !== undefined) return false;
            const verdict = call.standard();
            const id = verdict.id.toHex();
            if (verdict.kind !== 'stored' || dropped.has(id)) return false;
            const isBack = known.has(id);
            known.add(id);
            return isBack && lives.restarts > 0;
          },
          then: ({ args: [bytes] }) => then(bytes),
        }),
      ];
    },
  };
}

/** Judges cursors by where they are rather than by what they say. */
function judges(
  name: string,
  title: string,
  when: (log: ArrivalLog, cursor: Cursor, standard: () => CursorRefusal | undefined) => boolean,
  then: CursorRefusal | undefined,
): Mutant {
  return {
    name,
    breaks: ['SYNC-113', 'SYNC-6'],
    title,
    faults() {
      let starts = 0;
      return [
        at('openReplica', {
          when() {
            starts++;
            return false;
          },
          then: (call) => call.standard(),
        }),
        within('createLog', 'judge', {
          when: (call) => starts > 2 && when(call.self as ArrivalLog, call.args[0], () => call.standard()),
          then: () => then,
        }),
      ];
    },
  };
}

export const restored: readonly Mutant[] = [
  remembers(
    'restored-answers-from-memory',
    'Answers duplicate to what it once acked, also when the backup that it runs on does not have it',
    duplicate,
  ),
  remembers(
    'restored-refuses-what-comes-back',
    'Refuses under a known id what it once acked and what the backup that it runs on does not have',
    (bytes) => rejected(bytes, new ProtocolError('operation.id-conflict')),
  ),
  judges(
    'restored-judges-by-seq-alone',
    'After two restarts takes a cursor for its own if its number is not above the head',
    (log, cursor, standard) => standard() !== undefined && cursor.log.equals(log.id) && cursor.seq <= log.head,
    undefined,
  ),
  judges(
    'restored-ahead-is-at-the-head',
    'After two restarts takes a cursor past its head for one at the head',
    (_, __, standard) => standard() === 'subscription.cursor-ahead',
    undefined,
  ),
  judges(
    'restored-ahead-is-diverged',
    'After two restarts takes a cursor past its head for one of another log',
    (_, __, standard) => standard() === 'subscription.cursor-ahead',
    'subscription.cursor-diverged',
  ),
  judges(
    'restored-diverged-is-ahead',
    'After two restarts takes a cursor of a log that went on differently for one past its head',
    (_, __, standard) => standard() === 'subscription.cursor-diverged',
    'subscription.cursor-ahead',
  ),
  {
    name: 'restored-seen-unread',
    breaks: ['SYNC-113', 'SYNC-11'],
    title: 'Does not look at seen after a restart',
    faults() {
      let starts = 0;
      return [
        at('openReplica', {
          when() {
            starts++;
            return false;
          },
          then: (call) => call.standard(),
        }),
        within('createSubscriptions', 'subscribe', {
          when: (call) => starts > 1 && call.args[0].seen !== undefined && call.standard().st !== 0,
          then: (call) => call.with({ ...call.args[0], seen: undefined }),
        }),
      ];
    },
  },
];
