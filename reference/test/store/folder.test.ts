import { describe, expect, it } from 'vitest';
import { encodeUtf8 } from '../../src/bytes/utf8.ts';
import { nodeCrypto } from '../../src/crypto/node.ts';
import { FileSeal } from '../../src/store/at-rest.ts';
import { databaseFolder, databaseOfFolder } from '../../src/store/database-name.ts';
import { openFolder, readFolder } from '../../src/store/folder.ts';
import { MemoryDisk } from '../../src/store/memory-disk.ts';
import { append, CHEAP, KEY } from './support.ts';

const password = encodeUtf8('correct horse');
const sealed = { password, cost: CHEAP, preallocate: 0 };

/** A folder with one append in `bugs`, closed. */
function madeDisk(settings: object = {}): MemoryDisk {
  const disk = new MemoryDisk();
  const folder = openFolder(disk, 'data', { preallocate: 0, ...settings });
  const { changes, journal } = folder.openDatabase('bugs');
  expect([...changes]).toEqual([]);
  journal.add(append(1));
  journal.commit();
  folder.close();
  return disk;
}

const kind = (of: string) => expect.objectContaining({ name: 'StorageError', kind: of });

describe('a data folder', () => {
  it('keeps the id of its node and its databases', () => {
    const disk = madeDisk();
    const first = openFolder(disk, 'data');
    const { nodeId } = first;
    first.close();
    const again = openFolder(disk.kill(), 'data/');
    expect(again.nodeId).toEqual(nodeId);
    expect(again.databases()).toEqual(['bugs']);
    expect([...again.openDatabase('bugs').changes].map(({ change }) => change)).toEqual([append(1)]);
    expect(() => again.openDatabase('bugs')).toThrow('open already');
  });

  it('is for one process: the refusal says which one, and a killed one does not hold it', () => {
    const disk = new MemoryDisk(41);
    const folder = openFolder(disk, 'data');
    expect(() => openFolder(disk, 'data')).toThrow(/^data is in use by process 41: end that one first/);
    expect(() => readFolder(disk, 'data')).toThrow(kind('locked'));
    openFolder(disk.kill(), 'data').close();
    folder.close();
    expect(disk.exists('data/lock')).toBe(false);
    openFolder(disk, 'data').close();
  });

  it('that is encrypted opens with its password alone', () => {
    const disk = madeDisk(sealed);
    expect(() => openFolder(disk, 'data', { password: encodeUtf8('wrong') })).toThrow(
      'the password is not that of data',
    );
    expect(() => openFolder(disk, 'data', { password: encodeUtf8('wrong') })).toThrow(kind('password'));
    expect(() => openFolder(disk, 'data')).toThrow('data is encrypted: it needs its password');
    expect(() => openFolder(madeDisk(), 'data', { password })).toThrow(
      'data is not encrypted: open it without a password',
    );
    expect([...openFolder(disk, 'data', { password }).openDatabase('bugs').changes]).toHaveLength(1);
  });

  it('shows nothing of an operation in its files when it is encrypted', () => {
    const secret = encodeUtf8('secret operation bytes');
    const disk = new MemoryDisk();
    const { changes, journal } = openFolder(disk, 'data', sealed).openDatabase('bugs');
    expect([...changes]).toEqual([]);
    journal.add({ ...append(1), bytes: secret });
    journal.commit();
    for (const path of disk.paths()) expect(Buffer.from(disk.contents(path)).includes(Buffer.from(secret))).toBe(false);
  });

  it('whose header has one byte changed is damaged, not locked out by a wrong password', () => {
    const disk = madeDisk(sealed);
    const header = disk.contents('data/folder.json');
    for (let at = 0; at < header.length; at++) {
      const broken = disk.kill();
      broken.place('data/folder.json', header.with(at, header[at]! ^ 1));
      expect(() => openFolder(broken, 'data', { password }), `byte ${at}`).toThrow(kind('damaged'));
    }
  });

  it('takes no journal of another database, another folder, or another kind', () => {
    const journal = 'data/db-bugs/journal';
    const [own, other, plain] = [madeDisk(sealed), madeDisk(sealed), madeDisk()];
    for (const [disk, bytes, settings] of [
      [own.kill(), other.contents(journal), { password }],
      [own.kill(), plain.contents(journal), { password }],
      [plain.kill(), own.contents(journal), {}],
    ] as const) {
      disk.place(journal, bytes);
      expect(() => openFolder(disk, 'data', settings).openDatabase('bugs')).toThrow(kind('damaged'));
    }
    const moved = own.kill();
    moved.place('data/db-notes/journal', own.contents(journal));
    expect(() => openFolder(moved, 'data', { password }).openDatabase('notes')).toThrow(kind('damaged'));
  });

  it('is read without a change, and without a lock', () => {
    const disk = madeDisk();
    const before = disk.paths().map((path) => disk.contents(path));
    const { changes, recovery } = ((read) => ({ changes: [...read.changes], recovery: read.recovery }))(
      readFolder(disk, 'data').readDatabase('bugs'),
    );
    expect(changes).toHaveLength(1);
    expect(recovery).toMatchObject({ kind: 'none', lastSeq: 1 });
    expect(disk.paths().map((path) => disk.contents(path))).toEqual(before);
    expect(() => readFolder(disk, 'data').readDatabase('notes')).toThrow('there is no database notes in data');
    expect(() => readFolder(disk, 'elsewhere')).toThrow('elsewhere is not a data folder');
  });
});

describe('the folder of a database', () => {
  it('is another one for each name on a disk that ignores case, and leads back to it', () => {
    const names = ['bugs', 'Bugs', 'BUGS', '.', '..', '-', '_', 'a.b', 'a_b', 'con', 'x'.repeat(64), 'D', 'a.'];
    const folders = names.map(databaseFolder);
    expect(new Set(folders.map((folder) => folder.toLowerCase())).size).toBe(names.length);
    expect(folders.map(databaseOfFolder)).toEqual(names);
    for (const folder of folders) expect(folder).toMatch(/^db-[a-z0-9+=_-]+$/);
  });

  it.each(['', 'a/b', 'x'.repeat(65), 'ü', 'a b'])('is refused for %j', (name) => {
    expect(() => databaseFolder(name)).toThrow(RangeError);
  });
});

describe('the seal of a file', () => {
  it('uses no nonce twice, over openings and failed writes', () => {
    const seen = new Set<string>();
    const target = new Uint8Array(100);
    for (let opening = 0; opening < 50; opening++) {
      const seal = new FileSeal(nodeCrypto, KEY, new Uint8Array(16), 'bugs');
      for (let frame = 0; frame < 20; frame++) {
        seal.seal(Uint8Array.of(1), new Uint8Array(33), target, 0);
        seen.add(Buffer.from(target.subarray(0, 12)).toString('hex'));
      }
    }
    expect(seen.size).toBe(1000);
  });

  it('opens only at the place that it was sealed for', () => {
    const seal = new FileSeal(nodeCrypto, KEY, new Uint8Array(16), 'bugs');
    const target = new Uint8Array(1 + 28);
    seal.seal(Uint8Array.of(9), new Uint8Array(33), target, 0);
    expect(seal.open(target, new Uint8Array(33))).toEqual(Uint8Array.of(9));
    for (let at = 0; at < 33; at++) expect(seal.open(target, new Uint8Array(33).with(at, 1))).toBeUndefined();
  });
});
