/** Mutants of chapter 9: nodes that write or judge cursors wrongly. */
import { Id } from '../../reference/src/bytes/id.ts';
import type { ArrivalLog } from '../../reference/src/sync/arrival-log.ts';
import { encodeCursor } from '../../reference/src/wire/cursor.ts';
import { type About, sends } from './factories.ts';
import { type Fault, witnessed } from './fault.ts';
import { at, type Mutant, within } from './mutant.ts';

/** What a cursor holds shows to those who look at it, and to everybody else when one is handed in. */
const handedIn: Fault = within('createLog', 'judge', { then: (call) => call.standard() });

/** Judges a cursor in a way of its own. */
function judgesCursor(
  about: About,
  when: (
    log: ArrivalLog,
    cursor: Parameters<ArrivalLog['judge']>[0],
    standard: () => ReturnType<ArrivalLog['judge']>,
  ) => boolean,
  then: ReturnType<ArrivalLog['judge']>,
): Mutant {
  return {
    ...about,
    faults: () => [
      within('createLog', 'judge', {
        when: (call) => when(call.self as ArrivalLog, call.args[0], () => call.standard()),
        then: () => then,
      }),
    ],
  };
}

const DIVERGED = 'subscription.cursor-diverged';

const AHEAD = 'subscription.cursor-ahead';

export const cursors: readonly Mutant[] = [
  {
    name: 'sync-cursor-unheeded',
    breaks: ['SYNC-22', 'MSG-19'],
    title: 'Accepts a cursor and begins at the start all the same',
    faults: () => [
      within('createSubscriptions', 'start', {
        when: ({ args: [{ cur }] }) => cur !== undefined,
        then: (call) => call.with({ ...call.args[0], cur: undefined }),
      }),
    ],
  },
  judgesCursor(
    { name: 'sync-cursor-log-unchecked', breaks: ['SYNC-6'], title: 'Takes a cursor of another log' },
    (log, cursor, standard) => standard() === DIVERGED && !cursor.log.equals(log.id),
    undefined,
  ),
  judgesCursor(
    { name: 'sync-cursor-head-before-log', breaks: ['SYNC-6'], title: 'Compares the head before it compares the log' },
    (log, cursor) => !cursor.log.equals(log.id) && cursor.seq > log.head,
    AHEAD,
  ),
  judgesCursor(
    {
      name: 'sync-cursor-mark-unchecked',
      breaks: ['SYNC-6', 'SYNC-5'],
      title: 'Does not compare the mark of a cursor',
    },
    (log, cursor, standard) => cursor.log.equals(log.id) && standard() === DIVERGED,
    undefined,
  ),
  judgesCursor(
    {
      name: 'sync-cursor-ahead-is-diverged',
      breaks: ['SYNC-6'],
      title: 'Takes a cursor past its head for one of another log',
    },
    (_, __, standard) => standard() === AHEAD,
    DIVERGED,
  ),
  judgesCursor(
    {
      name: 'sync-old-cursors-forgotten',
      breaks: ['SYNC-7'],
      title: 'Knows the last twenty positions only, and the start',
    },
    (log, { seq }) => seq > 0 && log.head - seq >= 20,
    DIVERGED,
  ),
  judgesCursor(
    { name: 'sync-start-cursor-refused', breaks: ['SYNC-6', 'SYNC-4'], title: 'Takes the position 0 for none' },
    (log, { log: id, seq, mark }) => id.equals(log.id) && seq === 0 && mark.isZero,
    DIVERGED,
  ),
  {
    name: 'sync-mark-without-id',
    breaks: ['SYNC-5'],
    title: 'Leaves the id of the operation out of the mark',
    faults: () => [
      witnessed(
        within('createLog', 'nextMark', {
          then: (call) => call.with(call.args[0], { ...call.args[1], id: Id.ZERO }),
        }),
        handedIn,
      ),
    ],
  },
  {
    name: 'sync-seq-doubled',
    breaks: ['SYNC-4'],
    title: 'Counts two positions for each operation in its cursors',
    faults: () => [
      witnessed(
        within('createLog', 'cursor', {
          when: ({ args: [seq] }) => seq > 0,
          then(call) {
            const cursor = call.standard();
            return { ...cursor, seq: 2 * cursor.seq };
          },
        }),
        handedIn,
      ),
      within('createLog', 'judge', {
        when: ({ args: [{ seq }] }) => seq > 0,
        then: (call) => call.with({ ...call.args[0], seq: call.args[0].seq / 2 }),
      }),
      within('createSubscriptions', 'start', {
        when: ({ args: [{ cur }] }) => cur !== undefined,
        then(call) {
          const [request] = call.args;
          call.with({ ...request, cur: halved(request.cur!) });
        },
      }),
    ],
  },
  sends(
    'ACK',
    {
      name: 'sync-cursor-without-log',
      breaks: ['SYNC-3', 'SYNC-2'],
      title: 'Writes zeros for the log in the cursor of an ACK that names duplicates only',
    },
    ({ st }) => st.every((status) => status === 1),
    (message) => {
      const cur = message.cur.slice();
      cur.fill(0, 0, 16);
      return [{ ...message, cur }];
    },
  ),
  {
    name: 'sync-log-of-the-same-id',
    breaks: ['SYNC-2'],
    title: 'Gives its log the same id at each start',
    faults() {
      let starts = 0;
      const again = at('createLog', { when: () => ++starts > 1, then: (call) => call.standard() });
      const fault = at('createLog', {
        then: (call) => call.with(Id.from(new Uint8Array(16).fill(7)), call.args[1], call.args[2]),
      });
      return [witnessed(fault, again)];
    },
  },
];

function halved(cursor: Uint8Array): Uint8Array {
  const log = Id.from(cursor);
  const seq = Number(new DataView(cursor.buffer, cursor.byteOffset).getBigUint64(16));
  return encodeCursor({ log, seq: seq / 2, mark: Id.from(cursor, 24) });
}
