/**
 * The codec against JSON, in one process: `npx tsx reference/bench/codec.ts`. Absolute numbers are the machine's; the ratios
 * of one run travel. Each ratio is the median over rounds of a ratio within the round, so that a busy machine slows both
 * sides alike.
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
const PASSES = 5;
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

/** As a parser or an input field gives it: a text that was just put together is a tree of pieces in V8, slow to read. */
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
  const contenders = {
    encode: () => run(operations, encodeOperation),
    jsonEncode: () => run(objects, encodeJson),
    decode: () => run(encoded, decode),
    jsonDecode: () => run(texts, decodeJson),
    both: () => runBatches(operations, encodeOperation, decode),
    jsonBoth: () => runBatches(objects, encodeJson, decodeJson),
    peek: () => run(encoded, peekOperation),
  };
  const rounds = interleaved(contenders);
  const ratio = (slow: keyof typeof contenders, fast: keyof typeof contenders) =>
    median(rounds.map((round) => round[slow] / round[fast]));
  const rate = (name: keyof typeof contenders) =>
    Math.round((OPERATIONS / median(rounds.map((round) => round[name]))) * 1000);
  return {
    both: ratio('jsonBoth', 'both'),
    encode: ratio('jsonEncode', 'encode'),
    decode: ratio('jsonDecode', 'decode'),
    peek: ratio('jsonDecode', 'peek'),
    size: sum(encoded) / sum(texts),
    operationsPerSecond: { both: rate('both'), jsonBoth: rate('jsonBoth') },
  };
}

let sink: unknown;

/** Milliseconds for one pass over `inputs`. Results are kept for a moment, so that no call can be dropped. */
function run<T>(inputs: readonly T[], use: (input: T) => unknown): number {
  const start = performance.now();
  for (const input of inputs) sink = use(input);
  return performance.now() - start;
}

/** Milliseconds to encode and decode all `inputs`, as they travel: a batch is encoded, then it is decoded. */
function runBatches<T, E>(inputs: readonly T[], encode: (input: T) => E, decode: (encoded: E) => unknown): number {
  const start = performance.now();
  for (let from = 0; from < inputs.length; from += BATCH) {
    const batch: E[] = [];
    for (let i = from; i < from + BATCH; i++) batch.push(encode(inputs[i]!));
    for (const item of batch) sink = decode(item);
  }
  return performance.now() - start;
}

/**
 * Milliseconds of each contender in each round: the median of some passes in turn, since the first one finds its data out of
 * the cache. The first rounds warm up.
 */
function interleaved<K extends string>(contenders: Record<K, () => number>): Record<K, number>[] {
  const rounds = Array.from({ length: WARM_UP + ROUNDS }, () => {
    const times = Object.entries<() => number>(contenders).map(([name, pass]) => [
      name,
      median(Array.from({ length: PASSES }, pass)),
    ]);
    return Object.fromEntries(times) as Record<K, number>;
  });
  if (sink === undefined) throw new Error('nothing ran');
  return rounds.slice(WARM_UP);
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
