/** Mutants of chapter 7: nodes that read, judge or send batches wrongly. */
import { deflateRawSync } from 'node:zlib';
import { ByteReader, EndOfBytes } from '../../reference/src/bytes/reader.ts';
import { refuse } from '../../reference/src/errors.ts';
import { inflate } from '../../reference/src/node/inflate.ts';
import type { Outgoing } from '../../reference/src/node/messages.ts';
import { Capability, FrameType, type RefusalName } from '../../reference/src/registry.ts';
import { concat, type decodeBatch, encodeBatch, peekOperation, teamOf } from '../../reference/src/wire/index.ts';
import { withDependents } from './dependents.ts';
import { decodes, rejected, rejection } from './factories.ts';
import type { Call } from './fault.ts';
import { at, type Mutant, within } from './mutant.ts';
import { numberOf, Traces } from './traces.ts';

type Decode = typeof decodeBatch;

/** The operations of a body, as far as they are whole, whatever else is wrong. */
function wholeOperations(body: Uint8Array, count = Number.POSITIVE_INFINITY): Uint8Array[] {
  const operations: Uint8Array[] = [];
  try {
    const reader = new ByteReader(body);
    reader.u16();
    while (reader.remaining > 0 && operations.length < count) operations.push(reader.bytes(reader.u32()));
  } catch (error) {
    if (!(error instanceof EndOfBytes)) throw error;
  }
  return operations.filter(({ length }) => length >= 16);
}

/** The body of a batch, unpacked if need be, as far as that goes. */
function bodyOf(plaintext: Uint8Array): Uint8Array {
  if (plaintext[0] !== 1) return plaintext.subarray(1);
  try {
    return inflate(plaintext.subarray(5), 1 << 22).raw;
  } catch {
    return new Uint8Array(0);
  }
}

/** Takes a batch that is to be refused by `reason`. */
function takesBatch(
  reason: RefusalName,
  name: string,
  breaks: readonly string[],
  title: string,
  only: (plaintext: Uint8Array) => boolean = () => true,
): Mutant {
  return {
    name,
    breaks,
    title,
    faults: () => [
      at('decodeBatch', {
        when: (call) => call.refusal() === reason && only(call.args[0]),
        then: ({ args: [plaintext] }) => wholeOperations(bodyOf(plaintext)),
      }),
    ],
  };
}

/** Refuses a batch that is right. */
function refusesBatch(
  name: string,
  breaks: readonly string[],
  title: string,
  when: (call: Call<Decode>) => boolean,
  reason: RefusalName,
): Mutant {
  return {
    name,
    breaks,
    title,
    faults: () => [
      at('decodeBatch', {
        when: (call) => call.refusal() === undefined && when(call),
        then: () => refuse(reason),
      }),
    ],
  };
}

const countOf = (plaintext: Uint8Array): number => (plaintext[1]! << 8) | plaintext[2]!;
const rawLengthOf = (plaintext: Uint8Array): number =>
  new DataView(plaintext.buffer, plaintext.byteOffset).getUint32(1);
const isPacked = ({ args: [plaintext] }: Call<Decode>): boolean => plaintext[0] === 1;

