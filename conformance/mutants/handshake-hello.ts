/** Mutants of section 4.3: nodes that judge a HELLO wrongly. */
import { Id } from '../../reference/src/bytes/id.ts';
import { decodeUtf8 } from '../../reference/src/bytes/utf8.ts';
import { nodeCrypto } from '../../reference/src/crypto/node.ts';
import { ProtocolError } from '../../reference/src/errors.ts';
import { Capability, type RefusalName } from '../../reference/src/registry.ts';
import { decodeExtensions, type Hello } from '../../reference/src/wire/index.ts';
import { type RawHello, rawHello, refusesHello, takesHello } from './handshake-faults.ts';
import { at } from './links-parts.ts';
import type { Mutant } from './mutant.ts';

type Row = readonly [name: string, breaks: readonly string[], title: string, dependents?: readonly string[]];

function mutant([name, breaks, title, dependents]: Row, ...faults: ReturnType<typeof at>[]): Mutant {
  return { name, breaks, title, ...(dependents === undefined ? {} : { dependents }), faults: () => faults };
}

function text(bytes: Uint8Array | undefined): string {
  return String.fromCharCode(...(bytes ?? []));
}

const protocol: readonly Mutant[] = [
  mutant(
    ['hello-protocol-prefix', ['HS-23', 'HS-11'], 'Takes a protocol string that goes on behind blazedb/1.0'],
    takesHello('hello.protocol', (raw) => text(raw.protocol).startsWith('blazedb/1.0')),
  ),
  mutant(
    ['hello-protocol-any-minor', ['HS-23', 'LBL-1'], 'Takes any version 1'],
    takesHello('hello.protocol', (raw) => /^blazedb\/1\.\d$/.test(text(raw.protocol))),
  ),
  mutant(
    ['hello-protocol-any-case', ['CONV-3', 'HS-23'], 'Compares the protocol string without case'],
    takesHello('hello.protocol', (raw) => text(raw.protocol).toLowerCase() === 'blazedb/1.0'),
  ),
  mutant(
    ['hello-protocol-utf8-first', ['HS-23'], 'Judges whether the protocol string is UTF-8 before it compares it'],
    refusesHello(
      'hello.token',
      ({ protocol }, refusal) =>
        refusal === 'hello.protocol' && protocol !== undefined && decodeUtf8(protocol) === undefined,
    ),
  ),
  mutant(
    ['hello-read-before-judged', ['HS-23', 'ERR-106'], 'Reads all of HELLO before it looks at the protocol string'],
    refusesHello('message.truncated', ({ time }, refusal) => refusal === 'hello.protocol' && time === undefined),
  ),
  mutant(
    ['hello-protocol-cut-is-another', ['HS-22'], 'Takes a protocol string that is cut for another one'],
    refusesHello(
      'hello.protocol',
      ({ protocol }, refusal) => refusal === 'message.truncated' && protocol === undefined,
    ),
  ),
];

const fields: readonly Mutant[] = [
  mutant(
    ['hello-token-may-be-missing', ['HS-24', 'HS-17'], 'Takes a HELLO that ends before its token'],
    takesHello('message.truncated', (raw) => raw.time !== undefined),
  ),
  mutant(
    ['hello-time-may-be-short', ['HS-24', 'HS-16'], 'Takes a HELLO that ends inside its time'],
    takesHello('message.truncated', (raw) => raw.caps !== undefined && raw.time === undefined),
  ),
  mutant(
    ['hello-key-may-be-short', ['HS-24'], 'Takes a HELLO that ends inside its key'],
    takesHello('message.truncated', (raw) => raw.database !== undefined && raw.key === undefined),
  ),
  mutant(
    [
      'hello-caps-may-be-missing',
      ['HS-15', 'HS-24'],
      'Takes what is too short by one byte for a HELLO without capabilities',
    ],
    takesHello('message.truncated', (raw) => raw.time !== undefined && raw.time[7] === 0),
  ),
  mutant(
    ['hello-database-any', ['HS-26', 'HS-7', 'HS-13'], 'Takes any text for a database name'],
    takesHello('hello.database-name'),
  ),
  mutant(
    ['hello-database-with-colon', ['HS-7', 'HS-26'], 'Takes a colon in a database name'],
    takesHello('hello.database-name', (raw) => text(raw.database).includes(':')),
  ),
  mutant(
    ['hello-database-of-65-bytes', ['LIM-12', 'HS-26'], 'Takes a database name of 65 bytes'],
    takesHello('hello.database-name', (raw) => raw.database?.length === 65),
  ),
  mutant(
    ['hello-database-of-64-bytes-refused', ['LIM-12', 'HS-7'], 'Takes database names of 63 bytes at most'],
    refusesHello('hello.database-name', (raw, refusal) => refusal === undefined && raw.database?.length === 64),
  ),
  mutant(
    ['hello-key-hybrid', ['HS-25', 'HS-14'], 'Takes a key whose first byte is 06'],
    takesHello('hello.key', (raw) => raw.key?.[0] === 6),
  ),
  mutant(
    ['hello-key-first-byte-unread', ['HS-14', 'HS-25'], 'Does not look at the first byte of a key'],
    takesHello('hello.key'),
  ),
  mutant(
    ['hello-key-off-curve', ['HS-27', 'HS-14'], 'Does not look whether a key is a point on the curve'],
    offCurve(),
  ),
  mutant(['hello-token-not-utf8', ['HS-28', 'HS-17'], 'Takes a token that is not UTF-8'], takesHello('hello.token')),
  mutant(
    ['hello-token-length-signed', ['HS-17', 'HS-95'], 'Takes the length of a token for a signed byte'],
    refusesHello('message.truncated', (raw, refusal) => refusal === undefined && (raw.token?.length ?? 0) > 127),
  ),
  mutant(
    ['hello-time-signed', ['HS-19', 'HS-16'], 'Refuses a time of 2^63 and above'],
    refusesHello('message.truncated', (raw, refusal) => refusal === undefined && (raw.time?.[0] ?? 0) > 127),
  ),
  mutant(
    ['hello-time-authorises', ['HS-110'], 'Lets nobody in whose clock is more than a year off'],
    refusesHello('hello.token', (raw, refusal) => refusal === undefined && isFarOff(raw)),
  ),
  mutant(
    ['hello-reserved-bits-refused', ['HS-59', 'HS-15'], 'Refuses a HELLO in which all capability bits are set'],
    refusesHello('hello.token', (raw, refusal) => refusal === undefined && raw.caps?.[0] === 0xff),
  ),
  mutant(
    ['hello-node-of-zeros-refused', ['HS-12'], 'Refuses a node id of zeros'],
    refusesHello(
      'hello.token',
      (raw, refusal) => refusal === undefined && raw.node?.every((byte) => byte === 0) === true,
    ),
  ),
];

