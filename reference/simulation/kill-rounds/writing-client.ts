/** A client with a data folder, which writes until it is killed: prints the id of each operation once it is durable. */
import { nodeCrypto } from '../../src/crypto/node.ts';
import { Database } from '../../src/database/database.ts';
import { openData } from '../../src/node/data-folder.ts';
import { systemScheduler } from '../../src/node/scheduler.ts';
import { SyncClient } from '../../src/node/sync-client.ts';

const [folder = '', url = '', mode = ''] = process.argv.slice(2);
const data = openData(folder, ['bugs'], { crypto: nodeCrypto, scheduler: systemScheduler });
const replica = data.replicas.get('bugs')!;
const database = new Database({ replica, node: data.node, crypto: nodeCrypto });
const sync = new SyncClient({
  replica,
  database: 'bugs',
  target: 'bugs',
  node: data.node,
  url,
  onStatus: () => settle(),
  onPushed: () => settle(),
});
process.stdout.write(`${replica.log.head}\n`);
sync.start();
if (mode === 'write') write(0);

function write(count: number): void {
  database.insert('bugs', { title: `written by ${data.node.toHex()}`, count });
  process.stdout.write(`${replica.log.entry(replica.log.head)!.id.toHex()}\n`);
  setTimeout(() => write(count + 1), 1);
}

/** With nothing left to say, and nothing to write: says so. */
function settle(): void {
  if (mode !== 'write' && sync.status.kind === 'live' && sync.pending === 0) process.stdout.write('settled\n');
}
