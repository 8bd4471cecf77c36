/** Mutants of chapter 9: nodes that judge counters wrongly. */
import { ProtocolError } from '../../reference/src/errors.ts';
import { DEFAULT_LIMITS, ErrorCode } from '../../reference/src/registry.ts';
import type { Receiver } from '../../reference/src/sync/receiver.ts';
import { atVerdict, decodes, rejected, sends, stored } from './factories.ts';
import { at, type Mutant, within } from './mutant.ts';

const JUMP = 'operation.clock';
/** The bound of 2023, below which none ever is. */
const FLOOR = 4096 * 1_700_000_000;

function jump(retry: number | undefined = DEFAULT_LIMITS.RETRY_MAX): ProtocolError {
  return new ProtocolError(JUMP, undefined, retry === undefined ? {} : { retry });
}

/** A node without a durable log is of level L1, and takes every counter. */
function isBounded(receiver: unknown): boolean {
  return Number.isFinite((receiver as Receiver).config.clock.bound());
}

/** Refuses as a jump what is none. */
function refusesCounters(
  name: string,
  title: string,
  isJump: (counter: number, receiver: Receiver) => boolean,
): Mutant {
  return {
    name,
    breaks: ['SYNC-73'],
    title,
    faults: () => [
      within('createReceiver', 'clock', {
        when: (call) =>
          isBounded(call.self) && call.refusal() === undefined && isJump(call.args[0].counter, call.self as Receiver),
        then: () => {
          throw jump();
        },
      }),
    ],
  };
}

/** Says something else about when to try a refused counter again. */
function retries(
  name: string,
  breaks: readonly string[],
  title: string,
  change: (retry: number, wait: number) => number | undefined,
): Mutant {
  const retryOf = ({ retry = 0 }: ProtocolError, bytes: Uint8Array): number | undefined =>
    change(retry, Math.ceil(1000 * ((decodes(bytes)?.counter ?? 0) / 4096 - Date.now() / 1000)));
  return {
    name,
    breaks,
    title,
    faults: () => [
      within('createReceiver', 'judge', {
        when: (call) => {
          if (call.refusal() !== undefined) return false;
          const verdict = call.standard();
          return verdict.kind === 'rejected' && verdict.error.reason === JUMP;
        },
        then: (call) => {
          const verdict = call.standard();
          if (verdict.kind !== 'rejected') return verdict;
          const retry = retryOf(verdict.error, call.args[0]);
          const error = new ProtocolError(JUMP, undefined, retry === undefined ? {} : { retry });
          return { ...verdict, error };
        },
      }),
    ],
  };
}

const take = (receiver: Receiver, bytes: Uint8Array, origin: number) =>
  stored(receiver, receiver.config.decode(bytes), bytes, origin);

