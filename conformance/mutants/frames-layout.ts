import { concat } from '../../reference/src/wire/index.ts';
import { writesLarge } from './frames-large.ts';
import type { Mutant } from './mutant.ts';

export const frameLayoutMutants: readonly Mutant[] = [
  writesLarge(
    'frame-large-type-flagged',
    ['FRAME-1'],
    'Sets the high bit of the type of frames whose length is a multiple of 65,536',
    (frame) => {
      const flagged = frame.slice();
      flagged[0] = flagged[0]! | 0x80;
      return flagged;
    },
  ),
  writesLarge(
    'frame-length-in-16-bits',
    ['FRAME-2', 'CONV-1'],
    'Writes a length that is a multiple of 65,536 as zero',
    (frame) => {
      const short = frame.slice();
      short.fill(0, 1, 3);
      return short;
    },
  ),
  writesLarge(
    'frame-byte-behind-large',
    ['FRAME-3'],
    'Sends one byte more behind frames whose length is a multiple of 65,536',
    (frame) => concat(frame, new Uint8Array(1)),
  ),
];