const reading: readonly Mutant[] = [
  takesBatch(
    'batch.truncated',
    'batch-cut-short-taken',
    ['OP-53'],
    'Takes what is whole of a batch that ends too early',
  ),
  takesBatch('batch.flags', 'batch-flags-unchecked', ['OP-54'], 'Does not look at the flags that it does not know'),
  takesBatch(
    'batch.count',
    'batch-of-none-taken',
    ['OP-55'],
    'Takes a batch of no operations',
    (plaintext) => countOf(plaintext) === 0,
  ),
  takesBatch(
    'batch.count',
    'batch-count-unbounded',
    ['OP-55', 'LIM-5'],
    'Takes more than 256 operations in a batch',
    (plaintext) => countOf(plaintext) > 256,
  ),
  takesBatch('batch.operation-short', 'batch-short-operation-skipped', ['OP-56'], 'Skips an operation that has no id'),
  takesBatch(
    'batch.trailing-bytes',
    'batch-trailing-bytes-ignored',
    ['OP-57'],
    'Ignores what stands behind the last operation of a batch',
  ),
  takesBatch(
    'batch.raw-length',
    'batch-raw-length-unbounded',
    ['OP-65', 'LIM-6'],
    'Unpacks as much as it is told to',
    (plaintext) => rawLengthOf(plaintext) > 1 << 20,
  ),
  takesBatch(
    'batch.ratio',
    'batch-ratio-unbounded',
    ['OP-66', 'LIM-7'],
    'Does not look at the ratio of what is packed',
  ),
  takesBatch(
    'batch.raw-length',
    'batch-unpacks-on',
    ['OP-67'],
    'Unpacks more than raw_length',
    (plaintext) => rawLengthOf(plaintext) < bodyOf(plaintext).length,
  ),
  takesBatch(
    'batch.raw-length',
    'batch-unpacks-less',
    ['OP-69'],
    'Takes less than raw_length',
    (plaintext) => rawLengthOf(plaintext) > bodyOf(plaintext).length && rawLengthOf(plaintext) <= 1 << 20,
  ),
  takesBatch('batch.deflate', 'batch-damaged-stream-taken', ['OP-68'], 'Takes what comes out of a damaged stream'),
  takesBatch(
    'batch.deflate-trailing',
    'batch-bytes-behind-stream-ignored',
    ['OP-70'],
    'Ignores what stands behind the end of the stream',
  ),
  {
    name: 'batch-packed-without-compression',
    breaks: ['OP-64'],
    title: 'Unpacks a batch whether COMPRESSION was selected or not',
    faults: () => [
      at('decodeBatch', {
        when: (call) => call.refusal() === 'batch.compression-not-selected',
        then: (call) => call.with(call.args[0], { compression: true, inflate }),
      }),
    ],
  },
  refusesBatch(
    'batch-of-one-refused',
    ['OP-60'],
    'Takes a batch of one for a mistake',
    (call) => !isPacked(call) && call.standard().length === 1,
    'batch.count',
  ),
  refusesBatch(
    'batch-bounded-like-an-operation',
    ['OP-60'],
    'Takes batches of 262,144 bytes at most',
    ({ args: [plaintext] }) => plaintext[0] === 0 && plaintext.length > 262_144,
    'batch.truncated',
  ),
  refusesBatch(
    'batch-of-255-at-most',
    ['LIM-5'],
    'Takes 255 operations in a batch at most',
    (call) => call.standard().length > 255,
    'batch.count',
  ),
  refusesBatch(
    'batch-packed-unknown',
    ['OP-51', 'OP-50'],
    'Does not know packed batches of three operations, though it selects COMPRESSION',
    (call) => isPacked(call) && call.standard().length === 3,
    'batch.flags',
  ),
  refusesBatch(
    'batch-raw-bound-low',
    ['LIM-6'],
    'Takes less than 1,048,576 bytes unpacked',
    (call) => isPacked(call) && rawLengthOf(call.args[0]) >= 1 << 20,
    'batch.raw-length',
  ),
  refusesBatch(
    'batch-ratio-bound-low',
    ['LIM-7'],
    'Takes a ratio of 20 at most',
    (call) => isPacked(call) && rawLengthOf(call.args[0]) > 20 * (call.args[0].length - 5),
    'batch.ratio',
  ),
];

const REASONS: ReadonlySet<string> = new Set(['batch.truncated', 'batch.operation-short', 'batch.trailing-bytes']);

