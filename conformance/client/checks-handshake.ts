/** What a client owes on the way to OPEN: chapter 4, and 15.2. */
import type { ClientOptions } from '../../reference/src/node/client.ts';
import type { ErrorName } from '../../reference/src/registry.ts';
import { concat, extensionValue } from '../../reference/src/wire/index.ts';
import { CheckFailure, type ClientCheck, expectEqual } from './check.ts';
import type { WelcomeChange } from './glass-server.ts';
import { type Call, CLIENT_NODE, CREDENTIAL, type Scene } from './scene.ts';

const OTHER_NAME = { database: 'mine', target: 'bugs' } as const;

/** Where the fields of a WELCOME for `bugs` begin. */
const AT = { node: 12, database: 28, key: 33, caps: 98, time: 99, challenge: 107, token: 123, end: 124 } as const;

/** A WELCOME that is wrong in one way is refused by this ALERT. */
function refusesWelcome(
  id: string,
  title: string,
  requirement: string,
  code: ErrorName,
  changes: readonly WelcomeChange[],
  options: Partial<ClientOptions> = {},
): ClientCheck {
  return {
    id,
    title,
    requirements: [requirement],
    async run(scene) {
      await scene.open(options);
      for (const change of changes) {
        const call = await scene.dial(options);
        call.server.welcome(change);
        await scene.settle();
        scene.alerted(call, code);
      }
    },
  };
}

const bytes = (payload: NonNullable<WelcomeChange['payload']>): WelcomeChange => ({ payload });

function flip(payload: Uint8Array, at: number): Uint8Array {
  const other = payload.slice();
  other[at] = other[at]! ^ 1;
  return other;
}

function insert(payload: Uint8Array, at: number, ...inserted: readonly number[]): Uint8Array {
  return concat(payload.subarray(0, at), Uint8Array.from(inserted), payload.subarray(at));
}

const welcome: readonly ClientCheck[] = [
  refusesWelcome(
    'client-welcome-cut',
    'A WELCOME that ends inside of a field is refused',
    'HS-41',
    'BAD_FRAME',
    [0, 5, 20, 30, 60, 98, 103, 110, 123].map((end) => bytes((payload) => payload.slice(0, end))),
  ),
  refusesWelcome(
    'client-welcome-other-protocol',
    'A WELCOME of another protocol is refused',
    'HS-41',
    'UNSUPPORTED_VERSION',
    [bytes((payload) => flip(payload, 11))],
  ),
  refusesWelcome(
    'client-welcome-bad-name',
    'A WELCOME with a name that is none is refused',
    'HS-43',
    'ILLEGAL_PARAMETER',
    [
      bytes((payload) => {
        const other = payload.slice();
        other[AT.database + 2] = 0x3a;
        return other;
      }),
    ],
  ),
  refusesWelcome(
    'client-welcome-key-form',
    'A WELCOME whose key does not begin with 04 is refused',
    'HS-43',
    'ILLEGAL_PARAMETER',
    [bytes((payload) => flip(payload, AT.key))],
  ),
  refusesWelcome('client-welcome-token', 'A WELCOME with a token is refused', 'HS-44', 'ILLEGAL_PARAMETER', [
    bytes((payload) => insert(flip(payload, AT.token), AT.end, 0x78)),
  ]),
  refusesWelcome(
    'client-welcome-extensions',
    'A WELCOME with a broken extension block is refused',
    'HS-42',
    'BAD_FRAME',
    [
      bytes((payload) => insert(payload, AT.end, 0)),
      bytes((payload) => insert(payload, AT.end, 0, 0)),
      bytes((payload) => insert(payload, AT.end, 0, 5, 0x0a, 0x0a, 0, 0)),
      bytes((payload) => insert(payload, AT.end, 0, 4, 0x0a, 0x0a, 0, 1)),
    ],
  ),
  refusesWelcome(
    'client-welcome-extension-order',
    'A WELCOME whose extensions do not ascend is refused',
    'HS-42',
    'ILLEGAL_PARAMETER',
    [bytes((payload) => insert(payload, AT.end, 0, 8, 0x1a, 0x1a, 0, 0, 0x0a, 0x0a, 0, 0))],
  ),
  refusesWelcome(
    'client-welcome-from-itself',
    "A WELCOME with the client's own node id is refused",
    'HS-51',
    'SELF_CONNECTION',
    [{ node: CLIENT_NODE }],
  ),
  refusesWelcome(
    'client-welcome-other-database',
    'A WELCOME for another database than was asked for is refused',
    'HS-47',
    'ILLEGAL_PARAMETER',
    [{ database: 'bugs2' }, { database: 'BUGS' }, { database: 'mine' }],
    OTHER_NAME,
  ),
  refusesWelcome(
    'client-welcome-capability-not-offered',
    'A capability that was not offered is refused',
    'HS-46',
    'ILLEGAL_PARAMETER',
    [{ capabilities: 0x02 }, { capabilities: 0x0c }],
    { capabilities: 0x04 },
  ),
  {
    id: 'client-welcome-reserved-bits',
    title: 'Capability bits outside of the registry are ignored in WELCOME',
    requirements: ['HS-46'],
    async run(scene) {
      const call = await scene.dial({ capabilities: 0x04 });
      call.server.welcome({ capabilities: 0xf4 });
      await scene.settle();
      expectEqual('VERIFY', call.server.said.at(-1)?.name, 'VERIFY');
    },
  },
  refusesWelcome(
    'client-welcome-key-off-curve',
    'A WELCOME whose key is no point of the curve is refused',
    'HS-45',
    'ILLEGAL_PARAMETER',
    [bytes((payload) => flip(payload, AT.caps - 1))],
  ),
];

