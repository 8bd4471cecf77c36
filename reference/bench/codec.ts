/**
 * The codec against JSON, in one process: `npx tsx reference/bench/codec.ts`. Absolute numbers are the machine's; the
 * ratios of one run travel. Each ratio is the median over rounds of a ratio within the round, so that a busy machine
 * slows both sides alike.
 */
import { pathToFileURL } from 'node:url';
import {
  DateValue,
  decodeOperation,
  encodeOperation,
  Id,
  type Operation,
  type PlainOperation,
  peekOperation,
  type Value,
} from '../src/wire/index.ts';

export interface CodecRatios {
  /** encodeOperation + strict decodeOperation, in operations per second over those of JSON.stringify + JSON.parse. */
  readonly both: number;
  /** The same with operations that are not in the processor's cache. */
  readonly bothCold: number;
  readonly encode: number;
  readonly decode: number;
  /** peekOperation over JSON.parse: what a relay does. */
  readonly peek: number;
  /** Bytes of our operations over the characters of JSON's. */
  readonly size: number;
  /** Operations per second, encoded and decoded, for orientation. */
  readonly operationsPerSecond: { readonly both: number; readonly jsonBoth: number };
}

const OPERATIONS = 4096;
const WARM_UP = 3;
const ROUNDS = 15;
const PASSES = 6;
/** Operations of a full batch (protocol limit BATCH_OPERATIONS). */
const BATCH = 256;

/** Distinct titles and ids: nothing but the names of fields can be interned. */
export function sampleOperations(count: number = OPERATIONS): PlainOperation[] {
  const random = mulberry32(1);
  const id = () => new Id(random() | 0, random() | 0, random() | 0, random() | 0);
  return Array.from({ length: count }, (_, i) => {
    const changes = new Map<string, Value>([
      ['assignee', id()],
      ['createdAt', DateValue.fromUnixMilliseconds(1_700_000_000_000 + i * 1000)],
      ['priority', i % 10],
      ['status', i % 3 === 0 ? 'open' : 'in progress'],
      ['teamId', id()],
      ['title', flat(`Fix login bug number ${i} (${(random() >>> 0).toString(36)})`)],
    ]);
    // A literal: V8 keeps what a spread makes in a slow form, and would be measured in place of the codec.
    return {
      id: id(),
      counter: i + 1,
      node: id(),
      type: 'insert',
      collection: 'bugs',
      record: id(),
      changes,
      extensions: [],
    };
  });
}

/**
 * As a parser or an input field gives it: a text that was just put together is a tree of pieces in V8, slow to read.
 */
function flat(text: string): string {
  return JSON.parse(JSON.stringify(text)) as string;
}

/** The same operation in the form that JSON has for it: ids as text, the date as JSON.stringify writes a Date. */
function jsonForm(operation: PlainOperation): object {
  const uuid = (id: Id) => id.toHex().replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, '$1-$2-$3-$4-$5');
  const plain = (value: Value) =>
    value instanceof Id
      ? uuid(value)
      : value instanceof DateValue
        ? new Date(value.unixMilliseconds).toISOString()
        : value;
  const { id, counter, node, type, collection, record, changes } = operation;
  return {
    id: uuid(id),
    counter,
    node: uuid(node),
    type,
    collection,
    record: uuid(record),
    changes: Object.fromEntries(Array.from(changes, ([name, value]) => [name, plain(value)])),
  };
}

