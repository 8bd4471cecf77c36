/** Mutants of section 4.15: nodes that keep the time, or count addresses, wrongly. */
import { ProtocolError } from '../../reference/src/errors.ts';
import type { Connection } from '../../reference/src/node/connection.ts';
import { systemScheduler, type Timer } from '../../reference/src/node/scheduler.ts';
import { DEFAULT_LIMITS, type Limits, type RefusalName } from '../../reference/src/registry.ts';
import { type Fault, witnessed } from './fault.ts';
import { saysInstead, stateOf } from './handshake-faults.ts';
import { at, type TappedLink } from './links-parts.ts';
import type { Mutant } from './mutant.ts';

/** A fault that only takes note of the limits with which the node runs. */
function notesLimits(note: (limits: Limits) => void): Fault {
  return at('delay', {
    when: ({ args: [, limits] }) => {
      note(limits);
      return false;
    },
    then: (call) => call.standard(),
  });
}

/** Where the reference ends a connection because the way to OPEN took too long. */
const timesOut: Fault = at('lastWord', {
  when: ({ args: [, , error] }) => error instanceof ProtocolError && error.reason === 'connection.timeout',
  then: (call) => call.standard(),
});

/** Changes HANDSHAKE_TIMEOUT. */
function waits(change: (milliseconds: number) => number): Fault {
  return witnessed(
    at('delay', {
      when: ({ args: [timer] }) => timer === 'HANDSHAKE_TIMEOUT',
      then: (call) => change(call.standard()),
    }),
    timesOut,
  );
}

/** Times each connection anew whenever `begins` says so. */
function timesAnew(part: 'byte' | 'frame'): readonly Fault[] {
  const timers = new Map<TappedLink, Timer>();
  let timeout: number = DEFAULT_LIMITS.HANDSHAKE_TIMEOUT;
  let current: TappedLink | undefined;
  const wind = (link: TappedLink) => {
    timers.get(link)?.cancel();
    const { connection } = link;
    if (connection !== undefined && stateOf(connection) === 'OPEN') return;
    timers.set(
      link,
      systemScheduler.set(timeout, () => link.connection?.fail(new ProtocolError('connection.timeout'))),
    );
  };
  return [
    notesLimits((limits) => {
      timeout = limits.HANDSHAKE_TIMEOUT;
    }),
    waits(() => Number.POSITIVE_INFINITY),
    witnessed(
      at('receive', {
        then: (call) => {
          const [, link] = call.args;
          current = link;
          if (part === 'byte' || !timers.has(link)) wind(link);
          return call.standard();
        },
      }),
      timesOut,
    ),
    witnessed(
      at('incoming', {
        then: (call) => {
          const [, , connection] = call.args;
          if (current !== undefined) current.connection = connection;
          call.standard();
          if (current !== undefined) wind(current);
        },
      }),
      timesOut,
    ),
    witnessed(
      at('gone', {
        then: (call) => {
          timers.get(call.args[0])?.cancel();
          call.standard();
        },
      }),
      timesOut,
    ),
  ];
}

const time: readonly Mutant[] = [
  {
    name: 'timeout-never',
    title: 'Waits for OPEN for ever',
    breaks: ['LIM-24'],
    dependents: ['auth-node-waits-for-proof'],
    faults: () => [waits(() => Number.POSITIVE_INFINITY)],
  },
  {
    name: 'timeout-early',
    title: 'Waits for OPEN for a quarter of the time',
    breaks: ['LIM-24'],
    faults: () => [waits((milliseconds) => milliseconds / 4)],
  },
  {
    name: 'timeout-from-the-last-byte',
    title: 'Counts the time to OPEN from the last byte that came',
    breaks: ['LIM-24'],
    faults: () => timesAnew('byte'),
  },
  {
    name: 'timeout-from-the-last-step',
    title: 'Counts the time to OPEN from the last frame that came',
    breaks: ['LIM-24'],
    faults: () => timesAnew('frame'),
  },
  {
    name: 'timeout-in-open',
    title: 'Does not stop the timer of the handshake when the connection is open',
    breaks: ['LIM-24'],
    faults: () => {
      let timeout: number = DEFAULT_LIMITS.HANDSHAKE_TIMEOUT;
      return [
        notesLimits((limits) => {
          timeout = limits.HANDSHAKE_TIMEOUT;
        }),
        witnessed(
          at('incoming', {
            then: (call) => {
              const [message, , connection] = call.args;
              if (message.kind === 'control' && message.message.name === 'SESSION') later(connection, timeout * 0.8);
              call.standard();
            },
          }),
          timesOut,
        ),
      ];
    },
  },
  {
    name: 'timeout-told-as-idle',
    title: 'Says IDLE when the way to OPEN took too long',
    breaks: ['ERR-16', 'LIM-24'],
    dependents: ['auth-node-waits-for-proof'],
    faults: () => [saysInstead('connection.timeout', 'IDLE')],
  },
];

