import { CaseFailure } from '../failure.ts';
import { build } from '../message/build.ts';
import type { ReachOptions } from '../peer/handshake.ts';
import type { Peer } from '../peer/peer.ts';
import { answerTo, subscribed } from '../script/acceptance.ts';
import { known } from '../script/feed-check.ts';
import { resolveBatch } from '../script/message.ts';
import { resolveOperation } from '../script/operation.ts';
import { endsWith, resolveEnding } from '../script/outcome.ts';
import { reachOrFail, type Stage } from '../script/stage.ts';
import type { Lack } from './need.ts';

/**
 * Fails when the node does, after all, what it is said not to do: "unsupported" has to mean "refused". Each probe is the
 * shortest thing that must be refused without the capability.
 */
export async function probe(what: NonNullable<Lack['probe']>, stage: Stage): Promise<void> {
  try {
    await PROBES[what](stage);
    stage.check();
  } finally {
    stage.destroy();
  }
}

const AUTH_REQUIRED = resolveEnding({ error: 'AUTH_REQUIRED' })!;

const PROBES: { readonly [name in NonNullable<Lack['probe']>]: (stage: Stage) => Promise<void> } = {
  psk: async (stage) => {
    const peer = await announcing(stage, 1);
    await endsWith(peer, [AUTH_REQUIRED]);
  },
  open: async (stage) => {
    const peer = await announcing(stage, 0);
    await endsWith(peer, [AUTH_REQUIRED]);
  },
  COMPRESSION: async (stage) => {
    const peer = await stage.visit();
    const batch = resolveBatch({ operations: [{}], packed: true }, stage.environment);
    await peer.send(build(batch));
    await endsWith(peer, [resolveEnding({ error: 'ILLEGAL_PARAMETER' })!]);
  },
  E2E: async (stage) => {
    const peer = await stage.visit();
    const operation = resolveOperation({ sealed: true }, stage.environment);
    await peer.sendDraft(operation);
    const answer = await answerTo(peer, known('', operation).id, 'REJECT MODE_MISMATCH');
    if (answer.kind !== 'rejected') throw new CaseFailure('a sealed operation refused', answer.kind);
  },
  SELECTIVE_SYNC: async (stage) => {
    const peer = await stage.visit();
    const message = peer.control('SUBSCRIBE', {
      sc: [
        new Map<string, number | string>([
          ['s', 1],
          ['col', 'probe'],
        ]),
      ],
    });
    await peer.send(message);
    const { entries } = await subscribed(peer, peer.lastRequest);
    if (entries[0] === 0) throw new CaseFailure('a subscription to one collection refused', 'st 0');
  },
  RLS: async () => {},
};

/** A connection whose SESSION announced this kind of proof. */
async function announcing(stage: Stage, auth: number): Promise<Peer> {
  const peer = stage.peer('probe');
  const options: ReachOptions = { session: { auth } };
  await reachOrFail(peer, 'W_SESSION');
  await peer.send(peer.control('SESSION', options.session));
  return peer;
}
