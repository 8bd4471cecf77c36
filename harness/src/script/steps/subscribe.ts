import type { ControlMessageOf } from '../../../../reference/src/wire/index.ts';
import { CaseFailure } from '../../failure.ts';
import { build } from '../../message/build.ts';
import { nameOfCode } from '../../peer/codes.ts';
import type { Peer } from '../../peer/peer.ts';
import { resolveControl } from '../control.ts';
import { resolveNumber } from '../number.ts';
import { resolveCodes } from '../outcome.ts';
import type { Stage } from '../stage.ts';
import { validate } from '../validate.ts';

type Spec = { readonly [member: string]: unknown };

/** `subscribe`: SUBSCRIBE, and the SUBSCRIBED that it is to get. */
export async function subscribeStep(peer: Peer, value: unknown, modifiers: Spec, stage: Stage): Promise<void> {
  const { environment } = stage;
  const remove = modifiers.mode === 'remove';
  const sc = Array.isArray(value) ? value : [value ?? {}];
  const spec = { sc, ...(remove ? { mode: 1 } : {}), ...('seen' in modifiers ? { seen: modifiers.seen } : {}) };
  const draft = resolveControl('SUBSCRIBE', spec, peer, environment);
  validate(draft, peer);
  await peer.send(build(draft));
  const req = draft.fields.get('req');
  const within = modifiers.within === undefined ? undefined : resolveNumber(modifiers.within, environment);
  const probe = (): ControlMessageOf<'SUBSCRIBED'> | undefined => {
    for (const received of peer.inbound.received) {
      if (!('message' in received) || received.message.name !== 'SUBSCRIBED' || received.message.req !== req) continue;
      if (peer.consumed.has(received.number)) continue;
      peer.consumed.add(received.number);
      return received.message;
    }
    return undefined;
  };
  const answer = await peer.wait(`SUBSCRIBED ${req}`, probe, { within, proof: 'fence' });
  judge(answer, sc.length, modifiers);
}

function judge(answer: ControlMessageOf<'SUBSCRIBED'>, entries: number, modifiers: Spec): void {
  const { status = 0 } = modifiers;
  const seen = 'seen-status' in modifiers ? resolveCodes(modifiers['seen-status']) : [0];
  if (!seen.includes(answer.st)) throw wrong('SUBSCRIBED', seen, answer.st);
  for (const [i, { s, st }] of answer.sc.entries()) {
    const allowed = seen[0] !== 0 ? seen : resolveCodes(Array.isArray(status) && entries > 1 ? status[i] : status);
    if (!allowed.includes(st)) throw wrong(`scope ${s}`, allowed, st);
  }
}

function wrong(what: string, allowed: readonly number[], got: number): CaseFailure {
  return new CaseFailure(`st ${allowed.map(nameOfCode).join(' or ')} for ${what}`, nameOfCode(got));
}
