/**
 * `npm run bench`: each figure is a ratio within one run, so that the machine cancels out. Prints a table with the limit
 * of each and exits 1 when one is missed. Give names (codec, handshake, relay, stores, durable) to run some only.
 */
import { codecBenchmark } from './codec.ts';
import { durableBenchmark } from './durable.ts';
import { handshakeBenchmark } from './handshake.ts';
import { relayBenchmark } from './relay.ts';
import { storesBenchmark } from './stores.ts';

/** One measured ratio, and what it may be. */
interface Figure {
  readonly what: string;
  readonly ratio: number;
  readonly atLeast?: number;
  readonly atMost?: number;
}

const benchmarks: Record<string, () => Promise<{ figures: Figure[]; raw: object }>> = {
  async codec() {
    const raw = codecBenchmark();
    return {
      raw,
      figures: [
        {
          what: 'encode + strict decode of an operation, over JSON.stringify + JSON.parse',
          ratio: raw.both,
          atLeast: 2.5,
        },
        { what: 'lazy view of an operation, over JSON.parse', ratio: raw.peek },
        { what: 'size of an operation, over JSON', ratio: raw.size },
      ],
    };
  },
  async handshake() {
    const raw = handshakeBenchmark();
    return {
      raw,
      figures: [
        { what: 'CPU of a handshake of both sides, over its bare cryptography', ratio: raw.handshake },
        { what: 'CPU of sealing and opening one operation, over the two bare AES-GCM calls', ratio: raw.frame },
      ],
    };
  },
  async relay() {
    const raw = await relayBenchmark();
    return {
      raw,
      figures: [
        {
          what: 'A -> server -> B of one operation, p50, over a raw TCP relay of the same bytes',
          ratio: raw.latencyRatio,
          atMost: 2,
        },
        { what: '10,000 separate operations, throughput over y-websocket 2', ratio: raw.throughputRatio, atLeast: 2 },
      ],
    };
  },
  async stores() {
    const raw = await storesBenchmark();
    return {
      raw,
      figures: Object.entries(raw.ratios).map(([name, ratio]) => ({
        what: `durable append of one operation over write + fdatasync of the same bytes: ${name}`,
        ratio,
        ...(name.startsWith('journal') ? { atMost: 1.5 } : {}),
      })),
    };
  },
  async durable() {
    const raw = await durableBenchmark();
    return {
      raw,
      figures: [
        {
          what: 'A -> server -> B, durable on all three, p50 less that of the raw relay, over fdatasync (the least is 3)',
          ratio: raw.syncs,
          atMost: 8,
        },
        {
          what: '10,000 separate operations durable on all three, throughput over y-websocket 2 in memory',
          ratio: raw.throughputRatio,
          atLeast: 1.2,
        },
        { what: 'catch-up: time per operation, 100,000 over 10,000', ratio: raw.catchUpGrowth, atMost: 1.5 },
        {
          what: 'catch-up: MiB that live during it and not after it, of 100,000 operations (16 MiB of bytes)',
          ratio: raw.catchUpMemory.long,
          atMost: 8,
        },
      ],
    };
  },
};

const names = process.argv.slice(2);
const unknown = names.filter((name) => !(name in benchmarks));
if (unknown.length > 0) {
  console.error(`No benchmark ${unknown.join(', ')}. There are: ${Object.keys(benchmarks).join(', ')}.`);
  process.exit(2);
}

let missed = 0;
for (const name of names.length > 0 ? names : Object.keys(benchmarks)) {
  console.log(`\n${name}`);
  const { figures, raw } = await benchmarks[name]!();
  for (const { what, ratio, atLeast, atMost } of figures) {
    const kept = (atLeast === undefined || ratio >= atLeast) && (atMost === undefined || ratio <= atMost);
    if (!kept) missed += 1;
    const limit = atLeast !== undefined ? `at least ${atLeast}` : atMost !== undefined ? `at most ${atMost}` : '';
    console.log(`  ${ratio.toFixed(2).padStart(6)} x  ${what}${limit && `  (${limit}${kept ? '' : ': MISSED'})`}`);
  }
  console.log(`  ${JSON.stringify(raw)}`);
}
process.exit(missed > 0 ? 1 : 0);
