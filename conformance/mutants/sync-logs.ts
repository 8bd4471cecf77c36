/** Mutants of chapter 9: nodes whose cursors do not name one log. */
import { Id } from '../../reference/src/bytes/id.ts';
import { decodeCursor, encodeCursor } from '../../reference/src/wire/cursor.ts';
import { sending } from './factories.ts';
import type { Mutant } from './mutant.ts';
import { numberOf, Traces } from './traces.ts';

export const logs: readonly Mutant[] = [
  {
    name: 'sync-log-of-a-connection',
    breaks: ['SYNC-2'],
    title: 'Tells a client that offers a capability which it does not know cursors of a log of its own',
    faults() {
      const traces = new Traces();
      return [
        traces.ofHello(),
        sending(
          'CHECKPOINT',
          ({ sc }, connection) => sc.length > 0 && traces.hello(numberOf(connection))?.capabilities === 0x40,
          (message, connection) => {
            const log = Id.from(new Uint8Array(16).fill(numberOf(connection)));
            const sc = message.sc.map(({ s, cur }) => ({
              s,
              cur: encodeCursor({ ...decodeCursor(cur), log }).slice(),
            }));
            return [{ ...message, sc }];
          },
        ),
      ];
    },
  },
];
