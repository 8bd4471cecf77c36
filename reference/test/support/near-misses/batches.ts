import { type NearMiss, repeated } from './near-miss.ts';

const OPERATION = `00000000000040008000000000000003 0001 000102030405060708090a0b0c0d0e0f 64 62756773
  770e8400e29b41d4a716446655440000 424c415a45010000`;
const entry = `0000003f ${OPERATION}`;
const plain = `00 0002 ${entry} ${entry.replace('0003 ', '0004 ')}`;
/** Section 7.11: the two operations of 136 bytes in 74. */
const packed = `01 00000088
  6360626060b067000307860608839981918191899985958d9d83938b9b87978f
  3f25a934bdb89caf85e1d16cc72bcbc55cd2425d18189c7c1ca35c19c15ad08d
  606160c26a44070e2300`;

/** Every refusal of a batch (sections 7.10 and 7.11), with COMPRESSION selected. */
export const BATCHES: readonly NearMiss[] = [
  { reason: 'batch.truncated', fact: 'no flags', accepted: plain, from: plain, to: '' },
  { reason: 'batch.truncated', fact: 'half a count', accepted: plain, from: plain, to: '00 00' },
  { reason: 'batch.truncated', fact: 'half a length', accepted: plain, from: plain, to: '00 0001 0000' },
  { reason: 'batch.truncated', fact: 'more operations are announced', accepted: plain, from: '00 0002', to: '00 0003' },
  {
    reason: 'batch.truncated',
    fact: 'the last operation is cut',
    accepted: `00 0001 ${entry}`,
    from: '45010000',
    to: '450100',
  },
  { reason: 'batch.truncated', fact: 'half a raw_length', accepted: packed, from: packed, to: '01 0000' },
  { reason: 'batch.flags', fact: 'bit 1 is set', accepted: plain, from: '00 0002', to: '02 0002' },
  {
    reason: 'batch.flags',
    fact: 'bit 7 is set beside bit 0',
    accepted: packed,
    from: '01 00000088',
    to: '81 00000088',
  },
  { reason: 'batch.count', fact: 'no operation', accepted: plain, from: plain, to: '00 0000' },
  {
    reason: 'batch.count',
    fact: '257 operations',
    accepted: `00 0100 ${repeated(256, () => entry)}`,
    from: '00 0100',
    to: '00 0101',
  },
  {
    reason: 'batch.operation-short',
    fact: 'an operation of 15 bytes',
    accepted: plain,
    from: '0000003f 00000000000040008000000000000004',
    to: '0000000f 000000000000400080000000000004',
  },
  {
    reason: 'batch.operation-short',
    fact: 'it is refused before its bytes are missed',
    accepted: plain,
    from: plain,
    to: '00 0001 0000000f',
  },
  {
    reason: 'batch.trailing-bytes',
    fact: 'a byte behind the last operation',
    accepted: `00 0001 ${entry}`,
    from: '45010000',
    to: '4501000000',
  },
  { reason: 'batch.raw-length', fact: 'the stream gives more', accepted: packed, from: '00000088', to: '00000087' },
  { reason: 'batch.raw-length', fact: 'the stream gives less', accepted: packed, from: '00000088', to: '00000089' },
  { reason: 'batch.raw-length', fact: 'over 1 MiB', accepted: packed, from: '00000088', to: '00100001' },
  {
    reason: 'batch.ratio',
    fact: 'more than 100 times the packed bytes',
    accepted: packed,
    from: '00000088',
    to: '00001ced',
  },
  { reason: 'batch.deflate', fact: 'the stream is cut', accepted: packed, from: '0e2300', to: '0e23' },
  {
    reason: 'batch.deflate',
    fact: 'a block of a type that does not exist',
    accepted: packed,
    from: '6360626060b0',
    to: '6760626060b0',
  },
  {
    reason: 'batch.deflate-trailing',
    fact: 'a byte behind the final block',
    accepted: packed,
    from: '0e2300',
    to: '0e230000',
  },
];
