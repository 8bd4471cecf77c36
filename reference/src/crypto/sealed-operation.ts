import { concat } from '../bytes/concat.ts';
import type { Id } from '../bytes/id.ts';
import { ByteReader, EndOfBytes } from '../bytes/reader.ts';
import { decodeUtf8, encodeUtf8 } from '../bytes/utf8.ts';
import { ByteWriter } from '../bytes/writer.ts';
import { Label } from '../registry.ts';
import type { CryptoProvider } from './provider.ts';
import { NONCE_BYTES, TAG_BYTES } from './provider.ts';

// Sealed operation (type 7), as far as its cryptography goes; that its visible part is well formed is wire's to judge.
//
//   id 16 | counter | node 16 | F0 | tag 16 | epoch id 16 | team 16 | nonce 12 | ct_len u32 | ct | gcm tag 16 | extensions?
//   AAD = everything up to and including ct_len
//   plaintext = type u8 | str8 collection | record 16 | changes | 80 | 00* to a multiple of 64

/** Head of a sealed operation: type 7, name length 16 (its tag stands where the collection would). */
const SEALED_HEAD = 0xf0;
const BLOCK_BYTES = 64;
const PADDING_MARK = 0x80;
/** Bytes of the counter after its marker 00, 01, 02. */
const COUNTER_BYTES = [1, 2, 8] as const;

const EPOCH = encodeUtf8(Label.EPOCH);
const OPERATION_KEY = encodeUtf8(Label.OPERATION_KEY);
const TAG_KEY = encodeUtf8(Label.TAG_KEY);

/** From a team's key file; the server never has them. */
export interface TeamKeys {
  readonly team: Id;
  /** 32 random bytes that name collections. */
  readonly teamRoot: Uint8Array;
  /** 32 random bytes that seal operations until the next rotation. */
  readonly epochKey: Uint8Array;
}

/** What a sealed operation hides. */
export interface SealedContent {
  /** Operation type, as in a plaintext head. */
  readonly type: number;
  readonly collection: string;
  readonly record: Id;
  /** A BlazeBinary v1 record, encoded. */
  readonly changes: Uint8Array;
}

/** Why a sealed operation could not be read: `epoch` means that another key is needed, all others are final. */
export type SealedFailure = 'epoch' | 'gcm-tag' | 'padding' | 'content' | 'collection-tag';

export type OpenedOperation =
  | { readonly content: SealedContent; readonly failure?: undefined }
  | { readonly content?: undefined; readonly failure: SealedFailure };

/** Names an epoch key and commits to it (AES-GCM alone does not). 16 bytes. */
export function epochId(crypto: CryptoProvider, team: Id, epochKey: Uint8Array): Uint8Array {
  return crypto.sha256(EPOCH, team.toBytes(), epochKey).slice(0, 16);
}

/** The key of one operation: were a nonce ever repeated, the operation id would still make another key. 32 bytes. */
export function operationKey(
  crypto: CryptoProvider,
  epochKey: Uint8Array,
  epoch: Uint8Array,
  operation: Id,
): Uint8Array {
  return crypto.hkdfSha256(epochKey, epoch, concat(OPERATION_KEY, operation.toBytes()), 32);
}

/** The key of a team's collection tags. 32 bytes. */
export function tagKey(crypto: CryptoProvider, team: Id, teamRoot: Uint8Array): Uint8Array {
  return crypto.hkdfSha256(teamRoot, team.toBytes(), TAG_KEY, 32);
}

/** What the server sees of a collection name. 16 bytes. */
export function collectionTag(crypto: CryptoProvider, team: Id, teamRoot: Uint8Array, collection: string): Uint8Array {
  return crypto.hmacSha256(tagKey(crypto, team, teamRoot), encodeUtf8(collection)).slice(0, 16);
}

/**
 * A sealed operation without extensions. `front` is `id 16 | counter | node 16` in the operation's own encoding; the
 * nonce is drawn from `crypto`.
 */
