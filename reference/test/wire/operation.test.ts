import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Id } from '../../src/bytes/id.ts';
import { carriedBy } from '../../src/errors.ts';
import {
  checkIndexRecord,
  decodeOperation,
  encodeOperation,
  equalFields,
  indexRecord,
  type Operation,
  operationFromJson,
  operationToJson,
  type PlainOperation,
  peekOperation,
  type SealedOperation,
  teamOf,
  type Value,
} from '../../src/wire/index.ts';
import { operation, plainOperation, sealedOperation } from '../support/arbitrary.ts';
import { sha256 } from '../support/codec.ts';
import { bytesOf } from '../support/near-misses/near-miss.ts';
import { expectedForm, formOf, refusalOf } from '../support/refusal.ts';

const TEAM = Id.fromHex('aa0e8400e29b41d4a716446655440000');
const BASE: PlainOperation = {
  id: Id.fromHex('550e8400e29b41d4a716446655440000'),
  counter: 1,
  node: Id.fromHex('660e8400e29b41d4a716446655440000'),
  type: 'insert',
  collection: 'bugs',
  record: Id.fromHex('770e8400e29b41d4a716446655440000'),
  changes: new Map([['title', 'Fix login bug']]),
  extensions: [],
};
/** What upstream's code wrote for the operation above (78 bytes). */
const BASE_BYTES = bytesOf(`550e8400e29b41d4a716446655440000 0001 660e8400e29b41d4a716446655440000 24 62756773
  770e8400e29b41d4a716446655440000 424c415a45 01 0001 06 2d 466978206c6f67696e20627567`);
const SEALED: SealedOperation = {
  id: BASE.id,
  counter: 1,
  node: BASE.node,
  type: 'sealed',
  tag: new Uint8Array(16).fill(1),
  epoch: new Uint8Array(16).fill(2),
  team: TEAM,
  nonce: new Uint8Array(12).fill(3),
  ciphertext: new Uint8Array(64).fill(4),
  mac: new Uint8Array(16).fill(5),
  extensions: [],
};

function expectEqual(found: Operation, original: Operation): void {
  if (found.type === 'sealed' || original.type === 'sealed') expect(found).toEqual(original);
  else {
    const { changes, ...rest } = found;
    const { changes: due, ...others } = original;
    expect(rest).toEqual(others);
    expect(equalFields(changes, due)).toBe(true);
  }
}

