/** Mutants of chapter 7: nodes that send batches wrongly. */
import { deflateRawSync } from 'node:zlib';
import type { Outgoing } from '../../reference/src/node/messages.ts';
import { Capability, FrameType } from '../../reference/src/registry.ts';
import { concat, encodeBatch, peekOperation } from '../../reference/src/wire/index.ts';
import { at, type Mutant } from './mutant.ts';
import { withByte } from './operations-batch-bytes.ts';
import { numberOf, Traces } from './traces.ts';

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

export function batch(plaintext: Uint8Array): Outgoing {
  return { kind: 'sealed', type: FrameType.BATCH, plaintext };
}

export function packed(operations: readonly Uint8Array[]): Outgoing {
  const body = encodeBatch(operations).slice(1);
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, body.length);
  return batch(concat(Uint8Array.of(1), length, deflateRawSync(body)));
}

export const feeding: readonly Mutant[] = [
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
