import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { inflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { admit, isSealedType } from '../../reference/src/channel/admission.ts';
import { nobleCrypto } from '../../reference/src/crypto/noble.ts';
import { ProtocolError, refuse } from '../../reference/src/errors.ts';
import { DEFAULT_LIMITS, FrameType } from '../../reference/src/registry.ts';
import {
  decodeAlert,
  decodeBatch,
  decodeComplete,
  decodeControl,
  decodeCursor,
  decodeExtensions,
  decodeHello,
  decodeOperation,
  decodeRecord,
  decodeVerify,
  decodeWelcome,
  FrameParser,
  type Inflate,
} from '../../reference/src/wire/index.ts';
import { readChapters } from '../tools/chapters.ts';
import { type Example, extractExamples } from '../tools/examples.ts';

const examples = readChapters(join(import.meta.dirname, '../..')).flatMap(extractExamples);

const inflate: Inflate = (packed, maximum) => {
  const { buffer, engine } = inflateRawSync(packed, { maxOutputLength: maximum, info: true }) as unknown as {
    buffer: Uint8Array;
    engine: { bytesWritten: number };
  };
  return { raw: buffer, consumed: engine.bytesWritten };
};

/** Section 0.6: the state in which a frame of this type is due. */
function judgeHeader(type: number, length: number): void {
  const limits = DEFAULT_LIMITS;
  if (isSealedType(type)) admit('server', 'OPEN', type, length, limits);
  else if (type === FrameType.WELCOME) admit('client', 'W_WELCOME', type, length, limits);
  else if (type === FrameType.COMPLETE) admit('client', 'W_COMPLETE', type, length, limits);
  else admit('server', type === FrameType.VERIFY ? 'W_VERIFY' : 'W_HELLO', type, length, limits);
}

function decodeFrame(bytes: Uint8Array): void {
  let frames = 0;
  new FrameParser(judgeHeader, () => {
    frames += 1;
  }).push(bytes);
  if (frames === 0) refuse('frame.truncated');
}

function judgeKey(key: Uint8Array): void {
  nobleCrypto.agree(new Uint8Array(32).fill(0x11), key);
}

/** How the bytes of each topic are read. */
const decoders: Record<string, (bytes: Uint8Array) => unknown> = {
  frame: decodeFrame,
  hello: (bytes) => judgeKey(decodeHello(bytes).key),
  welcome: (bytes) => judgeKey(decodeWelcome(bytes).key),
  verify: decodeVerify,
  complete: decodeComplete,
  alert: decodeAlert,
  extensions: decodeExtensions,
  record: decodeRecord,
  operation: (bytes) => decodeOperation(bytes, { sha256: (b) => createHash('sha256').update(b).digest() }),
  batch: (bytes) => {
    for (const operation of decodeBatch(bytes, { compression: true, inflate })) decodeOperation(operation);
  },
  cursor: decodeCursor,
  control: (bytes) => {
    const message = decodeControl(bytes);
    if (message.name === 'UNKNOWN' && message.critical) refuse('control.unknown-critical');
  },
};

function outcome({ topic, bytes }: Example): string {
  const decode = decoders[topic];
  if (decode === undefined) throw new Error(`no decoder for the topic ${topic}`);
  try {
    decode(bytes);
    return 'valid';
  } catch (error) {
    if (error instanceof ProtocolError) return error.reason;
    throw error;
  }
}

describe('the examples of the spec', () => {
  it('are there: every topic is shown valid and, where it can be wrong, as a near miss', () => {
    expect(examples.length).toBeGreaterThan(120);
    const shown = (valid: boolean) =>
      new Set(examples.filter((e) => (e.reason === undefined) === valid).map((e) => e.topic));
    expect(Object.keys(decoders).filter((topic) => topic !== 'complete' && !shown(true).has(topic))).toEqual([]);
    expect(Object.keys(decoders).filter((topic) => !shown(false).has(topic))).toEqual([]);
  });

  it.each(examples.map((e) => ({ place: `${e.chapter}.md:${e.line}`, due: e.reason ?? 'valid', example: e })))(
    '$place is $due',
    ({ due, example }) => {
      expect(outcome(example)).toBe(due);
    },
  );
});
