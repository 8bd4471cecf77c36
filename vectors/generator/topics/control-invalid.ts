/**
 * Control messages to be refused: made of the good ones, field by field from the registry (missing, of another type, out
 * of its range), and by hand where more than one field is concerned.
 */
import { toHex } from '../../../reference/src/bytes/hex.ts';
import { ControlMessages, type ControlName, type RefusalName } from '../../../reference/src/registry.ts';
import { encodeControlRecord } from '../../../reference/src/wire/control/control.ts';
import { type JsonRecord, type JsonValue, recordFromJson } from '../../../reference/src/wire/record-json.ts';
import { hex } from '../hex.ts';
import { demanded } from '../requirements.ts';
import { front } from '../vector-file.ts';
import { BASE, FULL, type Receiver, usualReceiver } from './control-samples.ts';

interface Field {
  readonly requirement: string;
  readonly type: string;
  readonly optional?: boolean;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly length?: number;
  readonly multiple?: number;
  readonly fields?: Fields;
}
type Fields = { readonly [name: string]: Field };

type Invalid = readonly [
  id: string,
  reason: RefusalName,
  bytes: string,
  receiver: Receiver,
  requirements: readonly string[],
  note?: string | undefined,
];

const dashed = (name: string) => name.toLowerCase().replaceAll('_', '-');

/** The members of a message or a list entry as a record. */
function record(members: object, fields: Fields): JsonRecord {
  return Object.entries(fields).flatMap(([name, field]): JsonRecord => {
    const member = (members as { [name: string]: unknown })[name];
    return member === undefined ? [] : [[name, value(member, field)]];
  });
}

function value(member: unknown, { type, fields }: Field): JsonValue {
  if (type === 'int') return { int: String(member) };
  if (type !== 'list') return { [type]: member } as unknown as JsonValue;
  return { array: (member as object[]).map((entry) => ({ dictionary: record(entry, fields!) })) };
}

/** One field changed in one way: its name with what was done to it, and the reason. */
type Change = readonly [id: string, reason: RefusalName, changed: JsonValue | undefined];

function changesOf(name: string, { type, optional, minimum, maximum, length, multiple }: Field): readonly Change[] {
  const wrong: Change[] = [[`${name}-null`, 'control.field-type', { null: null }]];
  if (optional !== true) wrong.push([`${name}-missing`, 'control.field-missing', undefined]);
  if (type === 'int') {
    wrong.push([`${name}-double`, 'control.field-type', { double: '3ff0000000000000' }]);
    wrong.push([`${name}-below`, 'control.field-range', { int: String(minimum! - 1) }]);
    wrong.push([`${name}-above`, 'control.field-range', { int: (BigInt(maximum!) + 1n).toString() }]);
  }
  if (type === 'data') wrong.push([`${name}-string`, 'control.field-type', { string: 'not bytes' }]);
  if (type === 'uuid') wrong.push([`${name}-data`, 'control.field-type', { data: '00'.repeat(16) }]);
  if (type === 'string') wrong.push([`${name}-data`, 'control.field-type', { data: '6b31' }]);
  if (type === 'bool') wrong.push([`${name}-int`, 'control.field-type', { int: '1' }]);
  if (type === 'list') {
    wrong.push([`${name}-dictionary`, 'control.field-type', { dictionary: [] }]);
    wrong.push([`${name}-of-ints`, 'control.field-type', { array: [{ int: '1' }] }]);
  }
  const bytes = length ?? multiple;
  if (bytes === undefined) return wrong;
  wrong.push([`${name}-short`, 'control.field-range', { data: '5a'.repeat(bytes - 1) }]);
  wrong.push([`${name}-long`, 'control.field-range', { data: '5a'.repeat(bytes + 1) }]);
  return wrong;
}

/** Every field of a message, and of the entries of its list, changed in every way. */
function fieldByField(name: ControlName): readonly Invalid[] {
  const fields = ControlMessages[name].fields as Fields;
  const good = record(FULL[name] ?? BASE[name], fields);
  const id = Number.parseInt(ControlMessages[name].id, 16);
  const encoded = (changed: JsonRecord) => toHex(encodeControlRecord(id, recordFromJson(changed)));
  const invalid = (change: Change, field: Field, changed: JsonRecord, prefix = ''): Invalid => [
    `${dashed(name)}-${prefix}${change[0]}`,
    change[1],
    encoded(changed),
    usualReceiver(name),
    [field.requirement],
  ];
  return Object.entries(fields).flatMap(([fieldName, field]) => {
    const own = changesOf(fieldName, field).map((change) =>
      invalid(change, field, replaced(good, fieldName, change[2])),
    );
    if (field.fields === undefined) return own;
    const list = good.find(([member]) => member === fieldName)![1] as { array: readonly { dictionary: JsonRecord }[] };
    const inside = Object.entries(field.fields).flatMap(([memberName, member]) =>
      changesOf(memberName, member).map((change) => {
        const entry = { dictionary: replaced(list.array[0]!.dictionary, memberName, change[2]) };
        return invalid(change, member, replaced(good, fieldName, { array: [entry] }), `${fieldName}-`);
      }),
    );
    return [...own, ...inside];
  });
}

function replaced(fields: JsonRecord, name: string, changed: JsonValue | undefined): JsonRecord {
  return fields.flatMap((field): JsonRecord => {
    if (field[0] !== name) return [field];
    return changed === undefined ? [] : [[name, changed]];
  });
}

