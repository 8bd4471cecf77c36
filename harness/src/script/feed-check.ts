import { Capability } from '../../../reference/src/registry.ts';
import { equalBytes, toHex } from '../../../reference/src/wire/index.ts';
import { CaseFailure } from '../failure.ts';
import type { OperationDraft } from '../message/draft.ts';
import { layoutOperation } from '../message/operation.ts';
import { Rule } from '../peer/oracle/rules.ts';
import type { Peer } from '../peer/peer.ts';
import type { Stage } from './stage.ts';

/** An operation that a case speaks of: its name there, and its right bytes. */
export interface Known {
  readonly name: string;
  readonly id: string;
  readonly bytes: Uint8Array;
  readonly collection: string;
}

export function known(name: string, draft: OperationDraft): Known {
  const { bytes } = layoutOperation(draft);
  return { name, id: toHex(bytes.subarray(0, 16)), bytes, collection: draft.collection };
}

/**
 * Where `wanted` stand in what was fed, in this order; `undefined` while some are missing. Throws when one came with other
 * bytes, or when all came and not in this order.
 */
export function fedInOrder(peer: Peer, wanted: readonly Known[], ordered: boolean): true | undefined {
  const { fed } = peer.ledger.feed;
  const firsts = wanted.map(({ id }) => fed.findIndex((entry) => entry.id === id));
  for (const [i, at] of firsts.entries()) {
    const { name, bytes } = wanted[i]!;
    if (at < 0 || equalBytes(fed[at]!.bytes, bytes)) continue;
    throw new CaseFailure(`${name} as it was pushed`, 'it with other bytes', Rule.wellFormed);
  }
  if (firsts.some((at) => at < 0)) return undefined;
  if (ordered && firsts.some((at, i) => i > 0 && at < firsts[i - 1]!)) {
    const order = [...wanted].sort((x, y) => firsts[wanted.indexOf(x)]! - firsts[wanted.indexOf(y)]!);
    const names = (list: readonly Known[]): string => list.map(({ name }) => name).join(', ');
    throw new CaseFailure(`the order ${names(wanted)}`, names(order), Rule.scope);
  }
  return true;
}

/** A fresh connection that has been fed everything of `collection` (or all, where the node cannot select). */
export async function readAll(stage: Stage, collection: string): Promise<Peer> {
  const peer = await stage.visit();
  const selective = ((peer.transcript.welcome?.capabilities ?? 0) & Capability.SELECTIVE_SYNC) !== 0;
  const scope = new Map<string, number | string>(
    selective
      ? [
          ['s', 1],
          ['col', collection],
        ]
      : [['s', 1]],
  );
  await peer.send(peer.control('SUBSCRIBE', { sc: [scope] }));
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
