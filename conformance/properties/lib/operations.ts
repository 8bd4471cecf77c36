import fc from 'fast-check';
import { CaseFailure } from '../../../harness/src/failure.ts';
import type { Fresh } from '../../../harness/src/fresh.ts';
import { build, type Message } from '../../../harness/src/message/build.ts';
import type { OperationDraft } from '../../../harness/src/message/draft.ts';
import { answerName } from '../../../harness/src/peer/oracle/pushes.ts';
import type { Peer } from '../../../harness/src/peer/peer.ts';
import { sha256 } from '../../../harness/src/primitives.ts';
import {
  type Extension,
  encodeOperation,
  type Id,
  indexRecord,
  type PlainOperation,
  toHex,
} from '../../../reference/src/wire/index.ts';
import { bytes, collection, id, record, text } from './values.ts';

/** An operation but for its id, which the run gives it: the ids of two runs have to differ. */
export type Body = Omit<PlainOperation, 'id'>;

const counter = fc.oneof(fc.nat(255), fc.nat(65_535), fc.nat(2 ** 31), fc.constantFrom(0, 255, 256, 65_535, 65_536));

/** Unknown extensions and perhaps a team, in the order of their types. */
const extensions: fc.Arbitrary<readonly Extension[]> = fc
  .tuple(
    fc.option(id.filter((of) => !of.isZero)),
    fc.uniqueArray(fc.record({ type: fc.integer({ min: 2, max: 0xffff }), value: bytes(20) }), {
      selector: ({ type }) => type,
      maxLength: 3,
    }),
  )
  .map(([team, others]) => [
    ...(team === null ? [] : [{ type: 1, value: team.toBytes() }]),
    ...[...others].sort((x, y) => x.type - y.type),
  ]);

const head = { counter, node: id, collection };

const withFields: fc.Arbitrary<Body> = fc
  .record({
    ...head,
    type: fc.constantFrom('insert' as const, 'update' as const),
    record: id,
    changes: record,
    extensions,
  })
  .map((body) => ({ ...body, changes: new Map([...body.changes].filter(([name]) => name !== 'teamId')) }));

const withoutFields: fc.Arbitrary<Body> = fc
  .record({ ...head, type: fc.constantFrom('delete' as const, 'dropIndex' as const), record: id, extensions })
  .map((body) => ({ ...body, changes: new Map() }));

const index: fc.Arbitrary<Body> = fc
  .record({ ...head, fields: fc.array(text(8), { minLength: 1, maxLength: 3 }), name: text(12), extensions })
  .map(({ fields, name, ...body }) => ({
    ...body,
    type: 'createIndex' as const,
    record: indexRecord(name, sha256),
    changes: new Map<string, string | readonly string[]>([
      ['fields', fields],
      ['name', name],
    ]),
  }));

/** Any plain operation that an author may write. */
export const operation: fc.Arbitrary<Body> = fc.oneof(
  { weight: 4, arbitrary: withFields },
  { weight: 2, arbitrary: withoutFields },
  { weight: 1, arbitrary: index },
);

/**
 * The same for a record, or an index, that nobody has spoken of before: a node may answer "duplicate", and store nothing,
 * where what it has dominates each effect of an operation (SYNC-126).
 */
export function apart(body: Body, fresh: Fresh): Body {
  if (body.type !== 'createIndex') return { ...body, record: fresh.id() };
  const name = `${body.changes.get('name')}${fresh.id().toHex()}`;
  return { ...body, record: indexRecord(name, sha256), changes: new Map([...body.changes, ['name', name]]) };
}

/** What a node may answer that stores what is not dominated: an update without fields has no effect that could be. */
export function mayStore({ type, changes }: Pick<PlainOperation, 'type' | 'changes'>): readonly string[] {
  return type === 'update' && changes.size === 0 ? ['stored', 'duplicate'] : ['stored'];
}

/** Its bytes, under a fresh id. */
export function encoded(body: Body, fresh: Fresh): Uint8Array {
  return encodeOperation({ ...body, id: fresh.id() }).slice();
}

/** A small insert into a collection, by the node that `author` is. */
export function insert(author: Peer, into: string, more: Partial<Body> = {}): Uint8Array {
  const { fresh, node } = author.options;
  const changes = new Map([['title', `kit ${fresh.u32()}`]]);
  const body: Body = {
    counter: 1,
    node,
    type: 'insert',
    collection: into,
    record: fresh.id(),
    changes,
    extensions: [],
  };
  return encoded({ ...body, ...more }, fresh);
}

/** A message part for bytes that are an operation, or are meant to be taken for one. */
export function draftOf(of: Uint8Array): OperationDraft {
  const zeros = new Uint8Array(16);
  return {
    kind: 'operation',
    id: of.subarray(0, 16),
    counter: 0,
    node: zeros,
    type: 1,
    collection: '',
    record: zeros,
    changes: [],
    extensions: [],
    parts: new Map(),
    bytes: of,
  };
}

export function operationMessage(of: Uint8Array): Message {
  return build(draftOf(of));
}

export function batchMessage(operations: readonly Uint8Array[], packed = false): Message {
  return build({ kind: 'batch', operations: operations.map(draftOf), packed });
}

export function sealedMessage(type: number, plaintext: Uint8Array): Message {
  return build({ kind: 'sealed', type, plaintext });
}

export function idOf(of: Uint8Array): string {
  return toHex(of.subarray(0, 16));
}

/** Waits for the next answer to an operation: `stored`, `duplicate` or the name of a code. */
export async function answer(peer: Peer, of: Uint8Array): Promise<string> {
  const key = idOf(of);
  const taken = peer.answersTaken.get(key) ?? 0;
  const got = await peer.wait(`an answer to ${key}`, () => peer.ledger.pushes.answersTo(key)[taken], {
    proof: 'fence',
  });
  peer.answersTaken.set(key, taken + 1);
  return answerName(got);
}

/** SUBSCRIBE to one scope, confirmed. */
export async function subscribe(
  peer: Peer,
  scope: { readonly s?: number; readonly col?: string; readonly team?: Id; readonly cur?: Uint8Array },
): Promise<number> {
  const entry = new Map<string, number | string | Id | Uint8Array>(Object.entries({ s: 1, ...scope }));
  await peer.send(peer.control('SUBSCRIBE', { sc: [entry] }));
  const req = peer.lastRequest;
  const st = await peer.wait(
    'SUBSCRIBED',
    () => {
      for (const received of peer.inbound.received) {
        if (!('message' in received) || received.message.name !== 'SUBSCRIBED' || received.message.req !== req)
          continue;
        return received.message.sc[0]?.st ?? received.message.st;
      }
      return undefined;
    },
    { proof: 'fence' },
  );
  return st;
}

/** Waits until the operations came, each byte for byte, in this order; others may come between. */
export async function fed(peer: Peer, operations: readonly Uint8Array[], from = 0): Promise<void> {
  let at = from;
  for (const of of operations) {
    const key = idOf(of);
    const found = await peer.wait(
      `${key} in the feed`,
      () => {
        const i = peer.ledger.feed.fed.findIndex((entry, i) => i >= at && entry.id === key);
        return i < 0 ? undefined : i;
      },
      { proof: 'feed' },
    );
    const entry = peer.ledger.feed.fed[found]!;
    if (Buffer.compare(entry.bytes, of) !== 0) {
      throw new CaseFailure(`operation ${toHex(of)} byte for byte`, toHex(entry.bytes));
    }
    at = found + 1;
  }
}
