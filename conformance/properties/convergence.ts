import fc from 'fast-check';
import { CaseFailure } from '../../harness/src/failure.ts';
import type { PropertyCase, PropertyContext } from '../../harness/src/property.ts';
import { equalBytes, toHex } from '../../reference/src/wire/index.ts';
import { ModelClient, meaning } from './lib/client.ts';
import { type Edit, edit, RECORDS } from './lib/edits.ts';
import { idOf } from './lib/operations.ts';

/** Something that happens to one of the clients, or to the node. */
type Event = Restart | Deed;
type Restart = { readonly what: 'kill' | 'term' };
type Deed =
  | { readonly what: 'write'; readonly client: number; readonly edit: Edit }
  | { readonly what: 'sync' | 'push' | 'push again' | 'drop' | 'connect'; readonly client: number };

const MOST_CLIENTS = 5;
/** Restarts in one history: each takes a process its time to start. */
const MOST_RESTARTS = 2;

const client = fc.nat(MOST_CLIENTS - 1);
const happening: fc.Arbitrary<Event> = fc.oneof(
  { weight: 10, arbitrary: fc.record({ what: fc.constant('write' as const), client, edit }) },
  { weight: 4, arbitrary: fc.record({ what: fc.constant('sync' as const), client }) },
  {
    weight: 4,
    arbitrary: fc.record({
      what: fc.constantFrom('push', 'push again', 'drop', 'connect'),
      client,
    }) as fc.Arbitrary<Event>,
  },
);
const ending = fc.record({ what: fc.constantFrom('kill' as const, 'term' as const) });

/** What happens without restarts, and where in it the node ends. */
const history = fc
  .tuple(
    fc.array(happening, { minLength: 6, maxLength: 40 }),
    fc.array(fc.tuple(fc.nat(40), ending), { minLength: 1, maxLength: MOST_RESTARTS }),
  )
  .map(([events, endings]) => {
    const mixed: Event[] = [...events];
    for (const [at, end] of endings) mixed.splice(Math.min(at, mixed.length), 0, end);
    return mixed;
  });

const clients = fc.integer({ min: 2, max: MOST_CLIENTS });

export const clientsConverge: PropertyCase = {
  id: 'property-clients-converge',
  title: 'Clients come to one state, whatever they write, whenever they connect, and however often the node is killed',
  level: 'L2',
  role: 'server',
  requirements: [
    'SYNC-80',
    'SYNC-84',
    'SYNC-85',
    'SYNC-82',
    'SYNC-83',
    'SYNC-25',
    'SYNC-73',
    'SYNC-77',
    'SYNC-120',
    'SYNC-121',
    'SYNC-123',
    'SYNC-124',
  ],
  needs: ['durable-log', 'data', 'usual-push-window'],
  why: 'Each history has a collection of its own. A node may have dropped what is dominated, so states are compared and not operations.',
  async run(context) {
    await context.check(
      fc.asyncProperty(clients, history, async (count, events) => play(context, count, events)),
      { perHundred: 3 },
    );
  },
};

async function play(context: PropertyContext, count: number, events: readonly Event[]): Promise<void> {
  const collection = context.fresh.collection();
  const records = Array.from({ length: RECORDS }, () => context.fresh.id());
  const all = Array.from({ length: count }, () => new ModelClient(context, collection, records));
  const written = new Map<string, Uint8Array>();
  try {
    for (const event of events) await happen(context, event, all, written);
    for (const each of all) await each.sync();
    for (const each of all) await each.sync();
    const late = new ModelClient(context, collection, records);
    await late.sync();
    for (const [i, each] of [...all, late].entries()) {
      agree(i < count ? `client ${i}` : 'a new client', each, written);
    }
    late.drop();
  } finally {
    for (const each of all) each.drop();
  }
}

function isRestart(event: Event): event is Restart {
  return event.what === 'kill' || event.what === 'term';
}

async function happen(
  context: PropertyContext,
  event: Event,
  all: readonly ModelClient[],
  written: Map<string, Uint8Array>,
): Promise<void> {
  if (isRestart(event)) {
    await context.restart(event.what);
    for (const each of all) each.drop();
    return;
  }
  const of = all[event.client % all.length]!;
  if (event.what === 'write') {
    const operation = of.write(event.edit);
    written.set(idOf(operation), operation);
  } else if (event.what === 'drop') of.drop();
  else if (event.what === 'sync') await of.sync();
  else {
    await of.connect();
    if (event.what === 'push') await of.push();
    if (event.what === 'push again') await of.pushAgain(() => [...written.values()]);
  }
}

/** A client has nothing but what was written, and what it has means what all that was written means. */
function agree(who: string, { held }: ModelClient, written: ReadonlyMap<string, Uint8Array>): void {
  for (const [id, bytes] of held) {
    if (equalBytes(written.get(id) ?? new Uint8Array(), bytes)) continue;
    throw new CaseFailure('operations as their authors wrote them', toHex(bytes), 'SYNC-28');
  }
  const different = meaning(written.values()).difference(meaning(held.values()));
  if (different !== undefined) throw new CaseFailure(`${who} at the state of all operations`, different);
}
