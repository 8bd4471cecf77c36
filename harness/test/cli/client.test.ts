import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { refuse } from '../../../reference/src/errors.ts';
import { serverPsks } from '../../../reference/src/handshake/credential.ts';
import { Server, type ServerOptions } from '../../../reference/src/node/server.ts';
import { standardServerParts } from '../../../reference/src/node/server-parts.ts';
import { Receiver } from '../../../reference/src/sync/receiver.ts';
import { blazedbKit } from '../support/cli.ts';
import { MANNERS, nullNode } from '../support/null-node.ts';

const root = join(import.meta.dirname, '../../..');
const folder = mkdtempSync(join(tmpdir(), 'blazedb-client-'));
const servers: Server[] = [];
const NOBODY = 'tcp://127.0.0.1:1';
const STACK = /^\s+at .+:\d+:\d+\)?$/m;

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function serving(options: Partial<ServerOptions> = {}): Promise<string> {
  const server = new Server({ databases: ['bugs'], ...options });
  servers.push(server);
  return server.listen('tcp://127.0.0.1:0');
}

const client = (...words: readonly string[]) => blazedbKit('client', ...words);

/** A server that refuses what is pushed. */
const REFUSING = {
  ...standardServerParts,
  createReceiver: (config: ConstructorParameters<typeof Receiver>[0]) =>
    new (class extends Receiver {
      override rights(): void {
        refuse('operation.mode');
      }
    })(config),
};

