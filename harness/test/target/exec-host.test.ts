import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dial } from '../../src/peer/link.ts';
import { ExecHost, ownsData } from '../../src/target/exec-host.ts';

/** A node that counts its starts in its data, and says the number and the folder to whoever connects. */
const COUNTER = `
import { createServer } from 'node:net';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
const [port, data] = process.argv.slice(2);
const file = data + '/starts';
const starts = existsSync(file) ? Number(readFileSync(file, 'utf8')) + 1 : 1;
if (starts > 7) process.exit(9);
writeFileSync(file, String(starts));
createServer((socket) => socket.on('error', () => {}).end(starts + ' ' + data)).listen(Number(port), '127.0.0.1');
`;

let folder = '';
let command = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'host-test-'));
  writeFileSync(join(folder, 'counter.mjs'), COUNTER);
  command = `node ${join(folder, 'counter.mjs')} {port} {data}`;
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Node = Awaited<ReturnType<ExecHost['start']>>;

/** What the node says. */
function said({ address }: Node): Promise<readonly [starts: string, data: string]> {
  return new Promise((resolve, reject) => {
    let text = '';
    const onBytes = (chunk: Uint8Array): void => {
      text += Buffer.from(chunk).toString();
    };
    const onEnd = (): void => resolve(text.split(' ') as [string, string]);
    dial(address, { onBytes, onEnd }, 2000).catch(reject);
  });
}

describe('ExecHost', () => {
  it('starts nodes side by side, each with its own port and folder, and leaves nothing', async () => {
    const host = new ExecHost(command);
    const nodes = await Promise.all([host.start(), host.start()]);
    const [[, one], [, other]] = [await said(nodes[0]), await said(nodes[1])];
    expect(one).not.toBe(other);
    await Promise.all(nodes.map((node) => node.stop()));
    expect([existsSync(one), existsSync(other)]).toEqual([false, false]);
    await expect(said(nodes[0])).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('keeps the address and the data over restarts, and puts copies of them back', async () => {
    const host = new ExecHost(command);
    const node = await host.start();
    await node.restart('kill', { backup: 'two' });
    expect((await said(node))[0]).toBe('2');
    await node.restart('term');
    expect((await said(node))[0]).toBe('3');
    await node.restart('kill', { restore: 'two' });
    expect((await said(node))[0]).toBe('2');
    await node.stop();
  });

  it('passes a node on when the case had nothing to complain, and no other', async () => {
    const host = new ExecHost(command);
    const first = await host.start();
    await first.stop(true);
    const second = await host.start();
    expect(second.address).toEqual(first.address);
    await second.stop();
    const third = await host.start();
    expect((await said(third))[0]).toBe('1');
    await third.stop(true);
    const [, data] = await said(third);
    await host.close();
    expect(existsSync(data)).toBe(false);
  });

  it('calls a node wrong that does not come up again, and a copy that there is not the fault of the case', async () => {
    const host = new ExecHost(command);
    const node = await host.start();
    await expect(node.restart('kill', { restore: 'never' })).rejects.toMatchObject({ name: 'HarnessFault' });
    await node.restart('kill');
    const [, data] = await said(node);
    writeFileSync(join(data, 'starts'), '7');
    expect(readFileSync(join(data, 'starts'), 'utf8')).toBe('7');
    await expect(node.restart('kill')).rejects.toMatchObject({
      name: 'CaseFailure',
      expected: 'a node that comes up again after SIGKILL',
    });
    await node.stop();
  });

  it('cannot judge when no node comes up at all', async () => {
    await expect(new ExecHost('false {port} {data}').start()).rejects.toMatchObject({ name: 'Inconclusive' });
  });

  it('ends what a wrapper started, too', async () => {
    const host = new ExecHost(`sh -c "${command}; true"`);
    const node = await host.start();
    await node.restart('kill');
    expect((await said(node))[0]).toBe('2');
    await node.stop();
    await expect(said(node)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('owns data only of a command that says port and folder', () => {
    expect(ownsData('node {port} {data}')).toBe(true);
    expect(ownsData('node {port}')).toBe(false);
    expect(ownsData('node {data}')).toBe(false);
  });
});
