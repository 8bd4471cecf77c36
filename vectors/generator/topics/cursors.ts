import { toHex } from '../../../reference/src/bytes/hex.ts';
import { Id } from '../../../reference/src/bytes/id.ts';
import { encodeCursor } from '../../../reference/src/wire/cursor.ts';
import { cut } from '../hex.ts';
import { demanded } from '../requirements.ts';
import { front, head, KIT, type Topic } from '../vector-file.ts';

const LOG = 'f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff';
const MARK = '51c87982e865b9d23cb5f201d2d73f66';
const ZEROS = '00'.repeat(16);

const CURSORS: readonly (readonly [id: string, log: string, seq: string, mark: string, note?: string])[] = [
  ['start', LOG, '0', ZEROS, 'before the first operation'],
  ['second', LOG, '2', MARK],
  ['seq-byte-order', LOG, '283686952306183', MARK, '00 01 02 03 04 05 06 07'],
  ['seq-2-to-53', LOG, '9007199254740991', MARK, '2^53 - 1'],
  ['all-zero', ZEROS, '0', ZEROS],
];

const GOOD = `${LOG}0000000000000002${MARK}`;

export const cursors: Topic = () => ({
  ...head('cursors', 'A cursor by itself. Whether a log takes it is told in the topic arrival-logs.', KIT),
  valid: [
    ...CURSORS.map(([id, log, seq, mark, note]) => ({
      ...front(id, ['SYNC-3', 'SYNC-4', 'SYNC-5'], note),
      cursor: { log, seq, mark },
      bytes: toHex(encodeCursor({ log: Id.fromHex(log), seq: Number(seq), mark: Id.fromHex(mark) })),
    })),
    {
      ...front('seq-greatest', ['SYNC-4', 'SYNC-6'], 'the greatest u64 is well formed: a log says that it is ahead'),
      cursor: { log: LOG, seq: '18446744073709551615', mark: MARK },
      bytes: `${LOG}${'ff'.repeat(8)}${MARK}`,
    },
  ],
  invalid: [0, 16, 39, 41, 80].map((length) => ({
    id: `length-${length}`,
    source: 'kit',
    requirements: demanded('cursor.length'),
    bytes: cut(GOOD + GOOD + GOOD, length),
    reason: 'cursor.length',
  })),
});
