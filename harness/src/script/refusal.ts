import { equalBytes, toHex } from '../../../reference/src/wire/index.ts';
import { CaseFailure, HarnessFault } from '../failure.ts';
import { build, type Message } from '../message/build.ts';
import type { Draft } from '../message/draft.ts';
import { nameOfCode } from '../peer/codes.ts';
import { answerName } from '../peer/oracle/pushes.ts';
import type { Peer } from '../peer/peer.ts';
import { accepted, answerTo, subscribed } from './acceptance.ts';
import { aftermath, isInside } from './aftermath.ts';
import { applyChange } from './change.ts';
import { known } from './feed-check.ts';
import { operationsOf, resolveMessage } from './message.ts';
import { endsWith, resolveCodes, resolveEnding } from './outcome.ts';
import { runSteps, type Step } from './run-steps.ts';
import type { Stage } from './stage.ts';
import { validate } from './validate.ts';

type Spec = { readonly [member: string]: unknown };

/** A reason-bound negative: accepted as it is, refused after exactly one change (schema `refusal`). */
export interface RefusalSpec {
  readonly given: readonly Step[];
  readonly send: unknown;
  readonly change: Spec;
  readonly expect: unknown;
  readonly accepted?: readonly Step[] | undefined;
  readonly then?: readonly Step[] | undefined;
}

/** Plays the message unchanged, then changed, then looks at what is left. Each stage is fresh. */
export async function runRefusal(spec: RefusalSpec, control: Stage, changed: Stage): Promise<void> {
  try {
    await playControl(spec, control);
    control.check();
  } catch (error) {
    if (!(error instanceof CaseFailure)) throw error;
    throw new CaseFailure(`the unchanged message to be accepted (${error.expected})`, error.got, error.requirement);
  } finally {
    control.destroy();
  }
  await playChanged(spec, changed);
}

async function playControl(spec: RefusalSpec, stage: Stage): Promise<void> {
  await runSteps(spec.given, stage);
  const peer = stage.peer('A');
  const draft = resolveMessage(spec.send, peer, stage.environment);
  validate(draft, peer);
  await peer.send(build(draft));
  if (spec.accepted !== undefined) await runSteps(spec.accepted, stage);
  else await accepted(peer, draft);
}

async function playChanged(spec: RefusalSpec, stage: Stage): Promise<void> {
  const { change } = spec;
  await runSteps(('given' in change ? change.given : spec.given) as readonly Step[], stage);
  const peer = stage.peer('A');
  const draft = resolveMessage(spec.send, peer, stage.environment);
  const { messages, what } =
    'given' in change
      ? { messages: [build(draft)], what: `${build(draft).name} in another state` }
      : applyChange(draft, change, peer, stage.environment);
  if (messages.length === 1 && !('given' in change)) checkDiffers(messages[0]!, build(draft), what);
  peer.deviant = what;
  const before = peer.inbound.received.length;
  await peer.send(messages);
  await judge(spec, peer, draft, messages, before);
  if (spec.then !== undefined) await runSteps(spec.then, stage);
  stage.check();
  await aftermath(change, stage, draft, messages);
  stage.check();
}

/** A change that changes nothing would make the case say nothing. */
function checkDiffers(changed: Message, unchanged: Message, what: string): void {
  const framing = changed.damage ?? changed.nonce ?? changed.key ?? changed.length;
  if (framing === undefined && equalBytes(changed.content.bytes, unchanged.content.bytes)) {
    if (changed.type === unchanged.type) throw new HarnessFault(`${what} is the same message`);
  }
}

async function judge(
  spec: RefusalSpec,
  peer: Peer,
  draft: Draft,
  messages: readonly Message[],
  before: number,
): Promise<void> {
  const ending = resolveEnding(spec.expect);
  if (ending !== undefined) {
    await endsWith(peer, [ending]);
    checkUnanswered(peer, spec, draft, before);
    return;
  }
  if (spec.expect === 'skipped') {
    await peer.fence();
    return checkUnanswered(peer, spec, draft, before);
  }
  const { reject, status } = spec.expect as Spec;
  if (reject !== undefined) await judgeRejected(peer, draft, messages, resolveCodes(reject));
  else await judgeStatus(peer, draft, messages, resolveCodes(status));
  await peer.fence();
}

function checkUnanswered(peer: Peer, { change }: RefusalSpec, draft: Draft, before: number): void {
  if (!isInside(change)) return;
  for (const operation of operationsOf(draft)) {
    const [answer] = peer.ledger.pushes
      .answersTo(known('', operation).id)
      .slice(peer.answersTaken.get(known('', operation).id) ?? 0);
    if (answer !== undefined) throw new CaseFailure('no answer to the changed message', answerName(answer));
  }
  const answers = peer.inbound.received.slice(before).filter(({ name }) => name === 'SUBSCRIBED');
  if (answers.length > 0) throw new CaseFailure('no answer to the changed message', 'SUBSCRIBED');
}

/** The first operation is refused, the others of its batch are not. */
async function judgeRejected(
  peer: Peer,
  draft: Draft,
  messages: readonly Message[],
  codes: readonly number[],
): Promise<void> {
  const what = `REJECT ${codes.map(nameOfCode).join(' or ')}`;
  const answer = await answerTo(peer, changedId(draft, messages), what);
  if (answer.kind !== 'rejected' || !codes.includes(answer.code)) throw new CaseFailure(what, answerName(answer));
  for (const operation of operationsOf(draft).slice(1)) {
    const other = await answerTo(peer, known('', operation).id, 'an ACK of the operation beside it');
    if (other.kind === 'rejected') throw new CaseFailure('the operation beside it stored', answerName(other));
  }
}

/** Operations are named by their first 16 bytes, also where these were changed (spec SYNC-54). */
function changedId(draft: Draft, messages: readonly Message[]): string {
  const content = messages.at(-1)?.content;
  if (content === undefined) throw new HarnessFault('nothing was sent');
  if (draft.kind !== 'batch') return toHex(content.bytes.subarray(0, 16));
  const first = operationsOf(draft)[0];
  if (first === undefined) throw new HarnessFault('a batch without operations cannot be rejected');
  return known('', first).id;
}

async function judgeStatus(
  peer: Peer,
  draft: Draft,
  messages: readonly Message[],
  codes: readonly number[],
): Promise<void> {
  const what = `SUBSCRIBED with st ${codes.map(nameOfCode).join(' or ')}`;
  if (draft.kind !== 'control') throw new HarnessFault('only a SUBSCRIBE has a status');
  if (messages.length > 1) await subscribed(peer, draft.fields.get('req'));
  const { number, st, entries } = await subscribed(peer, peer.lastRequest);
  peer.consumed.delete(number); // `then` may look at it
  const refused = [st, ...entries].filter((code) => code !== 0);
  if (refused.length === 0 || refused.some((code) => !codes.includes(code))) {
    throw new CaseFailure(what, refused.length === 0 ? 'st 0' : refused.map(nameOfCode).join(', '));
  }
}
