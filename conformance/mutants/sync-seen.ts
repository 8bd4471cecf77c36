/** Mutants of chapter 9: nodes that judge `seen` wrongly. */
import { ErrorCode } from '../../reference/src/registry.ts';
import { type Mutant, within } from './mutant.ts';

export const seen: readonly Mutant[] = [
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
