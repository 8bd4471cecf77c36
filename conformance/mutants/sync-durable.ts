/** Mutants of chapter 9 that are of level L2: nodes that keep a log. */
import { withDependents } from './dependents.ts';
import type { Mutant } from './mutant.ts';
import { clock } from './sync-clock.ts';
import { compacted } from './sync-compacted.ts';
import { compaction } from './sync-compaction.ts';
import { durability } from './sync-durability.ts';
import { found } from './sync-found.ts';
import { restarts } from './sync-restarts.ts';
import { restored } from './sync-restored.ts';

export const durableMutants: readonly Mutant[] = withDependents([
  ...clock,
  ...durability,
  ...found,
  ...restarts,
  ...restored,
  ...compaction,
  ...compacted,
]);