const SERVER: Receiver = ['server', 'OPEN'];
const CLIENT: Receiver = ['client', 'OPEN'];
const MAGIC = '424c415a4501';
const PING = hex('30', MAGIC, '0001 ff0001 64 0700000008 0102030405060708');
const ACK = (ids: string, st: string) => {
  const { cur } = BASE.ACK as unknown as { cur: string };
  return toHex(
    encodeControlRecord(
      0x20,
      recordFromJson([
        ['ids', { data: ids }],
        ['st', { data: st }],
        ['cur', { data: cur }],
      ]),
    ),
  );
};
const ID = '550e8400e29b41d4a716446655440000';

const BY_HAND: readonly (readonly [
  id: string,
  reason: RefusalName,
  bytes: string,
  receiver: Receiver,
  note?: string | undefined,
])[] = [
  ['unknown-80', 'control.unknown-critical', '80', SERVER, 'the first critical id; no body is looked at'],
  ['unknown-ff', 'control.unknown-critical', `ff${MAGIC}0000`, CLIENT],
  ['unknown-80-in-w-auth', 'control.unknown-critical', '80', ['server', 'W_AUTH']],
  [
    'unknown-80-before-session',
    'control.unexpected',
    '80',
    ['server', 'W_SESSION'],
    'until SESSION, ids that are not known are unexpected, too',
  ],
  ['grease-before-session', 'control.unexpected', '5a', ['client', 'W_SESSION']],
  ['ping-before-session', 'control.unexpected', PING, ['server', 'W_SESSION']],
  ['ping-in-w-auth', 'control.unexpected', PING, ['server', 'W_AUTH']],
  ['session-in-w-auth', 'control.unexpected', `01${MAGIC}0000`, ['server', 'W_AUTH'], 'judged before its body'],
  ['session-in-open', 'control.unexpected', `01${MAGIC}0000`, SERVER],
  ['auth-before-session', 'control.unexpected', `02${MAGIC}0000`, ['server', 'W_SESSION']],
  ['auth-in-open', 'control.unexpected', `02${MAGIC}0000`, CLIENT],
  ['subscribe-to-client', 'control.unexpected', `10${MAGIC}0000`, CLIENT],
  ['subscribed-to-server', 'control.unexpected', `11${MAGIC}0000`, SERVER],
  ['scope-revoked-to-server', 'control.unexpected', `12${MAGIC}0000`, SERVER],
  ['ack-to-server', 'control.unexpected', `20${MAGIC}0000`, SERVER],
  ['reject-to-server', 'control.unexpected', `21${MAGIC}0000`, SERVER],
  ['feed-ack-to-client', 'control.unexpected', `22${MAGIC}0000`, CLIENT],
  ['checkpoint-to-server', 'control.unexpected', `23${MAGIC}0000`, SERVER],
  ['body-missing', 'record.truncated', '30', SERVER],
  ['body-cut', 'record.truncated', PING.slice(0, -2), SERVER],
  ['body-trailing-byte', 'record.trailing-bytes', `${PING}00`, SERVER],
  ['body-version-02', 'record.version', '30424c415a4502000094d87736', SERVER],
  ['body-magic', 'record.magic', '30626c617a65010000', SERVER],
  [
    'body-names-unsorted',
    'record.names-unsorted',
    hex('30', MAGIC, '0002 ff0001 65 0b ff0001 64 0700000008 0102030405060708'),
    SERVER,
  ],
  [
    'body-common-name-long',
    'record.name-not-shortest',
    hex('02', MAGIC, '0001 ff0004 6b696e64 1201'),
    ['server', 'W_AUTH'],
    '`kind` is a common name',
  ],
  [
    'body-before-fields',
    'record.trailing-bytes',
    hex('30', MAGIC, '0000 00'),
    SERVER,
    'the record comes before its fields',
  ],
  ['ping-empty', 'control.field-missing', hex('30', MAGIC, '0000'), SERVER],
  [
    'ping-name-upper-case',
    'control.field-missing',
    hex('30', MAGIC, '0001 ff0001 44 0700000008 0102030405060708'),
    SERVER,
    '`D` is not `d`',
  ],
  ['ack-st-short', 'control.field-range', ACK(ID + ID, '00'), CLIENT, 'two ids, one status'],
  ['ack-st-long', 'control.field-range', ACK(ID, '0001'), CLIENT, 'one id, two statuses'],
  ['ack-st-02', 'control.field-range', ACK(ID, '02'), CLIENT, 'neither stored nor duplicate'],
  ['feed-ack-n-2-to-63', 'control.field-range', hex('22', MAGIC, '0001 ff0001 6e 02 7fffffffffffffff'), SERVER],
  [
    'missing-before-range',
    'control.field-missing',
    hex('22', MAGIC, '0001 ff0001 6d 02 ffffffffffffffff'),
    SERVER,
    'an unknown field is not judged',
  ],
  [
    'order-of-the-table',
    'control.field-range',
    hex('11', MAGIC, '0002 ff0003 726571 02 ffffffffffffffff ff0002 7374 0b'),
    CLIENT,
    '`req` is judged before `st` and `sc`',
  ],
];

export function invalidControl() {
  const names = Object.keys(ControlMessages) as ControlName[];
  const all: readonly Invalid[] = [
    ...names.flatMap(fieldByField),
    ...BY_HAND.map(([id, reason, bytes, receiver, note]): Invalid => [id, reason, bytes, receiver, [], note]),
  ];
  return all.map(([id, reason, bytes, [role, state], requirements, note]) => ({
    ...front(id, demanded(reason, ...requirements), note),
    role,
    state,
    bytes,
    reason,
  }));
}