export const clock: readonly Mutant[] = [
  {
    name: 'clock-bound-missing',
    breaks: ['SYNC-72', 'SYNC-75'],
    title: 'Takes every counter',
    faults: () => [atVerdict(JUMP, take)],
  },
  {
    name: 'clock-bound-doubled',
    breaks: ['SYNC-72'],
    title: 'Takes counters up to twice the bound',
    faults: () => [
      within('createReceiver', 'clock', {
        when: (call) =>
          call.refusal() === JUMP && call.args[0].counter <= 2 * (call.self as Receiver).config.clock.bound(),
        then: () => {},
      }),
    ],
  },
  refusesCounters(
    'clock-bound-of-2023',
    'Has the bound of the least time that there is, whatever its clock says',
    (counter) => counter > FLOOR,
  ),
  refusesCounters(
    'clock-bound-above-the-clock',
    'Refuses counters that are more than a thousand million above its Lamport clock',
    (counter, { config }) => counter > config.clock.value + 1e9,
  ),
  refusesCounters(
    'clock-bound-in-seconds',
    'Refuses counters above its Unix time in seconds',
    (counter) => counter > Date.now() / 1000,
  ),
  refusesCounters(
    'clock-late-counter-refused',
    'Refuses counters that are more than a thousand million below its Lamport clock',
    (counter, { config }) => counter < config.clock.value - 1e9,
  ),
  {
    name: 'clock-refused-is-stored',
    breaks: ['SYNC-75'],
    title: 'Refuses a counter above the bound and stores the operation',
    faults: () => [
      atVerdict(JUMP, (receiver, bytes, origin) => {
        take(receiver, bytes, origin);
        return rejected(bytes, jump());
      }),
    ],
  },
  {
    name: 'clock-moved-by-a-jump',
    breaks: ['SYNC-75', 'SYNC-72'],
    title: 'Has its bound moved by what it refuses: takes the same counter the second time',
    faults() {
      let reach = 0;
      return [
        within('createReceiver', 'clock', {
          when(call) {
            if (call.refusal() !== JUMP) return false;
            const isTaken = call.args[0].counter <= reach;
            reach = Math.max(reach, call.args[0].counter);
            return isTaken;
          },
          then: () => {},
        }),
      ];
    },
  },
  {
    name: 'clock-jump-refused-for-good',
    breaks: ['SYNC-75', 'SYNC-60'],
    title: 'Remembers the id of an operation whose counter it refused, and refuses whatever comes under it',
    faults() {
      const refused = new Set<string>();
      return [
        within('createReceiver', 'judge', {
          when(call) {
            if (call.refusal() !== undefined) return false;
            const verdict = call.standard();
            if (verdict.kind === 'rejected' && verdict.error.reason === JUMP) refused.add(verdict.id.toHex());
            return verdict.kind === 'stored' && refused.has(verdict.id.toHex());
          },
          then: ({ args: [bytes] }) => rejected(bytes, jump()),
        }),
      ];
    },
  },
  {
    name: 'clock-jump-refuses-its-batch',
    breaks: ['SYNC-72', 'SYNC-73'],
    title: 'Refuses what stands in one frame behind a counter above the bound',
    faults() {
      let isBehind = false;
      return [
        at('push', {
          when() {
            isBehind = false;
            return false;
          },
          then: (call) => call.standard(),
        }),
        within('createReceiver', 'clock', {
          when(call) {
            const wasBehind = isBehind;
            isBehind ||= call.refusal() === JUMP;
            return wasBehind && call.refusal() === undefined;
          },
          then: () => {
            throw jump();
          },
        }),
      ];
    },
  },
  sends(
    'REJECT',
    {
      name: 'clock-jump-is-malformed',
      breaks: ['ERR-26', 'SYNC-72'],
      title: 'Calls an operation malformed whose counter is above the bound',
    },
    ({ code }) => code === ErrorCode.CLOCK_JUMP,
    (message) => [{ ...message, code: ErrorCode.OP_MALFORMED }],
  ),
  retries('clock-retry-missing', ['SYNC-74'], 'Refuses a counter above the bound for good', () => undefined),
  retries('clock-retry-in-seconds', ['SYNC-74'], 'Writes retry in seconds', (retry) => Math.ceil(retry / 1000)),
  retries(
    'clock-retry-unbounded',
    ['SYNC-74', 'LIM-35'],
    'Asks to wait until the bound has reached the counter, however long that is',
    (retry, wait) => Math.max(retry, wait),
  ),
  {
    name: 'clock-duplicate-judged',
    breaks: ['SYNC-77', 'SYNC-55'],
    title: 'Judges a duplicate by the counter, too, and by the bound of 2023',
    faults: () => [
      within('createReceiver', 'judge', {
        when: (call) =>
          isBounded(call.self) &&
          call.refusal() === undefined &&
          call.standard().kind === 'duplicate' &&
          (decodes(call.args[0])?.counter ?? 0) > FLOOR,
        then: ({ args: [bytes] }) => rejected(bytes, jump()),
      }),
    ],
  },
  {
    name: 'clock-judged-before-the-conflict',
    breaks: ['SYNC-56'],
    title: 'Looks at the counter before it looks whether the id is known',
    faults: () => [
      within('createReceiver', 'judge', {
        when: (call) => {
          if (call.refusal() !== undefined) return false;
          const verdict = call.standard();
          if (verdict.kind !== 'rejected' || verdict.error.reason !== 'operation.id-conflict') return false;
          return (decodes(call.args[0])?.counter ?? 0) > (call.self as Receiver).config.clock.bound();
        },
        then: ({ args: [bytes] }) => rejected(bytes, jump()),
      }),
    ],
  },
];
