import { fromHex, toHex } from '../../../reference/src/bytes/hex.ts';
import { nodeCrypto } from '../../../reference/src/crypto/node.ts';
import { FrameType } from '../../../reference/src/registry.ts';
import { encodeFrame } from '../../../reference/src/wire/frame.ts';
import { decodeOperation, encodeOperation } from '../../../reference/src/wire/operation.ts';
import { operationFromJson, operationToJson } from '../../../reference/src/wire/operation-json.ts';
import { u32 } from '../hex.ts';
import { demanded } from '../requirements.ts';
import { PYTHON, python } from '../sources.ts';
import { head, type Topic } from '../vector-file.ts';

const COUNTER = 2;
const NONCE = '000600000000000000000002';
const { linkKey } = python;

/** The worked example of the seed: an operation of 165 bytes, 193 sealed, 198 with the header of its frame. */
export const seedSizes: Topic = () => {
  const operation = operationToJson(decodeOperation(fromHex(python.operation.plaintext)));
  const plaintext = encodeOperation(operationFromJson(operation));
  const payload = fromHex(NONCE + toHex(nodeCrypto.seal(fromHex(linkKey), fromHex(NONCE), plaintext)));
  const frame = toHex(encodeFrame(FrameType.OPERATION, payload));
  const front = { source: 'python', linkKey, sender: 'client', counter: COUNTER };
  return {
    ...head('seed-sizes', "The sizes of the seed's worked example: 165, 193 and 198 bytes.", PYTHON),
    valid: [
      {
        id: 'seed-example',
        requirements: ['OP-7', 'CHAN-2', 'FRAME-2'],
        ...front,
        operation,
        plaintext: toHex(plaintext),
        payload: toHex(payload),
        frame,
        sizes: { operation: plaintext.length, sealed: payload.length, framed: frame.length / 2 },
      },
    ],
    invalid: [
      {
        id: 'seed-example-197',
        note: 'the frame without its last byte',
        reason: 'frame.truncated',
        frame: frame.slice(0, -2),
      } as const,
      {
        id: 'seed-example-192',
        note: 'one byte less, and the length says so',
        reason: 'sealed.tag',
        frame: `06${u32(192)}${frame.slice(10, -2)}`,
      } as const,
      {
        id: 'seed-example-28',
        note: 'the overhead alone',
        reason: 'frame.sealed-too-short',
        frame: `06${u32(28)}${frame.slice(10, 66)}`,
      } as const,
    ].map(({ id, note, reason, frame: bytes }) => ({
      id,
      note,
      requirements: demanded(reason),
      ...front,
      frame: bytes,
      reason,
    })),
  };
};
