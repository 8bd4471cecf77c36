/** The arrival log's marks, and cursors. */
import { Cursor, hex, join, u64 } from './bytes.mjs';
import { sha256 } from './keys.mjs';
import { refuse } from './refusal.mjs';

/** `mark_q` after each operation (as bytes), mark_0 = zeros not among them. */
export function marksOf(operations) {
  const marks = [];
  let mark = Buffer.alloc(16);
  for (const operation of operations) {
    mark = sha256(mark, operation.subarray(0, 16), sha256(operation)).subarray(0, 16);
    marks.push(mark.toString('hex'));
  }
  return marks;
}

export function encodeCursor({ log, seq, mark }) {
  return join(hex(log), u64(seq), hex(mark));
}

export function decodeCursor(bytes) {
  if (bytes.length !== 40) refuse('cursor.length');
  const cursor = new Cursor(bytes, 'cursor.length');
  return { log: cursor.hex(16), seq: cursor.u64().toString(), mark: cursor.hex(16) };
}

/** Judges a cursor that a peer shows: log id, then seq, then mark. */
export function checkCursor({ log, marks }, cursor) {
  if (cursor.log !== log) refuse('subscription.cursor-diverged');
  if (BigInt(cursor.seq) > BigInt(marks.length)) refuse('subscription.cursor-ahead');
  const mark = cursor.seq === '0' ? '00'.repeat(16) : marks[Number(cursor.seq) - 1];
  if (cursor.mark !== mark) refuse('subscription.cursor-diverged');
}
