import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { equalBytes } from '../../src/bytes/compare.ts';
import { Id } from '../../src/bytes/id.ts';
import {
  decodeBatch,
  encodeBatch,
  encodeOperation,
  encodePackedBatch,
  type Inflate,
  type Value,
} from '../../src/wire/index.ts';
import { plainOperation, sealedOperation } from '../support/arbitrary.ts';
import { deflate, inflate } from '../support/codec.ts';
import { bytesOf } from '../support/near-misses/near-miss.ts';
import { refusalOf } from '../support/refusal.ts';

const PLAIN = { compression: false } as const;
const PACKED = { compression: true, inflate } as const;
const NODE = Id.fromHex('660e8400e29b41d4a716446655440000');
const BASE = {
  id: Id.fromHex('550e8400e29b41d4a716446655440000'),
  counter: 1,
  node: NODE,
  type: 'insert',
  collection: 'bugs',
  record: NODE,
  changes: new Map<string, Value>([['title', 'Fix login bug']]),
  extensions: [],
} as const;
const insert = (counter: number, node = NODE): Uint8Array => encodeOperation({ ...BASE, counter, node });
const carrying = (data: Uint8Array): Uint8Array => encodeOperation({ ...BASE, changes: new Map([['d', data]]) });
const SEALED = encodeOperation({
  id: NODE,
  counter: 1,
  node: NODE,
  type: 'sealed',
  tag: new Uint8Array(16),
  epoch: new Uint8Array(16),
  team: NODE,
  nonce: new Uint8Array(12),
  ciphertext: new Uint8Array(64),
  mac: new Uint8Array(16),
  extensions: [],
});

describe('a batch', () => {
  it('gives its operations back in their order, packed or not', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(plainOperation, sealedOperation), { minLength: 1, maxLength: 10 }), (originals) => {
        const operations = originals.map(encodeOperation);
        expect(decodeBatch(encodeBatch(operations), PLAIN)).toEqual(operations);
        expect(decodeBatch(encodePackedBatch(operations, deflate), PACKED)).toEqual(operations);
      }),
      { numRuns: 50 },
    );
  });

  it('does not look into its operations', () => {
    const nonsense = [new Uint8Array(16), new Uint8Array(300_000)];
    expect(decodeBatch(encodeBatch(nonsense), PLAIN).map(({ length }) => length)).toEqual([16, 300_000]);
  });

  it('that is not packed gives views of its bytes', () => {
    const plaintext = encodeBatch([insert(1), insert(2)]);
    for (const operation of decodeBatch(plaintext, PLAIN)) expect(operation.buffer).toBe(plaintext.buffer);
  });

  it('that is packed gives plain Uint8Arrays, whatever inflate gives', () => {
    const packed = encodePackedBatch([insert(1), insert(2)], deflate);
    for (const operation of decodeBatch(packed, PACKED)) {
      expect(Object.getPrototypeOf(operation)).toBe(Uint8Array.prototype);
    }
  });

  it('without COMPRESSION has no bit 0, whatever follows', () => {
    const reasonOf = (hex: string) => refusalOf(() => decodeBatch(bytesOf(hex), PLAIN)).reason;
    expect(reasonOf('01 00000088')).toBe('batch.compression-not-selected');
    expect(reasonOf('01')).toBe('batch.compression-not-selected');
    expect(reasonOf('03')).toBe('batch.flags');
  });

  it.each([
    ['batch.count', []],
    ['batch.count', Array.from({ length: 257 }, () => new Uint8Array(16))],
    ['batch.operation-short', [new Uint8Array(15)]],
  ] as [string, Uint8Array[]][])('is not written by what would be refused by %s', (reason, operations) => {
    expect(refusalOf(() => encodeBatch(operations)).reason).toBe(reason);
    expect(refusalOf(() => encodePackedBatch(operations, deflate)).reason).toBe(reason);
  });

  it.each([1, 256])('takes %i operations', (count) => {
    const operations = Array.from({ length: count }, (_, i) => insert(i));
    expect(decodeBatch(encodeBatch(operations), PLAIN)).toHaveLength(count);
  });
});

describe('a batch that may be packed', () => {
  const isPacked = (operations: Uint8Array[]) => encodePackedBatch(operations, deflate)[0] === 1;

  it('is packed when it is of one author and gets shorter', () => {
    expect(isPacked([insert(1), insert(2)])).toBe(true);
  });

  it.each([
    ['operations of two authors', [insert(1), insert(2, Id.ZERO)]],
    ['a sealed operation', [SEALED, SEALED]],
    ['an operation whose author cannot be told', [insert(1), new Uint8Array(100)]],
    ['what does not get shorter', [incompressible()]],
    ['what gets shorter than a hundredth', [carrying(new Uint8Array(200_000))]],
    ['more than 1 MiB', Array.from({ length: 5 }, () => carrying(noise(230_000)))],
  ])('stays as it is with %s', (_, operations) => {
    expect(isPacked(operations)).toBe(false);
    const found = decodeBatch(encodePackedBatch(operations, deflate), PACKED);
    expect(found.every((operation, i) => equalBytes(operation, operations[i]!))).toBe(true);
  });

  it('is never unpacked past its raw_length', () => {
    const asked: number[] = [];
    const watching: Inflate = (packed, maximum) => {
      asked.push(maximum);
      return inflate(packed, maximum);
    };
    const packed = encodePackedBatch([insert(1), insert(2)], deflate);
    decodeBatch(packed, { compression: true, inflate: watching });
    expect(asked).toEqual([encodeBatch([insert(1), insert(2)]).length - 1]);
  });

  it.each([
    ['an error of any kind is damage', new Error('data check'), 'batch.deflate'],
    ['RangeError says that there is more', new RangeError('too large'), 'batch.raw-length'],
  ])('tells by what inflate throws: %s', (_, thrown, reason) => {
    const failing = () => {
      throw thrown;
    };
    const refused = refusalOf(() => decodeBatch(bytesOf('01 00000002 0300'), { compression: true, inflate: failing }));
    expect(refused.reason).toBe(reason);
    expect(refused.cause).toBe(thrown);
  });

  it('of raw_length 0 is an empty body', () => {
    const unpacked = () => ({ raw: new Uint8Array(0), consumed: 2 });
    const refused = refusalOf(() => decodeBatch(bytesOf('01 00000000 0300'), { compression: true, inflate: unpacked }));
    expect(refused.reason).toBe('batch.truncated');
  });

  it('cannot be read without inflate, which is the mistake of the caller', () => {
    expect(() => decodeBatch(bytesOf('01 00000002 0300'), { compression: true })).toThrow(TypeError);
  });
});

function incompressible(): Uint8Array {
  const random = noise(348);
  const [id, node, record] = [0, 16, 32].map((at) => Id.from(random, at)) as [Id, Id, Id];
  return encodeOperation({ ...BASE, id, node, record, changes: new Map([['d', random.subarray(48)]]) });
}

function noise(length: number): Uint8Array {
  let state = 1;
  return Uint8Array.from({ length }, () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) | 0;
    return state >>> 16;
  });
}
