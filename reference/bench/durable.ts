/**
 * One operation, and 10,000 separate ones, from A over a server to B, durable on all three before B shows them, and a
 * catch-up of a long log: `npx tsx reference/bench/durable.ts [folder]`. The folder (default: /var/tmp) has to lie
 * on a disk. Beside it stand write + fdatasync of the same bytes to a growing file in the same folder, a raw TCP relay, and
 * y-websocket 2, which keeps nothing. A and B share this process, the server has its own.
 */
import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Id } from '../src/bytes/id.ts';
import { nodeCrypto } from '../src/crypto/node.ts';
import { type Data, openData } from '../src/node/data-folder.ts';
import { systemScheduler } from '../src/node/scheduler.ts';
import { SyncClient } from '../src/node/sync-client.ts';
import { OWN } from '../src/sync/log-entry.ts';
import type { Replica } from '../src/sync/replica.ts';
import { encodeOperation, type PlainOperation } from '../src/wire/operation.ts';
import {
  Arrivals,
  type Contender,
  fresh,
  installPeers,
  median,
  middle,
  rawRelay,
  samples,
  timed,
  yjs,
} from './contenders.ts';

export interface DurableResult {
  /** (p50 of A -> server -> B - p50 of the raw relay) over p50 of write + fdatasync. */
  readonly syncs: number;
  /** Operations per second over those of y-websocket 2. */
  readonly throughputRatio: number;
  /** Time per operation in a catch-up of LONG over that in one of SHORT operations. */
  readonly catchUpGrowth: number;
  /** Megabytes that live during the catch-up and not after it, of LONG and SHORT operations. */
  readonly catchUpMemory: { readonly long: number; readonly short: number };
  /** p50 in microseconds, medians of the rounds, for orientation. */
  readonly microseconds: { readonly relay: number; readonly fdatasync: number; readonly blazedb: number };
  readonly operationsPerSecond: { readonly blazedb: number; readonly yjs: number; readonly catchUp: number };
}

const ROUNDS = 5;
const WARM_UP_PINGS = 1000;
const PINGS = 200;
const OPERATIONS = 10_000;
const SHORT = 10_000;
const LONG = 100_000;
/** Milliseconds between two looks at the memory. */
const WATCH = 150;
/** Of tmpfs, which keeps nothing (statfs(2)). */
const TMPFS = 0x01021994;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

