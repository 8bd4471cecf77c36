/** Clients that are wrong on the way to OPEN. */
import { nodeCrypto } from '../../reference/src/crypto/node.ts';
import { ProtocolError } from '../../reference/src/errors.ts';
import type { RefusalName } from '../../reference/src/registry.ts';
import { concat, decodeWelcome, Id } from '../../reference/src/wire/index.ts';
import { at, type ClientMutant, mutant, type Row } from './mutant.ts';

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

export const handshakeMutants: readonly ClientMutant[] = [...hello, ...welcome];
