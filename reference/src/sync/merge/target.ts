import { compareUtf8 } from '../../bytes/compare.ts';
import { Id } from '../../bytes/id.ts';
import { type PlainOperation, teamOf } from '../../wire/operation.ts';
import { idKey } from '../id-key.ts';

/** Records and indexes are two spaces that know nothing of each other (MERGE-13). */
export type Space = 'record' | 'index';

/** What operations meet on: a record, or an index (MERGE-1, MERGE-11). */
export interface Target {
  readonly space: Space;
  readonly collection: string;
  /** Zeros for none. */
  readonly team: Id;
  /** The record id; that of an index is made of its name. */
  readonly record: Id;
}

export function targetOf(operation: PlainOperation): Target {
  const { type, collection, record } = operation;
  const space = type === 'createIndex' || type === 'dropIndex' ? 'index' : 'record';
  return { space, collection, team: teamOf(operation), record };
}

/** As the key of a map: one letter and two ids of fixed length, so that no two targets have the same. */
export function targetKey({ space, collection, team, record }: Target): string {
  return (space === 'record' ? 'r' : 'i') + idKey(team) + idKey(record) + collection;
}

/** By space, then the bytes of collection, team and record. */
export function compareTargets(x: Target, y: Target): number {
  if (x.space !== y.space) return x.space === 'record' ? -1 : 1;
  return compareUtf8(x.collection, y.collection) || Id.compare(x.team, y.team) || Id.compare(x.record, y.record);
}
