/** Mutants of chapter 8: nodes that ping and answer wrongly. */
import { ProtocolError } from '../../reference/src/errors.ts';
import { sends } from './factories.ts';
import { type Mutant, within } from './mutant.ts';
import { Traces } from './traces.ts';
import { asksByPing, endsBecause, neverRunsOut } from './witnesses.ts';

const isAll = (bytes: Uint8Array, byte: number): boolean => bytes.every((one) => one === byte);

export const pings: readonly Mutant[] = [
  sends(
    'PONG',
    { name: 'control-pong-of-ones-changed', breaks: ['MSG-49'], title: 'Answers a PING of eight FF by eight zeros' },
    ({ d }) => isAll(d, 0xff),
    () => [{ name: 'PONG', d: new Uint8Array(8) }],
  ),
  sends(
    'PONG',
    { name: 'control-pong-under-another-id', breaks: ['MSG-48'], title: 'Answers a PING of eight FF by a PING' },
    ({ d }) => isAll(d, 0xff),
    ({ d }) => [{ name: 'PING', d }],
  ),
  {
    name: 'control-repeated-ping-unanswered',
    breaks: ['CTRL-15'],
    title: 'Does not answer a PING that has the bytes of an earlier one',
    faults() {
      const seen = new Set<string>();
      return [
        within('control', 'PING', {
          when({ args: [connection, { d }] }) {
            const key = `${connection.number} ${d}`;
            if (seen.has(key)) return true;
            seen.add(key);
            return false;
          },
          then: () => {},
        }),
      ];
    },
  },
  {
    name: 'control-pong-before-answers',
    breaks: ['CTRL-16'],
    title: 'Answers a PING of which the second byte is 11 and the last is 77 before the operations that came before it',
    faults() {
      const traces = new Traces();
      return [
        traces.ofFeed(),
        traces.ofAnswers(),
        within('control', 'PING', {
          when: ({ args: [connection, { d }] }) =>
            d[1] === 0x11 && d[7] === 0x77 && (traces.answers(connection.number)?.count ?? 0) > 0,
          then({ args: [connection, { d }] }) {
            connection.sendControl({ name: 'PONG', d });
            connection.answer();
          },
        }),
      ];
    },
  },
  {
    name: 'control-fifty-pings-at-most',
    breaks: ['CTRL-21', 'LIM-32'],
    title: 'Answers fifty PINGs of a connection and then no more in the same second',
    faults() {
      const counts = new Map<string, number>();
      return [
        within('control', 'PING', {
          when({ args: [connection] }) {
            const key = `${connection.number} ${Math.floor(performance.now() / 1000)}`;
            const count = (counts.get(key) ?? 0) + 1;
            counts.set(key, count);
            return count > 50;
          },
          then: () => {
            throw new ProtocolError('connection.half-open');
          },
        }),
      ];
    },
  },
  {
    name: 'control-unasked-pong-taken',
    breaks: ['CTRL-18'],
    title: 'Ignores a PONG that answers no PING',
    faults: () => [
      within('control', 'PONG', {
        when: (call) => call.refusal() === 'ping.pong-unasked',
        then: () => {},
      }),
    ],
  },
  {
    name: 'control-never-pings',
    breaks: ['CTRL-19', 'LIM-25'],
    title: 'Never sends a PING by itself',
    faults: () => [neverRunsOut('PING_IDLE', asksByPing)],
  },
  {
    name: 'control-waits-for-the-dead',
    breaks: ['CTRL-20', 'LIM-26'],
    title: 'Never gives a peer up that says nothing',
    faults: () => [neverRunsOut('DEAD_PEER', endsBecause('connection.idle'))],
  },
];
