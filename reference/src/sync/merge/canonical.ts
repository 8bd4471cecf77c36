/**
 * One form in bytes for what a set of operations comes to, so that two replicas can be compared. It is ours alone: no
 * message carries it.
 *
 *     state  = { record }* | { index }*            in their order, each behind a count u32
 *     record = key | stamp of E | stamp of D | u32 count | { stamp | record v1 of the one field }*
 *     index  = key | stamp of E | stamp of D | record v1 of the definition, empty without one
 *     key    = u8 n | collection | team 16 | record 16
 *     stamp  = 00, or 01 | counter u64 | node 16 | operation 16
 */
import { utf8Length } from '../../bytes/utf8.ts';
import { ByteWriter } from '../../bytes/writer.ts';
import { encodeRecord } from '../../wire/record.ts';
import type { IndexState } from './index-state.ts';
import type { RecordState } from './record-state.ts';
import type { Stamp } from './stamp.ts';
import type { Target } from './target.ts';

interface States {
  records(): readonly { readonly target: Target; readonly state: RecordState }[];
  indexes(): readonly { readonly target: Target; readonly state: IndexState }[];
}

export function canonicalBytes(states: States): Uint8Array {
  const writer = new ByteWriter();
  const [records, indexes] = [states.records(), states.indexes()];
  writer.u32(records.length);
  for (const { target, state } of records) {
    writeKey(writer, target);
    writeRecordState(writer, state);
  }
  writer.u32(indexes.length);
  for (const { target, state } of indexes) {
    writeKey(writer, target);
    writeStamp(writer, state.created?.stamp);
    writeStamp(writer, state.dropped);
    writer.bytes(encodeRecord(state.created?.definition ?? new Map()));
  }
  return writer.finish();
}

function writeRecordState(writer: ByteWriter, state: RecordState): void {
  writeStamp(writer, state.inserted);
  writeStamp(writer, state.deleted);
  writer.u32(state.fields.size);
  for (const [name, { stamp, value }] of state.sortedFields()) {
    writeStamp(writer, stamp);
    writer.bytes(encodeRecord(new Map([[name, value]])));
  }
}

function writeKey(writer: ByteWriter, { collection, team, record }: Target): void {
  writer.u8(utf8Length(collection));
  writer.utf8(collection);
  writer.id(team);
  writer.id(record);
}

function writeStamp(writer: ByteWriter, stamp: Stamp | undefined): void {
  writer.u8(stamp === undefined ? 0 : 1);
  if (stamp === undefined) return;
  writer.u64(stamp.counter);
  writer.id(stamp.node);
  writer.id(stamp.operation);
}
