import { build, type Message } from '../../message/build.ts';
import type { Draft } from '../../message/draft.ts';
import type { Peer } from '../../peer/peer.ts';
import { applyChange } from '../change.ts';
import { resolveBatch, resolveMessage } from '../message.ts';
import { resolveNumber } from '../number.ts';
import { resolveOperation } from '../operation.ts';
import type { Stage } from '../stage.ts';
import { validate } from '../validate.ts';

type Spec = { readonly [member: string]: unknown };

/** `send`: one message or several in one write, changed or not. */
export async function sendStep(peer: Peer, value: unknown, modifiers: Spec, stage: Stage): Promise<void> {
  const { environment } = stage;
  const times = modifiers.repeat === undefined ? 1 : resolveNumber(modifiers.repeat, environment);
  const split = modifiers.split === undefined ? undefined : resolveNumber(modifiers.split, environment);
  for (let i = 0; i < times; i++) {
    if (times > 1) environment.set('i', i);
    const messages = (Array.isArray(value) ? value : [value]).flatMap((of) => prepare(peer, of, modifiers, stage));
    const every = modifiers.every === undefined ? undefined : resolveNumber(modifiers.every, environment);
    await peer.send(messages, split, every);
    if (i % 64 === 63) await peer.link.drained(peer.options.timeout);
  }
}

function prepare(peer: Peer, value: unknown, modifiers: Spec, stage: Stage): readonly Message[] {
  const { environment } = stage;
  const draft = resolveMessage(value, peer, environment);
  if (modifiers.change !== undefined) {
    const { messages, what } = applyChange(draft, modifiers.change as Spec, peer, environment);
    peer.deviant = what;
    return messages;
  }
  const message = build(draft);
  if (modifiers.invalid === true) peer.deviant = `a wrong ${message.name}`;
  else validate(draft, peer);
  return [message];
}

/** `push`: operations, each in a frame of its own, or all in one batch. */
export async function pushStep(peer: Peer, value: unknown, modifiers: Spec, stage: Stage): Promise<void> {
  const { environment } = stage;
  const list = Array.isArray(value) ? value : [value];
  const split = modifiers.split === undefined ? undefined : resolveNumber(modifiers.split, environment);
  const { batch } = modifiers;
  const drafts: readonly Draft[] =
    batch === undefined
      ? list.map((of) => resolveOperation(of, environment))
      : [resolveBatch({ operations: list, packed: batch === 'packed' }, environment)];
  for (const draft of drafts) validate(draft, peer);
  await peer.send(drafts.map(build), split);
}

/** `define`: names operations. */
export function defineStep(value: unknown, stage: Stage): void {
  for (const [name, spec] of Object.entries(value as Spec)) {
    stage.environment.operations.set(stage.environment.fill(name), resolveOperation(spec, stage.environment));
  }
}
