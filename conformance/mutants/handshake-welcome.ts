/** Mutants of sections 4.4 and 4.6: nodes that answer a HELLO wrongly. */
import { Id } from '../../reference/src/bytes/id.ts';
import { encodeUtf8 } from '../../reference/src/bytes/utf8.ts';
import { Subscriptions } from '../../reference/src/sync/subscriptions.ts';
import type { ScopeRequest } from '../../reference/src/wire/index.ts';
import { concat, extensionValue, type Hello, TARGET_EXTENSION, targetOf } from '../../reference/src/wire/index.ts';
import { type Fault, witnessed } from './fault.ts';
import { rewritesWelcome } from './handshake-faults.ts';
import { at, within } from './links-parts.ts';
import type { Mutant } from './mutant.ts';

const VERSIONS_EXTENSION = 2;
/** Connections for which there are fresh values. */
const FRESH = 12;

const offersVersions = (hello: Hello): boolean => extensionValue(hello.extensions, VERSIONS_EXTENSION) !== undefined;
const hasOtherName = (hello: Hello): boolean => targetOf(hello) !== hello.database;

/** Where the fields of a WELCOME begin; `key` to `challenge` have fixed sizes. */
function offsets(payload: Uint8Array): { readonly [field: string]: number } {
  const node = 1 + payload[0]!;
  const database = node + 16;
  const key = database + 1 + payload[database]!;
  return { protocol: 0, node, database, key, caps: key + 65, time: key + 66, challenge: key + 74, token: key + 90 };
}

function overwrite(payload: Uint8Array, field: string, bytes: Uint8Array): Uint8Array {
  payload.set(bytes, offsets(payload)[field]);
  return payload;
}

interface About {
  readonly breaks: readonly string[];
  readonly title: string;
  readonly dependents?: readonly string[];
  readonly blocks?: true;
  readonly isUnseen?: true;
}

function welcome(
  name: string,
  about: About,
  rewrite: (payload: Uint8Array, hello: Hello) => Uint8Array,
  when: (hello: Hello) => boolean = () => true,
): Mutant {
  const { isUnseen, ...rest } = about;
  const fault = rewritesWelcome(when, rewrite);
  return { name, ...rest, faults: () => [isUnseen === true ? witnessed(fault, unseen) : fault] };
}

/** Nothing shows, save to those who look at this field: cases that name it. */
const unseen: Fault = at('onHello', { when: () => false, then: (call) => call.standard() });

function afterTheTwelfth(): () => boolean {
  let taken = 0;
  return () => ++taken > FRESH;
}

