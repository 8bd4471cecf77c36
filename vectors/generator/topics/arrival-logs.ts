import { fromHex, toHex } from '../../../reference/src/bytes/hex.ts';
import { Id } from '../../../reference/src/bytes/id.ts';
import { nodeCrypto } from '../../../reference/src/crypto/node.ts';
import type { RefusalName } from '../../../reference/src/registry.ts';
import { ArrivalLog } from '../../../reference/src/sync/arrival-log.ts';
import { encodeCursor } from '../../../reference/src/wire/cursor.ts';
import { decodeOperation, teamOf } from '../../../reference/src/wire/operation.ts';
import { hex, text, u64 } from '../hex.ts';
import { demanded } from '../requirements.ts';
import { PYTHON, python, swift } from '../sources.ts';
import { front, head, KIT, type Topic } from '../vector-file.ts';

const LOG = 'f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff';

/** The two deletes of the batch in chapter 7, whose marks chapter 9 works out. */
const deleteOf = (id: string, counter: string, record: string) =>
  hex(
    `000000000000400080000000000000${id}`,
    counter,
    '000102030405060708090a0b0c0d0e0f',
    '64',
    text('bugs'),
    record,
    '424c415a45010000',
  );
const DELETES = [
  deleteOf('03', '0001', '770e8400e29b41d4a716446655440000'),
  deleteOf('04', '0002', '880e8400e29b41d4a716446655440000'),
];

const LOGS: readonly (readonly [
  id: string,
  log: string,
  operations: readonly string[],
  note: string,
  source?: string,
])[] = [
  ['empty', LOG, [], 'the head is 0'],
  ['two-deletes', LOG, DELETES, 'the worked example of chapter 9'],
  ['two-deletes-swapped', LOG, [...DELETES].reverse(), 'the order of arrival makes other marks'],
  [
    'plain-and-sealed',
    '0f'.repeat(16),
    [python.operation.plaintext, python.sealedOperation.operation.replace(/^5/, '6')],
    'a sealed operation is hashed like any other',
  ],
  [
    'ten',
    '00112233445566778899aabbccddeeff',
    swift.operations.filter(({ name }) => /^random-0/.test(name)).map(({ compact }) => compact),
    'ten operations in the order of arrival, not of their counters',
  ],
];

function append(log: ArrivalLog, bytes: Uint8Array): void {
  const operation = decodeOperation(bytes);
  const collection = operation.type === 'sealed' ? undefined : operation.collection;
  log.append({ id: operation.id, collection, team: teamOf(operation) }, bytes, 0);
}

function logOf(id: string, operations: readonly string[]): ArrivalLog {
  const log = new ArrivalLog(Id.fromHex(id), nodeCrypto.sha256);
  for (const operation of operations) append(log, fromHex(operation));
  return log;
}

const cursorOf = (log: ArrivalLog, seq: number) => toHex(encodeCursor(log.cursor(seq)));

const two = logOf(LOG, DELETES);
const [MARK_1, MARK_2] = [two.mark(1).toHex(), two.mark(2).toHex()];
const ZEROS = '00'.repeat(16);
const SWAPPED = cursorOf(logOf(LOG, [...DELETES].reverse()), 1);

/** Cursors shown to the log "two-deletes". */
const REFUSED: readonly (readonly [id: string, reason: RefusalName, cursor: string, note: string])[] = [
  ['other-log', 'subscription.cursor-diverged', hex('0f'.repeat(16), u64(2), MARK_2), 'the log id is another'],
  ['other-log-at-0', 'subscription.cursor-diverged', hex('0f'.repeat(16), u64(0), ZEROS), 'at position 0, too'],
  [
    'other-log-and-ahead',
    'subscription.cursor-diverged',
    hex('0f'.repeat(16), u64(9), MARK_2),
    'the log id comes first',
  ],
  ['ahead-by-one', 'subscription.cursor-ahead', hex(LOG, u64(3), MARK_2), 'the head is 2'],
  ['ahead-greatest', 'subscription.cursor-ahead', hex(LOG, 'ff'.repeat(8), MARK_2), 'the greatest u64'],
  [
    'ahead-2-to-53',
    'subscription.cursor-ahead',
    hex(LOG, u64(2n ** 53n + 2n), MARK_2),
    'no double may round it to a legal one',
  ],
  ['ahead-2-to-32', 'subscription.cursor-ahead', hex(LOG, u64(2 ** 32 + 2), MARK_2), 'all eight bytes count'],
  [
    'mark-last-bit',
    'subscription.cursor-diverged',
    hex(LOG, u64(2), `${MARK_2.slice(0, -1)}7`),
    'the last bit of the mark is another',
  ],
  ['mark-of-another-position', 'subscription.cursor-diverged', hex(LOG, u64(2), MARK_1), 'the mark of position 1'],
  ['mark-at-0', 'subscription.cursor-diverged', hex(LOG, u64(0), MARK_1), 'at position 0 the mark is zeros'],
  ['mark-zeros', 'subscription.cursor-diverged', hex(LOG, u64(1), ZEROS), 'zeros are the mark of position 0 alone'],
  ['restored-and-gone-on', 'subscription.cursor-diverged', SWAPPED, 'the same log id after other operations'],
];

export const arrivalLogs: Topic = () => ({
  ...head(
    'arrival-logs',
    'Marks and cursors of logs. Every cursor of a log is accepted by it; those of `invalid` are shown to `base`.',
    {
      ...PYTHON,
      swift: "Operations of BlazeDB's own Swift code: vectors/source/blazebinary-swift.json.",
      ...KIT,
    },
  ),
  valid: LOGS.map(([id, logId, operations, note]) => {
    const log = logOf(logId, operations);
    return {
      ...front(
        id,
        ['SYNC-3', 'SYNC-4', 'SYNC-5', 'SYNC-7'],
        note,
        id === 'ten' ? 'swift' : id === 'plain-and-sealed' ? 'python' : 'kit',
      ),
      log: logId,
      start: cursorOf(log, 0),
      entries: operations.map((operation, index) => ({
        operation,
        mark: log.mark(index + 1).toHex(),
        cursor: cursorOf(log, index + 1),
      })),
    };
  }),
  invalid: REFUSED.map(([id, reason, cursor, note]) => ({
    ...front(id, demanded(reason), note),
    base: 'two-deletes',
    cursor,
    reason,
  })),
});
