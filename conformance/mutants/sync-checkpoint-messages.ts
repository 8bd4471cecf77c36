/** Mutants of chapter 9: nodes that write a CHECKPOINT wrongly, or not. */
import type { Connection } from '../../reference/src/node/connection.ts';
import type { Outgoing } from '../../reference/src/node/messages.ts';
import type { ControlMessageOf } from '../../reference/src/wire/index.ts';
import { underId, wrongly } from './control-wrongly.ts';
import { type About, sends } from './factories.ts';
import type { Mutant } from './mutant.ts';

type Checkpoint = ControlMessageOf<'CHECKPOINT'>;

/** Sends something else in place of some CHECKPOINTs. */
export function tells(
  about: About,
  when: (message: Checkpoint, connection: Connection) => boolean,
  then: (message: Checkpoint, connection: Connection) => readonly (Checkpoint | Outgoing)[],
): Mutant {
  return sends('CHECKPOINT', about, when, then);
}

const isOfScope33 = ({ sc }: Checkpoint): boolean => sc.length === 1 && sc[0]!.s === 33;

/** The entries as they stand in a record, with members of the first replaced. */
export function entries(
  { sc }: Checkpoint,
  replaced: { readonly s?: string; readonly cur?: Uint8Array },
): Map<string, string | number | Uint8Array>[] {
  return sc.map(
    (entry, i) =>
      new Map<string, string | number | Uint8Array>(Object.entries(i === 0 ? { ...entry, ...replaced } : entry)),
  );
}

export const messages: readonly Mutant[] = [
  tells(
    { name: 'sync-checkpoint-under-another-id', breaks: ['MSG-40'], title: 'Writes CHECKPOINT under the id 24' },
    isOfScope33,
    (message) => [underId(message, 0x24)],
  ),
  tells(
    { name: 'sync-checkpoint-without-sc', breaks: ['MSG-41'], title: 'Leaves sc out of a CHECKPOINT of one scope' },
    isOfScope33,
    (message) => [wrongly(message, { sc: undefined })],
  ),
  tells(
    {
      name: 'sync-checkpoint-s-of-text',
      breaks: ['MSG-42'],
      title: 'Writes the number of a scope in CHECKPOINT as a string',
    },
    isOfScope33,
    (message) => [wrongly(message, { sc: entries(message, { s: '33' }) })],
  ),
  tells(
    { name: 'sync-checkpoint-cursor-cut', breaks: ['MSG-43'], title: 'Writes a cursor without its mark' },
    isOfScope33,
    (message) => [wrongly(message, { sc: entries(message, { cur: message.sc[0]!.cur.slice(0, 24) }) })],
  ),
  tells(
    { name: 'sync-checkpoint-n-negative', breaks: ['MSG-44'], title: 'Writes -1 into n while nothing was fed' },
    isOfScope33,
    (message) => [wrongly(message, { n: -1 })],
  ),
  tells(
    { name: 'sync-checkpoint-more-of-int', breaks: ['MSG-45'], title: 'Writes more as 0 or 1' },
    isOfScope33,
    (message) => [wrongly(message, { more: 0 })],
  ),
  tells(
    {
      name: 'sync-checkpoint-of-new-scope-missing',
      breaks: ['SYNC-32', 'LIM-20'],
      title: 'Says nothing of a new scope to which nothing belongs',
    },
    isOfScope33,
    () => [],
  ),
  tells(
    {
      name: 'sync-checkpoint-after-run-missing',
      breaks: ['SYNC-31', 'LIM-20'],
      title: 'Says nothing after a run of seventeen operations',
    },
    ({ n, sc }) => n === 17 && sc.length > 0,
    () => [],
  ),
];
