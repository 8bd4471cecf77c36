import { decodeOperation, equalBytes } from '../../../../reference/src/wire/index.ts';
import { CaseFailure } from '../../failure.ts';
import { MergeModel } from '../../model/merge.ts';
import { resolveBytes } from '../bytes.ts';
import { type Known, known } from '../feed-check.ts';
import { namedOperation } from '../operation.ts';
import { readAll } from '../read-all.ts';
import { shownValue } from '../shown.ts';
import type { Stage } from '../stage.ts';

type Spec = { readonly [member: string]: unknown };

/**
 * `converges`: a reader that is fed from zero, or from `cur` with the operations that it `holds`, comes to what all the
 * named operations mean together, whatever the node has dropped. What it is fed are named ones, in their order, each once.
 */
export async function convergesStep(value: unknown, stage: Stage, { cur, holds, order }: Spec): Promise<void> {
  const named = knownOf(value, stage);
  const cursor = cur === undefined ? undefined : resolveBytes(cur, stage.environment);
  const peer = await readAll(stage, String(stage.environment.get('collection')), cursor);
  const fed = peer.ledger.feed.fed.map(({ bytes }) => bytes);
  let at = -1;
  for (const bytes of fed) {
    const found = named.findIndex((of) => equalBytes(of.bytes, bytes));
    if (found < 0) throw new CaseFailure('nothing but what was pushed', 'an operation that nobody pushed', 'SYNC-28');
    if (found <= at && order !== 'any')
      throw new CaseFailure('the order of the log', `${named[found]!.name} after ${named[at]!.name}`, 'SYNC-22');
    at = found;
  }
  const before = holds === undefined ? [] : knownOf(holds, stage).map(({ bytes }) => bytes);
  const different = meaning(named.map(({ bytes }) => bytes)).difference(meaning([...before, ...fed]));
  if (different !== undefined) {
    const from = cur === undefined ? 'from zero' : `from ${shownValue(cur, cursor)}`;
    throw new CaseFailure(`a reader ${from} at the state of all operations`, different);
  }
  peer.destroy();
}

function meaning(operations: readonly Uint8Array[]): MergeModel {
  return new MergeModel(operations.map((bytes) => decodeOperation(bytes)));
}

/** Names; `x*` stands for x0, x1, ... as far as they were pushed. */
function knownOf(value: unknown, stage: Stage): readonly Known[] {
  const { operations } = stage.environment;
  const names = ((Array.isArray(value) ? value : [value]) as readonly string[]).flatMap((name) => {
    if (!name.endsWith('*')) return name;
    const stem = name.slice(0, -1);
    const many: string[] = [];
    while (operations.has(`${stem}${many.length}`)) many.push(`${stem}${many.length}`);
    return many;
  });
  return names.map((name) => known(name, namedOperation(name, stage.environment)));
}