export function codecBenchmark(): CodecRatios {
  const operations: Operation[] = sampleOperations();
  const objects = sampleOperations().map(jsonForm);
  const encoded = operations.map((operation) => new Uint8Array(encodeOperation(operation)));
  const texts = objects.map((object) => JSON.stringify(object));
  const encodeJson = (object: object) => JSON.stringify(object);
  const decodeJson = (text: string) => JSON.parse(text) as object;
  const decode = (bytes: Uint8Array) => decodeOperation(bytes);
  const rounds = interleaved({
    encode: over(operations, encodeOperation),
    jsonEncode: over(objects, encodeJson),
    decode: over(encoded, decode),
    jsonDecode: over(texts, decodeJson),
    both: overBoth(operations, encodeOperation, decode),
    jsonBoth: overBoth(objects, encodeJson, decodeJson),
    peek: over(encoded, peekOperation),
  });
  type Contender = keyof (typeof rounds)[number];
  const ratio = (slow: Contender, fast: Contender, which: keyof Times = 'warm') =>
    median(rounds.map((round) => round[slow][which] / round[fast][which]));
  const rate = (name: Contender) => Math.round((OPERATIONS / median(rounds.map((round) => round[name].warm))) * 1000);
  return {
    both: ratio('jsonBoth', 'both'),
    bothCold: ratio('jsonBoth', 'both', 'cold'),
    encode: ratio('jsonEncode', 'encode'),
    decode: ratio('jsonDecode', 'decode'),
    peek: ratio('jsonDecode', 'peek'),
    size: sum(encoded) / sum(texts),
    operationsPerSecond: { both: rate('both'), jsonBoth: rate('jsonBoth') },
  };
}

/** Runs over the operations from `from` to `to`. */
type Contender = (from: number, to: number) => void;

let sink: unknown;

/** Results are kept for a moment, so that no call can be dropped. */
function over<T>(inputs: readonly T[], use: (input: T) => unknown): Contender {
  return (from, to) => {
    for (let i = from; i < to; i++) sink = use(inputs[i]!);
  };
}

/** As operations travel: a batch is encoded, then it is decoded. */
function overBoth<T, E>(inputs: readonly T[], encode: (input: T) => E, decode: (encoded: E) => unknown): Contender {
  return (from, to) => {
    const batch: E[] = [];
    for (let i = from; i < to; i++) batch.push(encode(inputs[i]!));
    for (const item of batch) sink = decode(item);
  };
}

/** Milliseconds for all operations. */
interface Times {
  /**
   * Data is in the cache, as it is when it has just been made or received: medians of the later passes over each batch.
   */
  warm: number;
  /** Data was last touched one round ago: the first pass over each batch. */
  cold: number;
}

/** In each round, for each batch, the contenders make their passes in turn. The first rounds warm up. */
function interleaved<K extends string>(contenders: Record<K, Contender>): Record<K, Times>[] {
  const names = Object.keys(contenders) as K[];
  const rounds: Record<K, Times>[] = [];
  for (let round = 0; round < WARM_UP + ROUNDS; round++) {
    const times = Object.fromEntries(names.map((name) => [name, { warm: 0, cold: 0 }])) as Record<K, Times>;
    for (let from = 0; from < OPERATIONS; from += BATCH) {
      for (const name of names) {
        const [first, ...later] = Array.from({ length: PASSES }, () => timed(contenders[name], from));
        times[name].cold += first!;
        times[name].warm += median(later);
      }
    }
    rounds.push(times);
  }
  if (sink === undefined) throw new Error('nothing ran');
  return rounds.slice(WARM_UP);
}

function timed(contender: Contender, from: number): number {
  const start = performance.now();
  contender(from, from + BATCH);
  return performance.now() - start;
}

function median(samples: number[]): number {
  return samples.sort((x, y) => x - y)[Math.floor(samples.length / 2)]!;
}

function sum(items: readonly { readonly length: number }[]): number {
  return items.reduce((total, item) => total + item.length, 0);
}

/** Mulberry32: small, seeded, good enough for sample data. */
function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return t ^ (t >>> 14);
  };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { operationsPerSecond, ...ratios } = codecBenchmark();
  for (const [name, ratio] of Object.entries(ratios)) console.log(`${name.padEnd(8)} ${ratio.toFixed(2)} x JSON`);
  console.log(JSON.stringify(operationsPerSecond));
}
