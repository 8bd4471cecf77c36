/** Clients that are wrong in exactly one way. */
import { nodeCrypto } from '../../reference/src/crypto/node.ts';
import { ProtocolError } from '../../reference/src/errors.ts';
import type { ClientConnection } from '../../reference/src/node/client-connection.ts';
import type { ClientParts } from '../../reference/src/node/client-parts.ts';
import type { Connection } from '../../reference/src/node/connection.ts';
import { ErrorCode, FrameType, type RefusalName } from '../../reference/src/registry.ts';
import type { ControlMessageOf, ScopeRequest } from '../../reference/src/wire/control/message.ts';
import { encodeFrame } from '../../reference/src/wire/frame.ts';
import { concat, decodeWelcome, Id } from '../../reference/src/wire/index.ts';
import { within as anyMethod, at as anyPart, type Fault } from '../mutants/fault.ts';

/** The reference client, wrong in exactly one way. */
export interface ClientMutant {
  readonly name: string;
  /** A fact about the client. */
  readonly title: string;
  readonly breaks: readonly string[];
  /** Checks that name none of `breaks` and fail all the same. */
  readonly dependents?: readonly string[];
  faults(): readonly Fault[];
}

const at = anyPart<ClientParts>();
const within = anyMethod<ClientParts>();

type Row = readonly [name: string, breaks: readonly string[], title: string, dependents?: readonly string[]];

function mutant([name, breaks, title, dependents]: Row, faults: () => readonly Fault[]): ClientMutant {
  return { name, breaks, title, ...(dependents === undefined ? {} : { dependents }), faults };
}

/** A WELCOME that the reference takes: stands for what a lenient client reads out of a broken one. */
function laxWelcome(payload: Uint8Array) {
  const right = concat(
    Buffer.from('\u000bblazedb/1.0', 'latin1'),
    new Uint8Array(16).fill(1),
    Buffer.from('\u0004bugs', 'latin1'),
    nodeCrypto.generateKeyPair().publicKey,
    new Uint8Array(9),
    new Uint8Array(16),
    new Uint8Array(1),
  );
  return { ...decodeWelcome(right), capabilities: 0, extensions: [], token: '', time: payload.length };
}

/** Takes a WELCOME that is to be refused. */
function takesWelcome(row: Row, meant: (reason: RefusalName, payload: Uint8Array) => boolean): ClientMutant {
  return mutant(row, () => [
    at('decodeWelcome', {
      when: (call) => {
        const reason = call.refusal();
        return reason !== undefined && meant(reason, call.args[0]);
      },
      then: ({ args: [payload] }) => laxWelcome(payload),
    }),
  ]);
}

/** Goes on where a right WELCOME is refused for what it says. */
function takesAnswer(row: Row, reason: RefusalName): ClientMutant {
  return mutant(row, () => [
    at('onWelcome', {
      when: (call) => call.refusal() === reason,
      then: (call) => {
        const [crypto, config, state, { welcome, frame }] = call.args;
        const offered = config.capabilities & welcome.capabilities;
        const right = {
          ...welcome,
          node: reason === 'hello.self' ? Id.ZERO : welcome.node,
          database: config.target ?? config.database,
          capabilities: offered,
          key: reason === 'hello.key' ? nodeCrypto.generateKeyPair().publicKey : welcome.key,
        };
        return call.with(crypto, config, state, { welcome: right, frame });
      },
    }),
  ]);
}

const hello: readonly ClientMutant[] = [
  mutant(
    [
      'client-target-left-out',
      ['HS-8'],
      "Does not name the server's database",
      ['client-welcome-other-database', 'client-verify'],
    ],
    () => [
      at('clientHello', {
        when: ({ args: [, config] }) => config.target !== undefined,
        then: (call) => {
          const [crypto, { target: _, ...config }, time] = call.args;
          return call.with(crypto, config, time);
        },
      }),
    ],
  ),
  mutant(
    [
      'client-target-with-length',
      ['HS-55'],
      'Writes a length before the name in target',
      ['client-verify', 'client-welcome-other-database'],
    ],
    () => [
      at('clientHello', {
        when: ({ args: [, config] }) => config.target !== undefined,
        then: (call) => {
          const [crypto, config, time] = call.args;
          return call.with(crypto, { ...config, target: `4${config.target}` }, time);
        },
      }),
    ],
  ),
  mutant(['client-token-in-clear', ['HS-20'], 'Sends its token over any link'], () => [
    at('clientHello', {
      when: ({ args: [, config] }) => config.token !== undefined,
      then: (call) => {
        const [crypto, config, time] = call.args;
        return call.with(crypto, { ...config, confidential: true }, time);
      },
    }),
  ]),
  mutant(['client-versions-sent', ['HS-56'], 'Offers versions'], () => [
    at('clientHello', {
      then: (call) => {
        const [crypto, config, time] = call.args;
        return call.with(crypto, { ...config, extensions: [{ type: 2, value: Uint8Array.of(1, 0) }] }, time);
      },
    }),
  ]),
];

