/** Mutants of chapter 9: nodes that answer SUBSCRIBE wrongly. */
import type { ControlMessageOf } from '../../reference/src/wire/index.ts';
import { underId, wrongly } from './control-wrongly.ts';
import { sends } from './factories.ts';
import { type Mutant, within } from './mutant.ts';

type Subscribed = ControlMessageOf<'SUBSCRIBED'>;

/** Writes the SUBSCRIBED of the request 7077 wrongly. */
function answers(
  name: string,
  breaks: readonly string[],
  title: string,
  write: (message: Subscribed) => readonly object[],
): Mutant {
  return sends(
    'SUBSCRIBED',
    { name, breaks, title },
    ({ req }) => req === 7077,
    (message) => write(message) as readonly Subscribed[],
  );
}

const [first, rest] = [0, 1];

/** The list `sc` as it stands in a record, with the members of its first entry replaced. */
export function entries(
  { sc }: Subscribed,
  replaced: { readonly s?: number | string; readonly st?: number | null },
): Map<string, number | string | null>[] {
  return sc.map(
    (entry, i) =>
      new Map<string, number | string | null>(Object.entries(i === first ? { ...entry, ...replaced } : entry)),
  );
}

export const subscribed: readonly Mutant[] = [
  {
    name: 'sync-repeated-request-unanswered',
    breaks: ['SYNC-9'],
    title: 'Does not answer a removal that has the number of the request before it',
    faults() {
      const latest = new Map<number, number>();
      return [
        within('control', 'SUBSCRIBE', {
          when({ args: [{ number }, { req, mode }] }) {
            const before = latest.get(number);
            latest.set(number, req);
            return mode === 1 && before === req;
          },
          then: () => {},
        }),
      ];
    },
  },
  answers('sync-subscribed-twice', ['SYNC-9'], 'Answers a SUBSCRIBE twice', (message) => [message, message]),
  answers(
    'sync-subscribed-reversed',
    ['SYNC-9', 'MSG-23'],
    'Answers the entries of a SUBSCRIBE from the last to the first',
    (message) => [{ ...message, sc: [...message.sc].reverse() }],
  ),
  answers(
    'sync-subscribed-without-the-first',
    ['SYNC-9', 'MSG-23'],
    'Answers all entries of a SUBSCRIBE but the first',
    (message) => [{ ...message, sc: message.sc.slice(rest) }],
  ),
  answers('sync-subscribed-under-another-id', ['MSG-20'], 'Writes SUBSCRIBED under the id 13', (message) => [
    underId(message, 0x13),
  ]),
  answers('sync-subscribed-req-counted', ['MSG-21', 'SYNC-9'], 'Numbers its SUBSCRIBEDs by itself', (message) => [
    { ...message, req: 1 },
  ]),
  answers('sync-subscribed-without-st', ['MSG-22'], 'Leaves st out of a SUBSCRIBED that refuses nothing', (message) => [
    wrongly(message, { st: undefined }),
  ]),
  answers(
    'sync-subscribed-s-of-text',
    ['MSG-24'],
    'Writes the number of a scope in SUBSCRIBED as a string',
    (message) => [wrongly(message, { sc: entries(message, { s: '9' }) })],
  ),
  answers(
    'sync-subscribed-st-of-null',
    ['MSG-25'],
    'Writes null into the st of an entry that is not refused',
    (message) => [wrongly(message, { sc: entries(message, { st: null }) })],
  ),
];
