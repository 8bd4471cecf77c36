import { equalBytes } from '../../../../reference/src/wire/index.ts';
import { CaseFailure, HarnessFault } from '../../failure.ts';
import type { Peer } from '../../peer/peer.ts';
import { fedInOrder, known } from '../feed-check.ts';
import { namedOperation, resolveOperation } from '../operation.ts';
import type { Stage } from '../stage.ts';
import { limits } from './expect.ts';

type Spec = { readonly [member: string]: unknown };

/**
 * `fed`: the named operations have come, byte for byte. PING covers what was stored before it (spec section 9.6), so it
 * proves nothing before the node has acknowledged them, on whichever connection.
 */
export async function fedStep(peer: Peer, value: unknown, modifiers: Spec, stage: Stage): Promise<void> {
  const list = Array.isArray(value) ? value : [value];
  const operations = list.map((of, i) => {
    const name = typeof of === 'string' ? stage.environment.fill(of) : `operation ${i + 1}`;
    return known(name, resolveOperation(of, stage.environment));
  });
  const what = `${operations.map(({ name }) => name).join(', ')} in the feed`;
  const ordered = modifiers.order !== 'any';
  await peer.wait(what, () => fedInOrder(peer, operations, ordered), {
    ...limits(modifiers, stage, 'feed'),
    isProvable: () => operations.every(({ id }) => isAcked(stage, id)),
  });
}

function isAcked(stage: Stage, id: string): boolean {
  return [...stage.environment.peers.values()].some(({ ledger }) => ledger.pushes.acked.has(id));
}

/** `absent`: after a fence (unless the connection has ended), none of these has come that no step has taken. */
export async function absentStep(peer: Peer, value: unknown, stage: Stage): Promise<void> {
  if (peer.ended === undefined) await peer.settled();
  for (const name of (Array.isArray(value) ? value : [value]) as readonly string[]) {
    if (/^[A-Z][A-Z_]*$/.test(name)) absentMessage(peer, name);
    else absentOperation(peer, stage.environment.fill(name), stage);
  }
}

function absentMessage(peer: Peer, name: string): void {
  const count =
    name === 'OPERATION'
      ? peer.ledger.feed.fed.length
      : peer.inbound.received.filter((received) => received.name === name && !peer.consumed.has(received.number))
          .length;
  if (count > 0) throw new CaseFailure(`no ${name}`, `${count} of them`);
}

function absentOperation(peer: Peer, name: string, stage: Stage): void {
  if (!stage.environment.operations.has(name)) throw new HarnessFault(`there is no operation ${name}`);
  const { bytes } = known(name, namedOperation(name, stage.environment));
  if (peer.ledger.feed.fed.some((entry) => equalBytes(entry.bytes, bytes))) {
    throw new CaseFailure(`no ${name} on this connection`, 'it in the feed');
  }
}
