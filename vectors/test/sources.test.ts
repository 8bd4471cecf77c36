import { describe, expect, it } from 'vitest';
import { python, swift } from '../generator/sources.ts';
import { topic } from './files.ts';

const byId = (name: string, id: string) => topic(name).valid.find((entry) => entry.id === id)!;

describe('the bytes that were not made by us', () => {
  it('all 187 records of Swift are vectors, in both versions', () => {
    const records = topic('records').valid.filter(({ source }) => source === 'swift');
    expect(records.map(({ fields, v1, v2 }) => ({ fields, v1, v2 }))).toEqual(
      swift.records.map(({ fields, v1, v2 }) => ({ fields, v1, v2 })),
    );
    expect(records).toHaveLength(187);
  });

  it('all 59 operations of Swift are vectors; the createIndex without changes is an invalid one', () => {
    const { valid, invalid } = topic('operations');
    const bytes = [...valid, ...invalid]
      .filter(({ source }) => source === 'swift')
      .map((entry) => entry.bytes as string);
    expect(bytes.sort()).toEqual(swift.operations.map(({ compact }) => compact).sort());
    expect(bytes).toHaveLength(59);
    expect(invalid.filter(({ source }) => source === 'swift')).toHaveLength(1);
  });

  it("all 46 inputs to Swift's decoder are vectors", () => {
    const { valid, invalid } = topic('swift-decoder');
    expect([...valid, ...invalid].map(({ bytes }) => bytes as string).sort()).toEqual(
      swift.decoder.map(({ hex }) => hex).sort(),
    );
  });

  it('the connection computed with Python is the handshake "psk", frame by frame', () => {
    const { steps, ecdhX, linkKey, transcriptHash } = byId('handshakes', 'psk');
    expect({ ecdhX, linkKey, transcriptHash }).toEqual({
      ecdhX: python.ecdhX,
      linkKey: python.linkKey,
      transcriptHash: python.transcriptHash,
    });
    const { hello, welcome, verify, complete } = python.frames;
    expect(steps.slice(0, 4).map(({ frame }: { frame: string }) => frame)).toEqual([hello, welcome, verify, complete]);
    const sealed = steps.slice(4).map(({ from, frame }: { from: string; frame: string }) => `${from} ${frame}`);
    expect(sealed.sort()).toEqual(python.sealed.map(({ sender, frame }) => `${sender} ${frame}`).sort());
    expect(byId('sealed-frames', 'client-2-operation').frame).toBe(python.operation.frame);
    expect(byId('seed-sizes', 'seed-example').frame).toBe(python.operation.frame);
  });

  it('the proofs and the sealed operation computed with Python are vectors', () => {
    expect(byId('proofs', 'psk-client').proof).toBe(python.clientProof);
    expect(byId('proofs', 'psk-server').proof).toBe(python.serverProof);
    const { keys: _, operation: __, bytes, ...derived } = byId('sealed-operations', 'python-seed-example');
    expect(bytes).toBe(python.sealedOperation.operation);
    const { epochId, operationKey, tagKey, collectionTag, plaintext, aad } = derived;
    expect(python.sealedOperation).toMatchObject({ epochId, operationKey, tagKey, collectionTag, plaintext, aad });
  });
});
