import type { Value } from '../../../../reference/src/wire/index.ts';
import type { ServerState } from '../../peer/handshake.ts';
import type { Peer } from '../../peer/peer.ts';
import { mergeControl } from '../control.ts';
import { mergeHello } from '../hello.ts';
import { resolveNumber } from '../number.ts';
import { endsWith } from '../outcome.ts';
import { reachOrFail, type Stage } from '../stage.ts';

/** Steps that take nothing but the names of connections. */
export const PLAIN_STEPS: { readonly [step: string]: (peer: Peer) => Promise<void> | void } = {
  connect: (peer) => reachOrFail(peer, 'W_HELLO'),
  open: (peer) => reachOrFail(peer, 'OPEN'),
  fence: (peer) => peer.fence(),
  'caught-up': (peer) => peer.caughtUp(),
  'half-close': (peer) => peer.link.halfClose(),
  abort: (peer) => peer.link.reset(),
  pause: (peer) => peer.link.pause(),
  resume: (peer) => peer.link.resume(),
  mute: (peer) => {
    peer.mute = true;
  },
  stay: (peer) => {
    peer.stays = true;
  },
  close: async (peer) => {
    await peer.send(peer.control('CLOSE'));
    await endsWith(peer, [{ word: 'CLOSE', codes: [0] }], peer.options.timeout);
  },
};

type Spec = { readonly [member: string]: unknown };

/** `reach`: brings the node into a state, with members of our messages replaced. */
export async function reachStep(peer: Peer, value: unknown, modifiers: Spec, stage: Stage): Promise<void> {
  const spec = (typeof value === 'string' ? { state: value } : value) as Spec;
  const { environment } = stage;
  if (spec['feed-ack'] === 'manual') peer.acknowledges = false;
  const within = modifiers.within === undefined ? undefined : resolveNumber(modifiers.within, environment);
  await reachOrFail(peer, spec.state as ServerState, {
    hello: spec.hello === undefined ? undefined : (right) => mergeHello(right, spec.hello as Spec, environment),
    session: fields('SESSION', spec.session, peer, stage),
    auth: fields('AUTH', spec.auth, peer, stage),
    within,
  });
}

function fields(
  name: 'SESSION' | 'AUTH',
  spec: unknown,
  peer: Peer,
  stage: Stage,
): { readonly [field: string]: Value } | undefined {
  if (spec === undefined) return undefined;
  const empty = { kind: 'control', name, id: 0, fields: new Map() } as const;
  return Object.fromEntries(mergeControl(empty, spec as Spec, peer, stage.environment).fields);
}