const form: readonly Mutant[] = [
  welcome(
    'welcome-other-protocol',
    {
      breaks: ['HS-32', 'LBL-1'],
      title: 'Selects another protocol string for a client that offers versions',
      dependents: ['hello-extension-unknown-ignored'],
    },
    (payload) => overwrite(payload, 'protocol', encodeUtf8('\u000bblazedb/1.1')),
    offersVersions,
  ),
  {
    name: 'welcome-node-of-connection',
    title: 'Makes a node id for each connection after the twelfth',
    breaks: ['HS-2', 'HS-33'],
    faults: () => [
      at('onHello', {
        when: afterTheTwelfth(),
        then: (call) => {
          const [crypto, config, state, input] = call.args;
          return call.with(crypto, { ...config, node: Id.from(crypto.randomBytes(16)) }, state, input);
        },
      }),
    ],
  },
  welcome(
    'welcome-node-of-zeros',
    {
      breaks: ['HS-33'],
      title: 'Leaves its node id out of WELCOME',
      isUnseen: true,
      dependents: ['hello-from-itself', 'errors-first-check-decides'],
    },
    (payload) => overwrite(payload, 'node', new Uint8Array(16)),
  ),
  welcome(
    'welcome-key-swapped',
    { breaks: ['HS-35'], title: 'Writes y before x in its key', blocks: true },
    (payload) => {
      const { key = 0 } = offsets(payload);
      const [x, y] = [payload.slice(key + 1, key + 33), payload.slice(key + 33, key + 65)];
      payload.set(y, key + 1);
      payload.set(x, key + 33);
      return payload;
    },
  ),
  welcome(
    'welcome-reserved-bits-echoed',
    { breaks: ['HS-36'], title: 'Selects capability bits that it does not know' },
    (payload, hello) =>
      overwrite(payload, 'caps', Uint8Array.of(payload[offsets(payload).caps!]! | (hello.capabilities & 0xf0))),
    (hello) => hello.capabilities > 15,
  ),
  welcome(
    'welcome-time-in-seconds',
    { breaks: ['HS-37'], title: 'Tells its clock in seconds', isUnseen: true },
    (payload) => {
      const time = new Uint8Array(8);
      new DataView(time.buffer).setBigUint64(0, BigInt(Math.floor(Date.now() / 1000)));
      return overwrite(payload, 'time', time);
    },
  ),
  welcome(
    'welcome-time-little-endian',
    { breaks: ['CONV-1', 'HS-37'], title: 'Writes its clock in the byte order of its processor', isUnseen: true },
    (payload) => {
      const { time = 0 } = offsets(payload);
      payload.subarray(time, time + 8).reverse();
      return payload;
    },
  ),
  welcome(
    'welcome-token-echoed',
    {
      breaks: ['HS-39'],
      title: 'Sends the token of a client back',
      dependents: ['hello-token-any-length', 'auth-token-is-no-proof'],
    },
    (payload, hello) => {
      const { token = 0 } = offsets(payload);
      const bytes = encodeUtf8(hello.token);
      return concat(payload.subarray(0, token), Uint8Array.of(bytes.length), bytes, payload.subarray(token + 1));
    },
    (hello) => hello.token !== '',
  ),
  welcome(
    'welcome-empty-block',
    {
      breaks: ['HS-40'],
      title: 'Answers extensions by an empty block',
      dependents: ['hello-extension-unknown-ignored'],
    },
    (payload) => concat(payload, new Uint8Array(2)),
    offersVersions,
  ),
  {
    name: 'welcome-own-name',
    title: 'Names the database of HELLO in WELCOME, whatever target says',
    breaks: ['HS-9', 'HS-34'],
    dependents: ['hello-names-in-either-order', 'auth-mutual', 'auth-opens'],
    faults: () => [
      at('onHello', {
        when: ({ args: [, , , { hello }] }) => hasOtherName(hello),
        then: (call) => {
          const [crypto, config, state, input] = call.args;
          const extensions = input.hello.extensions.filter(({ type }) => type !== TARGET_EXTENSION);
          return call.with(crypto, config, state, { ...input, hello: { ...input.hello, extensions } });
        },
      }),
    ],
  },
];

const selection: readonly Mutant[] = [
  {
    name: 'welcome-selects-all-of-one',
    title: 'Takes an offer of E2E alone for an offer of all',
    breaks: ['HS-58', 'HS-36'],
    faults: () => [
      at('onHello', {
        when: ({ args: [, , , { hello }] }) => hello.capabilities === 1,
        then: (call) => {
          const [crypto, config, state, input] = call.args;
          return call.with(crypto, config, state, { ...input, hello: { ...input.hello, capabilities: 0xff } });
        },
      }),
    ],
  },
  welcome(
    'welcome-selects-what-it-lacks',
    { breaks: ['CONF-9'], title: 'Selects RLS, which it does not have, when it is offered with E2E alone' },
    (payload) => overwrite(payload, 'caps', Uint8Array.of(8)),
    (hello) => hello.capabilities === 9,
  ),
  selects('capability-e2e-is-bit-02', ['CAP-1'], 'Takes bit 02 for E2E', (bits) =>
    (bits & 2) !== 0 ? bits | 1 : bits,
  ),
  selects('capability-selective-sync-is-bit-02', ['CAP-3', 'SYNC-13'], 'Takes bit 02 for SELECTIVE_SYNC', (bits) =>
    (bits & 2) !== 0 ? bits | 4 : bits,
  ),
  {
    name: 'capability-compression-always',
    title: 'Unpacks batches whatever was selected',
    breaks: ['CAP-2', 'CONF-10', 'OP-64'],
    faults: () => [
      at('decodeBatch', {
        when: (call) => call.refusal() === 'batch.compression-not-selected',
        then: (call) => {
          const [plaintext, options] = call.args;
          return call.with(plaintext, { ...options, compression: true });
        },
      }),
    ],
  },
];

/** Understands the selected bits otherwise where SUBSCRIBE is judged. */
function selects(name: string, breaks: readonly string[], title: string, read: (bits: number) => number): Mutant {
  const judged = (subscriptions: Subscriptions, request: ScopeRequest) => {
    const { config } = subscriptions;
    return new Subscriptions({ ...config, capabilities: read(config.capabilities) }).judgeForm(request);
  };
  return {
    name,
    breaks,
    title,
    faults: () => [
      within('createSubscriptions', 'judgeForm', {
        when: (call) => judged(call.self as Subscriptions, call.args[0]) !== call.standard(),
        then: ({ self, args: [request] }) => judged(self as Subscriptions, request),
      }),
    ],
  };
}

export const welcomeMutants: readonly Mutant[] = [...form, ...selection];
