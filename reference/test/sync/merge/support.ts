import fc from 'fast-check';
import { Id } from '../../../src/bytes/id.ts';
import { MergeState } from '../../../src/sync/merge/index.ts';
import type { Operation, PlainOperation } from '../../../src/wire/operation.ts';
import type { Fields, Value } from '../../../src/wire/value.ts';

export type Type = PlainOperation['type'];

/** 16 bytes, all alike. */
export const id = (byte: number): Id => Id.from(new Uint8Array(16).fill(byte));

export const RECORD = id(0x77);
export const INDEX = id(0x99);
export const TEAM = id(0xaa);

interface Members {
  readonly counter?: number;
  readonly node?: Id;
  readonly id?: Id;
  readonly collection?: string;
  readonly record?: Id;
  readonly team?: Id;
}

let made = 0;

/** An operation with an id of its own; on RECORD of "bugs", or INDEX, unless told otherwise. */
export function operation(type: Type, counter: number, changes: object = {}, members: Members = {}): PlainOperation {
  made += 1;
  const { team, ...rest } = members;
  return {
    id: new Id(1, 0, 0, made),
    counter,
    node: id(1),
    type,
    collection: 'bugs',
    record: type === 'createIndex' || type === 'dropIndex' ? INDEX : RECORD,
    changes: new Map(Object.entries(changes)),
    extensions: team === undefined ? [] : [{ type: 1, value: team.toBytes() }],
    ...rest,
  };
}

export const insert = (counter: number, changes?: object, members?: Members) =>
  operation('insert', counter, changes, members);
export const update = (counter: number, changes?: object, members?: Members) =>
  operation('update', counter, changes, members);
export const remove = (counter: number, members?: Members) => operation('delete', counter, {}, members);
export const createIndex = (counter: number, fields: readonly string[], members?: Members) =>
  operation('createIndex', counter, { fields, name: 'byStatus' }, members);
export const dropIndex = (counter: number, members?: Members) => operation('dropIndex', counter, {}, members);

export const SEALED: Operation = {
  id: id(0x5e),
  counter: 9,
  node: id(1),
  type: 'sealed',
  tag: new Uint8Array(16),
  epoch: new Uint8Array(16),
  team: TEAM,
  nonce: new Uint8Array(12),
  ciphertext: new Uint8Array(64),
  mac: new Uint8Array(16),
  extensions: [],
};

export function stateOf(...operations: readonly Operation[]): MergeState {
  const state = new MergeState();
  for (const each of operations) state.apply(each);
  return state;
}

/** What RECORD shows, as an object. */
export function shown(...operations: readonly Operation[]): object | undefined {
  return plain(stateOf(...operations).get('bugs', Id.ZERO, RECORD));
}

export function plain(fields: Fields | undefined): { [name: string]: Value } | undefined {
  return fields === undefined ? undefined : Object.fromEntries(fields);
}

export const bytesOf = (...operations: readonly Operation[]): string =>
  Buffer.from(stateOf(...operations).canonicalBytes()).toString('hex');

export function permutations<T>(items: readonly T[]): T[][] {
  if (items.length <= 1) return [[...items]];
  return items.flatMap((item, i) => permutations(items.toSpliced(i, 1)).map((rest) => [item, ...rest]));
}

const types: readonly Type[] = ['insert', 'update', 'delete', 'createIndex', 'dropIndex'];

/** Operations that meet often: few records, fields and counters. Ids are unique, as the protocol demands. */
export const histories = (maxLength = 12): fc.Arbitrary<PlainOperation[]> =>
  fc.array(
    fc
      .record({
        type: fc.constantFrom(...types, 'insert' as const, 'update' as const, 'update' as const),
        counter: fc.nat(6),
        node: fc.constantFrom(id(1), id(0x7f), id(0x80), id(0xff)),
        idByte: fc.nat(255),
        collection: fc.constantFrom('bugs', 'bugs', 'bugs', 'features'),
        record: fc.constantFrom(RECORD, RECORD, id(0x78)),
        team: fc.constantFrom(undefined, undefined, TEAM),
        changes: fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.constantFrom<Value>(null, 0, 1, 'x', true)),
        indexed: fc.constantFrom('a', 'b'),
      })
      .map(({ type, counter, node, idByte, collection, record, team, changes, indexed }) => {
        const body =
          type === 'createIndex'
            ? { fields: [indexed], name: 'byStatus' }
            : type === 'insert' || type === 'update'
              ? changes
              : {};
        const members = { node, collection, record, ...(team === undefined ? {} : { team }) };
        const { id: unique, ...rest } = operation(type, counter, body, members);
        return { ...rest, id: new Id(idByte << 24, 0, 0, unique.d) };
      }),
    { maxLength, size: 'max' },
  );
