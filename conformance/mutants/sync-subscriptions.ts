/** Mutants of chapter 9: nodes that answer SUBSCRIBE, or judge cursors, wrongly. */
import { Id } from '../../reference/src/bytes/id.ts';
import { ProtocolError } from '../../reference/src/errors.ts';
import { ErrorCode, type RefusalName } from '../../reference/src/registry.ts';
import type { ArrivalLog } from '../../reference/src/sync/arrival-log.ts';
import type { Subscriptions } from '../../reference/src/sync/subscriptions.ts';
import { encodeCursor } from '../../reference/src/wire/cursor.ts';
import type { ControlMessageOf } from '../../reference/src/wire/index.ts';
import { underId, wrongly } from './control-connection.ts';
import { withDependents } from './dependents.ts';
import { type About, sends } from './factories.ts';
import { at, type Mutant, within } from './mutant.ts';

type Subscribed = ControlMessageOf<'SUBSCRIBED'>;

/** Accepts a scope that is to be refused by `reason`. */
function accepts(
  reason: RefusalName,
  about: About,
  method: 'judgeForm' | 'judgeNumber' | 'judgeCursor' | 'remove' = 'judgeForm',
): Mutant {
  return {
    ...about,
    faults: () => [
      within('createSubscriptions', method, {
        when: (call) => call.standard() === reason,
        then: () => undefined,
      }),
    ],
  };
}

const scopes: readonly Mutant[] = [
  accepts('subscription.tag-with-collection', {
    name: 'sync-tag-beside-collection-taken',
    breaks: ['SYNC-14'],
    title: 'Takes a scope that has both col and tag',
  }),
  {
    name: 'sync-e2e-asked-before-col-and-tag',
    breaks: ['SYNC-14'],
    title: 'Asks for E2E before it sees that a scope has both col and tag',
    faults: () => [
      within('createSubscriptions', 'judgeForm', {
        when: ({ args: [{ col, tag }] }) => col !== undefined && tag !== undefined,
        then: (): RefusalName => 'subscription.tag-without-e2e',
      }),
    ],
  },
  accepts('subscription.tag-without-e2e', {
    name: 'sync-tag-without-e2e-taken',
    breaks: ['SYNC-15'],
    title: 'Takes a scope with tag on a connection without E2E',
  }),
  accepts('subscription.tag-in-smart', {
    name: 'sync-tag-in-smart-taken',
    breaks: ['SYNC-16'],
    title: 'Takes a scope with tag in a database that is not e2eOnly',
  }),
  accepts('subscription.selective', {
    name: 'sync-selection-without-capability',
    breaks: ['SYNC-13'],
    title: 'Takes col and team on a connection without SELECTIVE_SYNC',
  }),
  accepts(
    'subscription.scope-used',
    { name: 'sync-scope-number-twice', breaks: ['SYNC-12'], title: 'Takes the number of a scope twice' },
    'judgeNumber',
  ),
  accepts(
    'subscription.scope-limit',
    { name: 'sync-scopes-unbounded', breaks: ['SYNC-17', 'LIM-13'], title: 'Serves any number of scopes' },
    'judgeNumber',
  ),
  {
    name: 'sync-scopes-bound-low',
    breaks: ['LIM-13', 'SYNC-17'],
    title: 'Serves 255 scopes at most',
    faults: () => [
      within('createSubscriptions', 'judgeNumber', {
        when: ({ self }) => (self as Subscriptions).config.feed.scopes === 255,
        then: (): RefusalName => 'subscription.scope-limit',
      }),
    ],
  },
  {
    name: 'sync-refused-number-used-up',
    breaks: ['SYNC-18'],
    title: 'Takes the number of a refused scope for used',
    faults() {
      const refused = new WeakMap<object, Set<number>>();
      return [
        within('createSubscriptions', 'judge', {
          when(call) {
            const [{ s }] = call.args;
            const before = refused.get(call.self as object) ?? new Set();
            refused.set(call.self as object, before);
            if (before.has(s)) return true;
            if (call.standard() !== undefined) before.add(s);
            return false;
          },
          then: (): RefusalName => 'subscription.scope-used',
        }),
      ];
    },
  },
  accepts(
    'subscription.scope-unknown',
    {
      name: 'sync-unknown-removal-taken',
      breaks: ['SYNC-19'],
      title: 'Confirms the removal of a scope that is not active',
    },
    'remove',
  ),
  {
    name: 'sync-removal-looks-at-filter',
    breaks: ['SYNC-19'],
    title: 'Refuses a removal that has more than the number of the scope',
    faults: () => [
      within('createSubscriptions', 'remove', {
        when: ({ args: [{ cur, tag }] }) => cur !== undefined && tag !== undefined,
        then: (): RefusalName => 'subscription.scope-unknown',
      }),
    ],
  },
  {
    name: 'sync-removed-scope-fed',
    breaks: ['SYNC-20'],
    title: 'Confirms the removal of a scope and goes on feeding it',
    faults: () => [
      within('createSubscriptions', 'remove', {
        when: ({ self, args: [{ s }] }) => (self as Subscriptions).config.feed.isActive(s),
        then: () => undefined,
      }),
    ],
  },
  {
    name: 'sync-refusal-ends-connection',
    breaks: ['SYNC-10'],
    title: 'Ends the connection for a scope number that is in use',
    faults: () => [
      within('createSubscriptions', 'judgeNumber', {
        when: (call) => call.standard() === 'subscription.scope-used',
        then: () => {
          throw new ProtocolError('control.field-range');
        },
      }),
    ],
  },
  {
    name: 'sync-entries-unbounded',
    breaks: ['SYNC-69'],
    title: 'Takes a SUBSCRIBE of any number of entries',
    faults: () => [
      at('decodeControl', {
        when: (call) =>
          call.refusal() === 'control.field-range' && call.args[0][0] === 0x10 && call.args[0].length > 16_384,
        then: () => ({ name: 'UNKNOWN', id: 0, critical: false }),
      }),
    ],
  },
];

