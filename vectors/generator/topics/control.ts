import { toHex } from '../../../reference/src/bytes/hex.ts';
import { ControlMessages, type ControlName } from '../../../reference/src/registry.ts';
import { encodeControl, encodeControlRecord } from '../../../reference/src/wire/control/control.ts';
import { type ControlJson, controlFromJson } from '../../../reference/src/wire/control/json.ts';
import { decodeRecord } from '../../../reference/src/wire/record.ts';
import { type JsonRecord, recordFromJson, recordToJson } from '../../../reference/src/wire/record-json.ts';
import { PYTHON, python } from '../sources.ts';
import { front, head, KIT, type Topic } from '../vector-file.ts';
import { invalidControl } from './control-invalid.ts';
import { BASE, CURSOR, FULL, ID, type Receiver, START, usualReceiver } from './control-samples.ts';

const OTHER_ID = '00000000000040008000000000000003';
const SAFE = Number.MAX_SAFE_INTEGER;
const U32 = 4294967295;

type Case = readonly [id: string, message: ControlJson, note?: string];

const ENDS: readonly Case[] = [
  ['session-max-least', { ...BASE.SESSION, max: 524288 }],
  ['session-max-greatest', { ...BASE.SESSION, auth: 2, max: 16777216 }],
  ['auth-kid-empty', { ...BASE.AUTH, kid: '' }, 'whether a psk has this name is not a question of form'],
  ['auth-proof-empty', { ...BASE.AUTH, proof: '' }, 'that is refused as a wrong proof, not here'],
  ['subscribe-nothing', { message: 'SUBSCRIBE', req: 0, mode: 0, seen: START, sc: [] }, 'only `seen`'],
  ['subscribe-remove', { message: 'SUBSCRIBE', req: U32, mode: 1, sc: [{ s: U32 }] }],
  [
    'subscribe-three',
    {
      message: 'SUBSCRIBE',
      req: 2,
      mode: 0,
      sc: [
        { s: 3, col: 'bugs' },
        { s: 1, team: '00'.repeat(16) },
        { s: 2, cur: CURSOR },
      ],
    },
    'numbers in any order',
  ],
  [
    'subscribe-same-twice',
    { message: 'SUBSCRIBE', req: 2, mode: 0, sc: [{ s: 1 }, { s: 1 }] },
    'refused by `st`, not here',
  ],
  [
    'subscribe-col-empty',
    { message: 'SUBSCRIBE', req: 2, mode: 0, sc: [{ s: 1, col: '' }] },
    'legal; nothing belongs to it',
  ],
  [
    'subscribed-refusals',
    {
      message: 'SUBSCRIBED',
      req: U32,
      st: 0x0501,
      sc: [
        { s: 1, st: 0x0505 },
        { s: U32, st: 65535 },
      ],
    },
  ],
  ['subscribed-nothing', { message: 'SUBSCRIBED', req: 0, st: 0, sc: [] }],
  ['ack-two', { ...BASE.ACK, ids: ID + OTHER_ID, st: '0001' }, 'one stored, one duplicate'],
  ['ack-empty', { ...BASE.ACK, ids: '', st: '' }, 'without ids it says only `cur`'],
  ['reject-two', { ...BASE.REJECT, ids: ID + OTHER_ID, retry: 0 }],
  ['reject-retry-greatest', { ...BASE.REJECT, code: 65535, retry: SAFE, msg: '' }],
  ['feed-ack-0', { message: 'FEED_ACK', n: 0 }],
  ['feed-ack-greatest', { message: 'FEED_ACK', n: SAFE }],
  ['checkpoint-empty', { message: 'CHECKPOINT', sc: [], n: 0, more: true }],
  [
    'checkpoint-two',
    {
      message: 'CHECKPOINT',
      sc: [
        { s: 2, cur: START },
        { s: U32, cur: CURSOR },
      ],
      n: SAFE,
      more: false,
    },
  ],
  ['ping-zeros', { message: 'PING', d: '00'.repeat(8) }],
  ['error-unknown-code', { message: 'ERROR', code: 0x06ff }, 'a code that 1.0 does not know'],
  ['error-msg-utf8', { message: 'ERROR', code: 0x0605, msg: '\u00e9 \u{1f525}' }],
  ['close-key-limit', { message: 'CLOSE', code: 0x010a }],
];

/** Every state and side in which a message may come, beside the usual one. */
const ELSEWHERE: readonly (readonly [id: string, name: ControlName, receiver: Receiver])[] = [
  ['session-to-client', 'SESSION', ['client', 'W_SESSION']],
  ['auth-to-client', 'AUTH', ['client', 'W_AUTH']],
  ['error-in-w-session', 'ERROR', ['server', 'W_SESSION']],
  ['error-in-w-auth', 'ERROR', ['client', 'W_AUTH']],
  ['close-in-w-session', 'CLOSE', ['client', 'W_SESSION']],
  ['close-in-w-auth', 'CLOSE', ['server', 'W_AUTH']],
  ['ping-to-client', 'PING', ['client', 'OPEN']],
  ['pong-to-client', 'PONG', ['client', 'OPEN']],
  ['error-to-client', 'ERROR', ['client', 'OPEN']],
  ['close-to-client', 'CLOSE', ['client', 'OPEN']],
];