const judging: readonly Mutant[] = [
  {
    name: 'batch-stored-before-its-end',
    breaks: ['OP-58'],
    title: 'Stores the operations of a batch one by one, before it knows that the batch is sound',
    faults() {
      const traces = new Traces();
      return [
        traces.ofLog(),
        at('decodeBatch', {
          when: (call) => REASONS.has(call.refusal() ?? '') && wholeOperations(bodyOf(call.args[0]), 1).length > 0,
          then(call) {
            for (const bytes of wholeOperations(bodyOf(call.args[0]), countOf(call.args[0]))) {
              const operation = decodes(bytes);
              if (operation === undefined || operation.type === 'sealed') continue;
              const { id, collection } = operation;
              traces.log?.append({ id, collection, team: teamOf(operation) }, bytes, 0);
            }
            return call.standard();
          },
        }),
      ];
    },
  },
  {
    name: 'batch-rejected-as-a-whole',
    breaks: ['OP-59'],
    title: 'Rejects all operations of a batch of which one is malformed',
    faults() {
      let isPoisoned = false;
      return [
        at('push', {
          when: ({ args: [, operations] }) =>
            operations.length > 1 && operations.some((bytes) => decodes(bytes) === undefined),
          then(call) {
            isPoisoned = true;
            try {
              call.standard();
            } finally {
              isPoisoned = false;
            }
          },
        }),
        within('createReceiver', 'judge', {
          when: () => isPoisoned,
          then: ({ args: [bytes] }) => rejected(bytes, rejection('operation.truncated')),
        }),
      ];
    },
  },
];

function authorsOf(operations: readonly Uint8Array[]): number {
  return new Set(operations.map((bytes) => peekOperation(bytes).node.toHex())).size;
}

/** Sends runs of at least so many operations, of several authors, in a way of its own. */
function feeds(
  name: string,
  breaks: readonly string[],
  title: string,
  send: (operations: readonly Uint8Array[]) => Outgoing,
  least = 100,
): Mutant {
  return {
    name,
    breaks,
    title,
    faults: () => [
      at('outgoing', {
        when: ({ args: [message] }) =>
          message.kind === 'operations' && message.operations.length >= least && authorsOf(message.operations) > 1,
        then: ({ args: [message, next] }) => {
          if (message.kind !== 'operations') return;
          const some = message.operations.slice(0, 256);
          next(send(some));
          if (some.length < message.operations.length) next({ ...message, operations: message.operations.slice(256) });
        },
      }),
    ],
  };
}

function batch(plaintext: Uint8Array): Outgoing {
  return { kind: 'sealed', type: FrameType.BATCH, plaintext };
}

function packed(operations: readonly Uint8Array[]): Outgoing {
  const body = encodeBatch(operations).slice(1);
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, body.length);
  return batch(concat(Uint8Array.of(1), length, deflateRawSync(body)));
}

function withByte(bytes: Uint8Array, at: number, value: number): Uint8Array {
  const copy = bytes.slice();
  copy[at] = value;
  return copy;
}

const feeding: readonly Mutant[] = [
  feeds(
    'feed-two-in-one-frame',
    ['OP-49'],
    'Feeds operations one behind the other in an OPERATION frame',
    (operations) => ({
      kind: 'sealed',
      type: FrameType.OPERATION,
      plaintext: concat(...operations.slice(0, 8)),
    }),
  ),
  feeds('feed-batch-with-flag', ['OP-50'], 'Sets a flag of a batch that has no meaning', (operations) =>
    batch(withByte(encodeBatch(operations), 0, 2)),
  ),
  feeds('feed-batch-miscounted', ['OP-52'], 'Counts one operation less than its batch has', (operations) => {
    const right = encodeBatch(operations);
    return batch(withByte(right, 2, right[2]! - 1));
  }),
  feeds('feed-packs-several-authors', ['OP-62'], 'Packs operations of several authors into one batch', packed, 12),
  {
    name: 'feed-packed-without-compression',
    breaks: ['OP-61'],
    title: 'Feeds packed batches to a client that did not offer COMPRESSION',
    faults() {
      const traces = new Traces();
      return [
        traces.ofHello(),
        at('outgoing', {
          when: ({ args: [message, , connection] }) => {
            const { capabilities = Capability.COMPRESSION } = traces.hello(numberOf(connection)) ?? {};
            const several = message.kind === 'operations' && message.operations.length > 1;
            return several && (capabilities & Capability.COMPRESSION) === 0;
          },
          then: ({ args: [message, next] }) => {
            if (message.kind === 'operations') next(packed(message.operations));
          },
        }),
      ];
    },
  },
];

export const batchMutants: readonly Mutant[] = withDependents([...reading, ...judging, ...feeding]);
