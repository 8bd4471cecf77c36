import {
  encodeOperation,
  Id,
  type PlainOperation,
  TEAM_EXTENSION,
  type Value,
} from '../../reference/src/wire/index.ts';

/** What a check says of an operation; the rest is the same for all. */
export interface Made {
  readonly type?: PlainOperation['type'];
  readonly counter?: number;
  readonly node?: Id;
  readonly id?: Id;
  readonly record?: Id;
  readonly collection?: string;
  readonly team?: Id;
  readonly changes?: Readonly<Record<string, Value>>;
}

export const OTHER_NODE: Id = Id.fromHex('b0b0b0b0b0b040b080b0b0b0b0b0b0b0');
export const RECORD: Id = Id.fromHex('770e8400e29b41d4a716446655440000');
export const TEAM: Id = Id.fromHex('7ea70000000040008000000000007ea7');

let made = 0;

/** An id that no other operation of the checks has. */
export function freshId(): Id {
  const id = new Uint8Array(16).fill(9);
  new DataView(id.buffer).setUint32(0, ++made);
  return Id.from(id);
}

/** The bytes of an operation of somebody else: an insert with counter 1, unless it says otherwise. */
export function madeBytes(members: Made = {}): Uint8Array {
  const { team, changes, type = 'insert', ...rest } = members;
  const plain = type === 'delete' || type === 'dropIndex' ? {} : { title: 'x' };
  const operation: PlainOperation = {
    id: freshId(),
    counter: 1,
    node: OTHER_NODE,
    type,
    collection: 'bugs',
    record: freshId(),
    changes: new Map(Object.entries(changes ?? plain)),
    extensions: team === undefined ? [] : [{ type: TEAM_EXTENSION, value: team.toBytes() }],
    ...rest,
  };
  return encodeOperation(operation);
}
