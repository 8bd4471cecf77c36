import { describe, expect, it } from 'vitest';
import { concat } from '../../../reference/src/bytes/concat.ts';
import { fromHex, toHex } from '../../../reference/src/bytes/hex.ts';
import { Id } from '../../../reference/src/bytes/id.ts';
import { encodeUtf8 } from '../../../reference/src/bytes/utf8.ts';
import { Direction } from '../../../reference/src/channel/direction.ts';
import { Opener } from '../../../reference/src/channel/opener.ts';
import { Sealer } from '../../../reference/src/channel/sealer.ts';
import { withRandomness } from '../../../reference/src/crypto/fixed.ts';
import { nodeCrypto } from '../../../reference/src/crypto/node.ts';
import { authString, linkKey, pskProof, verifyMac } from '../../../reference/src/crypto/schedule.ts';
import {
  collectionTag,
  epochId,
  type OpenedOperation,
  openOperation,
  operationKey,
  sealOperation,
  tagKey,
} from '../../../reference/src/crypto/sealed-operation.ts';
import { refuse } from '../../../reference/src/errors.ts';
import { DEFAULT_LIMITS, OperationType } from '../../../reference/src/registry.ts';
import { encodeFrame, FrameParser } from '../../../reference/src/wire/frame.ts';
import { decodeOperation, encodeOperation } from '../../../reference/src/wire/operation.ts';
import { operationFromJson } from '../../../reference/src/wire/operation-json.ts';
import { decodeRecord, encodeRecord } from '../../../reference/src/wire/record.ts';
import { recordFromJson, recordToJson } from '../../../reference/src/wire/record-json.ts';
import { type Entry, named, topic } from '../files.ts';
import { providers } from '../providers.ts';
import { refusalOf } from '../refusal-of.ts';

const DIRECTION = { client: Direction.clientToServer, server: Direction.serverToClient } as const;

/** Cryptography opens; whether what is inside is a good operation (E2E-16) is for the codec to say. */
function failureOf({ failure, content }: OpenedOperation): string | undefined {
  if (content === undefined) return failure;
  const { type, collection, record, changes } = content;
  if (type < 1 || type > 5) return 'content';
  const name = encodeUtf8(collection);
  const head = name.length < 32 ? [(type << 5) | name.length] : [type, 0x80, name.length];
  const front = new Uint8Array(16 + 2 + 16);
  const plain = concat(front, Uint8Array.from(head), name, record.toBytes(), changes);
  const sound = () =>
    decodeOperation(plain, { sha256: nodeCrypto.sha256 }).extensions.length === 0 ||
    refuse('operation.extensions-length');
  return refusalOf(sound) === 'accepted' ? undefined : 'content';
}

