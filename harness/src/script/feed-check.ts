import { equalBytes, toHex } from '../../../reference/src/wire/index.ts';
import { CaseFailure } from '../failure.ts';
import type { OperationDraft } from '../message/draft.ts';
import { layoutOperation } from '../message/operation.ts';
import { Rule } from '../peer/oracle/rules.ts';
import type { Peer } from '../peer/peer.ts';

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
