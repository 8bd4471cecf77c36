/** HELLO and WELCOME: one layout but for the challenge, so one list of cases serves both. */
import { fromHex, toHex } from '../../../reference/src/bytes/hex.ts';
import { Id } from '../../../reference/src/bytes/id.ts';
import type { RefusalName } from '../../../reference/src/registry.ts';
import { encodeHello } from '../../../reference/src/wire/hello.ts';
import { encodeWelcome } from '../../../reference/src/wire/welcome.ts';
import { cut, hex, text, u16, u64 } from '../hex.ts';
import { demanded } from '../requirements.ts';
import { PYTHON, python } from '../sources.ts';
import { front, head, KIT, type Topic } from '../vector-file.ts';
import { BAD_KEYS, SMALL_KEY, X_0_KEY } from './bad-keys.ts';

export interface JsonExtension {
  readonly type: number;
  readonly value: string;
}

/** JSON form of HELLO and WELCOME; see schemas/message. */
export interface JsonGreeting {
  readonly message: 'HELLO' | 'WELCOME';
  readonly protocol: 'blazedb/1.0';
  readonly node: string;
  readonly database: string;
  readonly key: string;
  readonly capabilities: number;
  /** Unix milliseconds, decimal: a u64 does not fit a JSON number. */
  readonly time: string;
  readonly challenge?: string;
  readonly token: string;
  readonly extensions: readonly JsonExtension[];
}

/** The payload. */
export function encodeGreeting(json: JsonGreeting): Uint8Array {
  const { protocol, database, capabilities, token } = json;
  const extensions = json.extensions.map(({ type, value }) => ({ type, value: fromHex(value) }));
  const common = {
    protocol,
    node: Id.fromHex(json.node),
    database,
    key: fromHex(json.key),
    capabilities,
    token,
    extensions,
  };
  const greeting = { ...common, time: Number(json.time) };
  if (json.challenge === undefined) return encodeHello(greeting);
  return encodeWelcome({ ...greeting, challenge: fromHex(json.challenge) });
}

export const HELLO: JsonGreeting = {
  message: 'HELLO',
  protocol: 'blazedb/1.0',
  node: python.client.node,
  database: 'bugs',
  key: python.client.publicKey,
  capabilities: 15,
  time: '1700000000000',
  token: '',
  extensions: [],
};

export const WELCOME: JsonGreeting = {
  message: 'WELCOME',
  protocol: 'blazedb/1.0',
  node: python.server.node,
  database: 'bugs',
  key: python.server.publicKey,
  capabilities: 3,
  time: '1700000000005',
  challenge: python.challenge,
  token: '',
  extensions: [],
};

const target = (name: string): JsonExtension => ({ type: 1, value: text(name) });
const GREASE: JsonExtension = { type: 0x1a1a, value: 'c0ffee' };

type Change = readonly [id: string, change: Partial<JsonGreeting>, requirements: readonly string[], note?: string];

const BOTH: readonly Change[] = [
  ['database-1', { database: 'b' }, ['HS-7', 'LIM-12']],
  ['database-64', { database: 'd'.repeat(64) }, ['HS-7', 'LIM-12']],
  ['database-all-characters', { database: 'AZaz09._-' }, ['HS-7']],
  ['database-dots', { database: '..' }, ['HS-7'], 'a name, not a path'],
  ['capabilities-none', { capabilities: 0 }, ['HS-15', 'HS-36']],
  ['time-0', { time: '0' }, ['HS-19']],
  ['time-2-to-53', { time: '9007199254740991' }, ['HS-19']],
  ['extension-grease', { extensions: [GREASE] }, ['HS-54']],
  ['key-small-x', { key: SMALL_KEY }, ['HS-14', 'HS-27'], 'x is 5'],
  ['key-x-0', { key: X_0_KEY }, ['HS-14', 'HS-27'], 'x is 0, and on the curve'],
];

const FOR_HELLO: readonly Change[] = [
  ...BOTH,
  ['capabilities-unknown-bits', { capabilities: 0xf5 }, ['HS-59'], 'bits that 1.0 does not know'],
  ['token', { token: 'a token, \u00e9 in UTF-8' }, ['HS-17']],
  ['token-255', { token: 't'.repeat(255) }, ['HS-17']],
  ['target', { database: 'my-bugs', extensions: [target('bugs')] }, ['HS-8', 'HS-55']],
  ['target-and-grease', { extensions: [target('bugs'), GREASE] }, ['HS-54', 'HS-55']],
  ['token-and-target', { token: 'x', extensions: [target('bugs')] }, ['HS-17', 'HS-18']],
];

const FOR_WELCOME: readonly Change[] = [
  ...BOTH,
  ['capabilities-unknown-bits', { capabilities: 0xf0 }, ['HS-46'], 'bits outside of the registry are ignored'],
  ['challenge-zero', { challenge: '00'.repeat(16) }, ['HS-38']],
  ['extension-target', { extensions: [target('not a name: \u00e9')] }, ['HS-54'], 'it has no meaning here'],
];

/** The parts of the payload by name, so that a case replaces one of them. */
interface Parts {
  readonly protocol: string;
  readonly node: string;
  readonly database: string;
  readonly key: string;
  readonly caps: string;
  readonly time: string;
  readonly challenge: string;
  readonly token: string;
  readonly extensions: string;
}

const str8 = (content: string) => hex((content.length / 2).toString(16).padStart(2, '0'), content);

