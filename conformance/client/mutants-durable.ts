/** Clients that are wrong with their clock or their disk. */

import { LamportClock } from '../../reference/src/sync/clock.ts';
import type { Change, Journal } from '../../reference/src/sync/journal.ts';
import type { Fault } from '../mutants/fault.ts';
import { at, type ClientMutant, mutant, type Row, within } from './mutant.ts';

const clock: readonly ClientMutant[] = [
  mutant(
    [
      'client-counter-repeated',
      ['SYNC-70'],
      'Gives a new operation the counter of the clock',
      ['client-clock-follows', 'client-author-bound'],
    ],
    () => [within('clock', 'next', { then: ({ self }) => (self as LamportClock).value })],
  ),
  mutant(['client-counter-spent', ['SYNC-70'], 'Uses up a counter for a write that failed'], () => [
    within('clock', 'rolledBack', { then: () => {} }),
  ]),
  mutant(
    ['client-clock-unmoved', ['SYNC-71'], 'Does not move its clock by what is fed', ['client-author-bound']],
    () => [
      at('createFedReceiver', {
        then: (call) => {
          const [config] = call.args;
          const still = new LamportClock(0, () => Number.POSITIVE_INFINITY);
          still.judge = (counter) => config.clock.judge(counter);
          return call.with({ ...config, clock: still });
        },
      }),
    ],
  ),
  mutant(
    ['client-clock-set-back', ['SYNC-71'], 'Sets its clock to each counter that comes', ['client-author-bound']],
    () => [
      within('clock', 'observe', {
        then: ({ self, args: [counter] }) => {
          (self as LamportClock).value = counter;
        },
      }),
    ],
  ),
  mutant(['client-authors-above-bound', ['SYNC-76'], 'Writes above the bound'], () => [
    within('clock', 'next', { then: ({ self }) => (self as LamportClock).value + 1 }),
  ]),
];

/** Loses what is of some kind. */
function forgetful(row: Row, kind: Change['kind']): ClientMutant {
  return mutant(row, () => [
    within('journal', 'add', { when: ({ args: [change] }) => change.kind === kind, then: () => 0 }),
  ]);
}

/** Keeps what it knows in transactions of another extent: `add` gets each change, and the changes of the open one. */
function dividing(
  row: Row,
  add: (journal: Journal, change: Change, open: Change[]) => number | undefined,
): ClientMutant {
  return mutant(row, (): readonly Fault[] => {
    const open: Change[] = [];
    return [
      within('journal', 'add', {
        then: (call) => {
          const [change] = call.args;
          const place = add(call.self as Journal, change, open);
          if (place !== undefined) return place;
          open.push(change);
          return call.standard();
        },
      }),
      within('journal', 'commit', {
        then: (call) => {
          open.length = 0;
          call.standard();
        },
      }),
      within('journal', 'rollback', {
        then: (call) => {
          open.length = 0;
          call.standard();
        },
      }),
    ];
  });
}

const book: readonly ClientMutant[] = [
  forgetful(
    [
      'client-cursors-in-memory',
      ['SYNC-131'],
      'Does not keep its cursors',
      ['client-refuses-fed', 'client-cursor-of-its-filter'],
    ],
    'cursor',
  ),
  forgetful(['client-seen-in-memory', ['SYNC-131', 'SYNC-98'], 'Does not keep `seen`'], 'seen'),
  forgetful(['client-known-in-memory', ['SYNC-131', 'SYNC-98'], 'Does not keep what the server has'], 'known'),
  forgetful(
    [
      'client-letters-in-memory',
      ['SYNC-131'],
      'Does not keep its dead letters',
      ['client-dead-letter-out-of-state', 'client-dead-letter'],
    ],
    'dead',
  ),
  forgetful(
    ['client-hashes-in-memory', ['SYNC-100'], 'Does not keep the hashes of what it refused', ['client-skips-fed']],
    'refused',
  ),
  dividing(
    [
      'client-cursor-before-operations',
      ['SYNC-131', 'SYNC-43'],
      'Keeps a cursor before what it covers',
      ['client-cursor-of-its-filter'],
    ],
    (journal, change, open) => {
      if (change.kind !== 'cursor') return undefined;
      const held = [...open];
      journal.rollback();
      Object.getPrototypeOf(journal).add.call(journal, change);
      journal.commit();
      for (const each of held) journal.add(each);
      return 0;
    },
  ),
  dividing(
    ['client-cursor-before-book', ['SYNC-131', 'SYNC-43'], 'Keeps a cursor before the fact that it covers operations'],
    (journal, change, open) => {
      if (change.kind === 'known' && open.some(({ kind }) => kind === 'cursor')) journal.commit();
      return undefined;
    },
  ),
  dividing(
    ['client-seen-before-acks', ['SYNC-98'], 'Keeps `seen` before the acknowledgements that it came with'],
    (journal, change, open) => {
      if (change.kind === 'known' && open.some(({ kind }) => kind === 'seen')) journal.commit();
      return undefined;
    },
  ),
  mutant(['client-acks-before-seen', ['SYNC-98'], 'Keeps acknowledgements before `seen`'], () => {
    const held: Change[] = [];
    return [
      within('journal', 'add', {
        when: ({ args: [change] }) => change.kind === 'seen',
        then: ({ args: [change] }) => held.push(change),
      }),
      within('journal', 'commit', {
        then: (call) => {
          call.standard();
          if (held.length === 0) return;
          const journal = call.self as Journal;
          for (const change of held.splice(0)) Object.getPrototypeOf(journal).add.call(journal, change);
          call.with();
        },
      }),
    ];
  }),
  mutant(
    ['client-sends-what-is-lost', ['SYNC-90'], 'Sends what it could not make durable', ['client-author-failed']],
    () => [
      within('journal', 'commit', {
        then: (call) => {
          try {
            call.standard();
          } catch {
            // goes on as if it were durable
          }
        },
      }),
    ],
  ),
];

export const durableMutants: readonly ClientMutant[] = [...clock, ...book];
