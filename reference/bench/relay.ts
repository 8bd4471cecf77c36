/**
 * One operation, and 10,000 separate ones, from A over a server to B: `npx tsx reference/bench/relay.ts`. A and B share this
 * process, the server has its own; everything is in memory and over loopback TCP. Beside blazedb/1.0 (handshake, AES-GCM on
 * both hops, strict decoding at the server and at B, acknowledged on both hops) stand a raw TCP relay of the same bytes, and
 * y-websocket 2 with one transaction per change. Rounds are interleaved, so that a busy machine slows all alike; the
 * ratios of one run travel, its absolute numbers are the machine's.
 */
import { pathToFileURL } from 'node:url';
import { Client } from '../src/node/client.ts';
import { encodeOperation } from '../src/wire/operation.ts';
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

export interface RelayResult {
  /** p50 of one operation, A to B, over that of the raw relay of the same bytes. */
  readonly latencyRatio: number;
  /** Operations per second of 10,000 separate ones over those of y-websocket 2, one transaction each. */
  readonly throughputRatio: number;
  /** p50 in microseconds, medians of the rounds, for orientation. */
  readonly microseconds: { readonly relay: number; readonly blazedb: number; readonly yjs: number };
  readonly operationsPerSecond: { readonly blazedb: number; readonly yjs: number };
}

const ROUNDS = 7;
/** Single operations, and bursts, that each contender has behind it before anything counts: engines compile what is hot. */
const WARM_UP_PINGS = 8000;
const WARM_UP_BURSTS = 2;
const PINGS = 500;
const OPERATIONS = 10_000;

export async function relayBenchmark(): Promise<RelayResult> {
  installPeers();
  const contenders = { relay: await rawRelay(), blazedb: await blazedb(), yjs: await yjs() };
  const p50 = samples(contenders);
  const burst = samples(contenders);
  for (const contender of Object.values(contenders)) await contender.latencies(WARM_UP_PINGS);
  for (let round = -WARM_UP_BURSTS; round < ROUNDS; round++) {
    for (const [name, contender] of Object.entries(contenders) as [keyof typeof contenders, Contender][]) {
      const latency = median(await contender.latencies(PINGS));
      const time = name === 'relay' ? 0 : await contender.burst(OPERATIONS);
      if (round < 0) continue;
      p50[name].push(latency);
      burst[name].push(time);
    }
  }
  for (const contender of Object.values(contenders)) contender.close();
  const rate = (milliseconds: number) => Math.round((OPERATIONS / milliseconds) * 1000);
  return {
    latencyRatio: median(p50.blazedb) / median(p50.relay),
    throughputRatio: median(burst.yjs) / median(burst.blazedb),
    microseconds: { relay: median(p50.relay), blazedb: median(p50.blazedb), yjs: median(p50.yjs) },
    operationsPerSecond: { blazedb: rate(median(burst.blazedb)), yjs: rate(median(burst.yjs)) },
  };
}

async function blazedb(): Promise<Contender> {
  const { port, end } = await middle('blazedb');
  const url = `tcp://127.0.0.1:${port}`;
  const arrivals = new Arrivals();
  const a = await Client.connect(url, { database: 'bench' });
  const b = await Client.connect(url, { database: 'bench', onOperations: (fed) => arrivals.add(fed.length) });
  await b.subscribe([{ s: 1 }]);
  return {
    latencies: (count) => {
      const operations = fresh(count);
      return timed(count, arrivals, (i) => void a.push(encodeOperation(operations[i]!)));
    },
    async burst(count) {
      const operations = fresh(count);
      const arrived = arrivals.next(count);
      const start = performance.now();
      for (const operation of operations) void a.push(encodeOperation(operation));
      await arrived;
      return performance.now() - start;
    },
    close: end,
  };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  process.stdout.write(`${JSON.stringify(await relayBenchmark(), null, 2)}\n`);
}
