/** Mutants of chapter 7: nodes that misread sealed operations. */
import { ProtocolError } from '../../reference/src/errors.ts';
import type { RefusalName } from '../../reference/src/registry.ts';
import type { Operation } from '../../reference/src/wire/index.ts';
import { refuses } from './factories.ts';
import { at, type Mutant } from './mutant.ts';

/** A sealed operation of the node that the examples of the spec have: one case sends them. */
export function isExample(operation: Operation): boolean {
  return operation.type === 'sealed' && operation.node.toHex().startsWith('00010203');
}

export type Row = readonly [name: string, breaks: readonly string[], title: string];

/** Offset of `ct_len` behind the counter: node, head, tag, epoch, team, nonce. */
const FIXED_BYTES = 16 + 1 + 16 + 16 + 16 + 12;

const COUNTER_BYTES = [2, 3, 9] as const;

/** Reads a sealed operation as if one of its fields had another size, so that it finds no length of a ciphertext. */
function misreadsSealed([name, breaks, title]: Row, delta: number): Mutant {
  return refuses(
    { name, breaks, title },
    (operation, bytes) => {
      if (!isExample(operation) || operation.type !== 'sealed') return false;
      const at = 16 + (COUNTER_BYTES[bytes[16] as 0 | 1 | 2] ?? 2) + FIXED_BYTES + delta;
      const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(at);
      return length !== operation.ciphertext.length;
    },
    'operation.sealed-length',
  );
}

export const sealed: readonly Mutant[] = [
  misreadsSealed(['operation-sealed-id-of-12-bytes', ['OP-16'], 'Reads 12 bytes of id in a sealed operation'], -4),
  misreadsSealed(['operation-sealed-node-of-8-bytes', ['OP-18'], 'Reads 8 bytes of node in a sealed operation'], -8),
  misreadsSealed(['operation-sealed-tag-of-32-bytes', ['OP-20'], 'Reads 32 bytes of tag in a sealed operation'], 16),
  misreadsSealed(['operation-sealed-without-epoch', ['OP-21'], 'Reads no epoch in a sealed operation'], -16),
  misreadsSealed(['operation-sealed-nonce-of-16-bytes', ['OP-23'], 'Reads 16 bytes of nonce in a sealed operation'], 4),
  refuses(
    {
      name: 'operation-sealed-of-one-block',
      breaks: ['OP-24', 'OP-25'],
      title: 'Takes a ciphertext of exactly 64 bytes only',
    },
    (operation) => operation.type === 'sealed' && operation.ciphertext.length !== 64,
    'operation.sealed-length',
  ),
  refuses(
    {
      name: 'operation-sealed-extensions-refused',
      breaks: ['OP-27'],
      title: 'Takes no extensions behind a sealed operation',
    },
    ({ type, extensions }) => type === 'sealed' && extensions.length > 0,
    'operation.extensions-length',
  ),
  refusesSealedAs(
    'operation.truncated',
    ['operation-sealed-without-mac', ['OP-26', 'OP-30'], 'Takes a sealed operation that ends inside its mac'],
    (bytes) => bytes.length >= 162 && bytes[34] === 0xf0,
  ),
];

/** Takes a sealed operation that is malformed, so that it is refused for its mode. */
export function refusesSealedAs(
  reason: RefusalName,
  [name, breaks, title]: Row,
  only: (bytes: Uint8Array) => boolean = () => true,
): Mutant {
  return {
    name,
    breaks,
    title,
    faults: () => [
      at('decodeOperation', {
        when: (call) => call.refusal() === reason && only(call.args[0]),
        then: () => {
          throw new ProtocolError('operation.mode');
        },
      }),
    ],
  };
}