const welcome: readonly ClientMutant[] = [
  takesWelcome(
    ['client-welcome-may-be-short', ['HS-41'], 'Takes a WELCOME that ends early'],
    (reason) => reason === 'message.truncated',
  ),
  takesWelcome(
    ['client-protocol-unread', ['HS-41'], 'Takes a WELCOME of any protocol'],
    (reason) => reason === 'hello.protocol',
  ),
  takesWelcome(
    ['client-name-unjudged', ['HS-43'], 'Takes any text for the name of a database'],
    (reason) => reason === 'hello.database-name',
  ),
  takesWelcome(
    ['client-key-form-unread', ['HS-43'], 'Does not look at the first byte of a key'],
    (reason) => reason === 'hello.key',
  ),
  takesWelcome(
    ['client-token-taken', ['HS-44'], 'Takes a WELCOME with a token'],
    (reason) => reason === 'welcome.token',
  ),
  takesWelcome(
    ['client-block-unread', ['HS-42'], 'Does not look at what follows the token'],
    (reason) => reason === 'extensions.length',
  ),
  takesWelcome(
    ['client-block-in-any-order', ['HS-42'], 'Takes extensions in any order'],
    (reason) => reason === 'extensions.order',
  ),
  takesAnswer(['client-self-taken', ['HS-51'], 'Talks to itself'], 'hello.self'),
  takesAnswer(['client-other-database-taken', ['HS-47'], 'Takes a WELCOME for another database'], 'welcome.database'),
  takesAnswer(
    ['client-any-capability-taken', ['HS-46'], 'Takes capabilities that it did not offer'],
    'welcome.capabilities',
  ),
  takesAnswer(['client-key-off-curve', ['HS-45'], 'Does not look whether a key is a point on the curve'], 'hello.key'),
  mutant(['client-reserved-bits-refused', ['HS-46'], 'Refuses capability bits that it does not know'], () => [
    at('onWelcome', {
      when: (call) => call.refusal() === undefined && call.args[3].welcome.capabilities > 15,
      then: () => {
        throw new ProtocolError('welcome.capabilities');
      },
    }),
  ]),
];

function isIn(connection: Connection, ...states: readonly string[]): boolean {
  return states.includes((connection as unknown as { readonly state: { readonly kind: string } }).state.kind);
}

