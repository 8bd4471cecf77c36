import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareBytes } from '../../src/bytes/compare.ts';
import { toHex } from '../../src/bytes/hex.ts';
import { encodeUtf8 } from '../../src/bytes/utf8.ts';
import { decodeRecord, encodeRecord, equalFields, type Fields, readRecord, type Value } from '../../src/wire/index.ts';
import { fields } from '../support/arbitrary.ts';
import { bytesOf } from '../support/near-misses/near-miss.ts';
import { refusalOf } from '../support/refusal.ts';

const record = (...entries: [string, Value][]): Fields => new Map(entries);
const reasonOf = (value: Value) => refusalOf(() => encodeRecord(record(['v', value]))).reason;
const nested = (depth: number, innermost: Value): Value => {
  let value = innermost;
  for (let i = 0; i < depth; i++) value = [value];
  return value;
};

describe('a record', () => {
  it('comes back from its bytes, in both versions, and has the same bytes again', () => {
    fc.assert(
      fc.property(fields, fc.constantFrom<1 | 2>(1, 2), (original, version) => {
        const bytes = encodeRecord(original, version);
        const decoded = decodeRecord(bytes);
        expect(equalFields(decoded, original)).toBe(true);
        expect(encodeRecord(decoded, version)).toEqual(bytes);
      }),
      { numRuns: 400 },
    );
  });

  it('has the same bytes whatever the order in which its fields were set', () => {
    fc.assert(
      fc.property(fields, (original) => {
        const reversed = new Map([...original].reverse());
        expect(encodeRecord(reversed)).toEqual(encodeRecord(original));
      }),
    );
  });

  it('is decoded in the order of the UTF-8 bytes of its names', () => {
    fc.assert(
      fc.property(fields, (original) => {
        const names = [...decodeRecord(encodeRecord(original)).keys()].map(encodeUtf8);
        for (let i = 1; i < names.length; i++) expect(compareBytes(names[i - 1]!, names[i]!)).toBeLessThan(0);
      }),
    );
  });

  it('that is cut anywhere is refused as truncated', () => {
    fc.assert(
      fc.property(fields, (original) => {
        const bytes = encodeRecord(original);
        for (let end = 0; end < bytes.length; end++) {
          expect(refusalOf(() => decodeRecord(bytes.subarray(0, end))).reason).toBe('record.truncated');
        }
      }),
      { numRuns: 30 },
    );
  });

  it('with any byte changed is refused, or is another record with these very bytes', () => {
    const changed = fields.chain((original) => {
      const bytes = encodeRecord(original);
      return fc.tuple(fc.constant(bytes), fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }));
    });
    fc.assert(
      fc.property(changed, ([bytes, at, change]) => {
        const other = bytes.slice();
        other[at]! ^= change;
        let decoded: Fields;
        try {
          decoded = decodeRecord(other);
        } catch (error) {
          expect(error).toMatchObject({ name: 'ProtocolError', reason: expect.stringMatching(/^record\./) });
          return;
        }
        expect(encodeRecord(decoded, other[5] as 1 | 2)).toEqual(other);
      }),
      { numRuns: 1000 },
    );
  });

  it('of random bytes is refused, or has these very bytes', () => {
    const bytes = fc
      .array(fc.oneof(fc.nat(255), fc.constantFrom(0, 1, 2, 6, 8, 9, 0x12, 0x18, 0x21, 0xff)), { maxLength: 60 })
      .map((rest) => Uint8Array.of(...bytesOf('424c415a45 01 00'), ...rest));
    fc.assert(
      fc.property(bytes, (input) => {
        try {
          expect(encodeRecord(decodeRecord(input))).toEqual(input);
        } catch (error) {
          expect(error).toMatchObject({ reason: expect.stringMatching(/^record\./) });
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('has names that mean something to JavaScript as names like any other', () => {
    const names = ['__proto__', 'constructor', 'hasOwnProperty', 'next', 'size', 'toString'];
    const original = record(
      ['config', record(...names.map((name): [string, Value] => [name, 1]))],
      ...names.map((name): [string, Value] => [name, name]),
    );
    const decoded = decodeRecord(encodeRecord(original));
    expect(equalFields(decoded, original)).toBe(true);
    expect(decoded.get('__proto__')).toBe('__proto__');
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  it('gives data that does not share the memory of the bytes', () => {
    const bytes = encodeRecord(record(['d', Uint8Array.of(1, 2, 3)]));
    const data = decodeRecord(bytes).get('d') as Uint8Array;
    bytes.fill(0);
    expect(data).toEqual(Uint8Array.of(1, 2, 3));
  });

  it('has empty dictionaries that nobody can fill', () => {
    const decoded = decodeRecord(encodeRecord(record(['a', new Map()], ['b', new Map()])));
    expect(decoded.get('a')).toEqual(new Map());
    expect(() => (decoded.get('a') as Map<string, Value>).set('x', 1)).toThrow(TypeError);
    expect((decoded.get('b') as Fields).size).toBe(0);
  });

  it('inside other bytes ends where it ends', () => {
    const bytes = bytesOf('ffff 424c415a45 01 0001 09 1201 0a0b');
    const { fields: found, end } = readRecord(bytes, 2);
    expect([...found]).toEqual([['priority', 1]]);
    expect(end).toBe(bytes.length - 2);
  });

  it('inside other bytes does not read past the end it is given', () => {
    const bytes = bytesOf('424c415a45 01 0001 09 1201 0a0b');
    expect(refusalOf(() => readRecord(bytes, 0, bytes.length - 3)).reason).toBe('record.truncated');
  });

  it('inside other bytes has version 01', () => {
    expect(refusalOf(() => readRecord(bytesOf('424c415a45 02 0000 94d87736'), 0)).reason).toBe('record.version');
  });
});

describe('of two violations in a record the first in the order of the bytes decides', () => {
  it.each([
    ['the magic before the version', '424c415a46 03 0000', 'record.magic'],
    ['the end of the bytes before the magic', '0000', 'record.truncated'],
    ['the version before the count', '424c415a45 03 ffff', 'record.version'],
    ['the checksum before the count', '424c415a45 02 ffff 00000000', 'record.checksum'],
    ['the length of version 02 before its checksum', '424c415a45 02 ffff', 'record.truncated'],
    ['the count before the fields', '424c415a45 01 0401', 'record.fields'],
    ['a first field before the end of the bytes', '424c415a45 01 0002 00', 'record.name-id-unknown'],
    ['UTF-8 before U+FEFF', '424c415a45 01 0001 ff 0004 efbbbfff', 'record.utf8'],
    ['the form of a name before its order', '424c415a45 01 0002 06 0b ff 0002 6964', 'record.name-not-shortest'],
    ['the order of a name before its value', '424c415a45 01 0002 06 0b 01', 'record.names-unsorted'],
    ['a value before the next name', '424c415a45 01 0002 06 ff 00', 'record.tag-unknown'],
    ['an element before the end of the array', '424c415a45 01 0001 06 08 ffff 00', 'record.tag-unknown'],
    ['the fields before trailing bytes', '424c415a45 01 0001 06 00 00', 'record.tag-unknown'],
  ])('%s', (_, hex, reason) => {
    expect(refusalOf(() => decodeRecord(bytesOf(hex))).reason).toBe(reason);
  });
});

describe('the encoder of records', () => {
  it('writes an int as what it is, number or bigint', () => {
    for (const value of [0, 255, 256, -1, 2 ** 40, Number.MIN_SAFE_INTEGER]) {
      expect(encodeRecord(record(['v', BigInt(value)]))).toEqual(encodeRecord(record(['v', value])));
    }
    expect(toHex(encodeRecord(record(['v', -0])))).toBe(toHex(encodeRecord(record(['v', 0]))));
  });

  it.each([
    ['record.int-range', 2n ** 63n],
    ['record.int-range', -(2n ** 63n) - 1n],
    ['record.int-range', 2 ** 53],
    ['record.utf8', 'a\ud800'],
    ['record.utf8', `${'x'.repeat(100)}\udc00`],
    ['record.array-too-long', new Array<Value>(65_536).fill(null)],
    ['record.nesting', nested(33, 1)],
    ['record.nesting', nested(32, [])],
    ['record.nesting', nested(32, new Map())],
    ['record.fields', new Map(Array.from({ length: 1025 }, (_, i) => [`${i}`, null]))],
    ['record.name-too-long', record(['é'.repeat(128), 1])],
    ['record.name-bom', record(['\ufeffk', 1])],
    ['record.utf8', record(['\ud800', 1])],
  ] as [string, Value][])('refuses by %s', (reason, value) => {
    expect(reasonOf(value)).toBe(reason);
  });

  it.each([
    ['int', 2n ** 63n - 1n],
    ['int', -(2n ** 63n)],
    ['array', new Array<Value>(65_535).fill(null)],
    ['nesting', nested(32, 1)],
    ['nesting', nested(31, [])],
    ['fields', new Map(Array.from({ length: 1024 }, (_, i) => [`${i}`, null]))],
    ['name', record(['é'.repeat(127), 1])],
  ] as [string, Value][])('writes the greatest %s', (_, value) => {
    expect(() => decodeRecord(encodeRecord(record(['v', value])))).not.toThrow();
  });

  it('refuses more than 1,024 fields', () => {
    const fieldsOf = (count: number) =>
      new Map<string, Value>(Array.from({ length: count }, (_, i) => [`n${i}`, null]));
    expect(decodeRecord(encodeRecord(fieldsOf(1024))).size).toBe(1024);
    expect(refusalOf(() => encodeRecord(fieldsOf(1025))).reason).toBe('record.fields');
  });

  it.each([1.5, Number.NaN, Number.POSITIVE_INFINITY, undefined, {}, () => 1, Symbol('s')])(
    'throws TypeError for %s, which is no value',
    (value) => {
      expect(() => encodeRecord(record(['v', value as Value]))).toThrow(TypeError);
    },
  );

  it('takes time in proportion to the record, in whatever order the names of its dictionaries are', () => {
    let value: Value = 1;
    for (let depth = 0; depth < 32; depth++)
      value = new Map<string, Value>([
        ['z', value],
        ['a', 1],
      ]);
    const bytes = encodeRecord(record(['z', value], ['a', 1]));
    expect(equalFields(decodeRecord(bytes), record(['z', value], ['a', 1]))).toBe(true);
  });

  it('writes texts of every length around the short form', () => {
    for (const unit of ['x', 'é', '字', '🔥']) {
      for (let count = 0; count < 70; count++) {
        const text = unit.repeat(count);
        expect(decodeRecord(encodeRecord(record(['v', text]))).get('v')).toBe(text);
      }
    }
  });

  it('writes records that are larger than its pool', () => {
    const original = record(
      ['a', new Uint8Array(100_000).fill(7)],
      ['b', 'x'.repeat(200_000)],
      ['c', '字'.repeat(50_000)],
    );
    expect(equalFields(decodeRecord(encodeRecord(original)), original)).toBe(true);
  });
});
