import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeRecord, equalFields, type JsonRecord, recordFromJson, recordToJson } from '../../src/wire/index.ts';
import { fields } from '../support/arbitrary.ts';
import { bytesOf } from '../support/near-misses/near-miss.ts';
import { refusalOf } from '../support/refusal.ts';

/** One of each kind, and the bytes that they are (section 6.4). */
const EACH: JsonRecord = [
  ['array', { array: [{ null: null }, { bool: true }] }],
  ['date', { date: '0000000000000000' }],
  ['dict', { dictionary: [['title', { int: '1' }]] }],
  ['double', { double: 'bff8000000000000' }],
  ['ids', { uuid: '550e8400e29b41d4a716446655440000' }],
  ['int', { int: '-9223372036854775808' }],
  ['raw', { data: '00ff' }],
  ['text', { string: 'é' }],
  ['vec', { vector: ['3f800000', 'c0200000'] }],
];
const EACH_BYTES = bytesOf(`424c415a45 01 0009
  ff 0005 6172726179 08 0002 0b 04 01
  ff 0004 64617465 06 0000000000000000
  ff 0004 64696374 09 0001 0005 7469746c65 12 01
  ff 0006 646f75626c65 03 bff8000000000000
  ff 0003 696473 05 550e8400e29b41d4a716446655440000
  ff 0003 696e74 02 8000000000000000
  ff 0003 726177 07 00000002 00ff
  ff 0004 74657874 22 c3a9
  ff 0003 766563 0a 00000002 3f800000 c0200000`);

describe('the JSON form of a record', () => {
  it('says each kind of value by its own member', () => {
    expect(encodeRecord(recordFromJson(EACH))).toEqual(EACH_BYTES);
    expect(recordToJson(recordFromJson(EACH))).toEqual(EACH);
  });

  it('survives JSON text and brings every record back', () => {
    fc.assert(
      fc.property(fields, (original) => {
        const json = JSON.parse(JSON.stringify(recordToJson(original))) as JsonRecord;
        expect(equalFields(recordFromJson(json), original)).toBe(true);
      }),
    );
  });

  it('names each field once', () => {
    const twice: JsonRecord = [
      ['a', { int: '1' }],
      ['a', { int: '2' }],
    ];
    expect(refusalOf(() => recordFromJson(twice)).reason).toBe('record.names-duplicate');
  });

  it.each([
    { int: '01' },
    { int: '1.5' },
    { int: 'x' },
    { double: '00' },
    { double: '00000000000000000' },
    { date: '000000000000000g' },
    { uuid: '00' },
    { data: '0' },
    { vector: ['3f80000'] },
    { text: 'a' },
    {},
    { int: '1', bool: true },
  ])('is not %j', (json) => {
    expect(() => recordFromJson([['v', json as never]])).toThrow(RangeError);
  });
});