const states: readonly ClientMutant[] = [
  mutant(
    [
      'client-verify-over-name',
      ['HS-62', 'HS-86'],
      "Derives the link key from the server's name alone",
      ['client-target-named', 'client-welcome-other-database'],
    ],
    () => [
      at('onWelcome', {
        when: ({ args: [, config] }) => config.target !== undefined,
        then: (call) => {
          const [crypto, config, state, input] = call.args;
          return call.with(crypto, { ...config, database: input.welcome.database }, state, input);
        },
      }),
    ],
  ),
  mutant(['client-complete-body-unread', ['HS-67'], 'Takes a COMPLETE with a payload'], () => [
    at('decodeComplete', { when: (call) => call.refusal() !== undefined, then: () => {} }),
  ]),
  mutant(['client-complete-answered', ['HS-87'], 'Sends COMPLETE back'], () => [
    at('onComplete', {
      when: (call) => call.refusal() === undefined,
      then: (call) => {
        const { state } = call.standard();
        return { state, out: [{ frame: encodeFrame(FrameType.COMPLETE, new Uint8Array()) }] };
      },
    }),
  ]),
  mutant(
    [
      'client-session-not-answered',
      ['HS-88'],
      'Is open without a SESSION of its own',
      ['client-complete-awaits-session'],
    ],
    () => [
      at('onSession', {
        when: (call) =>
          call.refusal() === undefined && call.args[1].credential === undefined && call.args[3].auth === 0,
        then: (call) => ({ ...call.standard(), out: [] }),
      }),
    ],
  ),
  mutant(
    [
      'client-open-before-proof',
      ['HS-89'],
      'Is open as soon as it has sent its AUTH',
      ['client-auth-opens', 'client-link-ends-before-open', 'client-error-or-close-before-open'],
    ],
    () => [
      at('onSession', {
        when: (call) => call.refusal() === undefined && call.standard().state.kind === 'W_AUTH',
        then: (call) => {
          const { state, out } = call.standard();
          if (state.kind !== 'W_AUTH') return { state, out };
          const { bound, peerFrameMaximum } = state;
          return { state: { kind: 'OPEN', open: { ...bound, peerFrameMaximum, principal: undefined } }, out };
        },
      }),
    ],
  ),
  mutant(['client-kid-left-out', ['HS-78'], 'Does not name its key'], () => [
    at('onSession', {
      when: (call) => call.refusal() === undefined && call.standard().out.some(({ sealed }) => sealed?.name === 'AUTH'),
      then: (call) => {
        const { state, out } = call.standard();
        const without = out.map((message) => {
          if (message.sealed?.name !== 'AUTH') return message;
          const { kid: _, ...auth } = message.sealed;
          return { sealed: auth };
        });
        return { state, out: without };
      },
    }),
  ]),
  mutant(
    [
      'client-refuses-before-session',
      ['HS-90'],
      'Says AUTH_REQUIRED before its SESSION',
      ['client-keeps-asking-for-auth'],
    ],
    () => [
      at('onSession', {
        when: (call) => call.refusal() === undefined && call.standard().state.kind === 'CLOSED',
        then: () => {
          throw new ProtocolError('auth.required');
        },
      }),
    ],
  ),
  mutant(['client-proof-unread', ['HS-91'], 'Takes every proof of a server'], () => [
    at('onAuth', {
      when: (call) => call.refusal() === 'auth.failed' && call.args[2].kind === 'W_AUTH',
      then: (call) => {
        const [, , state] = call.args;
        if (state.kind !== 'W_AUTH') return call.standard();
        const { bound, peerFrameMaximum } = state;
        return { state: { kind: 'OPEN', open: { ...bound, peerFrameMaximum, principal: 'k1' } }, out: [] };
      },
    }),
  ]),
  mutant(['client-alert-answered', ['HS-92'], 'Answers an ALERT by an ALERT'], () => [
    at('incoming', {
      when: ({ args: [message] }) => message.kind === 'clear' && message.frame.type === FrameType.ALERT,
      then: ({ args: [, , connection] }) => connection.fail(new ProtocolError('frame.unexpected-type')),
    }),
  ]),
  mutant(['client-early-close-answered', ['HS-93'], 'Answers a CLOSE before OPEN'], () => [
    at('incoming', {
      when: ({ args: [message, , connection] }) =>
        message.kind === 'control' && message.message.name === 'CLOSE' && isIn(connection, 'W_SESSION', 'W_AUTH'),
      then: ({ args: [, , connection] }) => connection.fail(new ProtocolError('control.unexpected')),
    }),
  ]),
  mutant(['client-early-error-answered', ['HS-93'], 'Answers an ERROR in W_AUTH'], () => [
    at('incoming', {
      when: ({ args: [message, , connection] }) =>
        message.kind === 'control' && message.message.name === 'ERROR' && isIn(connection, 'W_AUTH'),
      then: ({ args: [, , connection] }) => connection.fail(new ProtocolError('control.unexpected')),
    }),
  ]),
  mutant(['client-end-of-link-answered', ['HS-94'], 'Says an ALERT into a link that has ended before WELCOME'], () =>
    lastWordAtEnd(),
  ),
  mutant(['client-gives-up-auth', ['SEC-1'], 'Connects without a proof when an attempt with one has failed'], () => {
    let isTired = false;
    return [
      at('lastWord', {
        when: ({ args: [, , error] }) => {
          isTired ||= error instanceof ProtocolError && error.reason === 'auth.required';
          return false;
        },
        then: (call) => call.standard(),
      }),
      at('onSession', {
        when: (call) => isTired && call.args[1].credential !== undefined && call.args[3].auth === 0,
        then: (call) => {
          const [crypto, { credential: _, ...config }, state, session] = call.args;
          return call.with(crypto, config, state, session);
        },
      }),
    ];
  }),
];

/** When the link ends and nothing has been heard: what is sent then is the end of the own direction. */
function lastWordAtEnd(): readonly Fault[] {
  const heard = new WeakSet<Connection>();
  return [
    at('incoming', {
      when: ({ args: [, , connection] }) => {
        heard.add(connection);
        return false;
      },
      then: (call) => call.standard(),
    }),
    at('outgoing', {
      when: ({ args: [message, , connection] }) =>
        message.kind === 'end' && isIn(connection, 'W_WELCOME') && !heard.has(connection),
      then: ({ args: [message, next] }) => {
        next({ kind: 'clear', frame: encodeFrame(FrameType.ALERT, Uint8Array.of(0, 1)) });
        next(message);
      },
    }),
  ];
}

