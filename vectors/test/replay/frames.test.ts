import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../../reference/src/bytes/hex.ts';
import { admit } from '../../../reference/src/channel/admission.ts';
import { ProtocolError } from '../../../reference/src/errors.ts';
import { DEFAULT_LIMITS } from '../../../reference/src/registry.ts';
import { encodeFrame, FrameParser } from '../../../reference/src/wire/frame.ts';
import { type Entry, named, topic } from '../files.ts';

interface Read {
  readonly frames: { type: number; payload: string }[];
  /** `frame.truncated` when the stream ends inside a frame. */
  readonly reason: string | undefined;
}

/** What a receiver makes of the chunks, and of the end of the link after them. */
function read({ role, state, maximum }: Entry, chunks: readonly string[]): Read {
  const frames: { type: number; payload: string }[] = [];
  let taken = 0;
  const parser = new FrameParser(
    (type, length) => admit(role, state, type, length, { ...DEFAULT_LIMITS, FRAME_BYTES: maximum }),
    ({ type, payload }, raw) => {
      frames.push({ type, payload: toHex(payload) });
      taken += raw.length;
      expect(toHex(raw)).toBe(toHex(encodeFrame(type, payload)));
    },
  );
  try {
    for (const chunk of chunks) parser.push(fromHex(chunk));
  } catch (error) {
    if (error instanceof ProtocolError) return { frames, reason: error.reason };
    throw error;
  }
  return { frames, reason: taken < chunks.join('').length / 2 ? 'frame.truncated' : undefined };
}

const bytesOf = (stream: string) => stream.match(/../g) ?? [];

describe('streams of frames', () => {
  const { valid, invalid } = topic('frames');
  it.each(named([...valid, ...invalid]))('%s, as it arrives, whole, and byte by byte', (_, vector) => {
    const stream = (vector.chunks as string[]).join('');
    const expected = { frames: vector.frames, reason: vector.reason };
    for (const chunks of [vector.chunks, [stream], bytesOf(stream)]) expect(read(vector, chunks)).toEqual(expected);
  });
  it.each(named([...valid, ...invalid]))('%s, split at every byte', (_, vector) => {
    const stream = (vector.chunks as string[]).join('');
    const expected = { frames: vector.frames, reason: vector.reason };
    for (let at = 0; at <= stream.length; at += 2) {
      expect(read(vector, [stream.slice(0, at), stream.slice(at)])).toEqual(expected);
    }
  });
});
