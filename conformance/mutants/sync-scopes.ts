/** Mutants of chapter 9: nodes that judge scopes wrongly. */
import { ProtocolError } from '../../reference/src/errors.ts';
import type { RefusalName } from '../../reference/src/registry.ts';
import type { Subscriptions } from '../../reference/src/sync/subscriptions.ts';
import type { About } from './factories.ts';
import { at, type Mutant, within } from './mutant.ts';

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

export const scopes: readonly Mutant[] = [
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
