import { Id } from '../bytes/id.ts';
import { ByteWriter } from '../bytes/writer.ts';
import { carriedBy, refuse } from '../errors.ts';
import { DEFAULT_LIMITS, type OperationTypeName } from '../registry.ts';
import { decodeExtensions, type Extension, extensionValue, TEAM_EXTENSION, writeExtensions } from './extensions.ts';
import { peekOperation, writeOrigin, writeTarget } from './operation-head.ts';
import { checkChanges, checkIndexRecord, checkTeam, PLAIN_EXTENSIONS, type Sha256 } from './operation-rules.ts';
import { readRecord } from './record.ts';
import { writeRecord } from './record-writer.ts';
import { readSealed, type SealedOperation, writeSealed } from './sealed-operation.ts';
import type { Fields } from './value.ts';

/** An operation whose contents every node on its way can read. */
export interface PlainOperation {
  readonly id: Id;
  /** Logical time of the author, 0 to 2^53 - 1. */
  readonly counter: number;
  /** The author's node. */
  readonly node: Id;
  readonly type: Exclude<OperationTypeName, 'sealed'>;
  /** 1 to 255 bytes of UTF-8. */
  readonly collection: string;
  /** The record, or the index, that it changes. */
  readonly record: Id;
  readonly changes: Fields;
  readonly extensions: readonly Extension[];
}

export type Operation = PlainOperation | SealedOperation;

export interface DecodeOptions {
  /** Without it the record id of a createIndex is not checked here; see `checkIndexRecord`. */
  readonly sha256?: Sha256 | undefined;
}

/**
 * `id 16 | counter | node 16 | head | collection | record 16 | changes | extensions?`. Refuses what `decodeOperation`
 * would, save by `operation.index-record`, and by `operation.collection-too-long`. The result may share its buffer with
 * other results.
 */
export function encodeOperation(operation: Operation): Uint8Array {
  const writer = new ByteWriter();
  writeOrigin(writer, operation);
  if (operation.type === 'sealed') writeSealed(writer, operation);
  else writePlain(writer, operation);
  if (writer.length > DEFAULT_LIMITS.OPERATION_BYTES) refuse('operation.too-large', `${writer.length} bytes`);
  return writer.finish();
}

function writePlain(writer: ByteWriter, operation: PlainOperation): void {
  const { type, collection, record, changes, extensions } = operation;
  writeTarget(writer, type, collection);
  writer.id(record);
  writeChanges(writer, changes);
  checkChanges(type, changes);
  writeExtensions(writer, extensions, PLAIN_EXTENSIONS);
  checkTeam(type, changes, extensions);
}

function writeChanges(writer: ByteWriter, changes: Fields): void {
  try {
    writeRecord(writer, changes, 1);
  } catch (error) {
    throw malformed(error);
  }
}

function readChanges(bytes: Uint8Array, start: number): ReturnType<typeof readRecord> {
  try {
    return readRecord(bytes, start);
  } catch (error) {
    throw malformed(error);
  }
}

/** What `carriedBy` would throw: it takes a closure, which is too dear for every operation that is in order. */
function malformed(error: unknown): unknown {
  try {
    return carriedBy('OP_MALFORMED', 'reject', () => {
      throw error;
    });
  } catch (carried) {
    return carried;
  }
}

/**
 * The operation that `bytes` are. The bytes stay its identity: store and forward them, never what `encodeOperation`
 * makes of the result.
 *
 * Precedence: `operation.id-missing`, `operation.too-large`, the head (see peekOperation), the changes (`record.*`),
 * what they may be for this type (`changes-not-empty`, `index-changes`, then `index-record`), the extensions entry by
 * entry with their meaning (`extensions-*`, `team`), and at last `team-mismatch`.
 */
export function decodeOperation(bytes: Uint8Array, options?: DecodeOptions): Operation {
  if (bytes.length > DEFAULT_LIMITS.OPERATION_BYTES) refuse('operation.too-large', `${bytes.length} bytes`);
  const { id, counter, node, type, collection, record, end } = peekOperation(bytes);
  if (type === 'sealed') return readSealed(bytes, end, id, counter, node);
  const { fields: changes, end: changesEnd } = readChanges(bytes, end);
  checkChanges(type, changes);
  if (options?.sha256 !== undefined) checkIndexRecord({ type, record: record!, changes }, options.sha256);
  const extensions = decodeExtensions(bytes, changesEnd, bytes.length, PLAIN_EXTENSIONS);
  checkTeam(type, changes, extensions);
  return { id, counter, node, type, collection: collection!, record: record!, changes, extensions };
}

export { type OperationHead, peekOperation } from './operation-head.ts';
export { checkIndexRecord, indexRecord, type Sha256 } from './operation-rules.ts';
export type { SealedOperation } from './sealed-operation.ts';

/** The team that an operation belongs to; `Id.ZERO` for none. */
export function teamOf(operation: Operation): Id {
  if (operation.type === 'sealed') return operation.team;
  const team = extensionValue(operation.extensions, TEAM_EXTENSION);
  return team === undefined ? Id.ZERO : Id.from(team);
}