const hello: readonly ClientCheck[] = [
  {
    id: 'client-target-named',
    title: "A client whose database has another name at the server names the server's in target, in bare bytes",
    requirements: ['HS-8', 'HS-55'],
    async run(scene) {
      const { server } = await scene.open(OTHER_NAME);
      expectEqual('HELLO.database', server.hello?.database, 'mine');
      const target = extensionValue(server.hello?.extensions ?? [], 1);
      expectEqual('target', target === undefined ? undefined : Buffer.from(target).toString('latin1'), 'bugs');
    },
  },
  {
    id: 'client-no-token-in-clear',
    title: 'A client sends no token over a link that is not confidential',
    requirements: ['HS-20'],
    async run(scene) {
      const { server } = await scene.dial({ token: 'secret' } as Partial<ClientOptions>);
      const tokens = server.said.map((said) => (said.name === 'HELLO' ? said.hello.token : ''));
      expectEqual('tokens in clear', tokens.join(''), '');
    },
  },
  {
    id: 'client-no-versions',
    title: 'A client does not send the extension versions',
    requirements: ['HS-56'],
    async run(scene) {
      for (const options of [{}, OTHER_NAME]) {
        const { server } = await scene.dial(options);
        expectEqual('versions', extensionValue(server.hello?.extensions ?? [], 2), undefined);
      }
    },
  },
];

