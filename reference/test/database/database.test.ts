import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { Id } from '../../src/bytes/id.ts';
import { Database, type DatabaseChange } from '../../src/database/database.ts';
import { refuse } from '../../src/errors.ts';
import { ErrorCode } from '../../src/registry.ts';
import { Receiver } from '../../src/sync/receiver.ts';
import { decodeOperation, encodeOperation, type PlainOperation } from '../../src/wire/operation.ts';
import type { Fields } from '../../src/wire/value.ts';
import { NODE, type Store, SyncBench, serverParts } from '../node/support/sync-bench.ts';
import { FULL } from '../sync/list-journal.ts';
import { newId, operation, sha256 } from '../sync/operations.ts';

const crypto = { randomBytes, sha256: (...parts: readonly Uint8Array[]) => sha256(parts[0]!) };

function databaseOver(store: Store, node: Id = NODE): Database {
  return new Database({ replica: store.replica, node, crypto });
}

const shown = (fields: Fields | undefined) => fields && Object.fromEntries(fields);
const listed = (database: Database, collection = 'bugs') =>
  database.list(collection).map(({ fields }) => Object.fromEntries(fields));
const lines = (changes: readonly DatabaseChange[]) =>
  changes.map(({ target, before, after }) => [target.collection, shown(before), shown(after)]);

describe('a database', () => {
  it('shows what was inserted, updated and deleted', () => {
    const database = databaseOver(new SyncBench().store());
    const record = database.insert('bugs', { title: 'Fix login', priority: 3 });
    database.insert('notes', new Map([['text', 'hello']]));
    expect(shown(database.get('bugs', record))).toEqual({ title: 'Fix login', priority: 3 });
    database.update('bugs', record, { priority: null });
    expect(listed(database)).toEqual([{ title: 'Fix login', priority: null }]);
    database.delete('bugs', record);
    expect(database.get('bugs', record)).toBeUndefined();
    expect([listed(database), listed(database, 'notes')]).toEqual([[], [{ text: 'hello' }]]);
  });

  it('makes each write one durable operation of this node, with the clock + 1', () => {
    const store = new SyncBench().store();
    const database = databaseOver(store);
    const record = database.insert('bugs', { title: 'a' });
    store.write({ counter: 40 });
    database.update('bugs', record, { title: 'b' });
    store.restart();
    const { log, clock } = store.replica;
    const [first, , third] = [1, 2, 3].map((seq) => decodeOperation(log.entry(seq)!.bytes) as PlainOperation);
    expect([first, third]).toMatchObject([
      { counter: 1, type: 'insert', record, node: NODE },
      { counter: 41, type: 'update', record, node: NODE },
    ]);
    expect(clock.value).toBe(41);
    expect(shown(databaseOver(store).get('bugs', record))).toEqual({ title: 'b' });
  });

  it('keeps teams apart', () => {
    const database = databaseOver(new SyncBench().store());
    const team = newId();
    const record = database.insert('bugs', { title: 'ours' }, { team });
    database.insert('bugs', { title: 'of all' }, { record });
    database.update('bugs', record, { title: 'still ours' }, { team });
    expect(shown(database.get('bugs', record, team))).toEqual({ title: 'still ours' });
    expect(shown(database.get('bugs', record))).toEqual({ title: 'of all' });
    expect(database.list('bugs', team)).toHaveLength(1);
    expect(database.list('bugs')).toHaveLength(2);
  });

  it('has indexes by their names', () => {
    const database = databaseOver(new SyncBench().store());
    const record = database.createIndex('bugs', 'by-title', ['title']);
    expect(database.indexes('bugs').map(({ target, fields }) => [target.record, shown(fields)])).toEqual([
      [record, { fields: ['title'], name: 'by-title' }],
    ]);
    expect(listed(database)).toEqual([]);
    database.dropIndex('bugs', 'by-title');
    expect(database.indexes('bugs')).toEqual([]);
  });

  it.each([
    ['a name that is too long', { ['x'.repeat(256)]: 1 }, /name/],
    ['a collection that is too long', { title: 'x' }, /collection/, 'x'.repeat(256)],
    ['more than an operation may carry', { text: 'x'.repeat(300_000) }, /./],
  ])('refuses %s, and nothing has happened', (_, fields, sentence, collection = 'bugs') => {
    const store = new SyncBench().store();
    const database = databaseOver(store);
    expect(() => database.insert(collection, fields)).toThrow(sentence);
    expect(store.replica.log.last).toBe(0);
    expect(store.replica.clock.value).toBe(0);
  });

  it('refuses to write above the bound of the clock', () => {
    const store = new SyncBench().store();
    const database = databaseOver(store);
    store.write({ counter: store.replica.clock.bound() });
    expect(() => database.insert('bugs', { title: 'x' })).toThrow(/clock|counter/);
    expect(store.replica.log.last).toBe(1);
  });

  it('shows nothing of a write that could not be made durable', () => {
    const store = new SyncBench().store();
    const database = databaseOver(store);
    store.journal.failure = FULL;
    expect(() => database.insert('bugs', { title: 'x' })).toThrow(FULL);
    store.journal.failure = undefined;
    expect(listed(database)).toEqual([]);
    database.insert('bugs', { title: 'y' });
    expect(listed(database)).toEqual([{ title: 'y' }]);
    expect(store.replica.clock.value).toBe(1);
  });
});

