import type { NearMiss } from './near-miss.ts';

const ID = '00000000000040008000000000000003';
const NODE = '000102030405060708090a0b0c0d0e0f';
const RECORD = '770e8400e29b41d4a716446655440000';
const TEAM = 'aa0e8400e29b41d4a716446655440000';
const OTHER_TEAM = 'bb0e8400e29b41d4a716446655440000';
const ZEROS = '00'.repeat(16);
const EMPTY = '424c415a45 01 0000';
const a = (count: number) => '61'.repeat(count);

const counted = (counter: string) => `${ID} ${counter} ${NODE} 24 62756773 ${RECORD} ${EMPTY}`;
/** An insert into `bugs`: what follows the record id is given. */
const insert = (rest: string) => `${ID} 0001 ${NODE} 24 62756773 ${RECORD} ${rest}`;
const headed = (head: string) => `${ID} 0001 ${NODE} ${head} ${RECORD} ${EMPTY}`;
/** createIndex `byStatus` on `status`. */
const index = `${ID} 0007 ${NODE} 84 62756773 c991ca704f078d8d938617c7cfb9120d
  424c415a45 01 0002 ff 0006 6669656c6473 08 0001 26 737461747573 10 28 6279537461747573`;
const extended = insert(`${EMPTY} 0008 7777 0000 7778 0000`);
const teamed = insert(`424c415a45 01 0001 05 05 ${TEAM} 0014 0001 0010 ${TEAM}`);
const sealed = `${ID} 0001 ${NODE} f0 1088c6a3f35207d03c6ba4997d0b9bde e8efde1b92ebbdec1ef57fc71ee3d22c
  ${TEAM} c0c1c2c3c4c5c6c7c8c9cacb 00000040 ${'5c'.repeat(64)} ${'ac'.repeat(16)} 0004 7777 0000`;

