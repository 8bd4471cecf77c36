/** Mutants of chapter 7: nodes that read batches wrongly. */
import { refuse } from '../../reference/src/errors.ts';
import { inflate } from '../../reference/src/node/inflate.ts';
import type { RefusalName } from '../../reference/src/registry.ts';
import type { decodeBatch } from '../../reference/src/wire/index.ts';
import type { Call } from './fault.ts';
import { at, type Mutant } from './mutant.ts';
import { bodyOf, countOf, rawLengthOf, wholeOperations } from './operations-batch-bytes.ts';

type Decode = typeof decodeBatch;

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

const isPacked = ({ args: [plaintext] }: Call<Decode>): boolean => plaintext[0] === 1;

export const reading: readonly Mutant[] = [
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
