import { lookup } from 'node:dns/promises';
import type { Address } from '../address.ts';
import type { Fresh } from '../fresh.ts';
import { dial } from '../peer/link.ts';

/** Gives each case an address of its own to come from; `undefined` where that is not possible. */
export type Sources = (fresh: Fresh) => string;

/**
 * On a loopback link the kit comes from another address of 127.0.0.0/8 for each case. So the limits that a node keeps per
 * address (half-open connections, failed proofs) never carry from one case, or one run, to the next. Other links, and
 * systems that know only 127.0.0.1, do without.
 */
export async function sourcesFor(address: Address): Promise<Sources | undefined> {
  if (address.kind !== 'tcp') return undefined;
  const host = await lookup(address.host, { family: 4 }).catch(() => undefined);
  if (host === undefined || !host.address.startsWith('127.')) return undefined;
  const handler = { onBytes: () => {}, onEnd: () => {} };
  const link = await dial({ ...address, from: '127.83.7.1' }, handler, 1000).catch(() => undefined);
  link?.destroy();
  return link === undefined ? undefined : sourceOf;
}

/** 127.1.x.y to 127.254.x.y. */
function sourceOf(fresh: Fresh): string {
  const [a = 0, b = 0, c = 0] = fresh.child('source address').bytes(3);
  return `127.${1 + (a % 254)}.${b}.${1 + (c % 254)}`;
}