/** Every refusal of an operation's decoder (section 7.8); of the record inside two, for their code and effect. */
export const OPERATIONS: readonly NearMiss[] = [
  {
    reason: 'operation.id-missing',
    fact: 'fifteen bytes',
    accepted: headed('64 62756773'),
    from: headed('64 62756773'),
    to: ID.slice(2),
  },
  {
    reason: 'operation.truncated',
    fact: 'it ends after its id',
    accepted: headed('64 62756773'),
    from: headed('64 62756773'),
    to: ID,
  },
  {
    reason: 'operation.truncated',
    fact: 'it ends inside the node id',
    accepted: headed('64 62756773'),
    from: `${NODE} 64 62756773 ${RECORD} ${EMPTY}`,
    to: NODE.slice(2),
  },
  {
    reason: 'operation.truncated',
    fact: 'it ends before the head',
    accepted: headed('64 62756773'),
    from: ` 64 62756773 ${RECORD} ${EMPTY}`,
    to: '',
  },
  {
    reason: 'operation.truncated',
    fact: 'it ends inside a long head',
    accepted: headed(`03 80 20 ${a(32)}`),
    from: `80 20 ${a(32)} ${RECORD} ${EMPTY}`,
    to: '80',
  },
  {
    reason: 'operation.truncated',
    fact: 'it ends inside the collection',
    accepted: headed('64 62756773'),
    from: `73 ${RECORD} ${EMPTY}`,
    to: '',
  },
  {
    reason: 'operation.truncated',
    fact: 'it ends inside the record id',
    accepted: headed('64 62756773'),
    from: `${RECORD} ${EMPTY}`,
    to: RECORD.slice(2),
  },
  {
    reason: 'operation.truncated',
    fact: 'it ends inside the ciphertext',
    accepted: sealed,
    from: `${'5c'.repeat(64)} ${'ac'.repeat(16)} 0004 7777 0000`,
    to: '5c'.repeat(63),
  },
  {
    reason: 'operation.truncated',
    fact: 'it ends inside the mac',
    accepted: sealed,
    from: `${'ac'.repeat(16)} 0004 7777 0000`,
    to: 'ac'.repeat(15),
  },
  {
    reason: 'operation.counter-form',
    fact: '255 has marker 00',
    accepted: counted('01 0100'),
    from: '01 0100',
    to: '01 00ff',
  },
  {
    reason: 'operation.counter-form',
    fact: '65,535 has marker 01',
    accepted: counted('02 0000000000010000'),
    from: '00010000',
    to: '0000ffff',
  },
  {
    reason: 'operation.counter-form',
    fact: 'marker 03 is none',
    accepted: counted('00 07'),
    from: '00 07',
    to: '03 07',
  },
  {
    reason: 'operation.counter-range',
    fact: '2^53 is one too many',
    accepted: counted('02 001fffffffffffff'),
    from: '001fffffffffffff',
    to: '0020000000000000',
  },
  {
    reason: 'operation.type',
    fact: 'type 6 in a short head',
    accepted: headed('64 62756773'),
    from: '64 6',
    to: 'c4 6',
  },
  {
    reason: 'operation.type',
    fact: 'type 0 in a long head',
    accepted: headed(`03 80 20 ${a(32)}`),
    from: '03 80',
    to: '00 80',
  },
  {
    reason: 'operation.type',
    fact: 'type 8 in a long head',
    accepted: headed(`03 80 20 ${a(32)}`),
    from: '03 80',
    to: '08 80',
  },
  { reason: 'operation.sealed-head', fact: 'a tag of 15 bytes', accepted: sealed, from: ' f0 ', to: ' ef ' },
  {
    reason: 'operation.sealed-head',
    fact: 'a sealed operation with a long head',
    accepted: sealed,
    from: ' f0 ',
    to: ' 07 80 20 ',
  },
  {
    reason: 'operation.head-form',
    fact: 'a name of 31 bytes has the short head',
    accepted: headed(`03 80 20 ${a(32)}`),
    from: `20 ${a(32)}`,
    to: `1f ${a(31)}`,
  },
  {
    reason: 'operation.head-form',
    fact: 'marker 81',
    accepted: headed(`03 80 20 ${a(32)}`),
    from: '03 80',
    to: '03 81',
  },
  {
    reason: 'operation.collection-empty',
    fact: 'a name of no bytes',
    accepted: headed('64 62756773'),
    from: '64 62756773',
    to: '60',
  },
  {
    reason: 'operation.collection-utf8',
    fact: 'a name is cut inside a character',
    accepted: headed('65 627567c2b5'),
    from: '65 627567c2b5',
    to: '64 627567c2',
  },
  { reason: 'record.truncated', fact: 'no changes at all', accepted: insert(EMPTY), from: EMPTY, to: '' },
  {
    reason: 'record.version',
    fact: 'changes of version 02',
    accepted: insert(EMPTY),
    from: EMPTY,
    to: '424c415a45 02 0000 94d87736',
  },
  {
    reason: 'operation.changes-not-empty',
    fact: 'a delete with a field',
    accepted: headed('64 62756773'),
    from: '01 0000',
    to: '01 0001 060b',
  },
  {
    reason: 'operation.changes-not-empty',
    fact: 'a dropIndex with a field',
    accepted: headed('a4 62756773'),
    from: '01 0000',
    to: '01 0001 060b',
  },
  {
    reason: 'operation.index-changes',
    fact: 'no field is indexed',
    accepted: index,
    from: '08 0001 26 737461747573',
    to: '18',
  },
  {
    reason: 'operation.index-changes',
    fact: 'an indexed field is no string',
    accepted: index,
    from: '26 737461747573',
    to: '12 01',
  },
  { reason: 'operation.index-changes', fact: 'fields is no array', accepted: index, from: '08 0001 26', to: '26' },
  {
    reason: 'operation.index-changes',
    fact: 'the name is no string',
    accepted: index,
    from: '28 6279537461747573',
    to: '12 01',
  },
  {
    reason: 'operation.index-changes',
    fact: 'a third field',
    accepted: index,
    from: '01 0002 ff',
    to: '01 0003 16 0b ff',
  },
  {
    reason: 'operation.index-changes',
    fact: 'no name',
    accepted: index,
    from: '10 28 6279537461747573',
    to: '06 28 6279537461747573',
  },
  {
    reason: 'operation.index-record',
    fact: 'the record id is not the hash of the name',
    accepted: index,
    from: '120d',
    to: '120c',
  },
  {
    reason: 'operation.extensions-length',
    fact: 'one byte of extensions',
    accepted: extended,
    from: '0008 7777 0000 7778 0000',
    to: '00',
  },
  {
    reason: 'operation.extensions-length',
    fact: 'an empty block',
    accepted: extended,
    from: '0008 7777 0000 7778 0000',
    to: '0000',
  },
  {
    reason: 'operation.extensions-length',
    fact: 'a total below what follows',
    accepted: extended,
    from: '0008 7777',
    to: '0007 7777',
  },
  {
    reason: 'operation.extensions-length',
    fact: 'a total above what follows',
    accepted: extended,
    from: '0008 7777',
    to: '0009 7777',
  },
  {
    reason: 'operation.extensions-length',
    fact: 'an entry whose header is cut',
    accepted: extended,
    from: '0008 7777 0000 7778 0000',
    to: '0007 7777 0000 7778 00',
  },
  {
    reason: 'operation.extensions-length',
    fact: 'a value that runs past the end',
    accepted: extended,
    from: '7778 0000',
    to: '7778 0001',
  },
  { reason: 'operation.extensions-order', fact: 'one type twice', accepted: extended, from: '7778', to: '7777' },
  { reason: 'operation.extensions-order', fact: 'types that descend', accepted: extended, from: '7778', to: '7776' },
  {
    reason: 'operation.extensions-order',
    fact: 'the order goes before a value that runs past the end',
    accepted: extended,
    from: '7778 0000',
    to: '7777 ffff',
  },
  {
    reason: 'operation.extensions-length',
    fact: 'a block behind a sealed operation, total too small',
    accepted: sealed,
    from: '0004 7777',
    to: '0003 7777',
  },
  {
    reason: 'operation.team',
    fact: 'the zero team',
    accepted: insert(`${EMPTY} 0014 0001 0010 ${TEAM}`),
    from: TEAM,
    to: ZEROS,
  },
  {
    reason: 'operation.team',
    fact: 'a team of 15 bytes',
    accepted: insert(`${EMPTY} 0014 0001 0010 ${TEAM}`),
    from: `0014 0001 0010 ${TEAM}`,
    to: `0013 0001 000f ${TEAM.slice(2)}`,
  },
  {
    reason: 'operation.team-mismatch',
    fact: 'teamId names another team',
    accepted: teamed,
    from: `05 05 ${TEAM}`,
    to: `05 05 ${OTHER_TEAM}`,
  },
  { reason: 'operation.team-mismatch', fact: 'teamId is null', accepted: teamed, from: `05 05 ${TEAM}`, to: '05 0b' },
  {
    reason: 'operation.team-mismatch',
    fact: 'teamId is the same text',
    accepted: teamed,
    from: `05 05 ${TEAM}`,
    to: '05 24 61616161',
  },
  {
    reason: 'operation.team-mismatch',
    fact: 'an update counts like an insert',
    accepted: teamed.replace(' 24 ', ' 44 '),
    from: `05 05 ${TEAM}`,
    to: `05 05 ${OTHER_TEAM}`,
  },
  {
    reason: 'operation.sealed-length',
    fact: 'no ciphertext',
    accepted: sealed,
    from: `00000040 ${'5c'.repeat(64)}`,
    to: '00000000',
  },
  {
    reason: 'operation.sealed-length',
    fact: '63 bytes of ciphertext',
    accepted: sealed,
    from: `00000040 ${'5c'.repeat(64)}`,
    to: `0000003f ${'5c'.repeat(63)}`,
  },
  { reason: 'operation.sealed-team', fact: 'the zero team', accepted: sealed, from: TEAM, to: ZEROS },
  {
    reason: 'operation.sealed-extension',
    fact: 'a team extension',
    accepted: sealed,
    from: '0004 7777 0000',
    to: `0014 0001 0010 ${TEAM}`,
  },
  {
    reason: 'operation.sealed-extension',
    fact: 'the type alone decides',
    accepted: sealed,
    from: '7777 0000',
    to: '0001 ffff',
  },
  {
    reason: 'operation.too-large',
    fact: '262,145 bytes',
    accepted: filled(262_144),
    from: filled(262_144),
    to: filled(262_145),
  },
];

/** An insert of `size` bytes, most of them in one string. */
function filled(size: number): string {
  const length = size - (16 + 2 + 16 + 5 + 16 + 8 + 1 + 5);
  return insert(`424c415a45 01 0001 06 01 ${length.toString(16).padStart(8, '0')} ${'78'.repeat(length)}`);
}
