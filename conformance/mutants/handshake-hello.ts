import { decodeUtf8 } from '../../reference/src/bytes/utf8.ts';
import { nodeCrypto } from '../../reference/src/crypto/node.ts';
import { type RawHello, refusesHello, takesHello } from './handshake-faults.ts';
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

export const helloMutants: readonly Mutant[] = [...protocol, ...fields];