export async function durableBenchmark(parent = '/var/tmp'): Promise<DurableResult> {
  if (statfsSync(parent).type === TMPFS) throw new RangeError(`${parent} is a tmpfs: nothing is durable there`);
  installPeers();
  const folder = mkdtempSync(join(parent, 'bench-'));
  try {
    const contenders = { relay: await rawRelay(), blazedb: await durable(folder), yjs: await yjs() };
    const file = openSync(join(folder, 'beside'), 'w');
    const p50 = { ...samples(contenders), fdatasync: [] as number[] };
    const burst = samples(contenders);
    for (const contender of Object.values(contenders)) await contender.latencies(WARM_UP_PINGS);
    for (let round = -1; round < ROUNDS; round++) {
      for (const [name, contender] of Object.entries(contenders) as [keyof typeof contenders, Contender][]) {
        const latency = median(await contender.latencies(PINGS));
        const time = name === 'relay' ? 0 : await contender.burst(OPERATIONS);
        if (round < 0) continue;
        p50[name].push(latency);
        burst[name].push(time);
      }
      p50.fdatasync.push(median(syncs(file, PINGS)));
    }
    closeSync(file);
    for (const contender of Object.values(contenders)) contender.close();
    const short = await catchUp(folder, SHORT);
    const long = await catchUp(folder, LONG);
    const [fdatasync, relay, blazedb] = [median(p50.fdatasync), median(p50.relay), median(p50.blazedb)];
    const rate = (milliseconds: number, count = OPERATIONS) => Math.round((count / milliseconds) * 1000);
    return {
      syncs: (blazedb - relay) / fdatasync,
      throughputRatio: median(burst.yjs) / median(burst.blazedb),
      catchUpGrowth: long.milliseconds / LONG / (short.milliseconds / SHORT),
      catchUpMemory: { long: long.passing / 2 ** 20, short: short.passing / 2 ** 20 },
      microseconds: { relay, fdatasync, blazedb },
      operationsPerSecond: {
        blazedb: rate(median(burst.blazedb)),
        yjs: rate(median(burst.yjs)),
        catchUp: rate(long.milliseconds, LONG),
      },
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Microseconds of writing an operation's bytes behind a file and making them durable. */
function syncs(file: number, count: number): number[] {
  const bytes = encodeOperation(fresh(1)[0]!);
  return Array.from({ length: count }, () => {
    const start = performance.now();
    writeSync(file, bytes);
    fdatasyncSync(file);
    return (performance.now() - start) * 1000;
  });
}

interface Side extends Data {
  readonly replica: Replica;
}

function side(folder: string, name: string): Side {
  const data = openData(join(folder, name), ['bench'], { crypto: nodeCrypto, scheduler: systemScheduler });
  return { ...data, replica: data.replicas.get('bench')! };
}

/** Appends as a database does for its application. */
function append({ replica }: Side, operation: PlainOperation): void {
  const { id, collection, counter } = operation;
  replica.clock.observe(counter);
  replica.log.append({ id, collection, team: Id.ZERO }, encodeOperation(operation), OWN);
}

/** Resolves when the client has caught up. */
function syncing({ replica }: Side, url: string): Promise<SyncClient> {
  return new Promise((resolve) => {
    const client = new SyncClient({
      replica,
      database: 'bench',
      url,
      onStatus: ({ kind }) => {
        if (kind === 'live') resolve(client);
      },
    });
    client.start();
  });
}

async function durable(folder: string): Promise<Contender> {
  const { port, end } = await middle('durable', join(folder, 'server'));
  const url = `tcp://127.0.0.1:${port}`;
  const [a, b] = [side(folder, 'a'), side(folder, 'b')];
  const arrivals = new Arrivals();
  const clients = [await syncing(a, url), await syncing(b, url)];
  b.replica.onCommit((entries) => arrivals.add(entries.length));
  return {
    latencies: (count) => {
      const operations = fresh(count);
      return timed(count, arrivals, (i) => {
        append(a, operations[i]!);
        a.replica.commit();
      });
    },
    async burst(count) {
      const operations = fresh(count);
      const arrived = arrivals.next(count);
      const start = performance.now();
      for (const operation of operations) append(a, operation);
      a.replica.commit();
      await arrived;
      return performance.now() - start;
    },
    close() {
      end();
      for (const client of clients) void client.stop().then(() => {});
    },
  };
}

interface CatchUp {
  readonly milliseconds: number;
  /** Bytes that lived at the worst moment of the catch-up, and not when it was over. */
  readonly passing: number;
}

/** A server with `count` operations, and a client that has none: both with journals, the client in this process. */
async function catchUp(folder: string, count: number): Promise<CatchUp> {
  const filled = side(folder, `server-${count}`);
  for (let made = 0; made < count; made += 1000) {
    for (const operation of fresh(1000)) append(filled, operation);
    filled.replica.commit();
  }
  filled.close();
  const { port, end } = await middle('durable', join(folder, `server-${count}`));
  const url = `tcp://127.0.0.1:${port}`;
  let most = 0;
  const watch = setInterval(() => (most = Math.max(most, living())), WATCH);
  const reader = side(folder, `watched-${count}`);
  await read(reader, url, count);
  clearInterval(watch);
  const after = living();
  reader.close();
  const milliseconds = await read(side(folder, `reader-${count}`), url, count);
  end();
  return { milliseconds, passing: Math.max(0, most - after) };
}

/** Milliseconds until `reader` has all. */
async function read(reader: Side, url: string, count: number): Promise<number> {
  const start = performance.now();
  const client = await syncing(reader, url);
  const milliseconds = performance.now() - start;
  await client.stop();
  if (reader.replica.log.head !== count) throw new Error(`caught up with ${reader.replica.log.head} of ${count}`);
  return milliseconds;
}

/** Bytes that nobody could free now. */
function living(): number {
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  process.stdout.write(`${JSON.stringify(await durableBenchmark(process.argv[2]), null, 2)}\n`);
}