/** Goes on with another key where the point is refused. */
function offCurve() {
  const { publicKey } = nodeCrypto.generateKeyPair();
  return at('onHello', {
    when: (call) => call.refusal() === 'hello.key',
    then: (call) => {
      const [crypto, config, state, input] = call.args;
      return call.with(crypto, config, state, { ...input, hello: { ...input.hello, key: publicKey } });
    },
  });
}

const YEAR = 366 * 86_400_000;

function isFarOff({ time }: RawHello): boolean {
  if (time === undefined) return false;
  const view = new DataView(time.buffer, time.byteOffset, time.byteLength);
  return Math.abs(Number(view.getBigUint64(0)) - Date.now()) > YEAR;
}

/** All capabilities that there are. */
const ALL = 15;

const self: readonly Mutant[] = [
  mutant(
    ['hello-self-taken', ['HS-31'], 'Talks to itself', ['errors-first-check-decides']],
    at('onHello', {
      when: (call) => call.refusal() === 'hello.self',
      then: (call) => {
        const [crypto, config, state, input] = call.args;
        return call.with(crypto, { ...config, node: Id.ZERO }, state, input);
      },
    }),
  ),
  mutant(
    ['hello-self-by-prefix', ['HS-12', 'HS-31'], 'Compares the first eight bytes of node ids'],
    selfIf(({ node }, own) => node.a === own.a && node.b === own.b),
  ),
  mutant(
    ['hello-self-by-suffix', ['HS-12', 'HS-31'], 'Compares the last eight bytes of node ids'],
    selfIf(({ node }, own) => node.c === own.c && node.d === own.d),
  ),
  mutant(
    ['hello-key-before-self', ['ERR-106'], 'Judges whether the key is on the curve before it looks at the node id'],
    at('onHello', {
      when: (call) => call.refusal() === 'hello.self' && !isPoint(call.args[3].hello.key),
      then: () => {
        throw new ProtocolError('hello.key');
      },
    }),
  ),
  {
    name: 'hello-same-node-evicts',
    title: 'Takes a connection of a known node that offers SELECTIVE_SYNC alone for a restart, and drops the first',
    breaks: ['HS-6'],
    dependents: ['batch-feed-unpacked-without-compression'],
    faults: () => {
      const links = new Map<string, { readonly capabilities: number; readonly evict: () => void }>();
      let latest: (() => void) | undefined;
      return [
        at('receive', {
          when: ({ args: [, link] }) => {
            latest = () => link.inner.destroy();
            return false;
          },
          then: (call) => call.standard(),
        }),
        at('onHello', {
          when: ({ args: [, , , { hello }] }) => {
            const before = links.get(hello.node.toHex());
            return before?.capabilities === ALL && hello.capabilities === Capability.SELECTIVE_SYNC;
          },
          then: (call) => {
            links.get(call.args[3].hello.node.toHex())?.evict();
            return call.standard();
          },
        }),
        at('onVerify', {
          when: (call) => {
            const [, , state] = call.args;
            if (state.kind === 'W_VERIFY') {
              const { peerNode } = state.agreement;
              const capabilities = capabilitiesOf(state.helloFrame);
              if (latest !== undefined) links.set(peerNode.toHex(), { capabilities, evict: latest });
            }
            return false;
          },
          then: (call) => call.standard(),
        }),
      ];
    },
  },
];