describe('a watcher', () => {
  it('is told of what shows other than before, by whomever', () => {
    const store = new SyncBench().store();
    const database = databaseOver(store);
    const told: unknown[] = [];
    const release = database.watch((changes) => told.push(...lines(changes)));
    const record = database.insert('bugs', { title: 'a' });
    store.write({ record, type: 'update', changes: new Map([['title', 'b']]) });
    database.update('bugs', record, { title: 'b' });
    database.delete('bugs', record);
    database.update('bugs', record, { title: 'too late' });
    release();
    database.insert('bugs', { title: 'unseen' });
    expect(told).toEqual([
      ['bugs', undefined, { title: 'a' }],
      ['bugs', { title: 'a' }, { title: 'b' }],
      ['bugs', { title: 'b' }, undefined],
    ]);
  });
});

describe('two databases', () => {
  it('come to the same records over a hub', async () => {
    const bench = new SyncBench();
    const hub = bench.hub();
    const [a, b] = [bench.caller(hub), bench.caller(hub)];
    const [one, two] = [databaseOver(a.store), databaseOver(b.store, newId())];
    const record = one.insert('bugs', { title: 'a', owner: 'x' });
    await bench.pass();
    one.update('bugs', record, { title: 'from one' });
    two.update('bugs', record, { owner: 'two' });
    await bench.pass();
    expect(listed(one)).toEqual([{ title: 'from one', owner: 'two' }]);
    expect([...one.state.canonicalBytes()]).toEqual([...two.state.canonicalBytes()]);
  });
});

describe('a dead letter of a database', () => {
  /** A hub that takes no titles that begin with `bad`. */
  function setUp() {
    const bench = new SyncBench();
    let isStrict = true;
    const parts = serverParts({
      createReceiver: (config) =>
        new (class extends Receiver {
          override rights(pushed: PlainOperation): void {
            if (isStrict && String(pushed.changes.get('title')).startsWith('bad')) refuse('operation.mode');
          }
        })(config),
    });
    const hub = bench.hub({ parts });
    const caller = bench.caller(hub);
    return { bench, hub, caller, database: databaseOver(caller.store), relax: () => (isStrict = false) };
  }

  it('goes on to show, is not part of the state, and can be withdrawn', async () => {
    const { bench, caller, database } = setUp();
    const told: unknown[] = [];
    const record = database.insert('bugs', { title: 'good' });
    database.update('bugs', record, { title: 'bad' });
    database.insert('bugs', { title: 'bad too' });
    database.watch((changes) => told.push(...lines(changes)));
    await bench.pass();
    expect(database.deadLetters()).toMatchObject([
      { remote: 'hub', code: ErrorCode.MODE_MISMATCH, operation: { type: 'update', record } },
      { remote: 'hub', code: ErrorCode.MODE_MISMATCH, operation: { type: 'insert' } },
    ]);
    expect(listed(database)).toEqual(expect.arrayContaining([{ title: 'bad' }, { title: 'bad too' }]));
    expect(database.state.list('bugs').map(({ fields }) => shown(fields))).toEqual([{ title: 'good' }]);
    expect(told).toEqual([]);

    caller.restart();
    const again = databaseOver(caller.store);
    expect(listed(again)).toEqual(expect.arrayContaining([{ title: 'bad' }, { title: 'bad too' }]));
    for (const { operation: refused } of again.deadLetters()) expect(again.withdraw(refused.id)).toBe(true);
    expect(again.withdraw(record)).toBe(false);
    expect(listed(again)).toEqual([{ title: 'good' }]);
    expect(again.deadLetters()).toEqual([]);

    caller.restart();
    expect(listed(databaseOver(caller.store))).toEqual([{ title: 'good' }]);
  });

  it('becomes part of the state when it comes back to life, withdrawn or not', async () => {
    const { bench, hub, database, relax } = setUp();
    database.insert('bugs', { title: 'bad' });
    await bench.pass();
    const [letter] = database.deadLetters();
    database.withdraw(letter!.operation.id);
    expect(listed(database)).toEqual([]);
    relax();
    const other = bench.caller(hub);
    other.store.write(letter!.operation);
    await bench.pass();
    expect(listed(database)).toEqual([{ title: 'bad' }]);
    expect(database.state.list('bugs')).toHaveLength(1);
    expect(database.deadLetters()).toEqual([]);
  });

  it('becomes part of the state when another server has it', async () => {
    const { bench, caller, database } = setUp();
    const { store } = caller;
    database.insert('bugs', { title: 'bad' });
    await bench.pass();
    const [letter] = database.deadLetters();
    database.withdraw(letter!.operation.id);
    expect(database.state.list('bugs')).toEqual([]);
    store.replica.remote('other').acked([1], store.replica.log.cursor(1));
    store.replica.commit();
    expect(database.state.list('bugs')).toHaveLength(1);
    expect(listed(database)).toEqual([{ title: 'bad' }]);
    expect(database.deadLetters()).toEqual([]);
  });

  it('of somebody else, relayed by a hub, stays in its state: its clients have it, too', async () => {
    const { bench, caller, database } = setUp();
    const relayed = operation({ counter: 9, changes: new Map([['title', 'bad']]) });
    const { id, collection } = relayed;
    caller.store.replica.log.append({ id, collection, team: Id.ZERO }, encodeOperation(relayed), 3);
    caller.store.replica.commit();
    await bench.pass();
    expect(caller.told).toEqual([`dead 1 ${ErrorCode.MODE_MISMATCH}`]);
    expect(database.state.list('bugs')).toHaveLength(1);
    expect(database.deadLetters()).toEqual([]);
  });
});
