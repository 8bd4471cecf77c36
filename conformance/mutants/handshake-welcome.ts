/** Mutants of sections 4.1 and 4.4 to 4.8: nodes that answer a HELLO wrongly, or derive something else from it. */
import { Id } from '../../reference/src/bytes/id.ts';
import { encodeUtf8 } from '../../reference/src/bytes/utf8.ts';
import type { CryptoProvider, KeyPair } from '../../reference/src/crypto/provider.ts';
import { FrameType } from '../../reference/src/registry.ts';
import { Subscriptions } from '../../reference/src/sync/subscriptions.ts';
import { encodeFrame } from '../../reference/src/wire/frame.ts';
import { encodeHello } from '../../reference/src/wire/hello.ts';
import type { ScopeRequest } from '../../reference/src/wire/index.ts';
import {
  concat,
  decodeHello,
  extensionValue,
  type Hello,
  TARGET_EXTENSION,
  targetOf,
} from '../../reference/src/wire/index.ts';
import { type Fault, witnessed } from './fault.ts';
import { rewritesWelcome, withCrypto } from './handshake-faults.ts';
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

const fresh: readonly Mutant[] = [
  {
    name: 'handshake-key-pair-kept',
    title: 'Uses one key pair for all connections after the twelfth',
    breaks: ['HS-3'],
    faults: () => {
      const pool: KeyPair[] = [];
      let taken = 0;
      return [
        at('onHello', {
          when: ({ args: [crypto] }) => {
            if (++taken === FRESH + 1) pool.push(crypto.generateKeyPair());
            return taken > FRESH;
          },
          then: (call) => {
            const [crypto, ...rest] = call.args;
            const { privateKey, publicKey } = pool[0]!;
            return call.with(
              { ...crypto, generateKeyPair: () => ({ privateKey: privateKey.slice(), publicKey }) },
              ...rest,
            );
          },
        }),
      ];
    },
  },
  {
    name: 'handshake-challenge-kept',
    title: 'Repeats its challenge after the twelfth connection',
    breaks: ['HS-5', 'HS-38'],
    faults: () => {
      let taken = 0;
      return [
        at('onHello', {
          when: () => ++taken > FRESH,
          then: (call) => {
            const [crypto, ...rest] = call.args;
            const challenge = new Uint8Array(16).fill(FRESH);
            return call.with(
              { ...crypto, randomBytes: (n) => (n === 16 ? challenge : crypto.randomBytes(n)) },
              ...rest,
            );
          },
        }),
      ];
    },
  },
];

/** Derives the link key otherwise for clients whose database has another name. */
function derives(
  name: string,
  breaks: readonly string[],
  title: string,
  other: (crypto: CryptoProvider, hello: Hello) => CryptoProvider,
  dependents?: readonly string[],
): Mutant {
  return {
    name,
    breaks,
    title,
    ...(dependents === undefined ? {} : { dependents }),
    faults: () => [
      at('onHello', {
        when: ({ args: [, , , { hello }] }) => hasOtherName(hello),
        then: (call) => {
          const [crypto, ...rest] = call.args;
          return call.with(other(crypto, rest[2].hello), ...rest);
        },
      }),
    ],
  };
}

const keys: readonly Mutant[] = [
  derives(
    'link-key-names-unordered',
    ['HS-60'],
    "Takes the client's name first, whatever the order of the names",
    (crypto, hello) => ({
      ...crypto,
      hkdfSha256: (ikm, salt, _, length) =>
        crypto.hkdfSha256(ikm, salt, encodeUtf8(`${hello.database}:${targetOf(hello)}`), length),
    }),
  ),
  derives(
    'link-key-one-name',
    ['HS-13', 'HS-60'],
    'Takes its own name for both',
    (crypto, hello) => ({
      ...crypto,
      hkdfSha256: (ikm, salt, _, length) =>
        crypto.hkdfSha256(ikm, salt, encodeUtf8(`${targetOf(hello)}:${targetOf(hello)}`), length),
    }),
    ['auth-mutual', 'auth-opens'],
  ),
  {
    name: 'link-key-other-salt',
    title: 'Derives the link key with another salt',
    breaks: ['LBL-2', 'HS-60'],
    blocks: true,
    faults: () =>
      withCrypto(
        'onHello',
        () => true,
        (crypto) => ({
          ...crypto,
          hkdfSha256: (ikm, _, info, length) => crypto.hkdfSha256(ikm, encodeUtf8('blazedb-sync-v2'), info, length),
        }),
      ),
  },
  {
    name: 'transcript-label-unterminated',
    title: 'Leaves the terminator of the label out of the transcript hash',
    breaks: ['LBL-3', 'HS-72'],
    blocks: true,
    faults: () =>
      withCrypto(
        'onVerify',
        () => true,
        (crypto) => ({
          ...crypto,
          sha256: (label, ...frames) => crypto.sha256(label!.subarray(0, label!.length - 1), ...frames),
        }),
      ),
  },
  {
    name: 'transcript-of-what-was-understood',
    title: 'Hashes a HELLO that it has written anew, without what it did not understand',
    breaks: ['HS-72'],
    dependents: ['welcome-form'],
    faults: () => reencodes(),
  },
];

function reencodes(): readonly Fault[] {
  const understood = (frame: Uint8Array): Uint8Array => {
    const hello = decodeHello(frame.subarray(5));
    const extensions = hello.extensions.filter(({ type }) => type === TARGET_EXTENSION || (type & 0x0f0f) === 0x0a0a);
    if (extensions.length === hello.extensions.length) return frame;
    return encodeFrame(FrameType.HELLO, encodeHello({ ...hello, extensions }));
  };
  return [
    at('onVerify', {
      when: ({ args: [, , state] }) => state.kind === 'W_VERIFY' && understood(state.helloFrame) !== state.helloFrame,
      then: (call) => {
        const [crypto, config, state, input] = call.args;
        if (state.kind !== 'W_VERIFY') return call.standard();
        return call.with(crypto, config, { ...state, helloFrame: understood(state.helloFrame) }, input);
      },
    }),
  ];
}

export const welcomeMutants: readonly Mutant[] = [...form, ...selection, ...fresh, ...keys];
