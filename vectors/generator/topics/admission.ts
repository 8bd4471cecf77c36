import { DEFAULT_LIMITS, FrameType, type RefusalName } from '../../../reference/src/registry.ts';
import { u8, u32 } from '../hex.ts';
import { demanded } from '../requirements.ts';
import { head, KIT, type Topic } from '../vector-file.ts';

type FrameName = keyof typeof FrameType;

/** Section 3.5, written out once more: what a receiver takes in each state. */
const LEGAL: readonly (readonly [role: string, state: string, legal: readonly FrameName[]])[] = [
  ['server', 'W_HELLO', ['HELLO', 'ALERT']],
  ['server', 'W_VERIFY', ['VERIFY', 'ALERT']],
  ['server', 'W_SESSION', ['CONTROL', 'ALERT']],
  ['server', 'W_AUTH', ['CONTROL']],
  ['server', 'OPEN', ['CONTROL', 'OPERATION', 'BATCH']],
  ['client', 'W_WELCOME', ['WELCOME', 'ALERT']],
  ['client', 'W_COMPLETE', ['COMPLETE', 'ALERT']],
  ['client', 'W_SESSION', ['CONTROL', 'ALERT']],
  ['client', 'W_AUTH', ['CONTROL']],
  ['client', 'OPEN', ['CONTROL', 'OPERATION', 'BATCH']],
];

const SEALED: readonly FrameName[] = ['CONTROL', 'OPERATION', 'BATCH'];
const { CLEAR_FRAME_BYTES, FRAME_BYTES } = DEFAULT_LIMITS;
/** The least `max` that a SESSION may announce. */
const LEAST_MAXIMUM = 524288;
const GREATEST_MAXIMUM = 16777216;

type Header = readonly [role: string, state: string, maximum: number, type: number, length: number];

const dashed = (...words: readonly (string | number)[]) => words.join('-').toLowerCase().replaceAll('_', '-');
const header = ([role, state, maximum, type, length]: Header) => ({
  role,
  state,
  maximum,
  header: u8(type) + u32(length),
});

/** Each legal type at its shortest and at its limit. */
function legal() {
  return LEGAL.flatMap(([role, state, names]) =>
    names.flatMap((name) => {
      const shortest = SEALED.includes(name) ? 29 : 0;
      const limits = state === 'OPEN' ? [LEAST_MAXIMUM, FRAME_BYTES, GREATEST_MAXIMUM] : [CLEAR_FRAME_BYTES];
      return [shortest, ...limits].map((length) => ({
        id: dashed(role, state, name, length),
        source: 'kit',
        requirements: ['FRAME-5', 'FRAME-6', 'FRAME-7'],
        ...header([
          role,
          state,
          state === 'OPEN' ? Math.max(length, LEAST_MAXIMUM) : FRAME_BYTES,
          FrameType[name],
          length,
        ]),
      }));
    }),
  );
}

function refused(reason: RefusalName, words: readonly (string | number)[], parts: Header) {
  return { id: dashed(...words), source: 'kit', requirements: demanded(reason), ...header(parts), reason };
}

/** Every type that is not legal, and each limit passed by one. */
function illegal() {
  return LEGAL.flatMap(([role, state, names]) => [
    ...[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0x80, 0xff]
      .filter((type) => !names.some((name) => FrameType[name] === type))
      .map((type) =>
        refused('frame.unexpected-type', [role, state, 'type', u8(type)], [role, state, FRAME_BYTES, type, 64]),
      ),
    ...names.flatMap((name) => {
      const type = FrameType[name];
      const limits = state === 'OPEN' ? [LEAST_MAXIMUM, FRAME_BYTES, GREATEST_MAXIMUM] : [CLEAR_FRAME_BYTES];
      const long = limits.map((limit) =>
        refused(
          'frame.too-large',
          [role, state, name, limit + 1],
          [role, state, state === 'OPEN' ? limit : FRAME_BYTES, type, limit + 1],
        ),
      );
      const short = [0, 28].map((length) =>
        refused('frame.sealed-too-short', [role, state, name, length], [role, state, FRAME_BYTES, type, length]),
      );
      return [...long, ...(SEALED.includes(name) ? short : [])];
    }),
  ]);
}

export const admission: Topic = () => ({
  ...head(
    'admission',
    'Headers alone, by role and state of the receiver; `maximum` is the `max` of its SESSION. What the payload says is not judged here.',
    KIT,
  ),
  valid: legal(),
  invalid: illegal(),
});
