import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { equalBytes } from '../../src/bytes/compare.ts';
import { concat } from '../../src/bytes/concat.ts';
import { toHex } from '../../src/bytes/hex.ts';
import { refuse } from '../../src/errors.ts';
import { encodeFrame, type Frame, FrameParser } from '../../src/wire/index.ts';
import { refusalOf } from '../support/refusal.ts';

interface Seen {
  readonly frames: Frame[];
  readonly raws: Uint8Array[];
  readonly headers: [type: number, length: number][];
}

function parserOf(): { parser: FrameParser; seen: Seen } {
  const seen: Seen = { frames: [], raws: [], headers: [] };
  const parser = new FrameParser(
    (type, length) => seen.headers.push([type, length]),
    (frame, raw) => {
      seen.frames.push(frame);
      seen.raws.push(raw);
    },
  );
  return { parser, seen };
}

const payload = (length: number) => Uint8Array.from({ length }, (_, i) => i);
const FRAMES = [encodeFrame(1, payload(9)), encodeFrame(4, payload(0)), encodeFrame(6, payload(3))];
const STREAM = concat(...FRAMES);

function expectAll({ frames, raws, headers }: Seen): void {
  expect(raws.map(toHex)).toEqual(FRAMES.map(toHex));
  expect(frames.map(({ type, payload: found }) => [type, toHex(found)])).toEqual([
    [1, toHex(payload(9))],
    [4, ''],
    [6, toHex(payload(3))],
  ]);
  expect(headers).toEqual([
    [1, 9],
    [4, 0],
    [6, 3],
  ]);
}

describe('a frame', () => {
  it('is its type, its length and its payload', () => {
    expect(toHex(encodeFrame(5, Uint8Array.of(0xaa, 0xbb)))).toBe('0500000002aabb');
    expect(toHex(encodeFrame(6, new Uint8Array(0x01_02_03)).subarray(0, 5))).toBe('0600010203');
  });

  it.each([-1, 256, 1.5])('has no type %d', (type) => {
    expect(() => encodeFrame(type, new Uint8Array(0))).toThrow(RangeError);
  });
});

