import { fromHex, toHex } from '../../../reference/src/bytes/hex.ts';
import { Direction } from '../../../reference/src/channel/direction.ts';
import { Sealer } from '../../../reference/src/channel/sealer.ts';
import { nodeCrypto } from '../../../reference/src/crypto/node.ts';
import { DEFAULT_LIMITS, FrameType, type RefusalName } from '../../../reference/src/registry.ts';
import { hex, u32, u64, withByte } from '../hex.ts';
import { demanded } from '../requirements.ts';
import { PYTHON, python } from '../sources.ts';
import { front, head, KIT, type Topic } from '../vector-file.ts';

type Sender = 'client' | 'server';

const { linkKey } = python;
const DIRECTION = { client: Direction.clientToServer, server: Direction.serverToClient } as const;

const PING = '30424c415a45010001ff0001640700000008' + '0102030405060708';
const OPERATION = python.operation.plaintext;
const BATCH = hex('000001', u32(OPERATION.length / 2), OPERATION);

/** Frames that one side seals one after the other: their counters are 0, 1, 2, ... */
const RUNS: readonly (readonly [
  sender: Sender,
  frames: readonly (readonly [type: keyof typeof FrameType, plaintext: string])[],
])[] = [
  [
    'client',
    [
      ['CONTROL', python.sealed[0]!.plaintext],
      ['CONTROL', python.sealed[2]!.plaintext],
      ['OPERATION', OPERATION],
      ['BATCH', BATCH],
      ['CONTROL', PING],
      ['OPERATION', '00'],
    ],
  ],
  [
    'server',
    [
      ['CONTROL', python.sealed[1]!.plaintext],
      ['CONTROL', python.sealed[3]!.plaintext],
      ['CONTROL', PING],
      ['BATCH', BATCH],
      ['OPERATION', OPERATION],
      ['CONTROL', '5a'],
    ],
  ],
];

/** Nonce and sealed payload of any direction, type and counter, right or wrong. */
export function sealWith(nonce: string, plaintext: string): string {
  return nonce + toHex(nodeCrypto.seal(fromHex(linkKey), fromHex(nonce), fromHex(plaintext)));
}

const nonceOf = (direction: number, type: number, counter: number) =>
  hex(direction.toString(16).padStart(2, '0'), type.toString(16).padStart(2, '0'), '0000', u64(counter));

const frame = (type: number, payload: string) =>
  hex(type.toString(16).padStart(2, '0'), u32(payload.length / 2), payload);

function sealed(sender: Sender, type: number, counter: number, plaintext: string): string {
  return frame(type, sealWith(nonceOf(DIRECTION[sender], type, counter), plaintext));
}

function runs() {
  return RUNS.flatMap(([sender, list]) => {
    const sealer = new Sealer(nodeCrypto, fromHex(linkKey), DIRECTION[sender], DEFAULT_LIMITS);
    return list.map(([name, plaintext], counter) => {
      const bytes = toHex(sealer.seal(FrameType[name], fromHex(plaintext)));
      const id = `${sender}-${counter}-${name.toLowerCase()}`;
      return entry(
        id,
        sender,
        FrameType[name],
        counter,
        plaintext,
        bytes,
        plaintext === OPERATION && sender === 'client' ? 'python' : 'kit',
      );
    });
  });
}

function entry(
  id: string,
  sender: Sender,
  type: number,
  counter: number,
  plaintext: string,
  bytes: string,
  source = 'kit',
) {
  return {
    id,
    source,
    requirements: ['CHAN-1', 'CHAN-2', 'CHAN-3', 'CHAN-4', 'CHAN-5', 'CHAN-6', 'CHAN-7'],
    linkKey,
    sender,
    type,
    counter,
    nonce: bytes.slice(10, 34),
    plaintext,
    frame: bytes,
  };
}

/** Counters that a run does not get to. The last one is kept for CLOSE KEY_LIMIT. */
const FAR: readonly (readonly [id: string, sender: Sender, type: number, counter: number, plaintext: string])[] = [
  ['counter-256', 'client', 6, 256, OPERATION],
  ['counter-65536', 'server', 5, 65536, PING],
  ['counter-2-to-31', 'client', 5, 2147483648, PING],
  ['counter-last-but-one', 'server', 6, 4294967294, OPERATION],
  ['counter-last', 'client', 5, 4294967295, '3f424c415a45010001ff0004636f646502000000000000010a'],
];