/** Fields that no table names. */
const MORE: JsonRecord = [
  ['a', { array: [{ null: null }, { dictionary: [['title', { int: '1' }]] }] }],
  ['value', { double: '7ff8000000000001' }],
  ['zz', { string: 'a later version says more' }],
];

const UNKNOWN: readonly (readonly [id: string, controlId: number, bytes: string, receiver: Receiver, note?: string])[] =
  [
    ['grease-5a', 0x5a, '5a424c415a45010000', ['server', 'OPEN']],
    ['grease-6a', 0x6a, '6a', ['client', 'OPEN'], 'no body at all'],
    ['grease-7a', 0x7a, '7a00112233', ['server', 'OPEN'], 'the body need not be a record'],
    ['unknown-00', 0x00, '00', ['server', 'OPEN']],
    ['unknown-7f', 0x7f, '7fffffffffff', ['server', 'OPEN'], 'the last one that is skipped'],
    ['unknown-in-w-auth', 0x13, '13424c415a45010000', ['client', 'W_AUTH'], 'after SESSION, so it is skipped'],
  ];

const dashed = (name: string) => name.toLowerCase().replaceAll('_', '-');

/** The requirements of the message and of its members. */
function rowsOf(message: ControlJson): readonly string[] {
  const entry = ControlMessages[message.message as ControlName];
  const rows = (members: object, fields: object): string[] =>
    Object.entries(members).flatMap(([name, value]) => {
      const field = (fields as { [name: string]: { requirement: string; fields?: object } })[name];
      if (field === undefined) return [];
      const inside = Array.isArray(value) ? value.flatMap((element: object) => rows(element, field.fields!)) : [];
      return [field.requirement, ...inside];
    });
  return [...new Set([entry.requirement, ...rows(message, entry.fields)])];
}

function valid(id: string, message: ControlJson, [role, state]: Receiver, note?: string, source = 'kit') {
  return {
    ...front(id, rowsOf(message), note, source),
    role,
    state,
    message,
    bytes: toHex(encodeControl(controlFromJson(message))),
  };
}

/** A good message with fields that its table does not name. */
function withMore(name: ControlName) {
  const base = valid(
    `${dashed(name)}-unknown-fields`,
    BASE[name],
    usualReceiver(name),
    'fields that the table does not name',
  );
  const fields = decodeRecord(Buffer.from(base.bytes.slice(2), 'hex'));
  const id = Number.parseInt(ControlMessages[name].id, 16);
  const all = recordFromJson([...recordToJson(fields), ...MORE]);
  return {
    ...base,
    requirements: [...base.requirements, 'CTRL-13'],
    ignored: MORE,
    bytes: toHex(encodeControlRecord(id, all)),
  };
}

const NAMES = Object.keys(ControlMessages) as ControlName[];

export const control: Topic = () => ({
  ...head(
    'control',
    "Plaintexts of CONTROL frames; `role` and `state` are the receiver's. `skipped` are to be ignored whole.",
    {
      ...PYTHON,
      ...KIT,
    },
  ),
  valid: [
    ...python.sealed.slice(1).map(({ sender, message, plaintext }) => ({
      ...valid(
        `python-${sender}-${message.toLowerCase()}`,
        message === 'SESSION'
          ? { ...BASE.SESSION, auth: 1 }
          : {
              message: 'AUTH',
              kind: 1,
              ...(sender === 'client' ? { kid: 'k1' } : {}),
              proof: sender === 'client' ? python.clientProof : python.serverProof,
            },
        [sender === 'client' ? 'server' : 'client', message === 'SESSION' ? 'W_SESSION' : 'W_AUTH'],
        undefined,
        'python',
      ),
      bytes: plaintext,
    })),
    ...NAMES.map((name) => valid(dashed(name), BASE[name], usualReceiver(name))),
    ...Object.entries(FULL).map(([name, message]) =>
      valid(`${dashed(name)}-all-fields`, message, usualReceiver(name as ControlName)),
    ),
    ...ENDS.map(([id, message, note]) => valid(id, message, usualReceiver(message.message as ControlName), note)),
    ...ELSEWHERE.map(([id, name, receiver]) => valid(id, BASE[name], receiver)),
    ...NAMES.map(withMore),
  ],
  skipped: UNKNOWN.map(([id, controlId, bytes, [role, state], note]) => ({
    ...front(id, ['CTRL-7'], note),
    role,
    state,
    controlId,
    bytes,
  })),
  invalid: invalidControl(),
});