function later(connection: Connection, timeout: number): void {
  systemScheduler.set(timeout, () => {
    if (stateOf(connection) === 'OPEN') connection.fail(new ProtocolError('connection.timeout'));
  });
}

/** Lets in, or turns away, otherwise than the reference. */
function turns(
  name: string,
  breaks: readonly string[],
  title: string,
  judge: (standard: RefusalName | undefined, counts: Counts) => RefusalName | undefined,
  dependents?: readonly string[],
): Mutant {
  return {
    name,
    breaks,
    title,
    ...(dependents === undefined ? {} : { dependents }),
    faults: () => {
      const counts: Counts = { limits: DEFAULT_LIMITS, links: 0, there: 0, verify: 0, auth: 0 };
      return [
        notesLimits((limits) => {
          counts.limits = limits;
        }),
        at('gone', {
          when: () => {
            counts.there--;
            return false;
          },
          then: (call) => call.standard(),
        }),
        at('lastWord', {
          when: ({ args: [, , error] }) => {
            if (error instanceof ProtocolError && error.reason === 'verify.mac') counts.verify++;
            if (error instanceof ProtocolError && error.reason === 'auth.failed') counts.auth++;
            return false;
          },
          then: (call) => call.standard(),
        }),
        at('turnAway', {
          when: (call) => {
            counts.links++;
            counts.there++;
            return judge(call.standard(), counts) !== call.standard();
          },
          then: (call) => judge(call.standard(), counts),
        }),
      ];
    },
  };
}

/** What a node may count wrongly. */
interface Counts {
  limits: Limits;
  /** Links so far, those that are there, failed proofs so far. */
  links: number;
  there: number;
  verify: number;
  auth: number;
}

const numbers: readonly Mutant[] = [
  turns('half-open-unlimited', ['HS-106', 'LIM-30'], 'Takes any number of half-open connections', (standard) =>
    standard === 'connection.half-open' ? undefined : standard,
  ),
  turns(
    'half-open-counts-open',
    ['HS-106', 'LIM-30'],
    'Counts open connections among those on their way to OPEN',
    (standard, { there, limits }) => (there > limits.HALF_OPEN ? 'connection.half-open' : standard),
  ),
  turns(
    'half-open-never-freed',
    ['HS-106'],
    'Does not forget a half-open connection that has ended',
    (standard, { links, limits }) => (links > limits.HALF_OPEN ? 'connection.half-open' : standard),
  ),
  turns('failed-proofs-unlimited', ['HS-107', 'LIM-31'], 'Takes any number of failed proofs', (standard) =>
    standard === 'connection.failed-proofs' ? undefined : standard,
  ),
  turns(
    'failed-proofs-of-auth-uncounted',
    ['HS-107', 'LIM-31'],
    'Counts failed proofs of VERIFY alone',
    (standard, { verify }) => (standard === 'connection.failed-proofs' && verify === 0 ? undefined : standard),
  ),
  turns(
    'failed-proofs-one-too-few',
    ['LIM-31', 'HS-107'],
    'Turns an address away one failed proof early',
    (standard, { limits, verify, auth }) =>
      limits.FAILED_PROOFS < DEFAULT_LIMITS.FAILED_PROOFS && verify + auth >= limits.FAILED_PROOFS - 1
        ? 'connection.failed-proofs'
        : standard,
  ),
  {
    name: 'turned-away-after-hello',
    title: 'Waits for the HELLO of those that it turns away',
    breaks: ['HS-108'],
    faults: () => {
      let doomed: RefusalName | undefined;
      const links = new WeakMap<TappedLink, RefusalName>();
      let current: TappedLink | undefined;
      return [
        at('turnAway', {
          when: (call) => call.standard() !== undefined,
          then: (call) => {
            doomed = call.standard();
            return undefined;
          },
        }),
        at('receive', {
          when: ({ args: [, link] }) => {
            current = link;
            if (doomed !== undefined) links.set(link, doomed);
            return false;
          },
          then: (call) => call.standard(),
        }),
        at('incoming', {
          when: () => current !== undefined && links.has(current),
          then: ({ args: [, , connection] }) => connection.fail(new ProtocolError(links.get(current!)!)),
        }),
      ];
    },
  },
];

export const limitMutants: readonly Mutant[] = [...time, ...numbers];
