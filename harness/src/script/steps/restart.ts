import { equalBytes } from '../../../../reference/src/wire/index.ts';
import { CaseFailure } from '../../failure.ts';
import type { DataSwap, Ending } from '../../target/case-node.ts';
import { readAll } from '../read-all.ts';
import type { Stage } from '../stage.ts';

type Spec = { readonly [member: string]: unknown };

/** `restart`: ends the node and starts it again, with its data, or a copy of it. */
export async function restartStep(value: unknown, stage: Stage, { backup, restore }: Spec): Promise<void> {
  await stage.restart(value as Ending, { backup, restore } as DataSwap);
}

/**
 * `kept`: a fresh connection is fed, byte for byte, everything that the node acknowledged or fed on these connections, up
 * to the last byte that came from them.
 */
export async function keptStep(value: unknown, stage: Stage): Promise<void> {
  const names = (Array.isArray(value) ? value : [value]) as readonly string[];
  const due = new Map<string, Uint8Array>();
  for (const { ledger } of names.map((name) => stage.peer(name))) {
    for (const [id, bytes] of ledger.pushes.acked) due.set(id, bytes);
    for (const { id, bytes } of ledger.feed.fed) due.set(id, bytes);
  }
  const peer = await readAll(stage);
  const fed = new Map(peer.ledger.feed.fed.map(({ id, bytes }) => [id, bytes]));
  const lost = [...due].filter(([id, bytes]) => !equalBytes(fed.get(id) ?? new Uint8Array(), bytes));
  if (lost.length > 0) {
    const got = `${lost.length} of ${due.size} lost, ${lost[0]![0]} among them`;
    throw new CaseFailure(`everything that was acknowledged or fed on ${names.join(' and ')}`, got);
  }
  peer.destroy();
}
