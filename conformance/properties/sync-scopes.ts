import fc from 'fast-check';
import type { PropertyCase } from '../../harness/src/property.ts';
import { Id } from '../../reference/src/wire/index.ts';
import { answer, idOf, insert, operationMessage, subscribe } from './lib/operations.ts';

interface Pushed {
  readonly bytes: Uint8Array;
  readonly collection: number;
  readonly team: number;
  readonly by: number;
}

/** A scope by the numbers of its collection and team; -1: any, and as team 0: none. */
interface Filter {
  readonly col: number;
  readonly team: number;
}

const filter: fc.Arbitrary<Filter> = fc.record({
  col: fc.integer({ min: 0, max: 2 }),
  team: fc.integer({ min: -1, max: 2 }),
});

const push = fc.record({ collection: fc.nat(2), team: fc.nat(2), by: fc.nat(1) });

const step = fc.oneof(
  { weight: 4, arbitrary: push.map((of) => ({ kind: 'push' as const, ...of })) },
  { weight: 1, arbitrary: filter.map((of) => ({ kind: 'subscribe' as const, ...of })) },
);

export const scopesGetTheirOwn: PropertyCase = {
  id: 'property-scopes-get-their-own',
  title: 'Each scope is fed exactly the operations that belong to it, in the order in which they were stored',
  level: 'L1',
  role: 'server',
  requirements: [
    ...['SYNC-22', 'SYNC-23', 'SYNC-24', 'SYNC-25', 'SYNC-28', 'OP-14', 'MSG-16', 'MSG-18', 'MSG-19'],
    ...['SYNC-36', 'SYNC-37', 'SYNC-38', 'SYNC-39', 'SYNC-40', 'SYNC-34', 'SYNC-33', 'LIM-20'],
  ],
  needs: ['SELECTIVE_SYNC'],
  async run(context) {
    await context.check(
      fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 24 }), async (steps) => {
        const fresh = context.fresh;
        const collections = [fresh.collection(), fresh.collection(), fresh.collection()];
        const teams = [Id.ZERO, fresh.id(), fresh.id()];
        const pushers = [await context.open(), await context.open()];
        const reader = pushers[0]!;
        const pushed: Pushed[] = [];
        const filters: Filter[] = [];
        for (const of of steps) {
          if (of.kind === 'push') {
            const extensions = of.team === 0 ? [] : [{ type: 1, value: teams[of.team]!.toBytes() }];
            const bytes = insert(pushers[of.by]!, collections[of.collection]!, { extensions });
            await pushers[of.by]!.send(operationMessage(bytes));
            await answer(pushers[of.by]!, bytes);
            pushed.push({ bytes, ...of });
          } else {
            filters.push(of);
            const team = of.team < 0 ? {} : { team: teams[of.team]! };
            await subscribe(reader, { s: filters.length, col: collections[of.col]!, ...team });
          }
        }
        if (filters.length > 0) await reader.caughtUp();
        const got = reader.ledger.feed.fed.map(({ id }) => id);
        for (const of of filters) {
          const due = pushed.filter((one) => one.by === 1 && belongs(one, of)).map(({ bytes }) => idOf(bytes));
          // Scopes that overlap bring an operation more than once: what counts is that all come in this order.
          const came = got.reduce((n, id) => (id === due[n] ? n + 1 : n), 0);
          context.expect(came === due.length, `scope ${JSON.stringify(of)}: ${due.join(' ')}`, got.join(' '));
        }
        const any = new Set(
          pushed
            .filter((one) => one.by === 1 && filters.some((of) => belongs(one, of)))
            .map(({ bytes }) => idOf(bytes)),
        );
        context.expect(
          got.every((id) => any.has(id)),
          'nothing but what belongs to a scope',
          got.join(' '),
        );
        for (const peer of pushers) peer.destroy();
      }),
      { runs: Math.min(context.runs, 50) },
    );
  },
};

function belongs(of: Pushed, { col, team }: Filter): boolean {
  return of.collection === col && (team < 0 || of.team === team);
}