/** Changes the SUBSCRIBE that goes out. */
function subscribes(
  row: Row,
  change: (message: ControlMessageOf<'SUBSCRIBE'>) => ControlMessageOf<'SUBSCRIBE'>,
): ClientMutant {
  return mutant(row, () => [
    at('outgoing', {
      when: ({ args: [message] }) => message.kind === 'control' && message.message.name === 'SUBSCRIBE',
      then: ({ args: [message, next] }) => {
        if (message.kind === 'control' && message.message.name === 'SUBSCRIBE') {
          next({ kind: 'control', message: change(message.message) });
        }
      },
    }),
  ]);
}

/** Changes each entry of a SUBSCRIBE. */
function scopes(row: Row, change: (scope: ScopeRequest) => ScopeRequest): ClientMutant {
  return subscribes(row, (message) => ({ ...message, sc: message.sc.map(change) }));
}

const subscribing: readonly ClientMutant[] = [
  mutant(['client-subscribe-under-another-id', ['MSG-10'], 'Sends SUBSCRIBE under the id of SUBSCRIBED'], () => [
    at('outgoing', {
      when: ({ args: [message] }) => message.kind === 'control' && message.message.name === 'SUBSCRIBE',
      then: ({ args: [message, next] }) => {
        if (message.kind !== 'control' || message.message.name !== 'SUBSCRIBE') return;
        const { req, sc } = message.message;
        next({ kind: 'control', message: { name: 'SUBSCRIBED', req, st: 0, sc: sc.map(({ s }) => ({ s, st: 0 })) } });
      },
    }),
  ]),
  subscribes(['client-req-always-zero', ['MSG-11'], 'Numbers all its requests with 0'], (message) => ({
    ...message,
    req: 0,
  })),
  subscribes(['client-mode-always-add', ['MSG-12'], 'Adds what it means to remove'], (message) => ({
    ...message,
    mode: 0,
  })),
  subscribes(
    ['client-seen-left-out', ['MSG-13'], 'Does not say what it has seen'],
    ({ seen: _, ...message }) => message,
  ),
  subscribes(['client-scopes-first-alone', ['MSG-14'], 'Asks for the first scope alone'], (message) => ({
    ...message,
    sc: message.sc.slice(0, 1),
  })),
  scopes(['client-scope-number-signed', ['MSG-15'], 'Counts scopes in 31 bits'], (scope) => ({
    ...scope,
    s: scope.s % 2 ** 31,
  })),
  scopes(['client-collection-left-out', ['MSG-16'], 'Asks for all collections'], ({ col: _, ...scope }) => scope),
  scopes(['client-tag-left-out', ['MSG-17'], 'Asks for all tags'], ({ tag: _, ...scope }) => scope),
  scopes(['client-team-left-out', ['MSG-18'], 'Asks for all teams'], ({ team: _, ...scope }) => scope),
  scopes(['client-cursor-left-out', ['MSG-19'], 'Asks from the beginning'], ({ cur: _, ...scope }) => scope),
  mutant(['client-subscribed-unasked-taken', ['SYNC-68'], 'Takes a SUBSCRIBED that answers no SUBSCRIBE'], () => [
    within('createIntake', 'subscribed', { when: (call) => call.refusal() !== undefined, then: () => {} }),
  ]),
  mutant(['client-revocation-unheeded', ['SYNC-21'], 'Does not end a scope that was revoked'], () => [
    within('createIntake', 'revoked', { then: () => {} }),
  ]),
];

