/** Sealed operations: what stands inside, and the keys that open it. */
import { Cursor, hex, join, u8, u32, utf8 } from './bytes.mjs';
import { aesOpen, aesSeal, hkdf, hmac, sha256 } from './keys.mjs';
import { decodeOperation, encodeCounter } from './operation.mjs';
import { encodeRecord } from './record.mjs';
import { refuse } from './refusal.mjs';

const TYPES = { insert: 1, update: 2, delete: 3, createIndex: 4, dropIndex: 5 };

const epochIdOf = ({ team, epochKey }) =>
  sha256(Buffer.from('blazedb/1.0 epoch\0'), hex(team), hex(epochKey)).subarray(0, 16);

const operationKeyOf = ({ epochKey }, epochId, id) =>
  hkdf(hex(epochKey), epochId, join(Buffer.from('blazedb/1.0 op\0'), hex(id)));

const tagKeyOf = ({ team, teamRoot }) => hkdf(hex(teamRoot), hex(team), Buffer.from('blazedb/1.0 tag'));

const collectionTagOf = (keys, collection) => hmac(tagKeyOf(keys), collection).subarray(0, 16);

/** Every value on the way from a plain operation and the team's keys to the bytes. */
export function sealOperation(operation, keys) {
  const { team, nonce } = keys;
  const epochId = epochIdOf(keys);
  const operationKey = operationKeyOf(keys, epochId, operation.id);
  const tagKey = tagKeyOf(keys);
  const collection = utf8(operation.collection);
  const collectionTag = collectionTagOf(keys, collection);
  const plaintext = pad(
    join(
      u8(TYPES[operation.type]),
      u8(collection.length),
      collection,
      hex(operation.record),
      encodeRecord(operation.changes),
      u8(0x80),
    ),
  );
  const aad = join(
    hex(operation.id),
    encodeCounter(BigInt(operation.counter)),
    hex(operation.node),
    u8(0xf0),
    collectionTag,
    epochId,
    hex(team),
    hex(nonce),
    u32(plaintext.length),
  );
  const bytes = join(aad, aesSeal(operationKey, hex(nonce), plaintext, aad));
  const all = { epochId, operationKey, tagKey, collectionTag, plaintext, aad, bytes };
  return Object.fromEntries(Object.entries(all).map(([name, value]) => [name, value.toString('hex')]));
}

function pad(bytes) {
  return join(bytes, Buffer.alloc((64 - (bytes.length % 64)) % 64));
}

/** Decodes, opens and checks; gives the plain operation. A refusal names the reason for which it cannot be read. */
export function openOperation(bytes, keys) {
  const sealed = decodeOperation(bytes);
  const epochId = epochIdOf(keys);
  if (sealed.team !== keys.team || sealed.epoch !== epochId.toString('hex')) refuse('epoch');
  // id, counter, node, head, tag, epoch id, team, nonce, ct_len
  const aad = bytes.subarray(0, 16 + encodeCounter(BigInt(sealed.counter)).length + 16 + 1 + 16 + 16 + 16 + 12 + 4);
  const ciphertext = hex(sealed.ciphertext + sealed.mac);
  const plaintext = aesOpen(operationKeyOf(keys, epochId, sealed.id), hex(sealed.nonce), ciphertext, aad);
  if (plaintext === undefined) refuse('gcm-tag');
  const { content, type, collection, record, changes } = readContent(unpad(plaintext));
  if (collectionTagOf(keys, content).toString('hex') !== sealed.tag) refuse('collection-tag');
  const { id, counter, node } = sealed;
  return { id, counter, node, type, collection, record, changes };
}

/** Cuts off the 80 and the zeros behind it, of which the last block has fewer than 64. */
function unpad(plaintext) {
  let end = plaintext.length - 1;
  while (end >= 0 && plaintext[end] === 0) end -= 1;
  if (plaintext[end] !== 0x80 || plaintext.length - end > 64) refuse('padding');
  return plaintext.subarray(0, end);
}

/** What is inside has to be a good plain operation: it is put together as one and decoded. */
function readContent(bytes) {
  const cursor = new Cursor(bytes, 'content');
  const type = cursor.u8();
  const content = cursor.take(cursor.u8());
  const n = content.length;
  if (type < 1 || type > 5 || n === 0) refuse('content');
  const head = n < 32 ? u8((type << 5) | n) : Buffer.from([type, 0x80, n]);
  const record = cursor.take(16);
  const plain = join(Buffer.alloc(16), Buffer.alloc(2), Buffer.alloc(16), head, content, record, cursor.rest());
  try {
    const operation = decodeOperation(plain);
    // Bytes behind the changes would be taken for extensions.
    if (operation.extensions !== undefined) refuse('content');
    return { ...operation, content };
  } catch {
    return refuse('content');
  }
}
