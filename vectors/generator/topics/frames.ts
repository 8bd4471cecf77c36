import { fromHex, toHex } from '../../../reference/src/bytes/hex.ts';
import { DEFAULT_LIMITS, FrameType, type RefusalName } from '../../../reference/src/registry.ts';
import { encodeFrame } from '../../../reference/src/wire/frame.ts';
import { cut, hex, u32 } from '../hex.ts';
import { demanded } from '../requirements.ts';
import { PYTHON, python } from '../sources.ts';
import { front, head, KIT, type Topic } from '../vector-file.ts';

type Frame = readonly [type: keyof typeof FrameType, payload: string];
type Receiver = readonly [role: 'client' | 'server', state: string];

const bytesOf = ([type, payload]: Frame) => toHex(encodeFrame(FrameType[type], fromHex(payload)));
const jsonOf = ([type, payload]: Frame) => ({ type: FrameType[type], payload });

const SHORTEST: Frame = ['CONTROL', 'c0'.repeat(29)];
const LONGER: Frame = ['OPERATION', '0a'.repeat(64)];
const BATCH: Frame = ['BATCH', 'ba'.repeat(33)];
const ALERT: Frame = ['ALERT', '0201'];
const COMPLETE: Frame = ['COMPLETE', ''];
const HELLO: Frame = ['HELLO', python.frames.hello.slice(10)];

/** `stream` in chunks that end at these offsets. */
function chunked(stream: string, ...ends: readonly number[]): string[] {
  const all = [0, ...ends, stream.length / 2];
  return all.slice(1).map((end, index) => stream.slice(2 * all[index]!, 2 * end));
}

type Valid = readonly [
  id: string,
  receiver: Receiver,
  frames: readonly Frame[],
  ends: readonly number[],
  note?: string,
];
const OPEN: Receiver = ['server', 'OPEN'];

const VALID: readonly Valid[] = [
  ['complete', ['client', 'W_COMPLETE'], [COMPLETE], [], 'the shortest frame there is'],
  ['alert', ['client', 'W_WELCOME'], [ALERT], [3]],
  ['hello', ['server', 'W_HELLO'], [HELLO], []],
  ['hello-byte-by-byte', ['server', 'W_HELLO'], [HELLO], Array.from({ length: 112 }, (_, i) => i + 1)],
  ['three-in-one-chunk', OPEN, [SHORTEST, LONGER, BATCH], []],
  ['three-split-at-every-header', OPEN, [SHORTEST, LONGER, BATCH], [34, 103]],
  ['three-split-inside-headers', OPEN, [SHORTEST, LONGER, BATCH], [1, 36, 106]],
  ['three-split-inside-lengths-and-payloads', OPEN, [SHORTEST, LONGER, BATCH], [3, 20, 38, 70, 104, 120]],
  ['empty-chunks', OPEN, [SHORTEST, LONGER], [0, 5, 5, 34, 34]],
];

type Invalid = readonly [
  id: string,
  reason: RefusalName,
  receiver: Receiver,
  frames: readonly Frame[],
  rest: string,
  note?: string,
];

const INVALID: readonly Invalid[] = [
  ['truncated-in-header', 'frame.truncated', OPEN, [], '0500', 'the link ends here'],
  ['truncated-after-header', 'frame.truncated', OPEN, [], hex('05', u32(29))],
  [
    'truncated-in-payload',
    'frame.truncated',
    OPEN,
    [SHORTEST],
    cut(bytesOf(LONGER), -1),
    'the first frame arrived whole',
  ],
  ['truncated-clear', 'frame.truncated', ['client', 'W_WELCOME'], [], cut(bytesOf(ALERT), -1)],
  ['type-09', 'frame.unexpected-type', OPEN, [SHORTEST], hex('09', u32(29)), 'judged on the header alone'],
  ['type-09-and-too-large', 'frame.unexpected-type', OPEN, [], hex('09', u32(0xffffffff)), 'the type comes first'],
  ['hello-in-open', 'frame.unexpected-type', OPEN, [SHORTEST], bytesOf(HELLO)],
  ['control-before-session', 'frame.unexpected-type', ['server', 'W_VERIFY'], [], bytesOf(SHORTEST)],
  ['hello-4097', 'frame.too-large', ['server', 'W_HELLO'], [], hex('01', u32(4097))],
  ['open-4-gib', 'frame.too-large', OPEN, [SHORTEST], hex('06', u32(0xffffffff))],
  ['sealed-28', 'frame.sealed-too-short', OPEN, [SHORTEST], hex('05', u32(28), '00'.repeat(28))],
  ['sealed-0', 'frame.sealed-too-short', OPEN, [], hex('08', u32(0))],
];

const maximum = DEFAULT_LIMITS.FRAME_BYTES;

export const frames: Topic = () => ({
  ...head(
    'frames',
    'A stream in chunks, read by a receiver that stays in one state; `maximum` is the `max` of its SESSION. `frames` are those that it takes.',
    { ...PYTHON, ...KIT },
  ),
  valid: VALID.map(([id, [role, state], list, ends, note]) => ({
    ...front(id, ['FRAME-1', 'FRAME-2', 'FRAME-3'], note, id.startsWith('hello') ? 'python' : 'kit'),
    role,
    state,
    maximum,
    chunks: chunked(list.map(bytesOf).join(''), ...ends),
    frames: list.map(jsonOf),
  })),
  invalid: INVALID.map(([id, reason, [role, state], list, rest, note]) => ({
    ...front(id, demanded(reason, 'FRAME-4'), note),
    role,
    state,
    maximum,
    chunks: [...list.map(bytesOf), rest],
    frames: list.map(jsonOf),
    reason,
  })),
});
