/**
 * `npm run kill-rounds`: a real node on a real disk, loaded by several clients and killed at random moments, again and
 * again; likewise a client that writes. At the end nothing that was acknowledged may be missing, nothing be there twice.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { toHex } from '../../src/bytes/hex.ts';
import { Id } from '../../src/bytes/id.ts';
import { nodeCrypto } from '../../src/crypto/node.ts';
import { SyncClient } from '../../src/node/sync-client.ts';
import { MergeState } from '../../src/sync/merge/index.ts';
import { Replica } from '../../src/sync/replica.ts';
import { decodeOperation } from '../../src/wire/operation.ts';
import { Random } from '../random.ts';
import { Pusher, pushAgain, readAll, type Tally } from './load.ts';
import { kit, ownScript, type Running, start } from './processes.ts';

const HELP = `npm run kill-rounds -- [options]

  --rounds N         starts and kills of the node (default 200)
  --client-rounds N  starts and kills of a writing client (default: a tenth of the rounds)
  --clients N        connections that push (default 4)
  --built            run the built command in dist/, not the sources: it starts faster
  --seed N           of the moments of the kills (default 1); what happens between them depends on the machine
  --help             this text

Exit status 0: nothing was lost; 1: something was; 2: called wrongly.`;

/** Acknowledged operations that are pushed again after each kill. */
const AGAIN = 50;
/** Milliseconds of load before a kill. */
const SHORTEST = 10;
const LONGEST = 250;

class Loss extends Error {
  override readonly name = 'Loss';
}

interface Options {
  readonly rounds: number;
  readonly clientRounds: number;
  readonly clients: number;
  readonly isBuilt: boolean;
  readonly random: Random;
  readonly folder: string;
}

async function run(options: Options): Promise<string> {
  const { rounds, clientRounds, clients, random, folder } = options;
  const began = performance.now();
  const tally: Tally = { acked: new Map(), unsure: new Map() };
  const pushers = Array.from({ length: clients }, (_, i) => new Pusher(tally, random.fork(`pusher ${i}`)));
  let listen = 'tcp://127.0.0.1:0';
  const startNode = async (): Promise<Running> => {
    const node = await start([...kit(options.isBuilt), 'node'], '--data', join(folder, 'node'), '--listen', listen);
    listen = JSON.parse(node.first).url;
    return node;
  };
  const reader = Replica.open(undefined, {
    sha256: nodeCrypto.sha256,
    randomBytes: nodeCrypto.randomBytes,
    unixSeconds: () => Date.now() / 1000,
  });
  let reading: SyncClient | undefined;
  let kills = 0;
  let repeated = 0;
  for (let round = 1; round <= rounds; round++) {
    const node = await startNode();
    if (reading === undefined) {
      reading = new SyncClient({ replica: reader, database: 'reader', target: 'bugs', url: listen, pushes: [] });
      reading.start();
    }
    const again = random.shuffled([...tally.acked.values()].slice(-4 * AGAIN)).slice(0, AGAIN);
    repeated += again.length;
    const wrong = await pushAgain(listen, again);
    if (wrong > 0)
      throw new Loss(`round ${round}: ${wrong} of ${again.length} acknowledged operations were stored anew`);
    const unsure = [...tally.unsure.values()];
    const running = pushers.map((pusher, i) => pusher.run(listen, ...unsure.filter((_, at) => at % clients === i)));
    // One kill in five comes whatever has happened, the others while operations are acknowledged.
    const before = tally.acked.size;
    const isEarly = random.chance(0.2);
    for (let i = 0; !isEarly && tally.acked.size === before && i < 2000; i++) await sleep(5);
    await sleep(random.magnitude(SHORTEST, LONGEST));
    await node.kill();
    kills += 1;
    await Promise.all(running);
    progress(`${round} of ${rounds} rounds, ${tally.acked.size} acknowledged`, round % 20 === 0);
  }

  const written = new Set<string>();
  let node = await startNode();
  for (let round = 1; round <= clientRounds; round++) {
    const client = await start(ownScript('writing-client.ts'), join(folder, 'client'), listen, 'write');
    client.onLine((id) => written.add(id));
    await sleep(random.magnitude(SHORTEST, 2 * LONGEST));
    await client.kill();
    progress(`${round} of ${clientRounds} rounds of the client, ${written.size} written`);
  }
  const last = await start(ownScript('writing-client.ts'), join(folder, 'client'), listen, 'settle');
  await new Promise<void>((resolve) => last.onLine((line) => line === 'settled' && resolve()));
  await last.kill();
  await node.kill();
  node = await startNode();

  const wrong = await pushAgain(listen, [...tally.acked.values()]);
  const log = await readAll(listen);
  const readers = await Promise.all([readAll(listen), readAll(listen)]);
  const head = log.length;
  for (let i = 0; reader.log.head < head && i < 6000; i++) await sleep(50);
  await reading?.stop();
  await node.kill();

  const ids = new Set(log.map((bytes) => Id.from(bytes).toHex()));
  const lost = [...tally.acked.keys(), ...written].filter((id) => !ids.has(id));
  if (lost.length > 0)
    throw new Loss(`${lost.length} of ${tally.acked.size} acknowledged operations are lost, as ${lost[0]}`);
  if (wrong > 0) throw new Loss(`${wrong} acknowledged operations were stored anew`);
  if (ids.size < log.length) throw new Loss(`${log.length - ids.size} operations stand twice in the log`);
  const live = Array.from({ length: reader.log.head }, (_, i) => reader.log.entry(i + 1)!.bytes);
  const states = [log, ...readers, live].map(stateOf);
  if (new Set(states).size !== 1) throw new Loss('readers of the same log have come to different states');
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  return (
    `${kills} kills of the node, ${clientRounds} of a client: ${tally.acked.size} operations acknowledged, ${written.size} ` +
    `written by the client, ${log.length} in the log, ${repeated} pushed again; none lost, none twice, ${states.length} equal states; ${seconds} s`
  );
}

