import { Capability } from '../../../reference/src/registry.ts';
import { equalBytes } from '../../../reference/src/wire/index.ts';
import { CaseFailure } from '../failure.ts';
import { nameOfCode } from '../peer/codes.ts';
import type { Peer } from '../peer/peer.ts';
import { subscribed } from './acceptance.ts';
import type { Known } from './feed-check.ts';
import type { Stage } from './stage.ts';

/** A fresh connection that has been fed everything above `cursor`: of `collection`, or all where that is not said or not possible. */
export async function readAll(stage: Stage, collection?: string, cursor?: Uint8Array): Promise<Peer> {
  const peer = await stage.visit();
  const selective = ((peer.transcript.welcome?.capabilities ?? 0) & Capability.SELECTIVE_SYNC) !== 0;
  const scope = new Map<string, number | string | Uint8Array>([['s', 1]]);
  if (selective && collection !== undefined) scope.set('col', collection);
  if (cursor !== undefined) scope.set('cur', cursor);
  await peer.send(peer.control('SUBSCRIBE', { sc: [scope] }));
  const { entries } = await subscribed(peer, peer.lastRequest);
  if (cursor !== undefined && entries[0] !== 0)
    throw new CaseFailure('the cursor accepted', nameOfCode(entries[0] ?? 0), 'SYNC-7');
  await peer.caughtUp();
  return peer;
}

/** Fails unless exactly the operations that are to be there (or none of them) are fed to a fresh connection. */
export async function checkStored(stage: Stage, operations: readonly Known[], stored: boolean): Promise<void> {
  for (const collection of new Set(operations.map((operation) => operation.collection))) {
    const peer = await readAll(stage, collection);
    for (const { name, bytes } of operations.filter((operation) => operation.collection === collection)) {
      const found = peer.ledger.feed.fed.some((entry) => equalBytes(entry.bytes, bytes));
      if (found === stored) continue;
      throw new CaseFailure(
        `${name} ${stored ? '' : 'not '}to be stored`,
        found ? 'it in the feed' : 'a feed without it',
      );
    }
    peer.destroy();
  }
}
