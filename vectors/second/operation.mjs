/** Operations, plain and sealed: the layout only. What is inside a sealed one is the business of sealed-operation.mjs. */
import { createHash } from 'node:crypto';
import { Cursor, hex, join, text, u8, u16, u32, u64, utf8 } from './bytes.mjs';
import { decodeExtensions, encodeExtensions, IN_OPERATION } from './extensions.mjs';
import { encodeRecord, readRecord } from './record.mjs';
import { refuse } from './refusal.mjs';

const TYPES = { 1: 'insert', 2: 'update', 3: 'delete', 4: 'createIndex', 5: 'dropIndex', 7: 'sealed' };
const MAXIMUM = 256 * 1024;
const ZEROS = '00'.repeat(16);

/** The record id that stands for an index. */
export function indexRecord(name) {
  return createHash('sha256').update('blazedb index\0').update(name).digest('hex').slice(0, 32);
}

// ---------------------------------------------------------------- encoding

export function encodeOperation(o) {
  const begin = join(hex(o.id), encodeCounter(BigInt(o.counter)), hex(o.node));
  const extensions = encodeExtensions(o.extensions ?? []);
  if (o.type === 'sealed') return join(begin, u8(0xf0), sealedPart(o), extensions);
  const collection = utf8(o.collection, 'operation.collection-utf8');
  const type = Number(Object.keys(TYPES).find((number) => TYPES[number] === o.type));
  const n = collection.length;
  const head = n < 32 ? u8((type << 5) | n) : Buffer.from([type, 0x80, n]);
  return join(begin, head, collection, hex(o.record), encodeRecord(o.changes), extensions);
}

export function encodeCounter(counter) {
  if (counter < 256n) return join(u8(0), u8(Number(counter)));
  if (counter < 65536n) return join(u8(1), u16(Number(counter)));
  return join(u8(2), u64(counter));
}

function sealedPart(o) {
  const ciphertext = hex(o.ciphertext);
  return join(hex(o.tag), hex(o.epoch), hex(o.team), hex(o.nonce), u32(ciphertext.length), ciphertext, hex(o.mac));
}

// ---------------------------------------------------------------- decoding

export function decodeOperation(bytes) {
  if (bytes.length < 16) refuse('operation.id-missing');
  if (bytes.length > MAXIMUM) refuse('operation.too-large');
  const cursor = new Cursor(bytes, 'operation.truncated');
  const id = cursor.hex(16);
  const counter = readCounter(cursor).toString();
  const node = cursor.hex(16);
  const { type, length } = readHead(cursor);
  const fields = type === 'sealed' ? readSealed(cursor) : readPlain(cursor, type, length);
  const operation = { id, counter, node, type, ...fields };
  const extensions = decodeExtensions(cursor.rest(), IN_OPERATION, (number) => {
    if (number !== 1) return undefined;
    if (type === 'sealed') refuse('operation.sealed-extension');
    return (team) => {
      if (team.length !== 32 || team === ZEROS) refuse('operation.team');
    };
  });
  if (extensions.length > 0) operation.extensions = extensions;
  checkTeam(operation);
  return operation;
}

function readCounter(cursor) {
  const form = cursor.u8();
  if (form === 0) return BigInt(cursor.u8());
  if (form > 2) refuse('operation.counter-form');
  const counter = form === 1 ? BigInt(cursor.u16()) : cursor.u64();
  if (counter < (form === 1 ? 256n : 65536n)) refuse('operation.counter-form');
  if (counter > 9007199254740991n) refuse('operation.counter-range');
  return counter;
}

function readHead(cursor) {
  const first = cursor.u8();
  if (first === 0xf0) return { type: 'sealed', length: 0 };
  // A first byte below 20 is a type on its own: type 0 has no packed head.
  const packed = first >= 0x20;
  const number = packed ? first >> 5 : first;
  const type = TYPES[number];
  if (type === undefined) refuse('operation.type');
  if (type === 'sealed') refuse('operation.sealed-head');
  if (packed) return { type, length: first & 0x1f };
  if (cursor.u8() !== 0x80) refuse('operation.head-form');
  const length = cursor.u8();
  if (length < 32) refuse('operation.head-form');
  return { type, length };
}

function readPlain(cursor, type, length) {
  if (length === 0) refuse('operation.collection-empty');
  const collection = text(cursor.take(length)) ?? refuse('operation.collection-utf8');
  const record = cursor.hex(16);
  const changes = readRecord(cursor);
  if ((type === 'delete' || type === 'dropIndex') && changes.length > 0) refuse('operation.changes-not-empty');
  if (type === 'createIndex') {
    if (!isIndexDefinition(changes)) refuse('operation.index-changes');
    const [, [, name]] = changes;
    if (indexRecord(name.string) !== record) refuse('operation.index-record');
  }
  return { collection, record, changes };
}

/** Exactly `fields`, at least one string, and `name`, a string. */
function isIndexDefinition(changes) {
  if (changes.map(([field]) => field).join() !== 'fields,name') return false;
  const [[, fields], [, name]] = changes;
  return (
    fields.array !== undefined &&
    fields.array.length > 0 &&
    fields.array.every((field) => field.string !== undefined) &&
    name.string !== undefined
  );
}

function readSealed(cursor) {
  const tag = cursor.hex(16);
  const epoch = cursor.hex(16);
  const team = cursor.hex(16);
  if (team === ZEROS) refuse('operation.sealed-team');
  const nonce = cursor.hex(12);
  const length = cursor.u32();
  if (length === 0 || length % 64 !== 0) refuse('operation.sealed-length');
  return { tag, epoch, team, nonce, ciphertext: cursor.hex(length), mac: cursor.hex(16) };
}

/** A team in the changes of an insert or update is the team of the operation. */
function checkTeam({ type, changes, extensions }) {
  const team = extensions?.find((extension) => extension.type === 1)?.value;
  if (team === undefined || (type !== 'insert' && type !== 'update')) return;
  const teamId = changes.find(([field]) => field === 'teamId')?.[1];
  if (teamId !== undefined && teamId.uuid !== team) refuse('operation.team-mismatch');
}
