import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { freePort } from '../src/peer/link.ts';

const root = join(import.meta.dirname, '../..');
const readme = readFileSync(join(root, 'README.md'), 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'blazedb-readme-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The fenced blocks of a language. */
const blocks = (language: string): string[] =>
  [...readme.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'gm'))].map(([, text]) => text ?? '');

describe('the README', () => {
  it('has a CI job whose command tests a node and writes the reports', () => {
    const lines = blocks('yaml').flatMap((block) => [...block.matchAll(/^ *- run: (npx blazedb-kit run .*)$/gm)]);
    expect(lines).toHaveLength(1);
    // The command as it stands; a few cases and a folder of our own, so that the test is short and leaves nothing behind.
    const command = lines[0]?.[1]?.replaceAll('reports/', `${folder}/`).concat(" --grep '/^links-/'") ?? '';
    const { status, stdout, stderr } = spawnSync('bash', ['-c', command], {
      cwd: root,
      encoding: 'utf8',
      timeout: 60_000,
    });
    expect(`${stdout}${stderr}`).toContain('conforms: ');
    expect(status).toBe(0);
    expect(existsSync(join(folder, 'blazedb.xml'))).toBe(true);
    expect(readFileSync(join(folder, 'blazedb.html'), 'utf8')).toContain('</html>');
  }, 60_000);

  it('has a session of a node and a client that runs as it stands', async () => {
    const [session = ''] = blocks('console');
    const port = await freePort();
    const commands = [...session.matchAll(/^\$ npx blazedb-kit (.*)$/gm)].map(([, words = '']) =>
      `node ${root}/dist/harness/src/cli/main.js ${words}`.replaceAll(':7474', `:${port}`),
    );
    expect(commands).toHaveLength(4);
    const [node = '', insert, list, log] = commands;
    // The shell goes on when the node has printed its line, as a person does.
    const script = `${node.replace(' &', ' > node.json &')}
      until [ -s node.json ]; do sleep 0.05; done
      ${insert} && ${list} && ${log}; status=$?; kill %1; exit $status`;
    const { status, stdout } = spawnSync('bash', ['-m', '-c', script], {
      cwd: folder,
      encoding: 'utf8',
      timeout: 60_000,
    });
    expect(status).toBe(0);
    expect(stdout).toContain('Fix login');
    expect(JSON.parse(stdout.slice(stdout.indexOf('\n{'))).operations).toHaveLength(1);
  }, 60_000);

  it('has an example of the codec that runs and gives what it says', () => {
    const [code = ''] = blocks('ts');
    const check = '\nif (bytes.length !== 23 || !decodeRecord(bytes).has("title")) process.exit(1);';
    const used = code.replace('decodeOperation, ', '').replace('encodeOperation, ', '');
    execFileSync('node', ['--input-type=module', '-e', used + check], { cwd: root, timeout: 30_000 });
    expect(code).toContain("from 'blazedb-kit/codec'");
  });

  it('names only options and commands that there are', () => {
    const help = ['', 'run', 'inspect', 'node', 'list', 'vectors', 'client', 'log export'].map((command) =>
      execFileSync('node', ['dist/harness/src/cli/main.js', ...command.split(' ').filter(Boolean), '--help'], {
        cwd: root,
        encoding: 'utf8',
      }),
    );
    const known = help.join('\n');
    const named = [...readme.matchAll(/`?(--[a-z][a-z-]+)/g)].map(([, option]) => option ?? '');
    expect(named.length).toBeGreaterThan(10);
    expect(named.filter((option) => !known.includes(option))).toEqual([]);
  });
});