describe('blazedb-kit client', () => {
  it('inserts, lists, updates and deletes', async () => {
    const url = await serving();
    const inserted = await client(url, 'insert', 'bugs', 'title=Fix login', 'priority:=3', 'open:=true', 'ratio:=0.5');
    expect(inserted).toMatchObject({ status: 0, stderr: '' });
    const record = inserted.stdout.trim();
    expect(record).toMatch(/^[0-9a-f]{32}$/);
    const line = `${record}  open=true  priority=3  ratio=0.5  title="Fix login"\n`;
    expect(await client(url, 'list', 'bugs')).toEqual({ status: 0, stdout: line, stderr: '' });
    await client(url, 'update', 'bugs', record.slice(0, 6), 'priority:=1', 'owner:=null');
    const { stdout } = await client(url, 'list', 'bugs', '--json');
    const fields = { open: true, owner: null, priority: 1, ratio: 0.5, title: 'Fix login' };
    expect(JSON.parse(stdout)).toEqual([{ record, fields }]);
    expect(await client(url, 'delete', 'bugs', record)).toMatchObject({ status: 0, stdout: `${record}\n` });
    expect(await client(url, 'list', 'bugs')).toEqual({ status: 0, stdout: '', stderr: 'no records in bugs\n' });
  });

  it('shows nothing that acts on a terminal', async () => {
    const url = await serving();
    await client(url, 'insert', 'bugs', 'title=\u001b[31mred\u202e');
    const { stdout } = await client(url, 'list', 'bugs');
    for (const hidden of ['\u001b', '\u202e']) expect(stdout).not.toContain(hidden);
    expect(stdout).toContain('red');
  });

  it('proves itself with a pre-shared key, and says when it has to', async () => {
    const url = await serving({ credential: serverPsks([['k1', new Uint8Array(32).fill(0x33)]]) });
    const file = join(folder, 'psk.json');
    writeFileSync(file, JSON.stringify({ kid: 'k1', psk: '33'.repeat(32) }), { mode: 0o600 });
    expect((await client(url, 'list', 'bugs', '--psk', file)).status).toBe(0);
    const without = await client(url, 'list', 'bugs');
    expect(without).toMatchObject({ status: 2, stdout: '' });
    expect(without.stderr).toMatch(/AUTH_REQUIRED.*--psk/);
  });

  it('works without a connection when it has a folder, and pushes the next time', async () => {
    const data = ['--data', join(folder, 'copy')];
    const offline = await client(NOBODY, 'insert', 'bugs', 'title=offline', ...data);
    expect(offline.status).toBe(0);
    expect(offline.stderr).toBe(
      `kept, and not pushed yet: nothing listens at ${NOBODY}. It is pushed the next time.\n`,
    );
    const record = offline.stdout.trim();
    const listed = await client(NOBODY, 'list', 'bugs', ...data);
    expect(listed).toMatchObject({ status: 0, stdout: `${record}  title="offline"\n` });
    expect(listed.stderr).toMatch(/as of the last time: .*\n1 write is not pushed yet\n/);
    const url = await serving();
    const online = await client(url, 'list', 'bugs', ...data);
    expect(online).toEqual({ status: 0, stdout: `${record}  title="offline"\n`, stderr: '' });
    expect((await client(url, 'list', 'bugs')).stdout).toBe(`${record}  title="offline"\n`);
  });

  it('asks for the password of an encrypted folder', async () => {
    const url = await serving();
    const password = join(folder, 'password');
    writeFileSync(password, 'correct horse\n', { mode: 0o600 });
    const data = ['--data', join(folder, 'secret')];
    const inserted = await client(url, 'insert', 'bugs', 'title=x', ...data, '--password-file', password);
    expect(inserted.status).toBe(0);
    const refused = await client(url, 'list', 'bugs', ...data);
    expect(refused).toMatchObject({ status: 2, stdout: '' });
    expect(refused.stderr).toMatch(/password/);
  });

  it.each([[[]], [['--data', join(folder, 'refused')]]])(
    'ends with 1 when the server refuses the write, and takes it back (%j)',
    async (data) => {
      const url = await serving({ parts: REFUSING });
      const { status, stderr } = await client(url, 'insert', 'bugs', 'title=x', ...data);
      expect(stderr).toMatch(/^error: the server refuses it.*MODE_MISMATCH/);
      expect(status).toBe(1);
      if (data.length > 0) expect((await client(url, 'list', 'bugs', ...data)).stdout).toBe('');
    },
  );

  it.each([
    [['list', 'bugs'], `nothing listens at ${NOBODY}`],
    [['insert', 'bugs', 'title=x'], `nothing listens at ${NOBODY}`],
    [['insert', 'bugs'], 'no fields are given'],
    [['insert', 'bugs', 'title'], '"title" is no field'],
    [['insert', 'bugs', '=x'], '"=x" is no field'],
    [['insert', 'bugs', 'a=1', 'a=2'], 'the field a is given twice'],
    [['insert', 'bugs', 'a:=x'], 'what follows a:= is no JSON'],
    [['update', 'bugs', 'title=x'], 'update needs a record'],
    [['delete', 'bugs', 'abc', 'x=1'], 'delete takes a record and nothing else'],
    [['list', 'bugs', 'notes'], 'list takes a collection and nothing else'],
    [['lst', 'bugs'], 'did you mean list?'],
    [['list'], "missing required argument 'collection'"],
    [['list', 'bugs', '--timeout', 'soon'], 'whole number'],
    [['list', 'bugs', '--psk', '/no/such/file'], '/no/such/file'],
    [['list', 'bugs', '--password-file', '/no/such/file'], '--data'],
    [['list', 'bugs', '--data', '/dev/null'], '/dev/null'],
  ])('ends %j with status 2 and a sentence that helps', async (words, sentence) => {
    const { status, stderr, stdout } = await client(NOBODY, ...words);
    expect(stderr).toContain(sentence);
    expect(stderr + stdout).not.toMatch(STACK);
    expect(status).toBe(2);
  });

  it('says when a record or a database is not there', async () => {
    const url = await serving();
    expect((await client(url, 'update', 'bugs', 'abcd', 'a=1')).stderr).toMatch(/no record abcd\.\.\. in bugs/);
    for (const title of ['a', 'b', 'c']) await client(url, 'insert', 'bugs', `title=${title}`);
    expect((await client(url, 'list', 'bugs', '--database', 'none')).stderr).toMatch(/see --database/);
  });

  it.each(['silent', 'echo', 'close', 'garbage'])('does not wait for a %s server for ever', async (name) => {
    const node = await nullNode(MANNERS[name]!);
    const { status, stderr } = await client(node.url, 'list', 'bugs', '--timeout', '300');
    node.close();
    expect(stderr).toMatch(/^error: tcp:/);
    expect(stderr).not.toMatch(STACK);
    expect(status).toBe(2);
  });

  it('explains itself', async () => {
    const { status, stdout } = await client('--help');
    expect(status).toBe(0);
    for (const word of ['list COLLECTION', 'name:=json', '--data', '--password-file', 'Exit status']) {
      expect(stdout).toContain(word);
    }
  });

  it('watches what changes until it is interrupted', async () => {
    const url = await serving();
    const words = ['--import', 'tsx', 'harness/src/cli/main.ts', 'client', url, 'watch', 'bugs', '--json'];
    const child = spawn(process.execPath, words, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    let lines = '';
    child.stdout.on('data', (chunk: Buffer) => (lines += chunk.toString()));
    await once(child.stderr, 'data');
    const record = (await client(url, 'insert', 'bugs', 'title=a')).stdout.trim();
    await client(url, 'insert', 'notes', 'title=unseen');
    await client(url, 'update', 'bugs', record, 'title=b');
    await client(url, 'delete', 'bugs', record);
    while (lines.split('\n').length < 4) await once(child.stdout, 'data');
    child.kill('SIGINT');
    expect(await once(child, 'exit')).toEqual([0, null]);
    expect(
      lines
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual([
      { kind: 'inserted', record, fields: { title: 'a' } },
      { kind: 'updated', record, fields: { title: 'b' } },
      { kind: 'deleted', record, fields: {} },
    ]);
  });
});