function capabilitiesOf(helloFrame: Uint8Array): number {
  return rawHello(helloFrame.subarray(5)).caps?.[0] ?? 0;
}

function selfIf(meant: (hello: Hello, own: Id) => boolean) {
  return at('onHello', {
    when: (call) => call.refusal() === undefined && meant(call.args[3].hello, call.args[1].node),
    then: () => {
      throw new ProtocolError('hello.self');
    },
  });
}

function isPoint(key: Uint8Array): boolean {
  try {
    const { privateKey } = nodeCrypto.generateKeyPair();
    nodeCrypto.agree(privateKey, key);
    return true;
  } catch {
    return false;
  }
}

/** Takes an extension block that is refused, where `meant` says so. */
function takesBlock(row: Row, reason: RefusalName, meant: (block: Uint8Array) => boolean): Mutant {
  return mutant(
    row,
    takesHello(reason, (raw) => meant(raw.extensions)),
  );
}

const LENGTH = 'extensions.length';

const extensions: readonly Mutant[] = [
  mutant(
    [
      'hello-extensions-unread',
      ['HS-29', 'HS-18'],
      'Does not look at what follows the token',
      ['hello-target-refused', 'errors-first-check-decides'],
    ],
    takesHello(LENGTH),
    takesHello('extensions.order'),
    takesHello('hello.target'),
  ),
  takesBlock(
    ['hello-extensions-one-byte', ['HS-48'], 'Ignores a single byte behind the token', ['errors-first-check-decides']],
    LENGTH,
    ({ length }) => length === 1,
  ),
  takesBlock(
    ['hello-extensions-empty-block', ['HS-49', 'HS-52'], 'Takes an extension block without entries'],
    LENGTH,
    (block) => block.length === 2 && block[0] === 0 && block[1] === 0,
  ),
  takesBlock(
    ['hello-extensions-total-unread', ['HS-49', 'HS-52'], 'Does not look at the total of an extension block'],
    LENGTH,
    (block) => block.length > 2 && isRead(withTotal(block)),
  ),
  takesBlock(
    ['hello-extensions-rest-ignored', ['HS-111'], 'Ignores what is too short for an entry at the end of a block'],
    LENGTH,
    (block) => hasTotal(block) && [1, 2, 3].some((n) => isRead(withTotal(block.subarray(0, block.length - n)))),
  ),
  takesBlock(
    ['hello-extensions-value-clipped', ['HS-112'], 'Takes a value that runs past the end as far as it goes'],
    LENGTH,
    (block) => hasTotal(block) && isRead(withTotal(Buffer.concat([block, Uint8Array.of(0)]))),
  ),
  takesBlock(
    ['hello-extensions-any-order', ['HS-50', 'HS-53'], 'Takes the extensions of a HELLO in any order'],
    'extensions.order',
    () => true,
  ),
  takesBlock(
    ['hello-extensions-twice', ['HS-50'], 'Takes an extension that stands twice'],
    'extensions.order',
    (block) => block.length === 10 && block[2] === block[6],
  ),
  mutant(
    ['hello-extensions-of-200-bytes', ['HS-52', 'HS-53'], 'Takes no extension block of more than 200 bytes'],
    refusesHello(LENGTH, ({ extensions }, refusal) => refusal === undefined && extensions.length > 200),
  ),
  mutant(
    [
      'hello-extension-unknown-refused',
      ['HS-54', 'HS-18'],
      'Refuses extensions that it does not know, save those that are GREASE',
      ['welcome-form'],
    ],
    refusesHello('extensions.order', ({ extensions }, refusal) => refusal === undefined && isStrange(extensions)),
  ),
  mutant(['hello-target-any', ['HS-30'], 'Takes any text for a target'], takesHello('hello.target')),
  mutant(
    ['hello-block-before-database', ['ERR-106'], 'Judges the extension block before the database name'],
    refusesHello(LENGTH, (raw, refusal) => refusal === 'hello.database-name' && raw.extensions.length === 1),
  ),
];

function isRead(block: Uint8Array): boolean {
  try {
    decodeExtensions(block);
    return true;
  } catch {
    return false;
  }
}

/** The block with the total that its length makes due. */
function withTotal(block: Uint8Array): Uint8Array {
  const right = Uint8Array.from(block);
  new DataView(right.buffer).setUint16(0, block.length - 2);
  return right;
}

function hasTotal(block: Uint8Array): boolean {
  return block.length > 2 && block[0] === (block.length - 2) >> 8 && block[1] === ((block.length - 2) & 0xff);
}

/** Whether there is an extension that is neither `target` nor GREASE. */
export function isStrange(block: Uint8Array): boolean {
  return decodeExtensions(block).some(({ type }) => type !== 1 && (type & 0x0f0f) !== 0x0a0a);
}

export const helloMutants: readonly Mutant[] = [...protocol, ...fields, ...self, ...extensions];
