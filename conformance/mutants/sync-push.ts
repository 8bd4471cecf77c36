/** Mutants of chapter 9: nodes that judge, store or answer pushed operations wrongly. */
import { ProtocolError } from '../../reference/src/errors.ts';
import type { PushWindow } from '../../reference/src/sync/push-window.ts';
import { withDependents } from './dependents.ts';
import { type Mutant, within } from './mutant.ts';
import { answers } from './sync-answers.ts';
import { judging } from './sync-judging.ts';

const windows: readonly Mutant[] = [
  {
    name: 'sync-push-window-unheeded',
    breaks: ['SYNC-61'],
    title: 'Takes any number of operations without an answer',
    faults: () => [
      within('createPushWindow', 'check', {
        when: (call) => call.refusal() === 'push.window',
        then: () => {},
      }),
    ],
  },
  {
    name: 'sync-push-window-of-255',
    breaks: ['SYNC-62'],
    title: 'Takes 255 operations without an answer at most',
    faults: () => [
      within('createPushWindow', 'check', {
        when: ({ self }) => (self as PushWindow).operations === 256,
        then: () => {
          throw new ProtocolError('push.window');
        },
      }),
    ],
  },
  {
    name: 'sync-push-window-of-less-than-a-mebibyte',
    breaks: ['SYNC-62'],
    title: 'Takes less than 1,048,576 bytes without an answer',
    faults() {
      const bytes = new WeakMap<object, number>();
      return [
        within('createPushWindow', 'open', {
          when({ self, args: [length] }) {
            const sum = (bytes.get(self as object) ?? 0) + length;
            bytes.set(self as object, sum);
            return sum === 1_048_576;
          },
          then: () => {
            throw new ProtocolError('push.window');
          },
        }),
      ];
    },
  },
];

export const pushMutants: readonly Mutant[] = withDependents([...judging, ...windows, ...answers]);