const GOOD = sealed('client', 6, 2, OPERATION);

type Invalid = readonly [id: string, reason: RefusalName, bytes: string, note: string];

/** The client's frame 2 is due: an OPERATION. */
const INVALID: readonly Invalid[] = [
  ['replayed', 'sealed.nonce', sealed('client', 6, 1, OPERATION), 'a frame that came before'],
  ['gap', 'sealed.nonce', sealed('client', 6, 3, OPERATION), 'a frame is missing'],
  ['reflected', 'sealed.nonce', sealed('server', 6, 2, OPERATION), "the receiver's own direction"],
  [
    'type-in-nonce',
    'sealed.nonce',
    frame(6, sealWith(nonceOf(0, 8, 2), OPERATION)),
    'the nonce says BATCH, the header OPERATION',
  ],
  ['type-in-header', 'sealed.nonce', withByte(GOOD, 0, '08'), 'the header says BATCH, the nonce OPERATION'],
  ['direction-02', 'sealed.nonce', frame(6, sealWith(nonceOf(2, 6, 2), OPERATION)), 'no such direction'],
  [
    'zero-bytes-set',
    'sealed.nonce',
    frame(6, sealWith('000600010000000000000002', OPERATION)),
    'the bytes 2 and 3 are zero',
  ],
  [
    'counter-upper-half',
    'sealed.nonce',
    frame(6, sealWith('000600000000000100000002', OPERATION)),
    'counter 2^32 + 2: all eight bytes count',
  ],
  [
    'counter-little-endian',
    'sealed.nonce',
    frame(6, sealWith('000600000200000000000000', OPERATION)),
    'integers are big-endian',
  ],
  [
    'random-nonce',
    'sealed.nonce',
    frame(6, sealWith('f47ac10b58cc4372a5670e02', OPERATION)),
    "the seed's random nonce: the tag is right",
  ],
  ['tag-last-bit', 'sealed.tag', withByte(GOOD, -1, '23'), 'the last bit of the tag is another'],
  ['ciphertext-first-bit', 'sealed.tag', withByte(GOOD, 17, '54'), 'the first bit of the ciphertext is another'],
  [
    'other-key',
    'sealed.tag',
    frame(
      6,
      hex(
        '000600000000000000000002',
        nodeCrypto.seal(fromHex('99'.repeat(32)), fromHex('000600000000000000000002'), fromHex(OPERATION)),
      ),
    ),
    'sealed under another key',
  ],
  [
    'with-header-as-aad',
    'sealed.tag',
    frame(
      6,
      hex(
        '000600000000000000000002',
        nodeCrypto.seal(
          fromHex(linkKey),
          fromHex('000600000000000000000002'),
          fromHex(OPERATION),
          fromHex('06000000c1'),
        ),
      ),
    ),
    'the header is no additional data',
  ],
  ['cut', 'sealed.tag', frame(6, GOOD.slice(10, -2)), 'the last byte is missing, and the length says so'],
  ['longer', 'sealed.tag', frame(6, `${GOOD.slice(10)}00`), 'one byte more'],
  ['no-plaintext', 'frame.sealed-too-short', frame(6, sealWith(nonceOf(0, 6, 2), '')), 'nonce and tag alone'],
];

export const sealedFrames: Topic = () => ({
  ...head(
    'sealed-frames',
    'Whole sealed frames in both directions. `counter` is that of the frame, and in `invalid` the one that the receiver expects.',
    { ...PYTHON, ...KIT },
  ),
  valid: [
    ...runs(),
    ...FAR.map(([id, sender, type, counter, plaintext]) =>
      entry(id, sender, type, counter, plaintext, sealed(sender, type, counter, plaintext)),
    ),
  ],
  invalid: INVALID.map(([id, reason, bytes, note]) => ({
    ...front(id, demanded(reason), note),
    linkKey,
    sender: 'client',
    counter: 2,
    frame: bytes,
    reason,
  })),
});
