import { fromHex, toHex } from '../../../reference/src/bytes/hex.ts';
import { nodeCrypto } from '../../../reference/src/crypto/node.ts';
import { linkKey, pskProof, type Role, transcriptHash, verifyMac } from '../../../reference/src/crypto/schedule.ts';
import { FrameType } from '../../../reference/src/registry.ts';
import { encodeControl } from '../../../reference/src/wire/control/control.ts';
import { type ControlJson, controlFromJson } from '../../../reference/src/wire/control/json.ts';
import { encodeFrame } from '../../../reference/src/wire/frame.ts';
import { text } from '../hex.ts';
import { PYTHON, python } from '../sources.ts';
import { front, head, KIT, type Topic } from '../vector-file.ts';
import { encodeGreeting, HELLO, type JsonExtension, type JsonGreeting, WELCOME } from './greetings.ts';
import { invalidHandshakes } from './handshakes-invalid.ts';
import { sealControl } from './seal-control.ts';

/** One side of a connection, with all that it draws at random. */
export interface Side {
  readonly privateKey: string;
  readonly publicKey: string;
  readonly node: string;
  readonly database: string;
  readonly capabilities: number;
  /** Unix milliseconds, decimal. */
  readonly time: string;
  readonly token: string;
  readonly extensions: readonly JsonExtension[];
  readonly max: number;
  readonly credential?: { readonly kid: string; readonly psk: string };
}

export interface Step {
  readonly from: Role;
  readonly name: 'HELLO' | 'WELCOME' | 'VERIFY' | 'COMPLETE' | 'SESSION' | 'AUTH';
  readonly message: object;
  /** Of a sealed step. */
  readonly counter?: number;
  readonly plaintext?: string;
  readonly frame: string;
}

export interface Handshake {
  readonly id: string;
  readonly client: Side;
  readonly server: Side;
  readonly challenge: string;
  readonly ecdhX: string;
  readonly linkKey: string;
  readonly transcriptHash: string;
  readonly steps: readonly Step[];
}

const side = (greeting: JsonGreeting, privateKey: string): Side => ({
  privateKey,
  publicKey: greeting.key,
  node: greeting.node,
  database: greeting.database,
  capabilities: greeting.capabilities,
  time: greeting.time,
  token: greeting.token,
  extensions: greeting.extensions,
  max: 1048576,
});

const CLIENT: Side = side(HELLO, python.client.privateKey);
const SERVER: Side = side(WELCOME, python.server.privateKey);
const CREDENTIAL = { kid: 'k1', psk: python.psk };

/** The connection of two sides from HELLO to OPEN, computed step by step. */
export function connect(id: string, client: Side, server: Side, challenge = python.challenge): Handshake {
  const hello: JsonGreeting = { ...HELLO, ...greetingOf(client), database: client.database };
  const target = client.extensions.find(({ type }) => type === 1)?.value;
  const requested = target === undefined ? client.database : Buffer.from(target, 'hex').toString();
  const capabilities = hello.capabilities & server.capabilities & 0x0f;
  const welcome: JsonGreeting = { ...WELCOME, ...greetingOf(server), database: requested, capabilities, challenge };
  const frames = [
    toHex(encodeFrame(FrameType.HELLO, encodeGreeting(hello))),
    toHex(encodeFrame(FrameType.WELCOME, encodeGreeting(welcome))),
  ];
  const x = nodeCrypto.agree(fromHex(client.privateKey), fromHex(server.publicKey));
  const key = linkKey(nodeCrypto, x, client.database, requested);
  const mac = toHex(verifyMac(nodeCrypto, key, fromHex(challenge)));
  const verify = toHex(encodeFrame(FrameType.VERIFY, fromHex(mac)));
  const [h, w, v] = [...frames, verify].map(fromHex) as [Uint8Array, Uint8Array, Uint8Array];
  const th = toHex(transcriptHash(nodeCrypto, h, w, v));
  const sealed = sealedSteps(toHex(key), th, client, server);
  return {
    id,
    client,
    server,
    challenge,
    ecdhX: toHex(x),
    linkKey: toHex(key),
    transcriptHash: th,
    steps: [
      { from: 'client', name: 'HELLO', message: hello, frame: frames[0]! },
      { from: 'server', name: 'WELCOME', message: welcome, frame: frames[1]! },
      { from: 'client', name: 'VERIFY', message: { message: 'VERIFY', mac }, frame: verify },
      {
        from: 'server',
        name: 'COMPLETE',
        message: { message: 'COMPLETE' },
        frame: toHex(encodeFrame(FrameType.COMPLETE, new Uint8Array())),
      },
      ...sealed,
    ],
  };
}

const greetingOf = ({ node, publicKey, capabilities, time, token, extensions }: Side) => ({
  node,
  key: publicKey,
  capabilities,
  time,
  token,
  extensions,
});

