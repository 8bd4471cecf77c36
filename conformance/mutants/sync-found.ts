/** Mutants of chapter 9: nodes that begin with something else than what they find in their journal. */
import { Id } from '../../reference/src/bytes/id.ts';
import { at, type ReadJournal, within } from './links-parts.ts';
import { Lives, lastSeq } from './lives.ts';
import type { Mutant } from './mutant.ts';

/** What a log is for that is the same after a restart. */
export const LOG = [
  'SYNC-84',
  'SYNC-82',
  'SYNC-85',
  'SYNC-80',
  'SYNC-86',
  'SYNC-113',
  'SYNC-123',
  'SYNC-124',
  'SYNC-7',
];

/** The place of something that is not in the journal. */
const TORN = -2;

type Placed = ReadJournal['changes'][number];

/** Begins with something else than what it finds. */
function finds(
  about: Omit<Mutant, 'faults'>,
  when: (opened: ReadJournal) => boolean,
  then: (changes: readonly Placed[]) => readonly Placed[],
): Mutant {
  return {
    ...about,
    faults: () => [
      at('openReplica', {
        when: ({ args: [opened] }) => when(opened),
        then: (call) => {
          const [opened, config] = call.args;
          return call.with({ ...opened, changes: then(opened.changes) }, config);
        },
      }),
    ],
  };
}

const isRestart = ({ changes }: ReadJournal): boolean => changes.length > 1;
/** Of a log that is long enough for its end to have been torn among many. */
const isTornLong = (opened: ReadJournal): boolean => opened.recovery.kind !== 'none' && lastSeq(opened) >= 250;

/** Another id, always the same one. */
export function flipped(id: Id): Id {
  const bytes = id.toBytes();
  bytes[15] = bytes[15]! ^ 1;
  return Id.from(bytes);
}

export const found: readonly Mutant[] = [
  finds(
    { name: 'restart-new-log-id', breaks: LOG, title: 'Gives its log another id at each start' },
    isRestart,
    (changes) =>
      changes.map(({ change, place }) => ({
        change: change.kind === 'log' ? { ...change, id: flipped(change.id) } : change,
        place,
      })),
  ),
  finds({ name: 'restart-new-marks', breaks: LOG, title: 'Has other marks after a restart' }, isRestart, (changes) =>
    changes.map(({ change, place }) => ({
      change: change.kind === 'append' ? { ...change, mark: flipped(change.mark) } : change,
      place,
    })),
  ),
  finds(
    {
      name: 'restart-new-numbers',
      breaks: [...LOG, 'SYNC-5', 'SYNC-83'],
      title: 'Counts its log from 2 on after a restart: an operation of nobody stands at its beginning',
    },
    (opened) => opened.changes.length > 2,
    (changes) => [
      changes[0]!,
      { change: { kind: 'dropped', from: 1, marks: new Uint8Array(16) }, place: 0 },
      ...changes.slice(1),
    ],
  ),
  finds(
    {
      name: 'restart-empty-for-a-torn-end',
      breaks: LOG,
      title: 'Begins with an empty log when the end of a long one was written in part',
    },
    isTornLong,
    () => [],
  ),
  finds(
    {
      name: 'restart-cuts-too-much',
      breaks: LOG,
      title: 'Cuts off the last operation with the end of a long log that was written in part',
    },
    isTornLong,
    (changes) => changes.slice(0, -1),
  ),
  {
    name: 'restart-serves-a-torn-end',
    breaks: LOG,
    title: 'Takes what was written in part at the end of a long log for an operation',
    faults() {
      let torn = new Uint8Array();
      return [
        at('openReplica', {
          when: ({ args: [opened] }) => isTornLong(opened),
          then: (call) => {
            const [opened, config] = call.args;
            const { change } = opened.changes.findLast(({ change: { kind } }) => kind === 'append')!;
            if (change.kind !== 'append') return call.standard();
            torn = change.bytes.slice().fill(0xee, 0, 16);
            const entry = { ...change, seq: change.seq + 1, bytes: torn };
            return call.with({ ...opened, changes: [...opened.changes, { change: entry, place: TORN }] }, config);
          },
        }),
        within('openJournal', 'read', { when: ({ args: [place] }) => place === TORN, then: () => torn }),
      ];
    },
  },
  {
    name: 'restart-writes-behind-a-torn-end',
    breaks: [...LOG, 'SYNC-81', 'SYNC-83', 'SYNC-112', 'SYNC-121', 'SYNC-120', 'SYNC-125', 'SYNC-126'],
    title: 'Does not cut off an end that was written in part: at the next start nothing is read behind it',
    faults() {
      const lives = new Lives();
      return [
        lives.ofStarts(),
        within('openJournal', 'add', {
          when: ({ args: [change] }) => lives.wasTorn && change.kind === 'append',
          then: () => 0,
        }),
      ];
    },
  },
];
