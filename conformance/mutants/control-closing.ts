/** Mutants of chapter 8: nodes that close wrongly. */
import type { ServerConnection } from '../../reference/src/node/server-connection.ts';
import { ErrorCode } from '../../reference/src/registry.ts';
import { underId, wrongly } from './control-wrongly.ts';
import type { About } from './factories.ts';
import { at, type Mutant, within } from './mutant.ts';
import { numberOf, Traces } from './traces.ts';
import { closesFirst, neverRunsOut } from './witnesses.ts';

/** Sends what waits, and ends the connection as after the peer's last word. */
function leave(connection: ServerConnection, code: number): void {
  (connection as unknown as { readonly outbound: { flush(): void } }).outbound.flush();
  connection.hear('CLOSE', code);
}

/** Does something else for a CLOSE. */
function closes(
  about: About,
  when: (
    message: { readonly code: number; readonly retry?: number | undefined },
    connection: ServerConnection,
  ) => boolean,
  then: (connection: ServerConnection, code: number) => void,
): Mutant {
  return {
    ...about,
    faults: () => [
      within('control', 'CLOSE', {
        when: ({ args: [connection, message] }) => when(message, connection),
        then: ({ args: [connection, { code }] }) => then(connection, code),
      }),
    ],
  };
}

export const closing: readonly Mutant[] = [
  {
    name: 'control-close-unanswered',
    breaks: ['CTRL-25', 'CTRL-26'],
    title: 'Does not answer the CLOSE of a client that offered a capability which it does not know',
    faults() {
      const traces = new Traces();
      return [
        traces.ofHello(),
        within('control', 'CLOSE', {
          when: ({ args: [{ number }] }) => traces.hello(number)?.capabilities === 0x80,
          then: ({ args: [connection, { code }] }) => connection.hear('CLOSE', code),
        }),
      ];
    },
  },
  {
    name: 'control-deaf-after-its-close',
    breaks: ['CTRL-24'],
    title: 'Does not look at operations that arrive after its CLOSE',
    faults: () => [
      at('incoming', {
        when: ({ args: [message, , connection] }) => message.kind === 'operations' && connection.isClosing,
        then: () => {},
      }),
    ],
  },
  {
    name: 'control-waits-for-the-other-close',
    breaks: ['CTRL-27', 'LIM-28'],
    title: 'Waits without end for the CLOSE of the peer',
    faults: () => [neverRunsOut('CLOSE_TIMEOUT', closesFirst)],
  },
  closes(
    {
      name: 'control-close-of-unknown-code-unanswered',
      breaks: ['CTRL-25'],
      title: 'Does not answer a CLOSE whose code it does not know',
    },
    ({ code }) => code === 0x01ff,
    leave,
  ),
  closes(
    {
      name: 'control-close-under-another-id',
      breaks: ['MSG-55'],
      title: 'Answers a CLOSE that asks to come back at once under an id that is not assigned',
    },
    ({ retry }) => retry === 0,
    (connection, code) => {
      connection.send(underId({ name: 'CLOSE', code: ErrorCode.NO_ERROR }, 0x3d));
      leave(connection, code);
    },
  ),
  {
    name: 'control-close-echoed',
    breaks: ['MSG-56', 'CTRL-25'],
    title: 'Answers a CLOSE with the code of the peer',
    faults: () => [
      within('control', 'CLOSE', {
        when: ({ args: [, { code }] }) => code !== ErrorCode.NO_ERROR,
        then({ args: [connection, { code }] }) {
          connection.answer();
          connection.sendControl({ name: 'CLOSE', code });
          leave(connection, code);
        },
      }),
    ],
  },
  closes(
    { name: 'control-close-retry-of-text', breaks: ['MSG-57'], title: 'Writes the retry of a CLOSE as a string' },
    ({ retry }) => retry === 5,
    (connection, code) => {
      connection.send(wrongly({ name: 'CLOSE', code: ErrorCode.NO_ERROR }, { retry: '5' }));
      leave(connection, code);
    },
  ),
  {
    name: 'control-close-before-answers',
    breaks: ['CTRL-25'],
    title: 'Answers a CLOSE and forgets the answers that it owes',
    faults() {
      const traces = new Traces();
      return [
        traces.ofFeed(),
        traces.ofAnswers(),
        within('control', 'CLOSE', {
          when: ({ args: [connection] }) => (traces.answers(connection.number)?.count ?? 0) > 0,
          then({ args: [connection, { code }] }) {
            connection.sendControl({ name: 'CLOSE', code: ErrorCode.NO_ERROR });
            leave(connection, code);
          },
        }),
      ];
    },
  },
  {
    name: 'control-pings-behind-its-close',
    breaks: ['CTRL-23'],
    title: 'Sends a PING behind its CLOSE while it has something to feed',
    faults() {
      const traces = new Traces();
      return [
        traces.ofFeed(),
        within('control', 'CLOSE', {
          when: ({ args: [connection] }) => traces.feed(connection.number)?.owesCheckpoint === true,
          then({ args: [connection, { code }] }) {
            connection.answer();
            connection.sendControl({ name: 'CLOSE', code: ErrorCode.NO_ERROR });
            connection.sendControl({ name: 'PING', d: new Uint8Array(8) });
            leave(connection, code);
          },
        }),
      ];
    },
  },
  {
    name: 'control-reads-on-after-close',
    breaks: ['CTRL-26'],
    title: 'Deals with what came behind a CLOSE in the same piece',
    faults() {
      const closed = new Set<ServerConnection>();
      return [
        within('control', 'CLOSE', {
          then({ args: [connection] }) {
            connection.answer();
            connection.sendControl({ name: 'CLOSE', code: ErrorCode.NO_ERROR });
            closed.add(connection);
          },
        }),
        at('settle', {
          when: ({ args: [connection] }) => closed.has(connection),
          then({ args: [connection] }) {
            connection.spread();
            leave(connection, ErrorCode.NO_ERROR);
          },
        }),
      ];
    },
  },
  {
    name: 'control-end-undoes-pushes',
    breaks: ['CTRL-29'],
    title: 'Feeds nothing that came on a connection which ended without CLOSE',
    faults() {
      const spoken = new Set<number>();
      const cut = new Set<number>();
      return [
        at('outgoing', {
          when({ args: [message, , connection] }) {
            const number = numberOf(connection);
            if (message.kind === 'control' && ['CLOSE', 'ERROR'].includes(message.message.name)) spoken.add(number);
            if (message.kind === 'end' && !spoken.has(number)) cut.add(number);
            return false;
          },
          then: (call) => call.standard(),
        }),
        within('createFeed', 'mayFeed', {
          when: ({ args: [{ origin }] }) => cut.has(origin),
          then: () => false,
        }),
      ];
    },
  },
];