const feeding: readonly ClientMutant[] = [
  mutant(
    [
      'client-feed-ack-as-ping',
      ['MSG-38'],
      'Sends a PING in place of FEED_ACK',
      ['client-feed-committed-first', 'client-feed-twice'],
    ],
    () => [
      at('outgoing', {
        when: ({ args: [message] }) => message.kind === 'control' && message.message.name === 'FEED_ACK',
        then: ({ args: [, next] }) => next({ kind: 'control', message: { name: 'PING', d: new Uint8Array(8) } }),
      }),
    ],
  ),
  mutant(
    [
      'client-feed-ack-miscounted',
      ['MSG-39'],
      'Confirms one operation less than came',
      ['client-feed-committed-first', 'client-feed-twice'],
    ],
    () => [
      at('outgoing', {
        when: ({ args: [message] }) => message.kind === 'control' && message.message.name === 'FEED_ACK',
        then: ({ args: [message, next] }) => {
          if (message.kind !== 'control' || message.message.name !== 'FEED_ACK') return;
          next({ kind: 'control', message: { name: 'FEED_ACK', n: message.message.n - 1 } });
        },
      }),
    ],
  ),
  mutant(
    [
      'client-feed-ack-uncommitted',
      ['SYNC-43'],
      'Confirms a CHECKPOINT before it is committed',
      ['client-feed-acknowledged', 'client-feed-twice'],
    ],
    () => [
      within('control', 'CHECKPOINT', {
        then: (call) => {
          const [connection, { n }] = call.args;
          call.standard();
          connection.sendControl({ name: 'FEED_ACK', n });
        },
      }),
    ],
  ),
  mutant(['client-second-copy-refused', ['SYNC-45'], 'Refuses an operation that it has already'], () => {
    const known = new WeakMap<ClientConnection, Set<string>>();
    return [
      at('feed', {
        when: ({ args: [connection, operations] }) => {
          const ids = known.get(connection) ?? new Set<string>();
          known.set(connection, ids);
          return operations.some((bytes) => {
            const id = Buffer.from(bytes.subarray(0, 16)).toString('hex');
            const isKnown = ids.has(id);
            ids.add(id);
            return isKnown;
          });
        },
        then: ({ args: [connection] }) => connection.fail(new ProtocolError('operation.id-conflict')),
      }),
    ];
  }),
  mutant(['client-refused-without-ref', ['SYNC-46'], 'Does not name the operation that it refuses'], () => [
    at('lastWord', {
      when: ({ args: [, , , detail] }) => detail?.ref !== undefined,
      then: (call) => {
        const [role, state, error] = call.args;
        return call.with(role, state, error);
      },
    }),
  ]),
  mutant(['client-refused-skipped', ['SYNC-46'], 'Skips an operation that it has to refuse'], () => [
    at('feed', {
      when: ({ args: [, operations] }) => operations.some((bytes) => !isRight(bytes)),
      then: () => {},
    }),
  ]),
  mutant(
    ['client-fed-without-scope', ['SYNC-67'], 'Takes operations that it did not ask for', ['client-scope-revoked']],
    () => [within('createIntake', 'count', { when: (call) => call.refusal() !== undefined, then: () => {} })],
  ),
  mutant(['client-checkpoint-uncounted', ['SYNC-68'], 'Does not compare n with what came'], () => [
    within('createIntake', 'checkpoint', {
      when: (call) => call.refusal() !== undefined && call.args[0].n !== (call.self as { fed: number }).fed,
      then: ({ args: [{ n, more }] }) => ({ cursors: [], n, more }),
    }),
  ]),
  mutant(
    [
      'client-checkpoint-of-any-scope',
      ['SYNC-68'],
      'Takes cursors of scopes that are not active',
      ['client-scope-revoked'],
    ],
    () => [
      within('createIntake', 'checkpoint', {
        when: (call) => call.refusal() !== undefined && call.args[0].n === (call.self as { fed: number }).fed,
        then: ({ args: [{ n, more }] }) => ({ cursors: [], n, more }),
      }),
    ],
  ),
];

/** Whether an operation of the checks is whole. */
function isRight(bytes: Uint8Array): boolean {
  return bytes.length > 60 && bytes[bytes.length - 1] !== 0;
}

interface Window {
  readonly operations: number;
  readonly bytes: number;
}

const pushing: readonly ClientMutant[] = [
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
    ['client-unanswered-told-as-stored', ['SYNC-52'], 'Tells that what is unanswered at the end was stored'],
    () => [
      within('createPushQueue', 'drain', {
        then: (call) => {
          for (const { ticket } of call.standard()) ticket.done({ status: 'stored', cursor: new Uint8Array(40) });
          return [];
        },
      }),
    ],
  ),
  mutant(['client-rejected-sent-again', ['SYNC-66'], 'Sends a rejected operation again at once'], () => {
    const sent = new Map<string, Uint8Array>();
    return [
      at('outgoing', {
        when: ({ args: [message] }) => {
          if (message.kind === 'operations') {
            for (const bytes of message.operations) sent.set(Buffer.from(bytes.subarray(0, 16)).toString('hex'), bytes);
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
  }),
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

export const clientMutants: readonly ClientMutant[] = [
  ...hello,
  ...welcome,
  ...states,
  ...subscribing,
  ...feeding,
  ...pushing,
];
