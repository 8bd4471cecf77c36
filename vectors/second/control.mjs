/** Control messages: `id u8 | BlazeBinary v1 record`. The table is that of the protocol's page, in its own notation. */
import { Cursor, join, u8 } from './bytes.mjs';
import { encodeRecord, readRecord } from './record.mjs';
import { refuse } from './refusal.mjs';

const MESSAGES = {
  SESSION: ['01', 'th data 32, auth 0 to 2, max 524288 to 16777216'],
  AUTH: ['02', 'kind 1 to 2, kid string?, pub data 65?, proof data'],
  SUBSCRIBE: [
    '10',
    'req u32, mode 0 to 1, seen data 40?, sc { s scope, col string?, tag data 16?, team uuid?, cur data 40? }',
  ],
  SUBSCRIBED: ['11', 'req u32, st code, sc { s scope, st code }'],
  SCOPE_REVOKED: ['12', 's scope, code code'],
  ACK: ['20', 'ids ids, st data, cur data 40'],
  REJECT: ['21', 'ids ids, code code, retry ms?, msg string?'],
  FEED_ACK: ['22', 'n count'],
  CHECKPOINT: ['23', 'sc { s scope, cur data 40 }, n count, more bool'],
  PING: ['30', 'd data 8'],
  PONG: ['31', 'd data 8'],
  ERROR: ['3e', 'code code, ref uuid?, retry ms?, msg string?'],
  CLOSE: ['3f', 'code code, retry ms?'],
};

const RANGES = {
  u32: [0, 2 ** 32 - 1],
  scope: [1, 2 ** 32 - 1],
  code: [0, 65535],
  ms: [0, Number.MAX_SAFE_INTEGER],
  count: [0, Number.MAX_SAFE_INTEGER],
};

/** `th data 32` becomes { name, kind, length, optional }, `sc { ... }` { name, kind: 'list', fields }. */
function parse(table) {
  return [...table.matchAll(/(\w+) (\{ (.*?) \}|[\w ]+\??)(?:, |$)/g)].map(([, name, form, inner]) => {
    if (inner !== undefined) return { name, kind: 'list', fields: parse(inner) };
    const optional = form.endsWith('?');
    const [kind, ...rest] = form.replace('?', '').split(' ');
    const field = { name, kind, optional };
    if (kind === 'data') return { ...field, length: rest.length > 0 ? Number(rest[0]) : undefined };
    if (/^\d+$/.test(kind)) return { ...field, kind: 'int', range: [Number(kind), Number(rest[1])] };
    return kind in RANGES ? { ...field, kind: 'int', range: RANGES[kind] } : field;
  });
}

const TABLE = Object.entries(MESSAGES).map(([message, [id, table]]) => ({
  message,
  id: Number.parseInt(id, 16),
  fields: parse(table),
}));

// ---------------------------------------------------------------- encoding

/** `more` holds further fields `[name, value]`, which a receiver ignores. */
export function encodeControl(json, more = []) {
  const { id, fields } = TABLE.find(({ message }) => message === json.message);
  return join(u8(id), encodeRecord([...toFields(json, fields), ...more]));
}

function toFields(json, fields) {
  return fields
    .filter(({ name }) => json[name] !== undefined)
    .map((field) => [field.name, toValue(json[field.name], field)]);
}

function toValue(content, { kind, fields }) {
  if (kind === 'int') return { int: String(content) };
  if (kind === 'ids') return { data: content };
  if (kind === 'list') return { array: content.map((element) => ({ dictionary: toFields(element, fields) })) };
  return { [kind]: content };
}

// ---------------------------------------------------------------- decoding

/** The peer's messages that are legal in the receiver's state. */
const LEGAL = {
  W_SESSION: ['SESSION', 'ERROR', 'CLOSE'],
  W_AUTH: ['AUTH', 'ERROR', 'CLOSE'],
  OPEN: {
    server: ['SUBSCRIBE', 'FEED_ACK', 'PING', 'PONG', 'ERROR', 'CLOSE'],
    client: ['SUBSCRIBED', 'SCOPE_REVOKED', 'ACK', 'REJECT', 'CHECKPOINT', 'PING', 'PONG', 'ERROR', 'CLOSE'],
  },
};

/** `role` and `state` are the receiver's. Gives the message, or { message: 'UNKNOWN', id } for one to be skipped. */
export function decodeControl(bytes, role, state) {
  if (bytes.length > 65536) refuse('control.too-large');
  const id = bytes[0];
  const entry = TABLE.find((message) => message.id === id);
  if (entry === undefined) {
    if (state === 'W_SESSION') refuse('control.unexpected');
    return id >= 0x80 ? refuse('control.unknown-critical') : { message: 'UNKNOWN', id };
  }
  if (!(LEGAL[state][role] ?? LEGAL[state]).includes(entry.message)) refuse('control.unexpected');
  const cursor = new Cursor(bytes.subarray(1), 'record.truncated');
  const fields = readRecord(cursor);
  if (cursor.left > 0) refuse('record.trailing-bytes');
  return { message: entry.message, ...fromFields(fields, entry) };
}

/** Entries of a list are judged when their number is. */
const GREATEST_LIST = { SUBSCRIBE: 1024 };

/** Field by field in the order of the table: is it there, is it of its type, is it in its range. */
function fromFields(values, { message, fields }) {
  const json = {};
  for (const field of fields) {
    const value = values.find(([name]) => name === field.name)?.[1];
    if (value !== undefined) json[field.name] = fromValue(value, field, GREATEST_LIST[message]);
    else if (!field.optional) refuse('control.field-missing');
    if (message === 'ACK' && field.name === 'st') checkStatuses(json);
  }
  return json;
}

function fromValue(value, { kind, length, range, fields }, greatest = Infinity) {
  const [actual] = Object.keys(value);
  const content = value[actual];
  if (actual !== ({ ids: 'data', list: 'array' }[kind] ?? kind)) refuse('control.field-type');
  if (kind === 'int') {
    if (BigInt(content) < BigInt(range[0]) || BigInt(content) > BigInt(range[1])) refuse('control.field-range');
    return Number(content);
  }
  if (kind === 'list') {
    if (content.length > greatest) refuse('control.field-range');
    return content.map((element) => {
      if (element.dictionary === undefined) refuse('control.field-type');
      return fromFields(element.dictionary, { fields });
    });
  }
  if (kind === 'data' && length !== undefined && content.length !== 2 * length) refuse('control.field-range');
  if (kind === 'ids' && content.length % 32 !== 0) refuse('control.field-range');
  return content;
}

/** One status per id, each 00 or 01. */
function checkStatuses({ ids, st }) {
  if (st.length / 2 !== ids.length / 32 || !/^(00|01)*$/.test(st)) refuse('control.field-range');
}
