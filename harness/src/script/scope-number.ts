import type { Peer } from '../peer/peer.ts';
import type { Environment } from './environment.ts';
import { resolveNumber } from './number.ts';

const greatest = new WeakMap<Peer, number>();

/** The number of the next scope of a connection: the one asked for, or one above all before. */
export function nextScope(peer: Peer, asked: unknown, environment: Environment): number {
  const before = greatest.get(peer) ?? 0;
  const s = asked === undefined ? before + 1 : resolveNumber(asked, environment);
  greatest.set(peer, Math.max(before, s));
  return s;
}
