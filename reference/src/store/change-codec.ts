/**
 * A change as bytes: `kind u8 | members`, big-endian; text is `length u16 | UTF-8`, the last list or bytes take the rest.
 * One change has one form, and every byte belongs to a member: anything else is refused with RangeError.
 */
import { ByteReader } from '../bytes/reader.ts';
import { decodeUtf8 } from '../bytes/utf8.ts';
import { ByteWriter } from '../bytes/writer.ts';
import type { Change } from '../sync/journal.ts';
import type { Cursor } from '../wire/cursor.ts';

const KIND = {
  log: 1,
  append: 2,
  dropped: 3,
  cursor: 4,
  seen: 5,
  known: 6,
  forgotten: 7,
  dead: 8,
  revived: 9,
  withdrawn: 10,
  refused: 11,
} as const satisfies { readonly [K in Change['kind']]: number };

const MARK_BYTES = 16;
const HASH_BYTES = 32;
/** What an append has before the bytes of its operation: kind, seq, mark, isOwn. */
export const APPEND_HEAD_BYTES: number = 1 + 8 + MARK_BYTES + 1;

/** Throws RangeError for what has no form: a text above 65,535 bytes, a number out of its range, a mark that is cut. */
export function encodeChange(change: Change): Uint8Array {
  const writer = new ByteWriter();
  writer.u8(KIND[change.kind]);
  writeMembers(writer, change);
  return writer.finish();
}

function writeMembers(writer: ByteWriter, change: Change): void {
  switch (change.kind) {
    case 'log':
      writer.id(change.id);
      writer.u64(change.clock);
      break;
    case 'append':
      writer.u64(change.seq);
      writer.id(change.mark);
      writer.u8(change.isOwn ? 1 : 0);
      writer.bytes(change.bytes);
      break;
    case 'dropped':
      if (!isMarks(change.marks)) throw new RangeError(`${change.marks.length} bytes are no marks of 16 bytes`);
      writer.u64(change.from);
      writer.bytes(change.marks);
      break;
    case 'cursor':
      writeText(writer, change.remote);
      writeText(writer, change.scope);
      if (change.cursor !== undefined) writeCursor(writer, change.cursor);
      break;
    case 'seen':
      writeText(writer, change.remote);
      writeCursor(writer, change.cursor);
      break;
    case 'known':
      writeText(writer, change.remote);
      for (const seq of change.seqs) writer.u64(seq);
      break;
    case 'forgotten':
      writeText(writer, change.remote);
      break;
    case 'dead':
      writeText(writer, change.remote);
      writer.u64(change.seq);
      writeCode(writer, change.code);
      break;
    case 'revived':
      writeText(writer, change.remote);
      writer.u64(change.seq);
      break;
    case 'withdrawn':
      writer.u64(change.seq);
      break;
    case 'refused':
      if (change.hash.length !== HASH_BYTES) throw new RangeError(`a hash has 32 bytes, not ${change.hash.length}`);
      writeText(writer, change.remote);
      writer.bytes(change.hash);
      writeCode(writer, change.code);
  }
}

/** Arrays in the result are views of `bytes`. Throws RangeError when `bytes` is not exactly one change. */
export function decodeChange(bytes: Uint8Array): Change {
  const reader = new ByteReader(bytes);
  const change = readMembers(reader, reader.u8());
  if (reader.remaining !== 0) throw new RangeError(`${reader.remaining} bytes behind a change`);
  return change;
}

function readMembers(reader: ByteReader, kind: number): Change {
  switch (kind) {
    case KIND.log:
      return { kind: 'log', id: reader.id(), clock: reader.u64() };
    case KIND.append: {
      const [seq, mark, isOwn] = [reader.u64(), reader.id(), reader.u8()];
      if (isOwn > 1) throw new RangeError(`${isOwn} is neither own nor not`);
      return { kind: 'append', seq, mark, isOwn: isOwn === 1, bytes: reader.bytes(reader.remaining) };
    }
    case KIND.dropped: {
      const [from, marks] = [reader.u64(), reader.bytes(reader.remaining)];
      if (!isMarks(marks)) throw new RangeError(`${marks.length} bytes are no marks of 16 bytes`);
      return { kind: 'dropped', from, marks };
    }
    case KIND.cursor: {
      const [remote, scope] = [readText(reader), readText(reader)];
      return { kind: 'cursor', remote, scope, cursor: reader.remaining === 0 ? undefined : readCursor(reader) };
    }
    case KIND.seen:
      return { kind: 'seen', remote: readText(reader), cursor: readCursor(reader) };
    case KIND.known: {
      const [remote, seqs] = [readText(reader), [] as number[]];
      while (reader.remaining > 0) seqs.push(reader.u64());
      return { kind: 'known', remote, seqs };
    }
    case KIND.forgotten:
      return { kind: 'forgotten', remote: readText(reader) };
    case KIND.dead:
      return { kind: 'dead', remote: readText(reader), seq: reader.u64(), code: reader.u16() };
    case KIND.revived:
      return { kind: 'revived', remote: readText(reader), seq: reader.u64() };
    case KIND.withdrawn:
      return { kind: 'withdrawn', seq: reader.u64() };
    case KIND.refused:
      return { kind: 'refused', remote: readText(reader), hash: reader.bytes(HASH_BYTES), code: reader.u16() };
    default:
      throw new RangeError(`there is no kind of change ${kind}`);
  }
}

function isMarks(marks: Uint8Array): boolean {
  return marks.length > 0 && marks.length % MARK_BYTES === 0;
}

function writeText(writer: ByteWriter, text: string): void {
  const at = writer.length;
  writer.u16(0);
  const length = writer.utf8(text);
  if (length > 0xffff) throw new RangeError(`a text of ${length} bytes; at most 65535 fit`);
  writer.patchU8(at, length >> 8);
  writer.patchU8(at + 1, length & 0xff);
}

function readText(reader: ByteReader): string {
  const text = decodeUtf8(reader.bytes(reader.u16()));
  if (text === undefined) throw new RangeError('a text is not UTF-8');
  return text;
}

function writeCode(writer: ByteWriter, code: number): void {
  if (!Number.isInteger(code) || code < 0 || code > 0xffff) throw new RangeError(`${code} is not a wire code`);
  writer.u16(code);
}

function writeCursor(writer: ByteWriter, { log, seq, mark }: Cursor): void {
  writer.id(log);
  writer.u64(seq);
  writer.id(mark);
}

function readCursor(reader: ByteReader): Cursor {
  return { log: reader.id(), seq: reader.u64(), mark: reader.id() };
}