describe.each(providers)('with %s', (_, crypto) => {
  describe('the key schedule', () => {
    const { valid, invalid } = topic('key-schedule');
    it.each(named(valid))('%s', (_id, vector) => {
      const [clientKey, serverKey] = [vector.clientPrivateKey, vector.serverPrivateKey].map(fromHex) as [
        Uint8Array,
        Uint8Array,
      ];
      expect(toHex(crypto.publicKeyOf(clientKey))).toBe(vector.clientPublicKey);
      expect(toHex(crypto.publicKeyOf(serverKey))).toBe(vector.serverPublicKey);
      const x = crypto.agree(clientKey, fromHex(vector.serverPublicKey));
      expect(toHex(x)).toBe(vector.ecdhX);
      expect(toHex(crypto.agree(serverKey, fromHex(vector.clientPublicKey)))).toBe(vector.ecdhX);
      const key = linkKey(crypto, x, vector.clientDatabase, vector.serverDatabase);
      expect(toHex(key)).toBe(vector.linkKey);
      expect(toHex(crypto.hkdfSha256(x, fromHex(vector.salt), fromHex(vector.info), 32))).toBe(vector.linkKey);
      expect(toHex(verifyMac(crypto, key, fromHex(vector.challenge)))).toBe(vector.verify);
    });
    it.each(named(invalid))('%s is refused', (_id, { privateKey, publicKey, reason }) => {
      expect(refusalOf(() => crypto.agree(fromHex(privateKey), fromHex(publicKey)))).toBe(reason);
    });
  });

  describe('proofs', () => {
    const { valid, invalid } = topic('proofs');
    const right = ({ kind, role, transcriptHash, psk, publicKey, proof }: Entry) => {
      const th = fromHex(transcriptHash);
      if (kind === 2) return crypto.verify(fromHex(publicKey), authString(role, th), fromHex(proof));
      return crypto.constantTimeEqual(pskProof(crypto, fromHex(psk), role, th), fromHex(proof));
    };
    it.each(named(valid))('%s is right', (_id, vector) => {
      expect(toHex(authString(vector.role, fromHex(vector.transcriptHash)))).toBe(vector.input);
      expect(right(vector)).toBe(true);
    });
    it.each(named(invalid))('%s is wrong', (_id, vector) => {
      expect(right(vector)).toBe(false);
    });
    it('what a provider signs, it verifies', () => {
      const { publicKey, privateKey } = crypto.generateKeyPair();
      const string = authString('client', new Uint8Array(32));
      expect(crypto.verify(publicKey, string, crypto.sign(privateKey, string))).toBe(true);
    });
  });

  describe('sealed frames', () => {
    const { valid, invalid } = topic('sealed-frames');
    /** An opener or a sealer that has got to `counter`. */
    function at<T extends Opener | Sealer>(end: T, counter: number): T {
      (end as unknown as { nonce: { counter: number } }).nonce.counter = counter;
      return end;
    }
    const open = ({ linkKey: key, sender, counter, frame }: Entry): Uint8Array => {
      const bytes = fromHex(frame);
      const opener = new Opener(crypto, fromHex(key), DIRECTION[sender as 'client'], DEFAULT_LIMITS);
      return at(opener, counter).open({ type: bytes[0]!, payload: bytes.subarray(5) });
    };
    it.each(named(valid))('%s is sealed and opened', (_id, vector) => {
      const { linkKey: key, sender, type, counter, plaintext, nonce, frame } = vector;
      const sealer = new Sealer(crypto, fromHex(key), DIRECTION[sender as 'client'], DEFAULT_LIMITS);
      expect(toHex(at(sealer, counter).seal(type, fromHex(plaintext)))).toBe(frame);
      expect(frame.slice(10, 34)).toBe(nonce);
      expect(toHex(open(vector))).toBe(plaintext);
    });
    it.each(named(invalid))('%s is refused', (_id, vector) => {
      expect(refusalOf(() => open(vector))).toBe(vector.reason);
    });
  });

  describe('sealed operations', () => {
    const { valid, invalid } = topic('sealed-operations');
    const keysOf = ({ keys: { team, epochKey, teamRoot } }: Entry) => ({
      team: Id.fromHex(team),
      epochKey: fromHex(epochKey),
      teamRoot: fromHex(teamRoot),
    });
    it.each(named(valid))('%s is sealed and opened', (_id, vector) => {
      const { operation, bytes } = vector;
      const keys = keysOf(vector);
      const plain = encodeOperation(operationFromJson(operation));
      const front = plain.slice(0, 16 + [2, 3, 9][plain[16]!]! + 16);
      const epoch = epochId(crypto, keys.team, keys.epochKey);
      expect(toHex(epoch)).toBe(vector.epochId);
      expect(toHex(operationKey(crypto, keys.epochKey, epoch, Id.fromHex(operation.id)))).toBe(vector.operationKey);
      expect(toHex(tagKey(crypto, keys.team, keys.teamRoot))).toBe(vector.tagKey);
      expect(toHex(collectionTag(crypto, keys.team, keys.teamRoot, operation.collection))).toBe(vector.collectionTag);
      const fixed = withRandomness(crypto, { bytes: () => fromHex(vector.keys.nonce) });
      const content = {
        type: OperationType[operation.type as 'insert'],
        collection: operation.collection as string,
        record: Id.fromHex(operation.record),
        changes: encodeRecord(recordFromJson(operation.changes)),
      };
      expect(toHex(sealOperation(fixed, keys, front, content))).toBe(bytes);
      const opened = openOperation(crypto, keys, fromHex(bytes)).content!;
      expect(recordToJson(decodeRecord(opened.changes))).toEqual(operation.changes);
      expect({ ...opened, changes: undefined }).toEqual({ ...content, changes: undefined });
    });
    it.each(named(invalid))('%s fails', (_id, vector) => {
      expect(decodeOperation(fromHex(vector.bytes)).type).toBe('sealed');
      expect(failureOf(openOperation(crypto, keysOf(vector), fromHex(vector.bytes)))).toBe(vector.failure);
    });
  });

  describe("the seed's sizes", () => {
    const { valid, invalid } = topic('seed-sizes');
    const receive = ({ linkKey: key, sender, counter, frame }: Entry): Uint8Array[] => {
      const opener = new Opener(crypto, fromHex(key), DIRECTION[sender as 'client'], DEFAULT_LIMITS);
      (opener as unknown as { nonce: { counter: number } }).nonce.counter = counter;
      const opened: Uint8Array[] = [];
      new FrameParser(
        () => undefined,
        (whole) => opened.push(opener.open(whole)),
      ).push(fromHex(frame));
      return opened;
    };
    it.each(named(valid))('%s', (_id, vector) => {
      const operation = encodeOperation(operationFromJson(vector.operation));
      expect(toHex(operation)).toBe(vector.plaintext);
      expect(toHex(encodeFrame(6, fromHex(vector.payload)))).toBe(vector.frame);
      expect(receive(vector).map(toHex)).toEqual([vector.plaintext]);
      const { plaintext, payload, frame } = vector;
      expect([plaintext, payload, frame].map((hex: string) => hex.length / 2)).toEqual([165, 193, 198]);
      expect(vector.sizes).toEqual({ operation: 165, sealed: 193, framed: 198 });
    });
    it.each(named(invalid))('%s is refused', (_id, vector) => {
      // A parser waits for the rest of a frame; that the link ends inside one is seen where the link is.
      const refusal = refusalOf(() => {
        if (receive(vector).length === 0) refuse('frame.truncated');
      });
      expect(refusal).toBe(vector.reason);
    });
  });
});