function stateOf(operations: readonly Uint8Array[]): string {
  const state = new MergeState();
  for (const bytes of operations) state.apply(decodeOperation(bytes));
  return toHex(nodeCrypto.sha256(state.canonicalBytes()));
}

/** One line that is written over, for people; now and then a whole one for files. */
function progress(line: string, isMilestone = false): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${line}`);
  else if (isMilestone) process.stdout.write(`${line}\n`);
}

function whole(value: string | undefined, otherwise: number): number {
  const number = value === undefined ? otherwise : Number(value);
  if (!Number.isSafeInteger(number) || number < 0) throw new RangeError(`${JSON.stringify(value)} is no whole number`);
  return number;
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      rounds: { type: 'string' },
      'client-rounds': { type: 'string' },
      clients: { type: 'string' },
      built: { type: 'boolean', default: false },
      seed: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(`${HELP}\n`);
    return 0;
  }
  const rounds = whole(values.rounds, 200);
  const folder = mkdtempSync(join(tmpdir(), 'kill-rounds-'));
  try {
    const line = await run({
      rounds,
      clientRounds: whole(values['client-rounds'], Math.ceil(rounds / 10)),
      clients: whole(values.clients, 4),
      isBuilt: values.built,
      random: new Random(`kill ${whole(values.seed, 1)}`),
      folder,
    });
    progress('');
    process.stdout.write(`${line}\n`);
    rmSync(folder, { recursive: true });
    return 0;
  } catch (error) {
    if (!(error instanceof Loss)) throw error;
    process.stdout.write(`LOST: ${error.message}\nthe data is kept in ${folder}\n`);
    return 1;
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof TypeError || error instanceof RangeError)) throw error;
  process.stderr.write(`${error.message}\nSee --help.\n`);
  process.exitCode = 2;
}
