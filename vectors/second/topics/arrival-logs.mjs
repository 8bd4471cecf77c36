/** Marks, and cursors that are shown to a log. */
import { checkCursor, decodeCursor, encodeCursor, marksOf } from '../arrival-log.mjs';
import { hex } from '../bytes.mjs';
import { same } from '../same.mjs';

export const arrivalLogs = {
  valid({ log, start, entries }) {
    const marks = marksOf(entries.map(({ operation }) => hex(operation)));
    const shown = [{ mark: '00'.repeat(16), cursor: start }, ...entries];
    same(
      'marks',
      marks,
      entries.map(({ mark }) => mark),
    );
    shown.forEach(({ mark, cursor }, seq) => {
      same('cursor', encodeCursor({ log, seq, mark }), cursor);
      checkCursor({ log, marks }, decodeCursor(hex(cursor)));
    });
  },
  invalid({ base, cursor }, file) {
    const { log, entries } = file.valid.find(({ id }) => id === base);
    checkCursor({ log, marks: entries.map(({ mark }) => mark) }, decodeCursor(hex(cursor)));
  },
};
