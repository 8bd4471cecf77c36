/**
 * `tsx disk-full-round.ts FOLDER`: a real node on a real disk that has room for little, then for more, then takes nothing.
 * FOLDER is a tmpfs of 2 MiB that this process may remount (`.ci/disk-full` makes one).
 */
import assert from 'node:assert/strict';
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { toHex } from '../../src/bytes/hex.ts';
import { Id } from '../../src/bytes/id.ts';
import { Client } from '../../src/node/client.ts';
import { ErrorCode } from '../../src/registry.ts';
import { encoded, newId } from '../sync/operations.ts';

const BINARY = fileURLToPath(new URL('../../../dist/harness/src/cli/main.js', import.meta.url));
const folder = process.argv[2]!;
const text = new Map([['text', 'x'.repeat(50_000)]]);

interface Running {
  readonly process: ChildProcess;
  readonly url: string;
}

function spawned(): ChildProcess {
  return spawn(process.execPath, [BINARY, 'node', '--data', `${folder}/data`], { stdio: ['ignore', 'pipe', 'pipe'] });
}

async function start(): Promise<Running> {
  const process = spawned();
  const [line] = await once(createInterface(process.stdout!), 'line');
  return { process, url: JSON.parse(String(line)).url };
}

async function killed({ process }: Running): Promise<void> {
  process.kill('SIGKILL');
  await once(process, 'exit');
}

/** Ids of everything that a fresh client is fed. */
async function contents(url: string): Promise<Set<string>> {
  const ids = new Set<string>();
  let done = (): void => {};
  const all = new Promise<void>((resolve) => (done = resolve));
  const client = await Client.connect(url, {
    database: 'bugs',
    onOperations(fed) {
      for (const { bytes } of fed) ids.add(toHex(bytes.subarray(0, 16)));
    },
    onCheckpoint: ({ more }) => (more ? undefined : done()),
  });
  await client.subscribe([{ s: 1 }]);
  await all;
  await client.close();
  return ids;
}

const remount = (options: string) => execFileSync('mount', ['-o', `remount,${options}`, folder]);

let node = await start();
let client = await Client.connect(node.url, { database: 'bugs' });
const acked: string[] = [];
let refused: Uint8Array | undefined;
while (refused === undefined) {
  const bytes = encoded({ id: newId(), changes: text });
  const answer = await client.push(bytes);
  if (answer.status === 'stored') acked.push(Id.from(bytes).toHex());
  else {
    assert.equal(answer.status, 'rejected');
    assert.equal(answer.status === 'rejected' && answer.code, ErrorCode.QUOTA);
    assert.ok(answer.status === 'rejected' && answer.retry !== undefined, 'a full disk is no reason for a dead letter');
    refused = bytes;
  }
  assert.ok(acked.length < 100, '2 MiB hold less than 5 MB');
}
assert.ok(acked.length > 5, 'some of them have found room');
console.log(`full after ${acked.length} operations of 50 kB: QUOTA with a retry`);
assert.deepEqual(await contents(node.url), new Set(acked), 'a full disk does not stop the feed');

await killed(node);
node = await start();
assert.deepEqual(await contents(node.url), new Set(acked), 'all that was acknowledged is there after kill -9');
console.log('kill -9 and a start on the full disk: everything that was acknowledged is there');

remount('size=8m');
client = await Client.connect(node.url, { database: 'bugs' });
assert.equal((await client.push(refused)).status, 'stored');
acked.push(Id.from(refused).toHex());
console.log('with room again: what was refused is stored');
await killed(node);

remount('ro');
const stuck = spawned();
let said = '';
stuck.stderr!.on('data', (chunk) => (said += chunk));
const [status] = await once(stuck, 'close');
assert.equal(status, 2);
assert.match(said, /read-only|read only/i);
assert.doesNotMatch(said, /\n\s+at /, 'no stack trace');
console.log(`on a read-only folder: ${said.split('\n')[0]}`);

remount('rw');
node = await start();
assert.deepEqual(await contents(node.url), new Set(acked));
await killed(node);
console.log('and nothing was lost');
