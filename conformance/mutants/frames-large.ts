import { within } from './links-parts.ts';
import type { Mutant } from './mutant.ts';

/** What fits into a length of 16 bits. Beyond it many a program goes another way, and goes wrong there alone. */
export const LARGE_BYTES = 65_535;

/** Cases that are fed large frames and name other requirements. */
const LARGE_DEPENDENTS: readonly string[] = [];

/** Writes frames of more than 65,535 bytes of plaintext wrongly. */
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
    dependents: LARGE_DEPENDENTS,
    faults: () => [
      within('createSealer', 'seal', {
        when: ({ args: [, plaintext] }) => plaintext.length > LARGE_BYTES,
        then: (call) => change(call.standard()),
      }),
    ],
  };
}