const states: readonly ClientCheck[] = [
  {
    id: 'client-verify',
    title: 'A client answers WELCOME by VERIFY with the MAC of the challenge under the link key',
    requirements: ['HS-62', 'HS-86'],
    async run(scene) {
      for (const options of [{}, OTHER_NAME]) {
        const { server } = await scene.dial(options);
        server.welcome();
        await scene.settle();
        expectEqual('the answer', server.said.at(-1), { name: 'VERIFY', mac: server.mac });
      }
    },
  },
  {
    id: 'client-complete-with-body',
    title: 'A COMPLETE with a payload is refused',
    requirements: ['HS-67'],
    async run(scene) {
      const call = await scene.dial();
      call.server.welcome();
      await scene.settle();
      call.server.complete(Uint8Array.of(0));
      await scene.settle();
      scene.alerted(call, 'BAD_FRAME');
    },
  },
  {
    id: 'client-complete-awaits-session',
    title: 'After COMPLETE a client says nothing until it has the SESSION of the server',
    requirements: ['HS-87'],
    async run(scene) {
      const { server, client } = await scene.greeted();
      expectEqual('what it has said', names(server.said), ['HELLO', 'VERIFY']);
      expectEqual('in OPEN', client !== undefined, false);
      server.session();
      await scene.settle();
      expectEqual('SESSIONs', server.heard('SESSION').length, 1);
    },
  },
  {
    id: 'client-session-opens',
    title: 'Without credentials a client answers SESSION by its own and is open',
    requirements: ['HS-88'],
    async run(scene) {
      const call = await scene.greeted();
      call.server.session();
      await scene.settle();
      expectEqual('SESSION', call.server.heard('SESSION')[0]?.auth, 0);
      expectEqual('in OPEN', call.client !== undefined, true);
      expectEqual('AUTH', call.server.heard('AUTH').length, 0);
    },
  },
  {
    id: 'client-session-then-auth',
    title: 'With credentials a client answers SESSION by its own and its AUTH, and is not open yet',
    requirements: ['HS-89', 'HS-78'],
    async run(scene) {
      const call = await scene.greeted({ credential: CREDENTIAL });
      call.server.session({ auth: 1 });
      await scene.settle();
      expectEqual('SESSION', call.server.heard('SESSION')[0]?.auth, 1);
      expectEqual('kid', call.server.heard('AUTH')[0]?.kid, CREDENTIAL.kid);
      expectEqual('in OPEN', call.client !== undefined, false);
    },
  },
  {
    id: 'client-session-one-sided',
    title: 'Where one side alone announces a proof a client sends its SESSION and then ERROR AUTH_REQUIRED',
    requirements: ['HS-90'],
    async run(scene) {
      for (const credential of [CREDENTIAL, undefined]) {
        const call = await scene.greeted(credential === undefined ? {} : { credential });
        call.server.session({ auth: credential === undefined ? 1 : 0 });
        await scene.settle();
        expectEqual('SESSIONs', call.server.heard('SESSION').length, 1);
        expectEqual('AUTH', call.server.heard('AUTH').length, 0);
        scene.refused(call, 'AUTH_REQUIRED');
      }
    },
  },
  {
    id: 'client-auth-opens',
    title: "The server's right proof opens the connection, a wrong one ends it",
    requirements: ['HS-91'],
    async run(scene) {
      await scene.open({ credential: CREDENTIAL });
      const call = await scene.greeted({ credential: CREDENTIAL });
      call.server.session({ auth: 1 });
      await scene.settle();
      call.server.auth(new Uint8Array(32).fill(0x34));
      await scene.settle();
      scene.refused(call, 'AUTH_FAILED');
    },
  },
  {
    id: 'client-alert-heard',
    title: 'An ALERT before OPEN ends the connection, and the client adds nothing',
    requirements: ['HS-92'],
    async run(scene) {
      await inEach(scene, ['W_WELCOME', 'W_COMPLETE', 'W_SESSION'], {}, async (call, said) => {
        call.server.alert('GOING_AWAY');
        await scene.settle();
        scene.silent(call, said);
      });
    },
  },
  {
    id: 'client-error-or-close-before-open',
    title: 'An ERROR or a CLOSE before OPEN ends the connection, and the client adds nothing',
    requirements: ['HS-93'],
    async run(scene) {
      for (const name of ['ERROR', 'CLOSE'] as const) {
        await inEach(scene, ['W_SESSION', 'W_AUTH'], { credential: CREDENTIAL }, async (call, said) => {
          call.server.control({ name, code: 1 });
          await scene.settle();
          scene.silent(call, said);
        });
      }
    },
  },
  {
    id: 'client-link-ends-before-open',
    title: 'The end of the link before OPEN ends the attempt, and nothing is concluded',
    requirements: ['HS-94'],
    async run(scene) {
      await inEach(
        scene,
        ['W_WELCOME', 'W_COMPLETE', 'W_SESSION', 'W_AUTH'],
        { credential: CREDENTIAL },
        async (call, said) => {
          call.server.link.end();
          await scene.settle();
          scene.silent(call, said);
          expectEqual('the attempt over', call.error !== undefined, true);
        },
      );
      await scene.open({ credential: CREDENTIAL });
    },
  },
  {
    id: 'client-keeps-asking-for-auth',
    title: 'After an attempt has failed a client with a credential asks for a proof as before',
    requirements: ['SEC-1'],
    async run(scene) {
      for (let attempt = 0; attempt < 3; attempt++) {
        const call = await scene.greeted({ credential: CREDENTIAL });
        call.server.session({ auth: 0 });
        await scene.settle();
        expectEqual('announced', call.server.heard('SESSION')[0]?.auth, 1);
        scene.refused(call, 'AUTH_REQUIRED');
      }
    },
  },
];

function names(said: Call['server']['said']): readonly string[] {
  return said.map((entry) => (entry.name === 'control' ? entry.message.name : entry.name));
}

/** Brings a client into each of these states, and notes how much it has said. */
async function inEach(
  scene: Scene,
  reached: readonly ('W_WELCOME' | 'W_COMPLETE' | 'W_SESSION' | 'W_AUTH')[],
  options: Partial<ClientOptions>,
  act: (call: Call, said: number) => Promise<void>,
): Promise<void> {
  for (const state of reached) {
    const call = await scene.dial(options);
    const steps = [() => call.server.welcome(), () => call.server.complete(), () => call.server.session({ auth: 1 })];
    const needed = ['W_WELCOME', 'W_COMPLETE', 'W_SESSION', 'W_AUTH'].indexOf(state);
    for (const step of steps.slice(0, needed)) {
      step();
      await scene.settle();
    }
    if (needed >= 1 && call.server.said.at(-1)?.name === 'ALERT') throw new CheckFailure(state, 'an ALERT');
    await act(call, call.server.said.length);
  }
}

export const handshakeChecks: readonly ClientCheck[] = [...hello, ...welcome, ...states];
