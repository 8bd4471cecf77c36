import { describe, expect, it } from 'vitest';
import { concat } from '../../src/bytes/concat.ts';
import { fromHex, toHex } from '../../src/bytes/hex.ts';
import { Id } from '../../src/bytes/id.ts';
import { EndOfBytes } from '../../src/bytes/reader.ts';
import { withRandomness } from '../../src/crypto/fixed.ts';
import type { CryptoProvider } from '../../src/crypto/provider.ts';
import {
  collectionTag,
  epochId,
  openOperation,
  operationKey,
  type SealedContent,
  sealOperation,
  type TeamKeys,
  tagKey,
} from '../../src/crypto/sealed-operation.ts';
import { counting, providers, python } from './providers.ts';

const given = python.sealedOperation;
const team = Id.fromHex(given.team);
const keys: TeamKeys = { team, teamRoot: fromHex(given.teamRoot), epochKey: fromHex(given.epochKey) };
const plain = fromHex(python.operation.plaintext);
/** id 16 | counter 00 01 | node 16 */
const front = plain.subarray(0, 34);
const operation = fromHex(given.operation);
/** insert bugs, with the record id and the changes of the plaintext operation. */
const content: SealedContent = {
  type: 1,
  collection: 'bugs',
  record: Id.from(plain, 39),
  changes: plain.subarray(55),
};

describe.each(providers)('a sealed operation with $name', (crypto) => {
  const fixed = withRandomness(crypto, { bytes: () => fromHex(given.nonce) });

  it('has every intermediate value of the second derivation', () => {
    expect(toHex(epochId(crypto, team, keys.epochKey))).toBe(given.epochId);
    expect(toHex(tagKey(crypto, team, keys.teamRoot))).toBe(given.tagKey);
    expect(toHex(collectionTag(crypto, team, keys.teamRoot, 'bugs'))).toBe(given.collectionTag);
    expect(toHex(operationKey(crypto, keys.epochKey, fromHex(given.epochId), Id.from(front)))).toBe(given.operationKey);
  });

  it('has the bytes of the second derivation', () => {
    const sealed = sealOperation(fixed, keys, front, content);
    expect(toHex(sealed)).toBe(given.operation);
    expect(sealed).toHaveLength(given.size);
    expect(toHex(sealed.subarray(0, given.aad.length / 2))).toBe(given.aad);
  });

  it('opens to what was sealed, with extensions behind it, too', () => {
    expect(openOperation(crypto, keys, operation)).toEqual({ content });
    expect(openOperation(crypto, keys, concat(operation, fromHex('00040a0a0000')))).toEqual({ content });
  });

  it('opens with each form of the counter', () => {
    for (const counter of ['0001', '01ffff', '02001fffffffffffff']) {
      const head = concat(front.subarray(0, 16), fromHex(counter), front.subarray(18));
      expect(openOperation(crypto, keys, sealOperation(crypto, keys, head, content))).toEqual({ content });
    }
  });

  it('pads to a multiple of 64, at every length of the changes', () => {
    for (let n = 0; n < 130; n++) {
      const some = { ...content, changes: new Uint8Array(n) };
      const sealed = sealOperation(crypto, keys, front, some);
      expect((sealed.length - given.aad.length / 2 - 16) % 64).toBe(0);
      expect(openOperation(crypto, keys, sealed)).toEqual({ content: some });
    }
  });

  it('asks for another key when team or epoch is another', () => {
    expect(openOperation(crypto, { ...keys, epochKey: counting(32) }, operation)).toEqual({ failure: 'epoch' });
    expect(openOperation(crypto, { ...keys, team: Id.ZERO }, operation)).toEqual({ failure: 'epoch' });
  });

  it('does not open when any byte up to the tag is changed', () => {
    const opened: number[] = [];
    const counterMarker = 16;
    const length = given.aad.length / 2 - 4;
    for (let at = 0; at < operation.length; at++) {
      if (at === counterMarker || (at >= length && at < length + 4)) continue; // these move the fields: see below
      const changed = operation.slice();
      changed[at]! ^= 1;
      const { failure } = openOperation(crypto, keys, changed);
      if (failure === undefined) opened.push(at);
    }
    expect(opened).toEqual([]);
  });

  it('throws EndOfBytes when it is shorter than it says', () => {
    expect(() => openOperation(crypto, keys, operation.subarray(0, operation.length - 1))).toThrow(EndOfBytes);
    expect(() => openOperation(crypto, keys, new Uint8Array(3))).toThrow(EndOfBytes);
  });

  it('finds a collection tag that belongs to another name', () => {
    const elsewhere = collectionTag(crypto, team, keys.teamRoot, 'wiki');
    expect(openOperation(crypto, keys, forge(crypto, fromHex(given.plaintext), elsewhere))).toEqual({
      failure: 'collection-tag',
    });
  });

  it('finds padding of more than one block, without its mark, or of zeros alone', () => {
    const padded = fromHex(given.plaintext);
    const noMark = padded.slice();
    noMark[noMark.lastIndexOf(0x80)] = 0x40;
    for (const plaintext of [concat(padded, new Uint8Array(64)), noMark, new Uint8Array(64)])
      expect(openOperation(crypto, keys, forge(crypto, plaintext))).toEqual({ failure: 'padding' });
  });

  it('finds content that ends too early, has no name or one that is not UTF-8', () => {
    const block = (...bytes: number[]) => Uint8Array.from({ length: 64 }, (_, i) => bytes[i] ?? (i < 30 ? 1 : 0));
    const short = Uint8Array.from({ length: 64 }, (_, i) => [1, 200, 1, 0x80][i] ?? 0);
    const nameless = block(1, 0);
    nameless[40] = 0x80;
    const broken = block(1, 1, 0xff);
    broken[40] = 0x80;
    for (const plaintext of [short, nameless, broken])
      expect(openOperation(crypto, keys, forge(crypto, plaintext))).toEqual({ failure: 'content' });
  });

  it('refuses to seal a name that is empty or over 255 bytes', () => {
    expect(() => sealOperation(crypto, keys, front, { ...content, collection: '' })).toThrow(RangeError);
    expect(() => sealOperation(crypto, keys, front, { ...content, collection: 'a'.repeat(256) })).toThrow(RangeError);
  });
});

/** A member who holds the keys and seals whatever he likes. */
function forge(crypto: CryptoProvider, plaintext: Uint8Array, tag = fromHex(given.collectionTag)): Uint8Array {
  const aad = fromHex(given.aad);
  aad.set(tag, 35);
  new DataView(aad.buffer).setUint32(aad.length - 4, plaintext.length);
  return concat(aad, crypto.seal(fromHex(given.operationKey), fromHex(given.nonce), plaintext, aad));
}
