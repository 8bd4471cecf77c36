import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Id } from '../../../reference/src/bytes/id.ts';
import { type FolderSettings, openFolder } from '../../../reference/src/store/folder.ts';
import { nodeDisk } from '../../../reference/src/store/node-disk.ts';
import { encodeOperation } from '../../../reference/src/wire/operation.ts';
import { ajvWithAll, validatorOf } from '../../../schemas/test/load.ts';
import { blazedbKit } from '../support/cli.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'blazedb-export-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Three operations; the first is known to a remote, the second refused by it, and the first was dropped before. */
function fill(settings: FolderSettings = {}): void {
  const data = openFolder(nodeDisk, join(folder, 'data'), settings);
  const { changes, journal } = data.openDatabase('bugs');
  expect([...changes]).toEqual([]);
  journal.add({ kind: 'log', id: new Id(1, 2, 3, 4), clock: 0 });
  for (let seq = 1; seq <= 3; seq++) {
    const origin = { id: new Id(0, 0, 0, seq), counter: seq, node: new Id(9, 9, 9, 9), extensions: [] };
    const operation = {
      ...origin,
      type: 'insert',
      collection: 'bugs',
      record: new Id(0, 0, 1, seq),
      changes: new Map(),
    } as const;
    journal.add({ kind: 'append', seq, mark: new Id(seq, 0, 0, 0), isOwn: true, bytes: encodeOperation(operation) });
  }
  journal.add({ kind: 'known', remote: 'tcp://hub:1', seqs: [1] });
  journal.add({ kind: 'dead', remote: 'tcp://hub:1', seq: 2, code: 0x0203 });
  journal.commit();
  data.close();
}

const run = (...more: string[]) => blazedbKit('log', 'export', '--data', join(folder, 'data'), ...more);

describe('log export', () => {
  it('prints what its schema describes', async () => {
    fill();
    const { status, stdout, stderr } = await run();
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const log = JSON.parse(stdout);
    const ajv = ajvWithAll();
    const validate = validatorOf(ajv, 'operation-log.schema.json');
    expect(validate(log), ajv.errorsText(validate.errors)).toBe(true);
    expect(log.operations.map(({ seq }: { seq: number }) => seq)).toEqual([1, 2, 3]);
    expect(log.operations[0].known).toEqual(['tcp://hub:1']);
    expect(log.operations[1].dead).toEqual([{ remote: 'tcp://hub:1', code: 'AUTH_REQUIRED' }]);
  });

  it('says where a damaged log ends, with exit status 1, and changes nothing', async () => {
    fill();
    const path = join(folder, 'data/db-bugs/journal');
    const bytes = readFileSync(path);
    bytes[bytes.length - 1]! ^= 1;
    writeFileSync(path, bytes);
    const { status, stdout, stderr } = await run();
    expect(status).toBe(1);
    expect(JSON.parse(stdout).operations).toEqual([]);
    expect(stderr).toMatch(/journal: DAMAGED at byte 29: .* seq 0/);
    expect(readFileSync(path)).toEqual(bytes);
  });

  it('opens an encrypted folder with the password in a file of mode 600', async () => {
    fill({ password: new TextEncoder().encode('correct horse'), cost: { log2N: 4, r: 8, p: 1 } });
    const file = join(folder, 'password');
    writeFileSync(file, 'correct horse\n', { mode: 0o600 });
    expect((await run('--password-file', file)).status).toBe(0);
    expect(await run()).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('is encrypted: it needs its password'),
    });
    writeFileSync(file, 'wrong\n');
    expect((await run('--password-file', file)).stderr).toMatch(/^error: the password is not that of /);
    writeFileSync(file, '\n');
    expect((await run('--password-file', file)).stderr).toMatch('is empty: its first line is the password');
    execFileSync('chmod', ['644', file]);
    expect((await run('--password-file', file)).stderr).toMatch('has mode 644');
  });

  it('refuses a folder that is in use, or is none, or has no such database, by a sentence', async () => {
    expect((await run()).stderr).toMatch('is not a data folder: it has no folder.json');
    fill();
    expect((await run('--database', 'notes')).stderr).toMatch('there is no database notes in ');
    const held = openFolder(nodeDisk, join(folder, 'data'));
    expect(await run()).toMatchObject({
      status: 2,
      stderr: expect.stringContaining(`is in use by process ${process.pid}`),
    });
    held.close();
    expect((await run()).status).toBe(0);
  });
});
