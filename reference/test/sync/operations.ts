import { createHash } from 'node:crypto';
import { Id } from '../../src/bytes/id.ts';
import { ArrivalLog } from '../../src/sync/arrival-log.ts';
import { encodeOperation, type Operation, type PlainOperation, teamOf } from '../../src/wire/operation.ts';

let made = 0;

/** An id that was not used before in this test file. */
export function newId(): Id {
  made += 1;
  return new Id(0x0badcafe, 0, 0, made);
}

/** A fresh insert, with members replaced. */
export function operation(members: Partial<PlainOperation> & { readonly team?: Id } = {}): PlainOperation {
  const { team, ...rest } = members;
  const extensions = team === undefined ? [] : [{ type: 1, value: team.toBytes() }];
  return {
    id: newId(),
    counter: 1,
    node: Id.fromHex('000102030405060708090a0b0c0d0e0f'),
    type: 'insert',
    collection: 'bugs',
    record: newId(),
    changes: new Map([['title', 'Fix login bug']]),
    extensions,
    ...rest,
  };
}

export function encoded(members: Parameters<typeof operation>[0] = {}): Uint8Array {
  return encodeOperation(operation(members));
}

export function sha256(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(createHash('sha256').update(bytes).digest());
}

export const LOG_ID = Id.fromHex('f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff');

export function newLog(): ArrivalLog {
  return new ArrivalLog(LOG_ID, sha256);
}

/** Appends as a receiver does. */
export function append(log: ArrivalLog, stored: Operation, origin = 0): Uint8Array {
  const bytes = encodeOperation(stored);
  const collection = stored.type === 'sealed' ? undefined : stored.collection;
  log.append({ id: stored.id, collection, team: teamOf(stored) }, bytes, origin);
  return bytes;
}
