import { equalBytes } from '../../../reference/src/wire/index.ts';
import { CaseFailure } from '../failure.ts';
import type { Message } from '../message/build.ts';
import type { Draft } from '../message/draft.ts';
import { answerName } from '../peer/oracle/pushes.ts';
import type { Peer } from '../peer/peer.ts';
import { answerTo } from './acceptance.ts';
import { type Known, known } from './feed-check.ts';
import { operationsOf } from './message.ts';
import { readAll } from './read-all.ts';
import type { Stage } from './stage.ts';

type Change = { readonly [verb: string]: unknown };

/** Changes that are made to the message itself, so that nothing of it may have an effect. */
export function isInside(change: Change): boolean {
  return ['set', 'remove', 'in', 'nonce', 'key', 'given'].some((verb) => verb in change);
}

/** Nothing of the changed message is stored, the unchanged operation is stored under its id, and the node serves on. */
export async function aftermath(
  change: Change,
  stage: Stage,
  draft: Draft,
  messages: readonly Message[],
): Promise<void> {
  const operations = operationsOf(draft).map((operation, i) => known(`operation ${i + 1}`, operation));
  const first = operations[0];
  if (first === undefined || !isInside(change)) return stage.serves();
  const reader = await readAll(stage, first.collection);
  const sole = draft.kind === 'operation' ? operations : operations.slice(0, 1);
  for (const operation of sole) checkNotFed(reader, operation, stage, messages);
  const storedBefore = wasStored(stage, first.id);
  await reader.sendDraft(operationsOf(draft)[0]!);
  const answer = await answerTo(reader, first.id, 'an answer to the unchanged operation');
  const due = storedBefore ? 'duplicate' : 'stored';
  if (answerName(answer) !== due) {
    throw new CaseFailure(`the unchanged operation ${due} afterwards`, answerName(answer));
  }
  await reader.fence();
  reader.destroy();
}

function wasStored(stage: Stage, id: string): boolean {
  return [...stage.environment.peers.values()].some((peer) => peer.ledger.pushes.storedHere(id));
}

function checkNotFed(reader: Peer, operation: Known, stage: Stage, messages: readonly Message[]): void {
  const changed = messages.at(-1)?.content.bytes;
  const before = wasStored(stage, operation.id);
  for (const { id, bytes } of reader.ledger.feed.fed) {
    const same = changed !== undefined && equalBytes(bytes, changed) && !equalBytes(changed, operation.bytes);
    if (same || (id === operation.id && !before)) {
      throw new CaseFailure('nothing of the refused message stored', `${id} in the feed of a fresh connection`);
    }
  }
}