describe('an operation', () => {
  it('has the bytes that upstream gives it', () => {
    expect(encodeOperation(BASE)).toEqual(BASE_BYTES);
    expectEqual(decodeOperation(BASE_BYTES), BASE);
  });

  it('comes back from its bytes, and has the same bytes again', () => {
    fc.assert(
      fc.property(operation, (original) => {
        const bytes = encodeOperation(original);
        const decoded = decodeOperation(bytes);
        expectEqual(decoded, original);
        expect(encodeOperation(decoded)).toEqual(bytes);
      }),
      { numRuns: 300 },
    );
  });

  it('comes back from its JSON form', () => {
    fc.assert(
      fc.property(operation, (original) => {
        const json = JSON.parse(JSON.stringify(operationToJson(original)));
        expect(encodeOperation(operationFromJson(json))).toEqual(encodeOperation(original));
      }),
    );
  });

  it('shows its head without its contents', () => {
    fc.assert(
      fc.property(operation, (original) => {
        const bytes = encodeOperation(original);
        const { end, ...head } = peekOperation(bytes);
        const { id, counter, node, type } = original;
        const rest =
          original.type === 'sealed'
            ? { collection: undefined, record: undefined }
            : { collection: original.collection, record: original.record };
        expect(head).toEqual({ id, counter, node, type, ...rest });
        expect(peekOperation(bytes.subarray(0, end))).toEqual({ end, ...head });
      }),
    );
  });

  it('does not share the memory of its bytes', () => {
    fc.assert(
      fc.property(operation, (original) => {
        const bytes = encodeOperation(original).slice();
        const decoded = decodeOperation(bytes);
        bytes.fill(0);
        expectEqual(decoded, original);
      }),
      { numRuns: 50 },
    );
  });

  it('that is cut anywhere is refused, but where an extension block is cut off whole', () => {
    fc.assert(
      fc.property(operation, (original) => {
        const bytes = encodeOperation(original);
        const bare = encodeOperation({ ...original, extensions: [] }).length;
        for (let end = 0; end < bytes.length; end++) {
          if (end === bare) continue;
          const { reason } = refusalOf(() => decodeOperation(bytes.subarray(0, end)));
          expect(reason).toMatch(/^(operation\.(id-missing|truncated|extensions-length)|record\.truncated)$/);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('with any byte changed is refused, or is another operation with these very bytes', () => {
    const changed = operation.chain((original) => {
      const bytes = encodeOperation(original);
      return fc.tuple(fc.constant(bytes), fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }));
    });
    fc.assert(
      fc.property(changed, ([bytes, at, change]) => {
        const other = bytes.slice();
        other[at]! ^= change;
        let decoded: Operation;
        try {
          decoded = decodeOperation(other);
        } catch (error) {
          expect(error).toMatchObject({ code: expect.stringMatching(/^OP_MALFORMED$/), effect: 'reject' });
          return;
        }
        expect(encodeOperation(decoded)).toEqual(other);
      }),
      { numRuns: 1000 },
    );
  });

  it('belongs to the team of its extension, or to none', () => {
    expect(teamOf(BASE).isZero).toBe(true);
    expect(teamOf({ ...BASE, extensions: [{ type: 1, value: TEAM.toBytes() }] }).equals(TEAM)).toBe(true);
    expect(teamOf(SEALED).equals(TEAM)).toBe(true);
  });

  it.each([
    ['a team and the same teamId', [{ type: 1, value: TEAM.toBytes() }], TEAM],
    ['a team and no teamId', [{ type: 1, value: TEAM.toBytes() }], undefined],
    ['a teamId of any kind and no team', [], 'x'],
    ['a teamId of another team inside a dictionary', [{ type: 1, value: TEAM.toBytes() }], new Map([['teamId', 1]])],
  ] as const)('may have %s', (_, extensions, teamId) => {
    const field = teamId instanceof Map ? 'config' : 'teamId';
    const changes = new Map<string, Value>(teamId === undefined ? [] : [[field, teamId as Value]]);
    expect(() => decodeOperation(encodeOperation({ ...BASE, changes, extensions }))).not.toThrow();
  });

  it('keeps a leading U+FEFF of its collection', () => {
    const { collection } = decodeOperation(encodeOperation({ ...BASE, collection: '\ufeffbugs' })) as PlainOperation;
    expect(collection).toBe('\ufeffbugs');
  });
});

describe('a createIndex', () => {
  const index: PlainOperation = {
    ...BASE,
    type: 'createIndex',
    record: indexRecord('byStatus', sha256),
    changes: new Map<string, Value>([
      ['fields', ['status']],
      ['name', 'byStatus'],
    ]),
  };

  it('has the hash of its name as its record id', () => {
    expect(index.record.toHex()).toBe('c991ca704f078d8d938617c7cfb9120d');
    expect(() => decodeOperation(encodeOperation(index), { sha256 })).not.toThrow();
  });

  it('of another record id is refused where the hash is at hand, and taken where it is not', () => {
    const wrong = { ...index, record: BASE.record };
    expect(refusalOf(() => decodeOperation(encodeOperation(wrong), { sha256 })).reason).toBe('operation.index-record');
    expect(refusalOf(() => checkIndexRecord(wrong, sha256)).reason).toBe('operation.index-record');
    expect(() => decodeOperation(encodeOperation(wrong))).not.toThrow();
  });

  it('alone is checked for its record id', () => {
    fc.assert(
      fc.property(fc.oneof(plainOperation, sealedOperation), (other) => {
        if (other.type !== 'createIndex') expect(() => checkIndexRecord(other, sha256)).not.toThrow();
      }),
    );
  });
});

describe('of two violations in an operation the first in the order of the steps decides', () => {
  const head = '550e8400e29b41d4a716446655440000 0001 660e8400e29b41d4a716446655440000';
  const index = `${head} 84 62756773 770e8400e29b41d4a716446655440000`;
  it.each([
    [
      'the size before the counter',
      `550e8400e29b41d4a716446655440000 ff ${'00'.repeat(262_144)}`,
      'operation.too-large',
    ],
    ['the type before the second byte of the head', `${head} 00 00`, 'operation.type'],
    ['the sealed head before its length', `${head} 07`, 'operation.sealed-head'],
    ['the marker of the head before the length', `${head} 01 81`, 'operation.head-form'],
    ['a name length before the bytes of the name', `${head} 01 80 1f`, 'operation.head-form'],
    ['the collection before the record', `${head} 21 ff`, 'operation.collection-utf8'],
    [
      'the changes before what they may be',
      `${head} 64 62756773 770e8400e29b41d4a716446655440000 424c415a45 01 0001 06 20`,
      'record.tag-unknown',
    ],
    [
      'what the changes may be before the extensions',
      `${head} 64 62756773 770e8400e29b41d4a716446655440000 424c415a45 01 0001 06 0b 00`,
      'operation.changes-not-empty',
    ],
    ['the index definition before the record id', `${index} 424c415a45 01 0000`, 'operation.index-changes'],
    [
      'the record id of an index before the extensions',
      `${index} 424c415a45 01 0002 ff 0006 6669656c6473 08 0001 21 61 10 21 61 00`,
      'operation.index-record',
    ],
    [
      'the zero team of a sealed operation before the rest is missed',
      `${head} f0 ${'11'.repeat(32)} ${'00'.repeat(16)}`,
      'operation.sealed-team',
    ],
    [
      'the length of the ciphertext before its bytes',
      `${head} f0 ${'11'.repeat(60)} 00000041`,
      'operation.sealed-length',
    ],
    [
      'a team before the next extension',
      `${head} 24 62756773 770e8400e29b41d4a716446655440000 424c415a45 01 0000 000a 0001 0001 00 0001 0000 00`,
      'operation.team',
    ],
    [
      'the extensions before the team of the changes',
      `${head} 24 62756773 770e8400e29b41d4a716446655440000 424c415a45 01 0001 05 0b 0018 0001 0010 ${'aa'.repeat(16)} 0001 0000`,
      'operation.extensions-order',
    ],
  ])('%s', (_, hex, reason) => {
    expect(refusalOf(() => decodeOperation(bytesOf(hex), { sha256 })).reason).toBe(reason);
  });
});

describe('the encoder of operations', () => {
  const team = { type: 1, value: TEAM.toBytes() };
  it.each([
    ['operation.counter-range', { counter: -1 }],
    ['operation.counter-range', { counter: 2 ** 53 }],
    ['operation.counter-range', { counter: 1.5 }],
    ['operation.collection-empty', { collection: '' }],
    ['operation.collection-too-long', { collection: 'é'.repeat(128) }],
    ['operation.collection-utf8', { collection: '\ud800' }],
    ['operation.changes-not-empty', { type: 'delete' }],
    ['operation.changes-not-empty', { type: 'dropIndex' }],
    ['operation.index-changes', { type: 'createIndex' }],
    [
      'operation.extensions-order',
      {
        extensions: [
          { type: 3, value: new Uint8Array(0) },
          { type: 2, value: new Uint8Array(0) },
        ],
      },
    ],
    ['operation.extensions-length', { extensions: [{ type: 3, value: new Uint8Array(65_532) }] }],
    ['operation.team', { extensions: [{ type: 1, value: new Uint8Array(16) }] }],
    ['operation.team', { extensions: [{ type: 1, value: new Uint8Array(15).fill(1) }] }],
    ['operation.team-mismatch', { extensions: [team], changes: new Map([['teamId', Id.ZERO]]) }],
    ['operation.too-large', { changes: new Map([['d', new Uint8Array(262_144)]]) }],
  ] as [Parameters<typeof expectedForm>[0], Partial<PlainOperation>][])('refuses by %s', (reason, change) => {
    expect(formOf(refusalOf(() => encodeOperation({ ...BASE, ...change })))).toEqual(expectedForm(reason));
  });

  it.each([
    ['operation.sealed-team', { team: Id.ZERO }],
    ['operation.sealed-length', { ciphertext: new Uint8Array(0) }],
    ['operation.sealed-length', { ciphertext: new Uint8Array(63) }],
    ['operation.sealed-extension', { extensions: [team] }],
  ] as [Parameters<typeof expectedForm>[0], Partial<SealedOperation>][])('refuses by %s', (reason, change) => {
    expect(formOf(refusalOf(() => encodeOperation({ ...SEALED, ...change })))).toEqual(expectedForm(reason));
  });

  it.each(['tag', 'epoch', 'nonce', 'mac'] as const)('throws RangeError for a %s of another length', (field) => {
    expect(() => encodeOperation({ ...SEALED, [field]: new Uint8Array(11) })).toThrow(RangeError);
  });

  it('gives a refused record the code of the operation, as carriedBy does', () => {
    const bad = { ...BASE, changes: new Map([['a', '\ud800']]) };
    const refused = refusalOf(() => encodeOperation(bad));
    const carried = refusalOf(() =>
      carriedBy('OP_MALFORMED', 'reject', () => {
        throw refused.cause;
      }),
    );
    expect(formOf(refused)).toEqual(formOf(carried));
    expect(formOf(refused)).toEqual(expectedForm('record.utf8', { code: 'OP_MALFORMED', effect: 'reject' }));
  });

  it('does not take an error of the caller for a refusal', () => {
    expect(() => encodeOperation({ ...BASE, changes: new Map([['a', undefined as unknown as Value]]) })).toThrow(
      TypeError,
    );
  });
});

describe('the JSON form of an operation', () => {
  it('has the names of the registry, text counters and no empty extensions', () => {
    expect(operationToJson(BASE)).toEqual({
      id: '550e8400e29b41d4a716446655440000',
      counter: '1',
      node: '660e8400e29b41d4a716446655440000',
      type: 'insert',
      collection: 'bugs',
      record: '770e8400e29b41d4a716446655440000',
      changes: [['title', { string: 'Fix login bug' }]],
    });
    expect(operationToJson({ ...SEALED, extensions: [{ type: 7, value: Uint8Array.of(1) }] })).toMatchObject({
      type: 'sealed',
      tag: '01'.repeat(16),
      ciphertext: '04'.repeat(64),
      extensions: [{ type: 7, value: '01' }],
    });
  });

  it.each([{ type: 'upsert' }, { type: 'toString' }, { counter: '-1' }, { counter: '01' }, { id: '00' }])(
    'is not with %j',
    (change) => {
      expect(() => operationFromJson({ ...operationToJson(BASE), ...change } as never)).toThrow(RangeError);
    },
  );
});