function parts(json: JsonGreeting): Parts {
  return {
    protocol: str8(text(json.protocol)),
    node: json.node,
    database: str8(text(json.database)),
    key: json.key,
    caps: '03',
    time: u64(BigInt(json.time)),
    challenge: json.challenge ?? '',
    token: '00',
    extensions: '',
  };
}

const joined = (list: Parts) => hex(...Object.values(list));
const block = (...entries: readonly string[]) => hex(u16(entries.join('').length / 2), ...entries);

type Invalid = readonly [id: string, reason: RefusalName, change: Partial<Parts>, note?: string];

const INVALID: readonly Invalid[] = [
  ['protocol-1-1', 'hello.protocol', { protocol: str8(text('blazedb/1.1')) }],
  ['protocol-upper-case', 'hello.protocol', { protocol: str8(text('BlazeDB/1.0')) }],
  ['protocol-empty', 'hello.protocol', { protocol: '00' }],
  ['protocol-longer', 'hello.protocol', { protocol: str8(text('blazedb/1.0 ')) }],
  ['protocol-not-utf8', 'hello.protocol', { protocol: str8('ff') }],
  [
    'protocol-before-all-else',
    'hello.protocol',
    { protocol: str8(text('blazedb/2.0')), node: '00', database: '', key: '', token: '' },
  ],
  ['database-empty', 'hello.database-name', { database: '00' }],
  ['database-65', 'hello.database-name', { database: str8('64'.repeat(65)) }],
  ['database-colon', 'hello.database-name', { database: str8(text('bu:s')) }],
  ['database-slash', 'hello.database-name', { database: str8(text('bu/s')) }],
  ['database-space', 'hello.database-name', { database: str8(text('bugs ')) }],
  ['database-newline', 'hello.database-name', { database: str8(text('bugs\n')) }],
  ['database-umlaut', 'hello.database-name', { database: str8(text('b\u00fcgs')) }],
  ['database-nul', 'hello.database-name', { database: str8(text('bugs\0')) }],
  ['extensions-one-byte', 'extensions.length', { extensions: '00' }],
  ['extensions-empty-block', 'extensions.length', { extensions: '0000' }],
  ['extensions-total', 'extensions.length', { extensions: '00050a0a0000' }],
  ['extensions-descending', 'extensions.order', { extensions: block('1a1a0000', '0a0a0000') }],
  ['extensions-twice', 'extensions.order', { extensions: block('0a0a0000', '0a0a0000') }],
];

const ONLY_HELLO: readonly Invalid[] = [
  ['token-not-utf8', 'hello.token', { token: '01ff' }],
  ['token-surrogate', 'hello.token', { token: '03eda080' }],
  ['target-empty', 'hello.target', { extensions: block('00010000') }],
  ['target-colon', 'hello.target', { extensions: block('00010003', text('a:b')) }],
  ['target-65', 'hello.target', { extensions: block('00010041', '64'.repeat(65)) }],
  ['target-not-utf8', 'hello.target', { extensions: block('00010001', 'ff') }],
];

const ONLY_WELCOME: readonly Invalid[] = [
  ['token', 'welcome.token', { token: '0178' }],
  ['token-not-utf8', 'welcome.token', { token: '01ff' }, 'that it is not empty comes first'],
];

function topic(base: JsonGreeting, changes: readonly Change[], cases: readonly Invalid[], bytes: string): Topic {
  const name = base.message;
  const layout = parts(base);
  const keys = BAD_KEYS.map(([id, key, note]): Invalid => [`key-${id}`, 'hello.key', { key }, note]);
  const ends = [0, 11, 12, 27, 28, 32, 33, 97, 98, 105, 106].map((n) => cut(joined(layout), n));
  return () => ({
    ...head(name.toLowerCase(), `Payloads of ${name}, without the header of the frame.`, { ...PYTHON, ...KIT }),
    valid: [
      {
        id: 'python',
        source: 'python',
        requirements: name === 'HELLO' ? ['HS-11', 'HS-14'] : ['HS-32', 'HS-38'],
        message: base,
        bytes,
      },
      ...changes.map(([id, change, requirements, note]) => {
        const message = { ...base, ...change };
        return {
          ...front(id, requirements, note),
          message,
          bytes: toHex(encodeGreeting(message)),
        };
      }),
      {
        ...front('time-greatest', ['HS-19'], 'the greatest u64 is accepted; nothing depends on it'),
        message: { ...base, time: '18446744073709551615' },
        bytes: joined({ ...layout, time: 'ff'.repeat(8), caps: base.capabilities.toString(16).padStart(2, '0') }),
      },
    ],
    invalid: [
      ...ends.map((part) => ({
        id: `cut-at-${part.length / 2}`,
        source: 'kit',
        requirements: demanded('message.truncated', ...(part.length < 24 ? ['HS-22'] : [])),
        bytes: part,
        reason: 'message.truncated' as const,
      })),
      ...[...INVALID, ...keys, ...cases].map(([id, reason, change, note]) => ({
        ...front(id, demanded(reason), note),
        bytes: joined({ ...layout, ...change }),
        reason,
      })),
    ],
  });
}

export const hello: Topic = topic(HELLO, FOR_HELLO, ONLY_HELLO, python.frames.hello.slice(10));
export const welcome: Topic = topic(WELCOME, FOR_WELCOME, ONLY_WELCOME, python.frames.welcome.slice(10));