function sealedSteps(key: string, th: string, client: Side, server: Side): Step[] {
  const session = ({ credential, max }: Side): ControlJson => ({
    message: 'SESSION',
    th,
    auth: credential === undefined ? 0 : 1,
    max,
  });
  const proof = (role: Role, psk: string) => toHex(pskProof(nodeCrypto, fromHex(psk), role, fromHex(th)));
  const messages: [from: Role, counter: number, message: ControlJson][] = [
    ['server', 0, session(server)],
    ['client', 0, session(client)],
  ];
  if (client.credential !== undefined) {
    const { kid, psk } = client.credential;
    messages.push(['client', 1, { message: 'AUTH', kind: 1, kid, proof: proof('client', psk) }]);
    messages.push(['server', 1, { message: 'AUTH', kind: 1, proof: proof('server', psk) }]);
  }
  return messages.map(([from, counter, message]) => {
    const plaintext = toHex(encodeControl(controlFromJson(message)));
    const frame = sealControl(key, from, counter, plaintext);
    return { from, name: message.message as Step['name'], message, counter, plaintext, frame };
  });
}

const target = (name: string): JsonExtension => ({ type: 1, value: text(name) });
const GREASE: JsonExtension = { type: 0x2a2a, value: '00ff' };

type Case = readonly [
  id: string,
  note: string,
  client: Partial<Side>,
  server: Partial<Side>,
  requirements: readonly string[],
  source?: string,
];

const ROWS = ['HS-86', 'HS-87', 'HS-88', 'HS-95', 'HS-96', 'HS-97'];
const WITH_AUTH = ['HS-86', 'HS-87', 'HS-89', 'HS-91', 'HS-95', 'HS-96', 'HS-98', 'HS-100'];

const CASES: readonly Case[] = [
  [
    'psk',
    'AUTH on both sides: the frames of handshake-python.json',
    { credential: CREDENTIAL },
    { credential: CREDENTIAL },
    WITH_AUTH,
    'python',
  ],
  ['open', 'without AUTH', {}, {}, ROWS],
  [
    'two-names',
    "the client's database has another name at home",
    { database: 'my-bugs', extensions: [target('bugs')] },
    {},
    [...ROWS, 'HS-8', 'HS-9', 'HS-60'],
  ],
  [
    'two-names-psk',
    'two names, and AUTH',
    { database: 'a', extensions: [target('bugs')], credential: CREDENTIAL },
    { credential: CREDENTIAL },
    [...WITH_AUTH, 'HS-8', 'HS-60'],
  ],
  ['target-equal', 'a target that says no other name', { extensions: [target('bugs')] }, {}, [...ROWS, 'HS-8']],
  [
    'grease',
    'unknown extensions on both sides',
    { extensions: [GREASE] },
    { extensions: [GREASE] },
    [...ROWS, 'HS-54'],
  ],
  [
    'capabilities-all',
    'everything is offered and granted',
    { capabilities: 15 },
    { capabilities: 15 },
    [...ROWS, 'HS-58'],
  ],
  [
    'capabilities-disjoint',
    'what is offered is not granted',
    { capabilities: 5 },
    { capabilities: 10 },
    [...ROWS, 'HS-58'],
  ],
  [
    'capabilities-unknown',
    'unknown bits are offered, and not selected',
    { capabilities: 0xf3 },
    { capabilities: 15 },
    [...ROWS, 'HS-59'],
  ],
  ['max', 'both ends of the range of max', { max: 524288 }, { max: 16777216 }, [...ROWS, 'MSG-4']],
  [
    'psk-16-bytes',
    'the shortest psk that is accepted',
    { credential: { kid: 'sixteen', psk: '44'.repeat(16) } },
    { credential: { kid: 'sixteen', psk: '44'.repeat(16) } },
    [...WITH_AUTH, 'LIM-23'],
  ],
];

export const handshakes: Topic = () => {
  const all = CASES.map(([id, note, client, server, requirements, source = 'kit']) => ({
    source,
    note,
    requirements,
    ...connect(id, { ...CLIENT, ...client }, { ...SERVER, ...server }),
  }));
  return {
    ...head(
      'handshakes',
      'Connections from HELLO to OPEN with fixed keys, frame by frame. In `invalid` the frame of one step of `base` is another; its receiver refuses it.',
      { ...PYTHON, ...KIT },
    ),
    valid: all.map(({ id, source, note, requirements, steps, ...rest }) => ({
      ...front(id, requirements, note, source),
      ...rest,
      open: {
        capabilities: (steps[1]!.message as JsonGreeting).capabilities,
        database: (steps[1]!.message as JsonGreeting).database,
        ...(rest.client.credential === undefined ? {} : { kid: rest.client.credential.kid }),
      },
      steps,
    })),
    invalid: invalidHandshakes(all),
  };
};
