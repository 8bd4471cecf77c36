/** Mutants of sections 5.5 and 5.6: nodes that use a key for too long, or end a connection wrongly. */
import { ProtocolError } from '../../reference/src/errors.ts';
import { DEFAULT_LIMITS, ErrorCode, FrameType, type Limits } from '../../reference/src/registry.ts';
import { decodeAlert } from '../../reference/src/wire/alert.ts';
import { sending } from './factories.ts';
import { type Fault, witnessed } from './fault.ts';
import { at, type TappedLink } from './links-parts.ts';
import type { Mutant } from './mutant.ts';

const { KEY_FRAMES, KEY_BYTES } = DEFAULT_LIMITS;

const isLowered = (limits: Limits): boolean => limits.KEY_FRAMES < KEY_FRAMES || limits.KEY_BYTES < KEY_BYTES;

/** Seals by other limits than those that it was given. */
function sealsBy(change: (limits: Limits) => Limits): Fault {
  return at('createSealer', {
    when: ({ args: [, , , limits] }) => isLowered(limits),
    then: (call) => {
      const [crypto, key, direction, limits] = call.args;
      return call.with(crypto, key, direction, change(limits));
    },
  });
}

/** Opens by other limits than those that it was given. */
function opensBy(change: (limits: Limits) => Limits): Fault {
  return at('createOpener', {
    when: ({ args: [, , , limits] }) => isLowered(limits),
    then: (call) => {
      const [crypto, key, direction, limits] = call.args;
      return call.with(crypto, key, direction, change(limits));
    },
  });
}

const keys: readonly Mutant[] = [
  {
    name: 'key-frames-unlimited',
    title: 'Seals any number of frames under one key',
    breaks: ['LIM-21', 'CHAN-12', 'CHAN-13'],
    faults: () => [sealsBy((limits) => ({ ...limits, KEY_FRAMES }))],
  },
  {
    name: 'key-last-counter-used',
    title: 'Uses the counter that is kept for CLOSE KEY_LIMIT',
    breaks: ['CHAN-13', 'CHAN-12'],
    faults: () => [sealsBy((limits) => ({ ...limits, KEY_FRAMES: limits.KEY_FRAMES + 1 }))],
  },
  {
    name: 'key-bytes-unlimited',
    title: 'Seals any number of bytes under one key',
    breaks: ['LIM-22', 'CHAN-12'],
    faults: () => [sealsBy((limits) => ({ ...limits, KEY_BYTES }))],
  },
  {
    name: 'key-of-client-unlimited',
    title: 'Opens any number of frames under one key',
    breaks: ['CHAN-14'],
    faults: () => [opensBy((limits) => ({ ...limits, KEY_FRAMES }))],
  },
  {
    name: 'key-limit-told-as-going-away',
    title: 'Says GOING_AWAY when its key is used up',
    breaks: ['ERR-12', 'CHAN-12'],
    faults: () => [
      sending(
        'CLOSE',
        ({ code }) => code === ErrorCode.KEY_LIMIT,
        (message) => [{ ...message, code: ErrorCode.GOING_AWAY }],
      ),
    ],
  },
];

const words: readonly Mutant[] = [
  {
    name: 'alert-said-twice',
    title: 'Says an ALERT about an unassigned type twice',
    breaks: ['CHAN-15'],
    dependents: ['frame-unknown-type'],
    faults: () => twice(),
  },
  {
    name: 'link-not-shut-down',
    title: 'Says its last word about a frame of type 7D and leaves its direction of the link open',
    breaks: ['CHAN-16'],
    faults: () => leftOpen(),
  },
  {
    name: 'link-torn-down',
    title: 'Closes the link as soon as its last word is written, whatever it has not read',
    breaks: ['CHAN-17', 'CHAN-16'],
    faults: () => tornDown(),
  },
  {
    name: 'link-left-open',
    title: 'Waits for ever for the end of a link that the peer keeps open',
    breaks: ['CHAN-18', 'LIM-29'],
    faults: () => [at('destroy', { then: () => {} })],
  },
  {
    name: 'refusal-of-critical-not-fatal',
    title: 'Says ERROR about an unknown critical message and goes on',
    breaks: ['CHAN-20', 'CTRL-31', 'CTRL-26'],
    dependents: [
      'control-unknown-critical',
      'control-unknown-critical-without-body',
      'control-error-of-the-node',
      'errors-code-unknown-critical',
    ],
    faults: () => goesOn(),
  },
];

function leftOpen(): readonly Fault[] {
  let isMeant = false;
  return [
    at('lastWord', {
      when: ({ args: [, , error] }) => {
        isMeant = error instanceof ProtocolError && /type 125/.test(error.message);
        return false;
      },
      then: (call) => call.standard(),
    }),
    at('end', { when: () => isMeant, then: () => {} }),
  ];
}

/** It matters where more comes after the last word. */
function tornDown(): readonly Fault[] {
  const ended = new WeakSet<TappedLink>();
  const late = at('receive', { when: ({ args: [, link] }) => ended.has(link), then: (call) => call.standard() });
  const note = at('end', {
    when: ({ args: [link] }) => {
      ended.add(link);
      return false;
    },
    then: (call) => call.standard(),
  });
  return [note, witnessed(at('end', { then: ({ args: [link] }) => link.inner.destroy() }), late)];
}

/** Sends the ALERT of a refused type a second time. */
function twice(): readonly Fault[] {
  let isMeant = false;
  return [
    at('lastWord', {
      when: ({ args: [, state, error] }) => {
        isMeant = state.kind === 'W_HELLO' && error instanceof ProtocolError && isUnassigned(error.message);
        return false;
      },
      then: (call) => call.standard(),
    }),
    at('outgoing', {
      when: ({ args: [message] }) => isMeant && message.kind === 'clear' && isAlert(message.frame),
      then: ({ args: [message, next] }) => {
        next(message);
        next(message);
      },
    }),
  ];
}

function isUnassigned(text: string): boolean {
  const type = Number(/type (\d+)/.exec(text)?.[1]);
  return type === 0 || type > FrameType.BATCH;
}

function isAlert(frame: Uint8Array): boolean {
  return frame[0] === FrameType.ALERT && decodeAlert(frame.subarray(5)).code === ErrorCode.UNEXPECTED_MESSAGE;
}

function goesOn(): readonly Fault[] {
  let current: TappedLink | undefined;
  return [
    at('receive', {
      when: ({ args: [, link] }) => {
        current = link;
        return false;
      },
      then: (call) => call.standard(),
    }),
    at('incoming', {
      when: ({ args: [, , connection] }) => {
        if (current !== undefined) current.connection = connection;
        return false;
      },
      then: (call) => call.standard(),
    }),
    at('admitControl', {
      when: (call) => call.refusal() === 'control.unknown-critical' && call.args[1] === 'OPEN',
      then: () => {
        current?.connection?.sendControl({ name: 'ERROR', code: ErrorCode.UNKNOWN_CRITICAL });
        return 'skip';
      },
    }),
  ];
}

export const channelEndMutants: readonly Mutant[] = [...keys, ...words];
