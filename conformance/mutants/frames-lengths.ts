/** Mutants of sections 3.3 and 3.4: nodes that judge the length of a frame wrongly, or too late. */
import { ProtocolError } from '../../reference/src/errors.ts';
import { FrameType } from '../../reference/src/registry.ts';
import { at } from './links-parts.ts';
import type { Mutant } from './mutant.ts';

const { CONTROL } = FrameType;

export const frameLengthMutants: readonly Mutant[] = [
  {
    name: 'frame-clear-limit-doubled',
    title: 'Takes 8,192 bytes before OPEN',
    breaks: ['LIM-1', 'FRAME-6'],
    faults: () => [
      at('admit', {
        when: (call) => call.refusal() === 'frame.too-large' && call.args[1] !== 'OPEN' && call.args[3] <= 8192,
        then: () => {},
      }),
    ],
  },
  {
    name: 'frame-clear-limit-exclusive',
    title: 'Refuses a frame of exactly 4,096 bytes before OPEN',
    breaks: ['LIM-1', 'FRAME-6'],
    faults: () => [
      at('admit', {
        when: ({ args: [, state, , length, limits] }) => state !== 'OPEN' && length === limits.CLEAR_FRAME_BYTES,
        then: () => {
          throw new ProtocolError('frame.too-large');
        },
      }),
    ],
  },
  {
    name: 'frame-own-max-not-kept',
    title: 'Takes frames above its own max',
    breaks: ['LIM-2', 'FRAME-6', 'FRAME-4'],
    faults: () => [
      at('admit', {
        when: (call) => call.refusal() === 'frame.too-large' && call.args[1] === 'OPEN',
        then: () => {},
      }),
    ],
  },
  {
    name: 'frame-max-before-open',
    title: 'Takes frames up to its max in W_SESSION',
    breaks: ['FRAME-6', 'LIM-1'],
    faults: () => [
      at('admit', {
        when: (call) =>
          call.refusal() === 'frame.too-large' &&
          call.args[1] === 'W_SESSION' &&
          call.args[3] <= call.args[4].FRAME_BYTES,
        then: () => {},
      }),
    ],
  },
  {
    name: 'frame-length-signed',
    title: 'Takes a length of 2 GiB or more for a negative one, which is below every limit',
    breaks: ['FRAME-6', 'FRAME-4'],
    faults: () => [
      at('admit', {
        when: (call) => call.refusal() === 'frame.too-large' && call.args[3] >= 2 ** 31,
        then: () => {},
      }),
    ],
  },
  {
    name: 'frame-length-before-type',
    title: 'Judges the length of a header before its type',
    breaks: ['ERR-106', 'FRAME-5'],
    faults: () => [
      at('admit', {
        when: (call) => call.refusal() === 'frame.unexpected-type' && call.args[3] > call.args[4].FRAME_BYTES,
        then: () => {
          throw new ProtocolError('frame.too-large');
        },
      }),
    ],
  },
  {
    name: 'frame-sealed-minimum-late',
    title: 'Judges the least length of a sealed frame when all of it is there',
    breaks: ['FRAME-4', 'FRAME-7'],
    faults: () => [
      at('admit', {
        when: (call) => call.refusal() === 'frame.sealed-too-short' && call.args[3] > 0 && call.args[3] < 28,
        then: () => {},
      }),
    ],
  },
  {
    name: 'frame-sealed-too-short-silent',
    title: 'Takes a sealed frame of 28 bytes for one with a wrong tag',
    breaks: ['FRAME-7'],
    faults: () => [
      at('admit', {
        when: (call) => call.refusal() === 'frame.sealed-too-short' && call.args[3] === 28,
        then: () => {
          throw new ProtocolError('sealed.tag');
        },
      }),
    ],
  },
  {
    name: 'frame-piece-judged-at-once',
    title: 'Judges the length of CONTROL frames below 8 KiB by the state in which their piece of the stream began',
    breaks: ['FRAME-8', 'HS-97'],
    faults: () => {
      let began: string | undefined;
      return [
        at('receive', {
          when: () => {
            began = undefined;
            return false;
          },
          then: (call) => call.standard(),
        }),
        at('admit', {
          when: ({ args: [, state, type, length, limits] }) => {
            began ??= state;
            if (state !== 'OPEN' || began === 'OPEN' || type !== CONTROL) return false;
            return length > limits.CLEAR_FRAME_BYTES && length < 2 * limits.CLEAR_FRAME_BYTES;
          },
          then: () => {
            throw new ProtocolError('frame.too-large');
          },
        }),
      ];
    },
  },
];
