/** Mutants of chapter 8: nodes that mistake PINGs of one piece of the stream for one another. */
import { equalBytes } from '../../reference/src/bytes/compare.ts';
import { type Mutant, within } from './mutant.ts';

export const pieces: readonly Mutant[] = [
  {
    name: 'control-ping-behind-ping-confused',
    breaks: ['CTRL-15', 'MSG-49'],
    title: 'Changes the bytes of a PING that comes in one piece with another one',
    faults() {
      const latest = new Map<number, Uint8Array>();
      return [
        within('control', 'PING', {
          when({ args: [{ number }, { d }] }) {
            const before = latest.get(number);
            latest.set(number, d.slice());
            queueMicrotask(() => latest.delete(number));
            return before !== undefined && !equalBytes(before, d);
          },
          then({ args: [connection, { d }] }) {
            connection.pong(d.map((byte) => byte ^ 0xff));
          },
        }),
      ];
    },
  },
];