const seen: readonly Mutant[] = [
  {
    name: 'sync-seen-never-accepted',
    breaks: ['SYNC-11', 'MSG-13'],
    title: 'Takes every seen without scopes for one of another log',
    faults: () => [
      within('createSubscriptions', 'subscribe', {
        when: (call) => call.args[0].seen !== undefined && call.args[0].sc.length === 0 && call.standard().st === 0,
        then: (call) => ({ ...call.standard(), st: ErrorCode.CURSOR_DIVERGED }),
      }),
    ],
  },
  {
    name: 'sync-seen-unread',
    breaks: ['SYNC-11'],
    title: 'Does not look at seen',
    faults: () => [
      within('createSubscriptions', 'subscribe', {
        when: (call) => call.args[0].seen !== undefined && call.standard().st !== 0,
        then: (call) => call.with({ ...call.args[0], seen: undefined }),
      }),
    ],
  },
  {
    name: 'sync-seen-refused-alone',
    breaks: ['SYNC-11'],
    title: 'Refuses seen and begins or ends the scopes all the same',
    faults: () => [
      within('createSubscriptions', 'subscribe', {
        when: (call) => call.args[0].seen !== undefined && call.args[0].sc.length > 0 && call.standard().st !== 0,
        then: (call) => ({ ...call.with({ ...call.args[0], seen: undefined }), st: call.standard().st }),
      }),
    ],
  },
  {
    name: 'sync-message-refused-for-an-entry',
    breaks: ['SYNC-11'],
    title: 'Writes the refusal of an entry into the st of the message, too',
    faults: () => [
      within('createSubscriptions', 'subscribe', {
        when: (call) => call.args[0].seen !== undefined && call.standard().sc.some(({ st }) => st !== 0),
        then(call) {
          const message = call.standard();
          return { ...message, st: message.sc.find(({ st }) => st !== 0)!.st };
        },
      }),
    ],
  },
];

