import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dial } from '../../src/peer/link.ts';
import { ExecTarget, inPlace } from '../../src/target/exec.ts';

const handler = { onBytes: () => {}, onEnd: () => {} };
let folder = '';
let script = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'exec-test-'));
  script = join(folder, 'listen.mjs');
  writeFileSync(
    script,
    `import { createServer } from 'node:net';
     const [port, says, data] = process.argv.slice(2);
     const server = createServer((socket) => socket.end());
     server.listen(Number(port), '127.0.0.1', () => {
       if (says === 'json') console.log(JSON.stringify({ url: 'tcp://127.0.0.1:' + server.address().port, data }));
     });`,
  );
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('ExecTarget', () => {
  it('believes the line that a node prints', async () => {
    const { target, address } = await ExecTarget.start(`node ${script} 0 json {data}`);
    expect(address.kind === 'tcp' && address.port > 0).toBe(true);
    (await dial(address, handler, 1000)).destroy();
    await target.stop();
    await expect(dial(address, handler, 1000)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('waits for the port of one that prints nothing, and starts it again there', async () => {
    const { target, address } = await ExecTarget.start(`NAME=value; cd / && node ${script} {port} quiet`);
    for (const how of ['kill', 'term'] as const) {
      await target.restart(how);
      (await dial(address, handler, 1000)).destroy();
    }
    await target.stop();
  });

  it.each([
    'exec node SCRIPT {port} quiet',
    'NAME=value node SCRIPT {port} quiet',
    'NAME=value exec node SCRIPT {port} quiet',
    'cd / && node SCRIPT {port} quiet',
    'cd / && exec node SCRIPT {port} quiet',
    'env NAME=value node SCRIPT {port} quiet',
    'command node SCRIPT {port} quiet',
    'eval node SCRIPT {port} quiet',
    'sh -c "node SCRIPT {port} quiet; true"',
    '  node SCRIPT {port} quiet',
  ])('runs %j, ends it, and runs it again', async (command) => {
    const { target, address } = await ExecTarget.start(command.replace('SCRIPT', script));
    await target.restart('kill');
    (await dial(address, handler, 1000)).destroy();
    await target.stop('kill');
    await expect(dial(address, handler, 1000)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('puts a plain command in the place of the shell, and nothing that the shell has to read', () => {
    expect(inPlace('node x.js --port 1')).toBe('exec node x.js --port 1');
    expect(inPlace('/usr/bin/env A=1 node')).toBe('exec /usr/bin/env A=1 node');
    for (const command of ['exec node x', 'A=1 node x', 'cd / && node x', 'node x; node y', 'while true; do x; done']) {
      expect(inPlace(command)).toBe(command);
    }
  });

  it('tells why no node came up', async () => {
    await expect(ExecTarget.start('echo broken >&2; exit 3')).rejects.toThrow(/it ended: status 3\n {2}broken/);
  });
});
