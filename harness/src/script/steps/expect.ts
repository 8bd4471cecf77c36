import { CaseFailure, HarnessFault } from '../../failure.ts';
import { type Answer, answerName } from '../../peer/oracle/pushes.ts';
import type { Peer, WaitOptions } from '../../peer/peer.ts';
import type { Received } from '../../peer/received.ts';
import { known } from '../feed-check.ts';
import { mismatch } from '../match.ts';
import { resolveNumber } from '../number.ts';
import { endsWith, resolveEnding } from '../outcome.ts';
import type { Stage } from '../stage.ts';

type Spec = { readonly [member: string]: unknown };

/** Messages of which any number may come before the one that is meant. */
const RECURRING = new Set(['ACK', 'REJECT', 'CHECKPOINT']);

function within(modifiers: Spec, stage: Stage): number | undefined {
  return modifiers.within === undefined ? undefined : resolveNumber(modifiers.within, stage.environment);
}

/** A wait with a time of its own is for that time, and is not cut short by a PONG. */
export function limits(modifiers: Spec, stage: Stage, proof: WaitOptions['proof']): WaitOptions {
  const own = within(modifiers, stage);
  return own === undefined ? { proof } : { within: own };
}

/** `expect`: the next message of that name, and what its fields are to be. */
export async function expectStep(peer: Peer, value: unknown, modifiers: Spec, stage: Stage): Promise<void> {
  const patterns = (typeof value === 'object' && value !== null && 'any-of' in value ? value['any-of'] : [value]) as
    | readonly unknown[]
    | readonly [unknown];
  const wanted = patterns.map((pattern) => (typeof pattern === 'string' ? [pattern, {}] : single(pattern as Spec)));
  const what = wanted.map(([name, fields]) => `${name} ${fieldsText(fields)}`.trim()).join(' or ');
  let wrong: string | undefined;
  const probe = (): Received | undefined => {
    for (const received of peer.inbound.received) {
      if (peer.consumed.has(received.number)) continue;
      const pattern = wanted.find(([name]) => name === received.name);
      if (pattern === undefined) continue;
      const different = mismatch(pattern[1], bodyOf(received), stage.environment);
      peer.consumed.add(received.number);
      if (different === undefined) return received;
      if (!RECURRING.has(received.name)) throw new CaseFailure(what, `${received.name} with ${different}`);
      wrong = different;
    }
    return undefined;
  };
  const answers = wanted.every(([name]) => name !== 'CHECKPOINT' && name !== 'CLOSE');
  const proof = answers ? 'fence' : undefined;
  try {
    const received = await peer.wait(what, probe, limits(modifiers, stage, proof));
    save(received, modifiers.save, stage);
  } catch (error) {
    if (!(error instanceof CaseFailure) || wrong === undefined || error.requirement !== undefined) throw error;
    throw new CaseFailure(what, `${error.got}; the last one had ${wrong}`);
  }
}

function single(pattern: Spec): readonly [name: string, fields: unknown] {
  const [entry, ...others] = Object.entries(pattern);
  if (entry === undefined || others.length > 0) throw new HarnessFault(`${JSON.stringify(pattern)} names no message`);
  return entry;
}

function fieldsText(fields: unknown): string {
  const empty = fields === null || (typeof fields === 'object' && Object.keys(fields as object).length === 0);
  return empty ? '' : JSON.stringify(fields);
}

/** The members of a message that a pattern speaks of. */
export function bodyOf(received: Received): unknown {
  if ('message' in received) return received.message;
  return 'welcome' in received ? received.welcome : received;
}

function save(received: Received, names: unknown, stage: Stage): void {
  for (const [name, path] of Object.entries((names ?? {}) as { readonly [name: string]: string })) {
    const value = path
      .replace(/\?$/, '')
      .split('.')
      .reduce<unknown>(
        (of, step) => (of as Spec | undefined)?.[step === 'caps' ? 'capabilities' : step],
        bodyOf(received),
      );
    if (value === undefined && !path.endsWith('?')) {
      throw new HarnessFault(`${received.name} has no ${path} to save`);
    }
    stage.environment.set(name, value ?? null);
  }
}

/** `ends`: the end of the connection and its last word. */
export async function endsStep(peer: Peer, value: unknown, modifiers: Spec, stage: Stage): Promise<void> {
  const endings = (Array.isArray(value) ? value : [value]).map(resolveEnding);
  if (!endings.every((ending) => ending !== undefined)) {
    throw new HarnessFault(`${JSON.stringify(value)} is no ending`);
  }
  await endsWith(peer, endings, within(modifiers, stage));
  if (modifiers.earliest === undefined) return;
  const earliest = resolveNumber(modifiers.earliest, stage.environment);
  const after = peer.endedAt - peer.connectedAt;
  if (after < earliest) throw new CaseFailure(`no end before ${earliest} ms`, `the end after ${Math.round(after)} ms`);
}

/** `answer`: what became of each named operation, in any order and grouping. */
export async function answerStep(peer: Peer, value: unknown, modifiers: Spec, stage: Stage): Promise<void> {
  for (const [name, expected] of Object.entries(value as Spec)) {
    const filled = stage.environment.fill(name);
    const draft = stage.environment.operations.get(filled);
    if (draft === undefined) throw new HarnessFault(`nothing named ${filled} was pushed`);
    const { id } = known(filled, draft);
    const allowed = (Array.isArray(expected) ? expected : [expected]) as readonly string[];
    const what = `${filled} ${allowed.join(' or ')}`;
    const taken = peer.answersTaken.get(id) ?? 0;
    const probe = (): Answer | undefined => peer.ledger.pushes.answersTo(id)[taken];
    const answer = await peer.wait(what, probe, limits(modifiers, stage, 'fence'));
    peer.answersTaken.set(id, taken + 1);
    if (!allowed.some((one) => isAnswer(one, answer))) throw new CaseFailure(what, answerName(answer));
  }
}

function isAnswer(expected: string, answer: Answer): boolean {
  if (expected === 'acked') return answer.kind !== 'rejected';
  return answerName(answer) === expected;
}