/** Writes the SUBSCRIBED of the request 7077 wrongly. */
function answers(
  name: string,
  breaks: readonly string[],
  title: string,
  write: (message: Subscribed) => readonly object[],
): Mutant {
  return sends(
    'SUBSCRIBED',
    { name, breaks, title },
    ({ req }) => req === 7077,
    (message) => write(message) as readonly Subscribed[],
  );
}

const [first, rest] = [0, 1];
/** The list `sc` as it stands in a record, with the members of its first entry replaced. */
function entries(
  { sc }: Subscribed,
  replaced: { readonly s?: number | string; readonly st?: number | null },
): Map<string, number | string | null>[] {
  return sc.map(
    (entry, i) =>
      new Map<string, number | string | null>(Object.entries(i === first ? { ...entry, ...replaced } : entry)),
  );
}

const subscribed: readonly Mutant[] = [
  {
    name: 'sync-repeated-request-unanswered',
    breaks: ['SYNC-9'],
    title: 'Does not answer a removal that has the number of the request before it',
    faults() {
      const latest = new Map<number, number>();
      return [
        within('control', 'SUBSCRIBE', {
          when({ args: [{ number }, { req, mode }] }) {
            const before = latest.get(number);
            latest.set(number, req);
            return mode === 1 && before === req;
          },
          then: () => {},
        }),
      ];
    },
  },
  answers('sync-subscribed-twice', ['SYNC-9'], 'Answers a SUBSCRIBE twice', (message) => [message, message]),
  answers(
    'sync-subscribed-reversed',
    ['SYNC-9', 'MSG-23'],
    'Answers the entries of a SUBSCRIBE from the last to the first',
    (message) => [{ ...message, sc: [...message.sc].reverse() }],
  ),
  answers(
    'sync-subscribed-without-the-first',
    ['SYNC-9', 'MSG-23'],
    'Answers all entries of a SUBSCRIBE but the first',
    (message) => [{ ...message, sc: message.sc.slice(rest) }],
  ),
  answers('sync-subscribed-under-another-id', ['MSG-20'], 'Writes SUBSCRIBED under the id 13', (message) => [
    underId(message, 0x13),
  ]),
  answers('sync-subscribed-req-counted', ['MSG-21', 'SYNC-9'], 'Numbers its SUBSCRIBEDs by itself', (message) => [
    { ...message, req: 1 },
  ]),
  answers('sync-subscribed-without-st', ['MSG-22'], 'Leaves st out of a SUBSCRIBED that refuses nothing', (message) => [
    wrongly(message, { st: undefined }),
  ]),
  answers('sync-subscribed-s-of-text', ['MSG-24'], 'Writes the number of a scope as a string', (message) => [
    wrongly(message, { sc: entries(message, { s: '9' }) }),
  ]),
  answers(
    'sync-subscribed-st-of-null',
    ['MSG-25'],
    'Writes null into the st of an entry that is not refused',
    (message) => [wrongly(message, { sc: entries(message, { st: null }) })],
  ),
];

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

const cursors: readonly Mutant[] = [
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
      within('createLog', 'nextMark', {
        then: (call) => call.with(call.args[0], { ...call.args[1], id: Id.ZERO }),
      }),
    ],
  },
  {
    name: 'sync-seq-doubled',
    breaks: ['SYNC-4'],
    title: 'Counts two positions for each operation in its cursors',
    faults: () => [
      within('createLog', 'cursor', {
        when: ({ args: [seq] }) => seq > 0,
        then(call) {
          const cursor = call.standard();
          return { ...cursor, seq: 2 * cursor.seq };
        },
      }),
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
    faults: () => [
      at('createLog', {
        then: (call) => call.with(Id.from(new Uint8Array(16).fill(7)), call.args[1]),
      }),
    ],
  },
];

function halved(cursor: Uint8Array): Uint8Array {
  const log = Id.from(cursor);
  const seq = Number(new DataView(cursor.buffer, cursor.byteOffset).getBigUint64(16));
  return encodeCursor({ log, seq: seq / 2, mark: Id.from(cursor, 24) });
}

export const subscriptionMutants: readonly Mutant[] = withDependents([...scopes, ...seen, ...subscribed, ...cursors]);
