import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../../..');
const command = ['--import', 'tsx', 'harness/src/cli/main.ts', 'node'];
const folder = mkdtempSync(join(tmpdir(), 'blazedb-node-'));
const running: ChildProcess[] = [];

afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Starts a node and gives its first line. */
async function start(...options: string[]): Promise<{ child: ChildProcess; line: string }> {
  const child = spawn('node', [...command, ...options], { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
  running.push(child);
  const [chunk] = (await once(child.stdout as NodeJS.ReadableStream, 'data')) as [Buffer];
  return { child, line: chunk.toString() };
}

/** Runs a command that is due to end by itself. */
function refused(...options: string[]): { status: number | null; stderr: string } {
  return spawnSync('node', [...command, ...options], { cwd: root, encoding: 'utf8', timeout: 20_000 });
}

describe('blazedb-kit node', () => {
  it('prints one JSON line when it listens, and ends with 0 on SIGTERM', async () => {
    const { child, line } = await start('--listen', 'tcp://127.0.0.1:0', '--database', 'tickets');
    const told = JSON.parse(line) as Record<string, unknown>;
    expect(Object.keys(told)).toEqual(['url', 'database', 'node', 'pid']);
    expect(told).toMatchObject({ database: 'tickets', pid: child.pid });
    expect(told.url).toMatch(/^tcp:\/\/127\.0\.0\.1:\d+$/);
    expect(told.node).toMatch(/^[0-9a-f]{32}$/);
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([0, null]);
  });

  it('says that a port is taken', async () => {
    const { line } = await start('--listen', 'tcp://127.0.0.1:0');
    const { url } = JSON.parse(line) as { url: string };
    const { status, stderr } = refused('--listen', url);
    expect(status).toBe(2);
    expect(stderr).toMatch(/in use/);
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  it.each([
    ['a limit that does not exist', ['--limit', 'NO_SUCH=1'], /NO_SUCH/],
    ['a limit without a number', ['--limit', 'HALF_OPEN=many'], /HALF_OPEN/],
    ['a URL of no link', ['--listen', 'http://127.0.0.1:0'], /http/],
    ['a psk file that is not there', ['--psk', join(folder, 'none.json')], /none\.json/],
    ['a mutant that does not exist', ['--mutant', 'no-such-mutant'], /no-such-mutant/],
  ])('refuses %s with a sentence and status 2', (_, options, sentence) => {
    const { status, stderr } = refused('--listen', 'tcp://127.0.0.1:0', ...options);
    expect(status).toBe(2);
    expect(stderr).toMatch(sentence);
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  it('refuses a psk file that others may read', () => {
    const file = join(folder, 'open.json');
    writeFileSync(file, JSON.stringify({ kid: 'k1', psk: '33'.repeat(32) }));
    chmodSync(file, 0o644);
    const { status, stderr } = refused('--listen', 'tcp://127.0.0.1:0', '--psk', file);
    expect(status).toBe(2);
    expect(stderr).toMatch(/chmod 600/);
  });
});
