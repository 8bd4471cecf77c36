import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Id } from '../../../src/bytes/id.ts';
import { ControlMessages, type RefusalName } from '../../../src/registry.ts';
import {
  type ControlJson,
  type ControlMessage,
  controlForm,
  controlFromJson,
  controlToJson,
  decodeControl,
  encodeControl,
  encodeControlRecord,
  type Value,
} from '../../../src/wire/index.ts';
import { controlMessage } from '../../support/arbitrary.ts';
import { bytesOf } from '../../support/near-misses/near-miss.ts';
import { expectedForm, formOf, refusalOf } from '../../support/refusal.ts';

const CURSOR = new Uint8Array(40).fill(7);
const ACK: ControlMessage = { name: 'ACK', ids: new Uint8Array(32), st: Uint8Array.of(0, 1), cur: CURSOR };

describe('a control message', () => {
  it('comes back from its bytes, and has the same bytes again', () => {
    fc.assert(
      fc.property(controlMessage, (original) => {
        const bytes = encodeControl(original);
        const decoded = decodeControl(bytes) as ControlMessage;
        expect(decoded).toEqual(original);
        expect(encodeControl(decoded)).toEqual(bytes);
      }),
      { numRuns: 300 },
    );
  });

  it('comes back from its JSON form', () => {
    fc.assert(
      fc.property(controlMessage, (original) => {
        const json = JSON.parse(JSON.stringify(controlToJson(original))) as ControlJson;
        expect(controlFromJson(json)).toEqual(original);
      }),
      { numRuns: 200 },
    );
  });

  it.each(Object.entries(ControlMessages))('%s has the id of the registry', (name, { id }) => {
    expect(controlForm(name).id).toBe(Number.parseInt(id, 16));
  });

  it('is its id and a record', () => {
    expect(encodeControl({ name: 'FEED_ACK', n: 2 })).toEqual(bytesOf('22 424c415a45 01 0001 ff 0001 6e 12 02'));
    expect(controlToJson({ name: 'FEED_ACK', n: 2 })).toEqual({ message: 'FEED_ACK', n: 2 });
  });

  it('has data and ids in hex in its JSON form, also in lists', () => {
    const message: ControlMessage = { name: 'SUBSCRIBE', req: 1, mode: 0, sc: [{ s: 1, team: Id.ZERO, cur: CURSOR }] };
    expect(controlToJson(message)).toEqual({
      message: 'SUBSCRIBE',
      req: 1,
      mode: 0,
      sc: [{ s: 1, team: '00'.repeat(16), cur: '07'.repeat(40) }],
    });
  });

  it('leaves out what is undefined', () => {
    const bytes = encodeControl({ name: 'CLOSE', code: 1, retry: undefined });
    expect(bytes).toEqual(encodeControl({ name: 'CLOSE', code: 1 }));
    expect(decodeControl(bytes)).toEqual({ name: 'CLOSE', code: 1 });
  });

  it('is read without fields that its table does not know, in lists, too', () => {
    const scope = new Map<string, Value>([
      ['s', 1],
      ['__proto__', 1],
      ['later', null],
    ]);
    const fields = new Map<string, Value>([
      ['st', 0],
      ['req', 1],
      ['sc', [new Map<string, Value>([...scope, ['st', 0]])]],
      ['toString', 1],
    ]);
    expect(decodeControl(encodeControlRecord(0x11, fields))).toEqual({
      name: 'SUBSCRIBED',
      req: 1,
      st: 0,
      sc: [{ s: 1, st: 0 }],
    });
  });

  it('may be an ACK of nothing', () => {
    const empty: ControlMessage = { name: 'ACK', ids: new Uint8Array(0), st: new Uint8Array(0), cur: CURSOR };
    expect(decodeControl(encodeControl(empty))).toEqual(empty);
  });

  it('may be an AUTH whose proof does not fit its kind: that is for the handshake to refuse', () => {
    const auth: ControlMessage = { name: 'AUTH', kind: 1, proof: new Uint8Array(3) };
    expect(decodeControl(encodeControl(auth))).toEqual(auth);
  });
});

