import { encodeUtf8 } from '../../reference/src/bytes/utf8.ts';
import type { CryptoProvider, KeyPair } from '../../reference/src/crypto/provider.ts';
import { FrameType } from '../../reference/src/registry.ts';
import { encodeFrame } from '../../reference/src/wire/frame.ts';
import { encodeHello } from '../../reference/src/wire/hello.ts';
import { decodeHello, type Hello, TARGET_EXTENSION, targetOf } from '../../reference/src/wire/index.ts';
import type { Fault } from './fault.ts';
import { withCrypto } from './handshake-faults.ts';
import { at } from './links-parts.ts';
import type { Mutant } from './mutant.ts';

/** Connections for which there are fresh values. */
const FRESH = 12;

const hasOtherName = (hello: Hello): boolean => targetOf(hello) !== hello.database;

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

export const keyMutants: readonly Mutant[] = [...fresh, ...keys];
