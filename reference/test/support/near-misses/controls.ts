import type { NearMiss } from './near-miss.ts';

const V1 = '424c415a45 01';
const feedAck = `22 ${V1} 0001 ff 0001 6e 12 02`;
const ping = `30 ${V1} 0001 ff 0001 64 07 00000008 0102030405060708`;
const cursor = `07 00000028 ${'c0'.repeat(40)}`;
const ID = '00000000000040008000000000000003';
const ack = `20 ${V1} 0003 ff 0003 637572 ${cursor} ff 0003 696473 07 00000010 ${ID} ff 0002 7374 07 00000001 01`;
const checkpoint = `23 ${V1} 0003 ff 0004 6d6f7265 04 00 ff 0001 6e 12 05
  ff 0002 7363 08 0001 09 0002 0003 637572 ${cursor} 0001 73 12 07`;
const session = `01 ${V1} 0003 ff 0004 61757468 12 01 34 02 0000000000100000 ff 0002 7468 07 00000020 ${'7a'.repeat(32)}`;
const error = `3e ${V1} 0002 ff 0004 636f6465 12 01 ff 0003 726566 05 ${ID}`;

/** Every refusal of a control message by its form (section 8.2). */
export const CONTROLS: readonly NearMiss[] = [
  { reason: 'frame.sealed-too-short', fact: 'not even an id', accepted: feedAck, from: feedAck, to: '' },
  {
    reason: 'control.too-large',
    fact: '65,537 bytes, unknown id or not',
    accepted: `5a ${'00'.repeat(65_535)}`,
    from: '5a',
    to: '5a 00',
  },
  { reason: 'record.truncated', fact: 'no body', accepted: feedAck, from: feedAck, to: '22' },
  { reason: 'record.version', fact: 'a body of version 02', accepted: feedAck, from: ' 01 0001', to: ' 02 0001' },
  { reason: 'record.trailing-bytes', fact: 'a byte behind the body', accepted: feedAck, from: '12 02', to: '12 02 00' },
  {
    reason: 'control.field-missing',
    fact: 'a required field is not there',
    accepted: feedAck,
    from: '6e 12',
    to: '6d 12',
  },
  {
    reason: 'control.field-missing',
    fact: 'an entry of a list lacks a field',
    accepted: checkpoint,
    from: '0001 73 12',
    to: '0001 74 12',
  },
  { reason: 'control.field-type', fact: 'null is mistyped', accepted: feedAck, from: '12 02', to: '0b' },
  {
    reason: 'control.field-type',
    fact: 'a double is no int',
    accepted: feedAck,
    from: '12 02',
    to: '03 4000000000000000',
  },
  { reason: 'control.field-type', fact: 'a string is no data', accepted: ping, from: '07 00000008 01', to: '28 01' },
  { reason: 'control.field-type', fact: 'data is no uuid', accepted: error, from: `05 ${ID}`, to: `07 00000010 ${ID}` },
  {
    reason: 'control.field-type',
    fact: 'an optional field is judged where it is present',
    accepted: error,
    from: `05 ${ID}`,
    to: '0b',
  },
  { reason: 'control.field-type', fact: 'an int is no bool', accepted: checkpoint, from: '04 00 ff', to: '12 00 ff' },
  {
    reason: 'control.field-type',
    fact: 'a dictionary is no list',
    accepted: checkpoint,
    from: '08 0001 09',
    to: '09 0001 0000 09',
  },
  {
    reason: 'control.field-type',
    fact: 'an entry of a list is no dictionary',
    accepted: checkpoint,
    from: `09 0002 0003 637572 ${cursor} 0001 73 12 07`,
    to: '0b',
  },
  {
    reason: 'control.field-range',
    fact: 'an int below its range',
    accepted: feedAck,
    from: '12 02',
    to: '02 ffffffffffffffff',
  },
  {
    reason: 'control.field-range',
    fact: 'an int above 2^53 - 1',
    accepted: feedAck,
    from: '12 02',
    to: '02 0020000000000000',
  },
  {
    reason: 'control.field-range',
    fact: 'max below 512 KiB',
    accepted: session,
    from: '0000000000100000',
    to: '000000000007ffff',
  },
  {
    reason: 'control.field-range',
    fact: 'max above 16 MiB',
    accepted: session,
    from: '0000000000100000',
    to: '0000000001000001',
  },
  { reason: 'control.field-range', fact: 'an auth that is none', accepted: session, from: '12 01 34', to: '12 03 34' },
  {
    reason: 'control.field-range',
    fact: 'data of another length',
    accepted: ping,
    from: '08 0102030405060708',
    to: '07 01020304050607',
  },
  {
    reason: 'control.field-range',
    fact: 'ids that are no multiple of 16',
    accepted: ack,
    from: `00000010 ${ID}`,
    to: `0000000f ${ID.slice(2)}`,
  },
  {
    reason: 'control.field-range',
    fact: 'more statuses than ids',
    accepted: ack,
    from: '00000001 01',
    to: '00000002 0101',
  },
  {
    reason: 'control.field-range',
    fact: 'a status that is neither 00 nor 01',
    accepted: ack,
    from: '00000001 01',
    to: '00000001 02',
  },
  { reason: 'control.field-range', fact: 'a scope 0', accepted: checkpoint, from: '73 12 07', to: '73 12 00' },
  { reason: 'control.field-range', fact: 'a cursor of 41 bytes', accepted: ack, from: '00000028', to: '00000029 c0' },
];