describe('a frame parser', () => {
  it('finds the frames of a stream that comes whole', () => {
    const { parser, seen } = parserOf();
    parser.push(STREAM);
    parser.end();
    expectAll(seen);
  });

  it('finds them byte by byte', () => {
    const { parser, seen } = parserOf();
    for (const byte of STREAM) parser.push(Uint8Array.of(byte));
    parser.end();
    expectAll(seen);
  });

  it('finds them at every split in two', () => {
    for (let split = 0; split <= STREAM.length; split++) {
      const { parser, seen } = parserOf();
      parser.push(STREAM.slice(0, split));
      parser.push(STREAM.slice(split));
      parser.end();
      expectAll(seen);
    }
  });

  it('finds them at every split in three', () => {
    for (let first = 0; first <= STREAM.length; first++) {
      for (let second = first; second <= STREAM.length; second++) {
        const { parser, seen } = parserOf();
        parser.push(STREAM.slice(0, first));
        parser.push(STREAM.slice(first, second));
        parser.push(STREAM.slice(second));
        expectAll(seen);
      }
    }
  });

  it('finds any frames in any chunks', () => {
    const frame = fc.tuple(fc.nat(255), fc.uint8Array({ maxLength: 300 }));
    fc.assert(
      fc.property(
        fc.array(frame, { maxLength: 6 }),
        fc.infiniteStream(fc.integer({ min: 1, max: 200 })),
        (frames, sizes) => {
          const stream = concat(...frames.map(([type, bytes]) => encodeFrame(type, bytes)));
          const { parser, seen } = parserOf();
          for (let at = 0; at < stream.length; ) {
            const size = sizes.next().value as number;
            parser.push(stream.slice(at, at + size));
            at += size;
          }
          parser.end();
          expect(seen.frames).toEqual(frames.map(([type, bytes]) => ({ type, payload: bytes })));
        },
      ),
    );
  });

  it('does not copy a frame that lies in one chunk', () => {
    const { parser, seen } = parserOf();
    const chunk = concat(Uint8Array.of(4, 0, 0), Uint8Array.of(0, 0), FRAMES[0]!, FRAMES[2]!.subarray(0, 4));
    parser.push(chunk);
    expect(seen.frames.map(({ payload: found }) => found.buffer === chunk.buffer)).toEqual([true, true]);
    expect(seen.raws.every((raw) => raw.buffer === chunk.buffer)).toBe(true);
  });

  it('does not keep the chunks of a frame that lies in several', () => {
    const { parser, seen } = parserOf();
    const chunk = FRAMES[0]!.slice(0, 7);
    parser.push(chunk);
    chunk.fill(0);
    parser.push(FRAMES[0]!.slice(7));
    expect(seen.raws.map(toHex)).toEqual([toHex(FRAMES[0]!)]);
  });

  it('hands out plain Uint8Arrays where chunks are Buffers', () => {
    const { parser, seen } = parserOf();
    parser.push(Buffer.from(STREAM));
    parser.push(Buffer.from(STREAM.subarray(0, 7)));
    parser.push(Buffer.from(STREAM.subarray(7)));
    expect(seen.frames).toHaveLength(6);
    for (const { payload: found } of seen.frames) expect(Object.getPrototypeOf(found)).toBe(Uint8Array.prototype);
  });

  it('judges a header at its fifth byte, before any payload', () => {
    const { parser, seen } = parserOf();
    parser.push(Uint8Array.of(6, 0, 0, 0));
    expect(seen.headers).toEqual([]);
    parser.push(Uint8Array.of(9));
    expect(seen.headers).toEqual([[6, 9]]);
    expect(seen.frames).toEqual([]);
  });

  it('judges each header once, however many chunks its frame takes', () => {
    const { parser, seen } = parserOf();
    for (const byte of FRAMES[0]!) parser.push(Uint8Array.of(byte));
    expect(seen.headers).toEqual([[1, 9]]);
  });

  it('judges the next header after the last frame was handled, also within one chunk', () => {
    const order: string[] = [];
    const parser = new FrameParser(
      (type) => order.push(`admit ${type}`),
      ({ type }) => order.push(`frame ${type}`),
    );
    parser.push(STREAM);
    expect(order).toEqual(['admit 1', 'frame 1', 'admit 4', 'frame 4', 'admit 6', 'frame 6']);
  });

  it('reads lengths as unsigned', () => {
    const { parser, seen } = parserOf();
    parser.push(Uint8Array.of(6, 0xff, 0xff, 0xff, 0xff));
    expect(seen.headers).toEqual([[6, 0xffffffff]]);
  });

  it.each([[STREAM], [STREAM.slice(0, 5)], [STREAM.slice(0, 3), STREAM.slice(3)]])(
    'refuses by what admit throws, and takes nothing after it',
    (...chunks) => {
      const frames: Frame[] = [];
      const parser = new FrameParser(
        () => refuse('frame.unexpected-type'),
        (frame) => frames.push(frame),
      );
      expect(refusalOf(() => chunks.forEach((chunk) => void parser.push(chunk))).reason).toBe('frame.unexpected-type');
      parser.push(STREAM);
      parser.end();
      expect(frames).toEqual([]);
    },
  );

  it('takes nothing after a frame that could not be handled', () => {
    let handled = 0;
    const parser = new FrameParser(
      () => undefined,
      () => {
        handled += 1;
        throw new Error('closed');
      },
    );
    expect(() => parser.push(STREAM)).toThrow('closed');
    parser.push(STREAM);
    expect(handled).toBe(1);
  });

  it('discards the rest when it is stopped by a frame', () => {
    const types: number[] = [];
    const parser = new FrameParser(
      () => undefined,
      ({ type }) => {
        types.push(type);
        if (type === 4) parser.stop();
      },
    );
    parser.push(STREAM);
    parser.push(STREAM);
    parser.end();
    expect(types).toEqual([1, 4]);
  });

  it('refuses an end inside a frame, and none between frames', () => {
    for (let end = 0; end <= STREAM.length; end++) {
      const { parser } = parserOf();
      parser.push(STREAM.slice(0, end));
      const between = [0, 14, 19, 27].includes(end);
      if (between) expect(() => parser.end()).not.toThrow();
      else expect(refusalOf(() => parser.end()).reason).toBe('frame.truncated');
    }
  });

  it('sets no memory aside for a length alone, and takes a large frame in small chunks in linear time', () => {
    const large = encodeFrame(8, payload(3_000_000));
    const { parser, seen } = parserOf();
    for (let at = 0; at < large.length; at += 7) parser.push(large.subarray(at, at + 7));
    expect(equalBytes(seen.raws[0]!, large)).toBe(true);
    expect(seen.raws[0]!.buffer.byteLength).toBe(large.length);
    const { parser: waiting } = parserOf();
    // 4 GiB could not be set aside at all.
    expect(() => waiting.push(Uint8Array.of(6, 0xff, 0xff, 0xff, 0xff, 1, 2, 3))).not.toThrow();
  });
});
