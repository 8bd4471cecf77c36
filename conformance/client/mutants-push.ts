/** Clients that are wrong with what they push. */
import { ErrorCode } from '../../reference/src/registry.ts';
import { Id } from '../../reference/src/wire/index.ts';
import { at, type ClientMutant, mutant, within } from './mutant.ts';

interface Window {
  readonly operations: number;
  readonly bytes: number;
}

export const pushMutants: readonly ClientMutant[] = [
  mutant(['client-window-of-any-number', ['LIM-14', 'SYNC-48'], 'Keeps no limit of operations in flight'], () => [
    within('createPushQueue', 'next', {
      when: ({ self }) => (self as { readonly window: Window }).window.operations >= 256,
      then: (call) => unlimited(call.self, call.args[0]),
    }),
  ]),
  mutant(['client-window-of-any-size', ['LIM-15', 'SYNC-48'], 'Keeps no limit of bytes in flight'], () => [
    within('createPushQueue', 'next', {
      when: ({ self }) => (self as { readonly window: Window }).window.bytes > 700_000,
      then: (call) => unlimited(call.self, call.args[0]),
    }),
  ]),
  mutant(['client-second-copy-sent', ['SYNC-49'], 'Sends a second copy of what is in flight'], () => [
    within('createPushQueue', 'add', {
      when: (call) => call.args.length > 0 && throws(() => call.standard()),
      then: ({ self, args: [bytes, ticket] }) => {
        const queue = self as { answer(id: Id): unknown; add(bytes: Uint8Array, ticket: unknown): void };
        queue.answer(Id.from(bytes));
        queue.add(bytes, ticket);
      },
    }),
  ]),
  mutant(['client-answer-unasked-taken', ['SYNC-50'], 'Takes answers about operations that are not in flight'], () => [
    within('control', 'ACK', { when: (call) => call.refusal() !== undefined, then: () => {} }),
    within('control', 'REJECT', { when: (call) => call.refusal() !== undefined, then: () => {} }),
  ]),
  mutant(
    [
      'client-unanswered-told-as-stored',
      ['SYNC-52'],
      'Tells that what is unanswered at the end was stored',
      ['client-resends-in-order'],
    ],
    () => [
      within('createPushQueue', 'drain', {
        then: (call) => {
          for (const { ticket } of call.standard()) ticket.done({ status: 'stored', cursor: new Uint8Array(40) });
          return [];
        },
      }),
    ],
  ),
  mutant(
    ['client-rejected-sent-again', ['SYNC-66'], 'Sends a rejected operation again at once', ['client-retry-of-reject']],
    () => {
      const sent = new Map<string, Uint8Array>();
      return [
        at('outgoing', {
          when: ({ args: [message] }) => {
            if (message.kind === 'operations') {
              for (const bytes of message.operations)
                sent.set(Buffer.from(bytes.subarray(0, 16)).toString('hex'), bytes);
            }
            return false;
          },
          then: (call) => call.standard(),
        }),
        within('control', 'REJECT', {
          when: (call) => call.args[1].code === ErrorCode.QUOTA,
          then: (call) => {
            const [connection, { ids }] = call.args;
            call.standard();
            const again = sent.get(Buffer.from(ids).toString('hex'));
            if (again !== undefined) connection.send({ kind: 'operations', operations: [again] });
          },
        }),
      ];
    },
  ),
];

function throws(run: () => unknown): boolean {
  try {
    run();
    return false;
  } catch {
    return true;
  }
}

/** What a queue hands out whose window is forgotten. */
function unlimited(self: unknown, operations: number): Uint8Array[] {
  const queue = self as {
    readonly window: { fits(length: number): boolean };
    next(n: number, bytes: number): Uint8Array[];
  };
  const { fits } = queue.window;
  queue.window.fits = () => true;
  const run = (Object.getPrototypeOf(queue) as typeof queue).next.call(queue, operations, Number.MAX_SAFE_INTEGER);
  queue.window.fits = fits;
  return run;
}
