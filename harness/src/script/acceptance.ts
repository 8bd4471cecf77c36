import { CaseFailure } from '../failure.ts';
import type { Draft } from '../message/draft.ts';
import { nameOfCode } from '../peer/codes.ts';
import { type Answer, answerName } from '../peer/oracle/pushes.ts';
import type { Peer } from '../peer/peer.ts';
import { known } from './feed-check.ts';
import { operationsOf } from './message.ts';
import { endsWith } from './outcome.ts';
import { reachOrFail } from './stage.ts';

/** Fails unless the node took the message that was just sent, each kind by what a right node does with it. */
export async function accepted(peer: Peer, draft: Draft): Promise<void> {
  const operations = operationsOf(draft);
  if (operations.length > 0) {
    for (const [i, operation] of operations.entries()) await acked(peer, known(`operation ${i + 1}`, operation).id);
    return;
  }
  if (draft.kind === 'control' && draft.name === 'CLOSE') {
    return endsWith(peer, [{ word: 'CLOSE', codes: [0] }], peer.options.timeout);
  }
  if (draft.kind === 'control' && draft.name === 'SUBSCRIBE') {
    const { st, entries } = await subscribed(peer, draft.fields.get('req'));
    const refused = [st, ...entries].find((code) => code !== 0);
    if (refused !== undefined) throw new CaseFailure('SUBSCRIBED with st 0', `st ${nameOfCode(refused)}`);
    return;
  }
  if (draft.kind === 'control' && draft.name === 'PING') {
    await peer.wait('PONG', () => (peer.ledger.pings.outstanding === 0 ? true : undefined));
    return;
  }
  await reachOrFail(peer, 'OPEN');
  await peer.fence();
}

async function acked(peer: Peer, id: string): Promise<void> {
  const answer = await answerTo(peer, id, 'an ACK');
  if (answer.kind === 'rejected') throw new CaseFailure('an ACK', `REJECT ${answerName(answer)}`);
}

/** The next answer about one operation. */
export async function answerTo(peer: Peer, id: string, what: string): Promise<Answer> {
  const taken = peer.answersTaken.get(id) ?? 0;
  const answer = await peer.wait(what, () => peer.ledger.pushes.answersTo(id)[taken], { proof: 'fence' });
  peer.answersTaken.set(id, taken + 1);
  return answer;
}

/** The SUBSCRIBED with this `req`: its own st, and those of its entries. */
export async function subscribed(
  peer: Peer,
  req: unknown,
): Promise<{ readonly number: number; readonly st: number; readonly entries: readonly number[] }> {
  const probe = () => {
    for (const received of peer.inbound.received) {
      if (!('message' in received) || received.message.name !== 'SUBSCRIBED' || received.message.req !== req) continue;
      if (peer.consumed.has(received.number)) continue;
      peer.consumed.add(received.number);
      const { st, sc } = received.message;
      return { number: received.number, st, entries: sc.map((entry) => entry.st) };
    }
    return undefined;
  };
  return peer.wait('SUBSCRIBED', probe, { proof: 'fence' });
}
