import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openFolder } from '../../src/store/folder.ts';
import { nodeDisk } from '../../src/store/node-disk.ts';
import { append } from './support.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'blazedb-store-'));
});
afterEach(() => rmSync(root, { recursive: true }));

describe('a data folder on the disk of the machine', () => {
  it('keeps what was committed, through a rewrite, for its owner alone', () => {
    const path = join(root, 'a/data');
    const first = openFolder(nodeDisk, path);
    const { journal, changes } = first.openDatabase('Bugs');
    expect([...changes]).toEqual([]);
    for (const seq of [1, 2]) journal.add(append(seq));
    journal.commit();
    journal.rewrite([append(2)]);
    journal.add(append(3));
    journal.commit();
    first.close();
    const again = openFolder(nodeDisk, path);
    const opened = again.openDatabase('Bugs');
    const found = [...opened.changes];
    expect(found.map(({ change }) => change)).toEqual([append(2), append(3)]);
    expect(opened.journal.read(found[1]!.place)).toEqual(append(3).bytes);
    again.close();
    const files = readdirSync(path, { recursive: true, encoding: 'utf8' }).sort();
    expect(files).toEqual(['db-+bugs', 'db-+bugs/journal', 'folder.json']);
    expect(files.map((name) => (statSync(join(path, name)).mode & 0o777).toString(8))).toEqual(['700', '600', '600']);
  });

  it.runIf(process.platform === 'linux')('is refused at once where no folder can be made', () => {
    expect(() => openFolder(nodeDisk, '/proc/blazedb/data')).toThrow(/cannot open \/proc\/blazedb\/data/);
  });

  it('is refused where a file stands in its way', () => {
    const file = join(root, 'file');
    writeFileSync(file, '');
    for (const path of [file, join(file, 'data')]) expect(() => openFolder(nodeDisk, path)).toThrow(/cannot open/);
  });

  it('is not held by a process that has ended, or by another one that has its number now', () => {
    openFolder(nodeDisk, root).close();
    const { pid } = spawnSync(process.execPath, ['--version']);
    for (const holder of [
      { id: pid, started: '' },
      { id: process.ppid, started: 'another boot/1' },
    ]) {
      writeFileSync(join(root, 'lock'), JSON.stringify(holder));
      openFolder(nodeDisk, root).close();
    }
    writeFileSync(join(root, 'lock'), ''); // a crash before its contents were written
    openFolder(nodeDisk, root).close();
  });

  it('is held by another process that runs', () => {
    openFolder(nodeDisk, root).close();
    writeFileSync(join(root, 'lock'), JSON.stringify({ id: process.ppid, started: '' }));
    expect(() => openFolder(nodeDisk, root)).toThrow(`is in use by process ${process.ppid}`);
  });
});
