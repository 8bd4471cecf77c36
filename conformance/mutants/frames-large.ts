import { within } from './links-parts.ts';
import type { Mutant } from './mutant.ts';

/** Nonce and tag. */
const OVERHEAD = 28;

/** Frames whose length ends in 16 zero bits: a program may go wrong there and nowhere else. */
export function isRound({ length }: Uint8Array): boolean {
  return (length + OVERHEAD) % 65_536 === 0;
}

/** The two cases that are fed such a frame; each names some of what can be wrong with it. */
const FED: readonly string[] = ['frame-large-fed', 'channel-sealed-form'];

/** Writes frames with a length that is a multiple of 65,536 wrongly. */
export function writesLarge(
  name: string,
  breaks: readonly string[],
  title: string,
  change: (frame: Uint8Array) => Uint8Array,
): Mutant {
  return {
    name,
    breaks,
    title,
    dependents: FED.filter((id) => (id === 'frame-large-fed') !== breaks[0]!.startsWith('FRAME')),
    faults: () => [
      within('createSealer', 'seal', {
        when: ({ args: [, plaintext] }) => isRound(plaintext),
        then: (call) => change(call.standard()),
      }),
    ],
  };
}