export function sealOperation(
  crypto: CryptoProvider,
  keys: TeamKeys,
  front: Uint8Array,
  content: SealedContent,
): Uint8Array {
  const { team, teamRoot, epochKey } = keys;
  const epoch = epochId(crypto, team, epochKey);
  const nonce = crypto.randomBytes(NONCE_BYTES);
  const plaintext = encodeContent(content);
  const writer = new ByteWriter();
  writer.bytes(front);
  writer.u8(SEALED_HEAD);
  writer.bytes(collectionTag(crypto, team, teamRoot, content.collection));
  writer.bytes(epoch);
  writer.id(team);
  writer.bytes(nonce);
  writer.u32(plaintext.length);
  const aad = writer.finish();
  const key = operationKey(crypto, epochKey, epoch, new ByteReader(front).id());
  return concat(aad, crypto.seal(key, nonce, plaintext, aad));
}

/** Opens an operation that `decodeOperation` took as sealed. Throws EndOfBytes when it is shorter than it says. */
export function openOperation(crypto: CryptoProvider, keys: TeamKeys, operation: Uint8Array): OpenedOperation {
  const reader = new ByteReader(operation);
  const id = reader.id();
  reader.bytes(COUNTER_BYTES[reader.u8()] ?? 0);
  reader.bytes(16 + 1); // node, head
  const tag = reader.bytes(16);
  const epoch = reader.bytes(16);
  const team = reader.id();
  const nonce = reader.bytes(NONCE_BYTES);
  const length = reader.u32();
  const aad = operation.subarray(0, reader.position);
  const sealed = reader.bytes(length + TAG_BYTES);
  if (!team.equals(keys.team) || !crypto.constantTimeEqual(epoch, epochId(crypto, team, keys.epochKey)))
    return { failure: 'epoch' };
  const plaintext = crypto.open(operationKey(crypto, keys.epochKey, epoch, id), nonce, sealed, aad);
  if (plaintext === undefined) return { failure: 'gcm-tag' };
  const end = contentEnd(plaintext);
  if (end < 0) return { failure: 'padding' };
  const content = decodeContent(plaintext.subarray(0, end));
  if (content === undefined) return { failure: 'content' };
  // Section 9: the name inside must be the one that the tag outside stands for, else a member could hide it elsewhere.
  if (!crypto.constantTimeEqual(tag, collectionTag(crypto, team, keys.teamRoot, content.collection)))
    return { failure: 'collection-tag' };
  return { content };
}

function encodeContent({ type, collection, record, changes }: SealedContent): Uint8Array {
  const name = encodeUtf8(collection);
  if (name.length < 1 || name.length > 255)
    throw new RangeError(`a collection name has 1 to 255 bytes: ${name.length}`);
  const plain = concat(Uint8Array.of(type, name.length), name, record.toBytes(), changes, Uint8Array.of(PADDING_MARK));
  const padded = new Uint8Array(Math.ceil(plain.length / BLOCK_BYTES) * BLOCK_BYTES);
  padded.set(plain);
  return padded;
}

/** Where the content ends and 80 | 00* begins; -1 when the last block does not hold the 80 followed by zeros alone. */
function contentEnd(plaintext: Uint8Array): number {
  let at = plaintext.length - 1;
  while (at >= 0 && plaintext[at] === 0) at -= 1;
  return plaintext[at] === PADDING_MARK && plaintext.length - at <= BLOCK_BYTES ? at : -1;
}

function decodeContent(bytes: Uint8Array): SealedContent | undefined {
  try {
    const reader = new ByteReader(bytes);
    const type = reader.u8();
    const collection = decodeUtf8(reader.bytes(reader.u8()));
    const record = reader.id();
    const changes = reader.bytes(reader.remaining);
    return collection === undefined || collection === '' ? undefined : { type, collection, record, changes };
  } catch (error) {
    if (error instanceof EndOfBytes) return undefined;
    throw error;
  }
}