describe('a control message with an unknown id', () => {
  it.each([
    [0x00, false],
    [0x5a, false],
    [0x7f, false],
    [0x80, true],
    [0xff, true],
  ])('%i is told apart by its id alone', (id, critical) => {
    expect(decodeControl(Uint8Array.of(id))).toEqual({ name: 'UNKNOWN', id, critical });
    expect(decodeControl(Uint8Array.of(id, 1, 2, 3))).toEqual({ name: 'UNKNOWN', id, critical });
  });
});

describe('of two violations in a control message the first decides', () => {
  const record = (entries: string) => `424c415a45 01 ${entries}`;
  it.each([
    ['the record before its fields', `22 ${record('0001 06 20')}`, 'record.tag-unknown'],
    ['trailing bytes before missing fields', `22 ${record('0000 00')}`, 'record.trailing-bytes'],
    [
      'the fields in the order of the table: req is missing',
      `11 ${record('0001 ff 0002 7374 0b')}`,
      'control.field-missing',
    ],
    [
      'the fields in the order of the table: st is mistyped',
      `11 ${record('0002 ff 0003 726571 12 01 ff 0002 7374 0b')}`,
      'control.field-type',
    ],
    ['an entry before a field after its list', `23 ${record('0001 ff 0002 7363 08 0001 0b')}`, 'control.field-type'],
    [
      'the statuses before the cursor',
      `20 ${record('0002 ff 0003 696473 07 00000000 ff 0002 7374 07 00000001 00')}`,
      'control.field-range',
    ],
  ])('%s', (_, hex, reason) => {
    expect(refusalOf(() => decodeControl(bytesOf(hex))).reason).toBe(reason);
  });
});

describe('the encoder of control messages', () => {
  it.each([
    ['control.field-missing', { name: 'PING' }],
    ['control.field-type', { name: 'PING', d: 'text' }],
    ['control.field-type', { name: 'CHECKPOINT', sc: 'none', n: 1, more: false }],
    ['control.field-range', { name: 'PING', d: new Uint8Array(7) }],
    ['control.field-range', { name: 'FEED_ACK', n: -1 }],
    ['control.field-range', { ...ACK, st: Uint8Array.of(0) }],
    ['control.field-range', { ...ACK, st: Uint8Array.of(0, 2) }],
    ['control.field-missing', { name: 'CHECKPOINT', sc: [{ s: 1 }], n: 1, more: false }],
    ['control.too-large', { name: 'ERROR', code: 1, msg: 'x'.repeat(65_536) }],
  ] as [RefusalName, unknown][])('refuses by %s', (reason, message) => {
    expect(formOf(refusalOf(() => encodeControl(message as ControlMessage)))).toEqual(expectedForm(reason));
  });

  it('gives a refused record the code of a control message', () => {
    const refused = refusalOf(() => encodeControl({ name: 'ERROR', code: 1, msg: '\ud800' }));
    expect(formOf(refused)).toEqual(expectedForm('record.utf8', { code: 'ILLEGAL_PARAMETER', effect: 'fatal' }));
  });

  it('writes 65,536 bytes and not one more', () => {
    const fields = (length: number) => new Map([['d', new Uint8Array(length)]]);
    const overhead = encodeControlRecord(0x5a, fields(0)).length;
    expect(encodeControlRecord(0x5a, fields(65_536 - overhead))).toHaveLength(65_536);
    expect(refusalOf(() => encodeControlRecord(0x5a, fields(65_537 - overhead))).reason).toBe('control.too-large');
  });

  it.each([-1, 256, 1.5])('has no id %d', (id) => {
    expect(() => encodeControlRecord(id, new Map())).toThrow(RangeError);
  });
});

describe('the JSON form of a control message', () => {
  it.each([
    { message: 'NONE' },
    { message: 'toString' },
    { message: 'PING', d: '0g' },
    { message: 'PING', d: '0102030405060708', z: 1 },
    { message: 'ERROR', code: 1, ref: '00' },
    { message: 'SUBSCRIBED', req: 1, st: 0, sc: [{ s: 1, st: 0, z: 1 }] },
  ])('is not %j', (json) => {
    expect(() => controlFromJson(json)).toThrow(RangeError);
  });

  it('is refused like the message itself where a field is', () => {
    expect(refusalOf(() => controlFromJson({ message: 'PING', d: '00' })).reason).toBe('control.field-range');
    expect(refusalOf(() => controlFromJson({ message: 'PING' })).reason).toBe('control.field-missing');
  });
});
